// SPDX-License-Identifier: MIT

package sensors_test

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"

	"vitals2mqtt/sensors"
)

// store is a store over an archive in memory, as a bridge has one. Apply and
// Restart are all that the bridge does with the two.
type store struct {
	*sensors.Store

	archive *memory
	// asked counts the windows that the store asked for.
	asked int
}

func newStore() *store { return &store{Store: sensors.NewStore(), archive: newMemory()} }

// Apply puts a batch into the archive, and the changes into the store.
func (s *store) Apply(b sensors.Batch, o sensors.ApplyOptions) sensors.Update {
	changes, err := sensors.Reconcile(b, o, s.archive)
	if err == nil {
		s.archive.store(changes, o)
		var update sensors.Update
		if update, err = s.Update(changes, o, s.window(o)); err == nil {
			return update
		}
	}
	panic(err) // memory does not fail
}

// window answers like an archive.
func (s *store) window(o sensors.ApplyOptions) func(sensors.Window) ([]sensors.Record, error) {
	return func(w sensors.Window) ([]sensors.Record, error) {
		s.asked++
		return s.archive.window(w, o), nil
	}
}

// restarted is a new store over the same archive.
func (s *store) restarted(o sensors.ApplyOptions) *store {
	next := &store{Store: sensors.NewStore(), archive: s.archive}
	next.RestoreLeftOut(s.LeftOutList())
	next.SetZone(s.archive.zone)
	if _, err := next.Reload(o, next.window(o)); err != nil {
		panic(err)
	}
	return next
}

// memory is an archive in memory.
type memory struct {
	records map[sensors.Kind]map[int64]sensors.Record
	zone    string
	fails   bool
}

func newMemory() *memory { return &memory{records: map[sensors.Kind]map[int64]sensors.Record{}} }

var errMemory = errors.New("out of memory")

func (m *memory) Records(kind sensors.Kind, ids []int64) (map[int64]sensors.Record, error) {
	found := map[int64]sensors.Record{}
	for _, id := range ids {
		if rec, ok := m.records[kind][id]; ok {
			found[id] = rec
		}
	}
	if m.fails {
		return nil, errMemory
	}
	return found, nil
}

func (m *memory) Within(kind sensors.Kind, in sensors.Range) ([]sensors.Record, error) {
	var found []sensors.Record
	for _, rec := range m.records[kind] {
		if at := unixTime(rec.At); rec.Deleted == 0 && !at.Before(in.From) && !at.After(in.To) {
			found = append(found, rec)
		}
	}
	return found, nil
}

func (m *memory) HasMadeUp(kind sensors.Kind) (bool, error) {
	for id := range m.records[kind] {
		if id < 0 {
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) store(c sensors.Changes, o sensors.ApplyOptions) {
	if m.records[c.Kind] == nil {
		m.records[c.Kind] = map[int64]sensors.Record{}
	}
	m.zone = cmp.Or(c.Batch.Zone, m.zone)
	for _, rec := range c.Put {
		rec.Values = maps.Clone(rec.Values)
		m.records[c.Kind][rec.ID] = rec
	}
	for _, rec := range c.Gone {
		rec = m.records[c.Kind][rec.ID]
		rec.Deleted = max(1, o.Now.Unix())
		m.records[c.Kind][rec.ID] = rec
	}
}

// window selects records as an archive must.
func (m *memory) window(w sensors.Window, o sensors.ApplyOptions) []sensors.Record {
	var own, held []sensors.Record
	for _, rec := range m.records[w.Kind] {
		rec.Fields, rec.Values = slices.Clone(rec.Fields), nil
		sensors.Interpret(w.Kind, &rec, o.Extra)
		switch {
		case rec.Deleted != 0 || rec.Pending:
		case rec.Attribution != nil && o.Policy.For(*rec.Attribution) == sensors.Hold:
			held = append(held, rec)
		default:
			own = append(own, rec)
		}
	}
	newestFirst := func(a, b sensors.Record) int {
		if w.Kind == sensors.KindDays {
			return cmp.Compare(b.Date, a.Date)
		}
		return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.Modified, a.Modified), cmp.Compare(b.ID, a.ID))
	}
	slices.SortFunc(own, newestFirst)
	slices.SortFunc(held, newestFirst)
	selected := map[int64]sensors.Record{}
	take := func(records []sensors.Record, n int) {
		for _, rec := range records[:min(n, len(records))] {
			selected[rec.ID] = rec
		}
	}
	take(held, w.Held)
	take(own, w.Newest)
	for _, group := range groupsOf(own, w) {
		take(group, w.PerField)
	}
	for _, names := range w.Together {
		take(having(own, names...), w.PerField)
	}
	byDevice := map[string][]sensors.Record{}
	for _, rec := range own {
		byDevice[rec.Device] = append(byDevice[rec.Device], rec)
	}
	for _, records := range byDevice {
		take(records, w.PerDevice)
	}
	if w.Night {
		take(lastNightOf(own), len(own))
	}
	if w.Field != "" {
		take(daysOf(own, w.Field, w.Days), len(own))
	}
	return slices.Collect(maps.Values(selected))
}

// groupsOf groups records by field and position.
func groupsOf(records []sensors.Record, w sensors.Window) map[string][]sensors.Record {
	groups := map[string][]sensors.Record{}
	if w.PerField == 0 {
		return groups
	}
	for _, rec := range records {
		for _, f := range rec.Fields {
			name := f.Name + "@" + strconv.Itoa(f.Position)
			groups[name] = append(groups[name], rec)
		}
	}
	return groups
}

// having returns the records with all of the fields for the whole body.
func having(records []sensors.Record, names ...string) []sensors.Record {
	var found []sensors.Record
	for _, rec := range records {
		has := func(name string) bool {
			return slices.ContainsFunc(rec.Fields, func(f sensors.Field) bool {
				return f.Name == name && slices.Contains([]int{sensors.NoPosition, 6, 7}, f.Position)
			})
		}
		if !slices.ContainsFunc(names, func(name string) bool { return !has(name) }) {
			found = append(found, rec)
		}
	}
	return found
}

// lastNightOf returns the sessions of the newest date with a night.
func lastNightOf(sessions []sensors.Record) []sensors.Record {
	byDate := map[string][]sensors.Record{}
	for _, rec := range sessions {
		byDate[rec.Date] = append(byDate[rec.Date], rec)
	}
	for _, date := range slices.Backward(slices.Sorted(maps.Keys(byDate))) {
		parts := sensors.PartsOfNights(byDate[date])
		if slices.Contains(slices.Collect(maps.Values(parts)), sensors.PartNight) {
			return byDate[date]
		}
	}
	return nil
}

// daysOf returns the records with a field in some days before the newest, and
// the one before those. They are sorted, the newest first.
func daysOf(records []sensors.Record, field string, days int) []sensors.Record {
	var found []sensors.Record
	for _, rec := range records {
		if !slices.ContainsFunc(rec.Fields, func(f sensors.Field) bool { return f.Name == field }) {
			continue
		}
		found = append(found, rec)
		if found[0].At-rec.At > int64(days)*24*3600 {
			break
		}
	}
	return found
}
