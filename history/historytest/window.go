package historytest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"vitals2mqtt/sensors"
)

// Window implements sensors.Archive.
func (m *Memory) Window(
	_ context.Context, user string, w sensors.Window, policy sensors.Policy,
) (records []sensors.Record, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var live []sensors.Record
	for ref, rec := range m.accountLocked(user).records {
		if ref.Kind == w.Kind && rec.Deleted == 0 {
			live = append(live, rec)
		}
	}
	chosen := map[int64]bool{}
	choose := func(records []sensors.Record, n int) {
		for _, rec := range records[:min(n, len(records))] {
			chosen[rec.ID] = true
		}
	}
	slices.SortFunc(live, newestFirst)
	choose(live, w.Newest)
	held, rest := partHeld(live, policy)
	choose(held, w.Held)
	// As in the archive, the values of a day are sorted by its beginning.
	slices.SortStableFunc(rest, func(a, b sensors.Record) int {
		return cmp.Compare(valueTime(w.Kind, b), valueTime(w.Kind, a))
	})
	perField := map[fieldName][]sensors.Record{}
	for _, rec := range rest {
		seen := map[fieldName]bool{}
		for _, f := range rec.Fields {
			name := fieldName{f.Name, f.Position}
			if f.Value.Valid() && !seen[name] {
				perField[name] = append(perField[name], rec)
				seen[name] = true
			}
		}
	}
	for _, records := range perField {
		choose(records, w.PerField)
	}
	chooseRecent(w, perField, choose)
	for _, rec := range live {
		if chosen[rec.ID] {
			records = append(records, m.returned(w.Kind, rec))
		}
	}
	slices.Reverse(records)
	return records, nil
}

// fieldName names a series.
type fieldName struct {
	name     string
	position int
}

// chooseRecent chooses the records of the days before the newest with a field,
// and the one before.
func chooseRecent(w sensors.Window, perField map[fieldName][]sensors.Record, choose func([]sensors.Record, int)) {
	if w.Days == 0 {
		return
	}
	const secondsPerDay = 24 * 60 * 60
	newest := int64(0)
	with := maps.Clone(perField)
	maps.DeleteFunc(with, func(name fieldName, _ []sensors.Record) bool { return name.name != w.Field })
	for _, records := range with {
		newest = max(newest, valueTime(w.Kind, records[0]))
	}
	for _, records := range with {
		recent := 0
		for recent < len(records) && valueTime(w.Kind, records[recent]) >= newest-int64(w.Days)*secondsPerDay {
			recent++
		}
		choose(records, recent+1)
	}
}

// partHeld parts records into those that the policy holds back and the others.
func partHeld(records []sensors.Record, policy sensors.Policy) (held, rest []sensors.Record) {
	for _, rec := range records {
		if rec.Attribution != nil && policy.For(*rec.Attribution) == sensors.Hold {
			held = append(held, rec)
			continue
		}
		rest = append(rest, rec)
	}
	return held, rest
}

func newestFirst(a, b sensors.Record) int {
	return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.Modified, a.Modified), cmp.Compare(b.ID, a.ID))
}

// valueTime is the time that the values of a record are shown at.
func valueTime(kind sensors.Kind, rec sensors.Record) int64 {
	if kind == sensors.KindDays && rec.Start != 0 {
		return rec.Start
	}
	return rec.At
}
