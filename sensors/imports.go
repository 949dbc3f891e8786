// SPDX-License-Identifier: MIT

package sensors

import "slices"

// A file of the user's has records without the cloud's ids. They never replace
// what the cloud has, they are not missing from its responses, and they give
// way to it: value by value, because one record of the cloud can be in several
// files.

// mergeImports makes one record of the imported ones of a batch with the same
// id.
func mergeImports(b Batch, o ApplyOptions) []Record {
	if !slices.ContainsFunc(b.Records, func(rec Record) bool { return rec.Source == SourceImport }) {
		return b.Records
	}
	at := map[int64]int{}
	var merged []Record
	for _, rec := range b.Records {
		if i, again := at[rec.ID]; again && rec.Source == SourceImport {
			merged[i].Fields = withFields(merged[i].Fields, rec.Fields)
			Interpret(b.Kind, &merged[i], o.Extra)
			continue
		}
		at[rec.ID] = len(merged)
		merged = append(merged, rec)
	}
	return merged
}

// applyImport adds the fields of an imported record that are not known.
func (r *reconciliation) applyImport(rec Record, known *Record, seen bool) {
	there := seen && known.Deleted == 0
	switch {
	case rec.At == 0, there && !r.isImported(known):
		return
	case there:
		before := r.withoutKnown(known.ReadFields(), &rec)
		rec.Fields = withFields(slices.Clone(before), r.withoutKnown(rec.Fields, &rec))
		if hasSameFields(rec.Fields, before) {
			return
		}
		rec.Device, rec.Model, rec.Received = known.Device, known.Model, known.Received
	default:
		rec.Fields = r.withoutKnown(rec.Fields, &rec)
	}
	if len(rec.Fields) == 0 {
		return
	}
	rec.Values = nil // it has other fields now
	r.put(&rec)
}

// withoutKnown leaves out the fields that other records of the same second
// have: all of them, where a part of a record means nothing.
func (r *reconciliation) withoutKnown(fields []Field, rec *Record) []Field {
	for _, id := range r.near[rec.At] {
		if other, there := r.after(id); there && id != rec.ID && isSameMoment(other, rec) {
			if !r.rules.byField {
				return nil
			}
			fields = withoutFields(fields, other.ReadFields())
		}
	}
	return fields
}

// replaceImports takes the fields of the cloud's record from the imported ones
// of the same second.
func (r *reconciliation) replaceImports(rec *Record) {
	for _, id := range r.near[rec.At] {
		imported, there := r.after(id)
		if !there || id == rec.ID || !isSameMoment(imported, rec) || !r.isImported(imported) {
			continue
		}
		left := withoutFields(imported.ReadFields(), rec.ReadFields())
		switch {
		case len(left) == 0, !r.rules.byField:
			r.remove(id)
		case len(left) < len(imported.Fields):
			rest := *imported
			rest.Fields, rest.Values = left, nil
			r.put(&rest)
		}
	}
}

// withoutFields leaves out the fields that the other list has, whatever their
// values.
func withoutFields(fields, others []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return slices.ContainsFunc(others, f.isNamedAs) })
}

// isSameMoment reports whether two records can be the same measurement. Files
// seldom name the device.
func isSameMoment(a, b *Record) bool {
	return a.At == b.At && (a.Device == "" || b.Device == "" || a.Device == b.Device)
}
