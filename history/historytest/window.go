// SPDX-License-Identifier: MIT

package historytest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"vitals2mqtt/sensors"
)

// Window implements bridge.Archive.
func (m *Memory) Window(
	_ context.Context, user string, w sensors.Window, policy sensors.Policy,
) (records []sensors.Record, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var live []sensors.Record
	for ref, rec := range m.accountLocked(user).records {
		if ref.Kind == w.Kind && rec.Deleted == 0 && !rec.Pending {
			live = append(live, rec)
		}
	}
	slices.SortFunc(live, newestFirst)
	held, shown := partHeld(live, policy)
	chosen, days := chosen{}, chosen{}
	chosen.add(held, w.Held)
	chosen.addNewest(w, shown)
	chosen.addByFields(w, shown, days)
	if w.Night {
		chosen.add(m.lastNight(shown), len(shown))
	}
	for _, rec := range live {
		switch {
		case chosen[rec.ID]:
			records = append(records, m.returned(w.Kind, rec))
		case days[rec.ID]:
			rec.Fields = slices.DeleteFunc(slices.Clone(rec.Fields), func(f sensors.Field) bool { return f.Name != w.Field })
			records = append(records, m.returned(w.Kind, rec))
		}
	}
	slices.Reverse(records)
	return records, nil
}

// chosen are the ids of the records of a window.
type chosen map[int64]bool

// add adds the first n records.
func (c chosen) add(records []sensors.Record, n int) {
	for _, rec := range records[:min(n, len(records))] {
		c[rec.ID] = true
	}
}

// addNewest adds the newest records of all and of each device.
func (c chosen) addNewest(w sensors.Window, newestFirst []sensors.Record) {
	perDevice := map[string]int{}
	for _, rec := range newestFirst {
		if perDevice[rec.Device]++; perDevice[rec.Device] <= w.PerDevice {
			c[rec.ID] = true
		}
	}
	if w.Kind == sensors.KindDays { // their ids are made of the date
		newestFirst = slices.SortedFunc(slices.Values(newestFirst), func(a, b sensors.Record) int {
			return cmp.Compare(a.ID, b.ID)
		})
	}
	c.add(newestFirst, w.Newest)
}

// addByFields adds the records that are chosen for what they have; those of days
// come with one field.
func (c chosen) addByFields(w sensors.Window, newestFirst []sensors.Record, days chosen) {
	for _, fields := range w.Together {
		c.add(slices.DeleteFunc(slices.Clone(newestFirst), func(rec sensors.Record) bool {
			return slices.ContainsFunc(fields, func(name string) bool { return !hasWholeBody(rec, name) })
		}), w.PerField)
	}
	// As in the archive, the values of a day are sorted by its beginning.
	newestFirst = slices.SortedFunc(slices.Values(newestFirst), func(a, b sensors.Record) int {
		return cmp.Or(cmp.Compare(valueTime(w.Kind, b), valueTime(w.Kind, a)), cmp.Compare(b.Modified, a.Modified),
			cmp.Compare(b.ID, a.ID))
	})
	perField := map[fieldName][]sensors.Record{}
	for _, rec := range newestFirst {
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
		c.add(records, w.PerField)
	}
	days.addDays(w, perField)
}

// hasWholeBody reports whether a record has a field for the whole body.
func hasWholeBody(rec sensors.Record, name string) bool {
	return slices.ContainsFunc(rec.Fields, func(f sensors.Field) bool {
		return f.Name == name && f.Value.Valid() && slices.Contains([]int{sensors.NoPosition, 6, 7}, f.Position)
	})
}

// lastNight returns the sessions with the date of the newest night.
func (m *Memory) lastNight(sessions []sensors.Record) (found []sensors.Record) {
	var interpreted []sensors.Record
	for _, rec := range sessions {
		interpreted = append(interpreted, m.returned(sensors.KindNights, rec))
	}
	parts, date := sensors.PartsOfNights(interpreted), ""
	for _, rec := range sessions {
		if parts[rec.ID] == sensors.PartNight {
			date = max(date, rec.Date)
		}
	}
	for _, rec := range sessions {
		if rec.Date == date {
			found = append(found, rec)
		}
	}
	return found
}

// fieldName names a series.
type fieldName struct {
	name     string
	position int
}

// addDays adds the records of the days before the newest with a field, and the
// one before.
func (c chosen) addDays(w sensors.Window, perField map[fieldName][]sensors.Record) {
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
		c.add(records, recent+1)
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
