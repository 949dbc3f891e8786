// SPDX-License-Identifier: MIT

package sensors

import "slices"

// Records returns the kept ones of these records: a store can stand in for an
// archive that fails for a while. What it has forgotten is missing.
func (s *Store) Records(kind Kind, ids []int64) (map[int64]Record, error) {
	found := map[int64]Record{}
	for _, rec := range keptRecords(s, kind) {
		if slices.Contains(ids, rec.ID) {
			found[rec.ID] = rec
		}
	}
	return found, nil
}

// Within returns the kept records of a kind that were measured in a range.
func (s *Store) Within(kind Kind, in Range) ([]Record, error) {
	return slices.DeleteFunc(keptRecords(s, kind), func(rec Record) bool { return !in.includes(rec.At) }), nil
}

// HasMadeUp reports whether any kept record of a kind has an id that is made up.
func (s *Store) HasMadeUp(kind Kind) (bool, error) {
	return slices.ContainsFunc(keptRecords(s, kind), func(rec Record) bool { return rec.ID < 0 }), nil
}

// keptRecords lists the records of a kind. Of some only the times are known.
func keptRecords(s *Store, kind Kind) []Record {
	c := s.collections[kind]
	if c == nil {
		return nil
	}
	var all []Record
	if kind == KindMeasures { // a group that is no longer current may be part of the trend
		for id, w := range s.weights.weighIns {
			if _, stored := c.records[id]; !stored {
				all = append(all, Record{ID: id, At: w.At, Received: w.Received})
			}
		}
	}
	for id, h := range c.held {
		all = append(all, Record{ID: id, At: h.At, Received: h.Received, Modified: h.Modified})
	}
	for _, rec := range c.records {
		all = append(all, rec)
	}
	return all
}
