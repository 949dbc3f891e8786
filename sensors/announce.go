// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
)

// announceNews returns the events of new records, and the news that make none.
func announceNews(s *Store, kind Kind, news []Record) ([]Event, []Ref) {
	if len(news) == 0 {
		return nil, nil
	}
	var records []KindRecord
	for _, rec := range news {
		records = append(records, KindRecord{Kind: kind, Record: rec})
	}
	events := s.EventsOf(records)
	var silent []Ref
	for _, rec := range news {
		ref := Ref{Kind: kind, ID: rec.ID}
		if !slices.ContainsFunc(events, func(e Event) bool { return slices.Contains(e.Refs, ref) }) {
			silent = append(silent, ref)
		}
	}
	return events, silent
}

// EventsOf returns the events of records that were not announced yet, oldest
// first. Those that make none are missing: a second device's record of the same
// sleep, or what was announced as a record of another kind.
func (s *Store) EventsOf(records []KindRecord) []Event {
	untold := map[Kind][]Record{}
	for _, rec := range records {
		untold[rec.Kind] = append(untold[rec.Kind], rec.Record)
	}
	var events []Event
	announced := map[Kind]map[int64]Record{}
	for _, k := range kinds() {
		if k.kind == KindNights {
			events = append(events, newSleepEvents(s.nights(), untold[k.kind])...)
			continue
		}
		announced[k.kind] = without(s.records(k.kind), untold[k.kind])
		for _, rec := range untold[k.kind] {
			if rec.Event == "" || isAnnounced(s, k, rec, announced, untold) {
				continue
			}
			announced[k.kind][rec.ID] = rec
			rec.Values = maps.Clone(rec.Values)
			addRatios(rec.Values)
			events = append(events, rec.event(k.kind, rec.Event))
		}
	}
	slices.SortStableFunc(events, compareEvents)
	return events
}

// isAnnounced reports whether the same electrocardiogram was announced as a
// record of another kind.
func isAnnounced(
	s *Store, k kindRules, rec Record, announced map[Kind]map[int64]Record, untold map[Kind][]Record,
) bool {
	if k.announcedBy == "" {
		return false
	}
	others, ok := announced[k.announcedBy]
	if !ok {
		others = without(s.records(k.announcedBy), untold[k.announcedBy])
	}
	return hasSameECG(others, rec)
}

// newSleepEvents returns the events of new nights and naps.
func newSleepEvents(known map[int64]Record, news []Record) []Event {
	nights := maps.Clone(known)
	for _, night := range news {
		nights[night.ID] = night
	}
	return sleepEvents(nights, idsOf(news))
}

// without returns the records that are not among others.
func without(records map[int64]Record, others []Record) map[int64]Record {
	rest := maps.Clone(records)
	if rest == nil {
		rest = map[int64]Record{}
	}
	for _, rec := range others {
		delete(rest, rec.ID)
	}
	return rest
}

func compareEvents(a, b Event) int {
	return cmp.Or(a.MeasuredAt.Compare(b.MeasuredAt), cmp.Compare(a.GroupID, b.GroupID))
}
