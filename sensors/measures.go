package sensors

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// categoryMeasured is the category of measurements; the other one holds targets.
const categoryMeasured = 1

// newestGroups reduces an answer to one version of each group, the last
// changed, in the order of change. Groups without an id cannot be told apart
// and are left out.
func newestGroups(all []withings.Group) []withings.Group {
	byID := map[int64]withings.Group{}
	for _, g := range all {
		known, repeated := byID[g.ID.N]
		if g.ID.OK && (!repeated || compareGroups(known, g) <= 0) {
			byID[g.ID.N] = g
		}
	}
	return slices.SortedFunc(maps.Values(byID), compareGroups)
}

func compareGroups(a, b withings.Group) int {
	return cmp.Or(cmp.Compare(modifiedOf(a), modifiedOf(b)), cmp.Compare(a.Date.N, b.Date.N),
		cmp.Compare(a.Attribution.N, b.Attribution.N), cmp.Compare(a.ID.N, b.ID.N))
}

// modifiedOf is when a group changed last. Old answers do not say.
func modifiedOf(g withings.Group) int64 { return firstTime(g.Modified, g.Created, g.Date) }

// takeGroup lets a version of a group replace the one before it.
func (s *State) takeGroup(g withings.Group, zone string, r ApplyOptions, u *Update) {
	modified := modifiedOf(g)
	known, met := s.seenGroups[g.ID.N]
	if met && modified < known {
		return
	}
	at := firstTime(g.Date)
	if r.inFuture(at) {
		// Nothing is remembered of it: when it is our own clock that is wrong, the
		// next answer puts everything right.
		u.Future++
		return
	}
	old, withheld := s.groups[g.ID.N], s.held[g.ID.N]
	s.seenGroups[g.ID.N] = modified
	s.forgetGroup(g.ID.N)
	if g.Category.OK && g.Category.N != categoryMeasured || at == 0 {
		return
	}
	values, measures := measureValues(g.Measures, r, u)
	action := Publish
	if g.Attribution.OK {
		action = r.Policy.For(int(g.Attribution.N))
	}
	if action == Hold {
		held := heldGroup{
			At: at, Received: r.receivedAt(), Keys: slices.Sorted(maps.Keys(values)), Ambiguous: g.Attribution.N == attributionAmbiguous,
		}
		if met && modified == known && withheld.Received != 0 {
			held.Received = withheld.Received
		}
		s.held[g.ID.N] = held
		return
	}
	if action == Mark {
		u.reportUnknown(UnknownAttribution, g.Attribution.N)
	}
	if len(values) == 0 {
		return
	}
	rec := record{
		ID: g.ID.N, At: at, Modified: modified, Received: r.receivedAt(), Device: g.Device(),
		Model: modelText(string(g.Model), g.ModelID, u), Unconfirmed: action == Mark, Zone: cmp.Or(string(g.Timezone), zone), Values: values,
	}
	if g.Attribution.OK {
		attribution := int(g.Attribution.N)
		rec.Attribution = &attribution
	}
	if old.ID == rec.ID && old.Modified == modified {
		rec.Received = old.Received
	}
	s.groups[rec.ID] = rec
	s.recordWeight(rec, r)
	if !met && r.isNew(firstTime(g.Created, g.Modified, g.Date)) && !hasSameECG(s.heartRecords, rec) {
		addRatios(rec.Values)
		u.Events = append(u.Events, rec.event(eventTypeOf(measures)))
	}
}

// forgetGroup removes what a group has brought, but not that it was met.
func (s *State) forgetGroup(id int64) {
	delete(s.groups, id)
	delete(s.held, id)
	s.forgetWeight(id)
}

// modelText is the model's text, else the text of its number.
func modelText(text string, id withings.Int, u *Update) string {
	if text != "" || !id.OK || id.N == 0 {
		return text
	}
	name, known := modelName(id.N)
	if !known {
		u.reportUnknown(UnknownModel, id.N)
	}
	return name
}

func (r record) event(t EventType) Event {
	return Event{Type: t, MeasuredAt: unixTime(r.At), GroupID: r.cloudID(), Device: r.Device, Model: r.Model, Values: maps.Clone(r.Values)}
}

// measureValues returns the values of a group by key, and the measure types it holds.
func measureValues(measures []withings.Measure, r ApplyOptions, u *Update) (values map[string]Value, types []int) {
	values = make(map[string]Value, len(measures))
	types = make([]int, 0, len(measures))
	var lesser []rankedKey // few rows are met twice, so few are looked through
	for _, m := range measures {
		if !m.Type.OK || !m.Value.OK || !isMeasureType(int(m.Type.N)) {
			continue
		}
		number := int(m.Type.N)
		types = append(types, number)
		row, rank, ok := sensorFor(number, m.Position, r.Extra)
		if !ok {
			continue
		}
		if strings.HasPrefix(row.Key, dynamicPrefix) {
			u.reportUnknown(UnknownType, m.Type.N)
		}
		if _, again := values[row.Key]; again && rankOf(lesser, row.Key) <= rank {
			continue
		}
		if value, ok := measureValue(row, m, u); ok {
			values[row.Key] = value
			if rank > 0 {
				lesser = append(lesser, rankedKey{row.Key, rank})
			}
		}
	}
	return values, types
}

// rankedKey says how well the position of a key's value stands for the whole body.
type rankedKey struct {
	key  string
	rank int
}

// rankOf is the rank of the value that a key has: the last one noted, else the best.
func rankOf(noted []rankedKey, key string) int {
	for _, n := range slices.Backward(noted) {
		if n.key == key {
			return n.rank
		}
	}
	return 0
}

// sensorFor finds the sensor of a measure. The rank says how well the position
// stands for the whole body: none best, then 7 (whole body), then 6 (between the
// legs: the feet of a scale). Any other position is a quantity of its own.
func sensorFor(measure int, position withings.Int, extra []Sensor) (row Sensor, rank int, ok bool) {
	rows := catalogueIndex()
	if position.OK && position.N != 0 {
		if row, ok = rows.byPlace[measureKey{measure, int(position.N)}]; ok {
			return row, 0, true
		}
	}
	switch {
	case !position.OK:
	case position.N == wholeBody:
		rank = 1
	case position.N == betweenLegs:
		rank = 2
	default:
		return Sensor{}, 0, false
	}
	if row, ok = rows.byPlace[measureKey{measure, 0}]; ok {
		return row, rank, true
	}
	for _, row := range extra {
		if row.Measure == measure {
			return row, rank, true
		}
	}
	row, ok = Lookup(typeKey(measure))
	return row, rank, ok
}

// measureValue is value × 10^unit, exact, in the row's unit; or the text of a class.
func measureValue(row Sensor, m withings.Measure, u *Update) (Value, bool) {
	if !m.Unit.OK || m.Unit.N < -decimal.MaxExponent || m.Unit.N > decimal.MaxExponent {
		// Without the power of ten the number says nothing.
		return Value{}, false
	}
	if len(row.Options) > 0 {
		plain, err := m.Value.Decimal.Shift(int(m.Unit.N))
		return Text(rhythmName(plain, u)), err == nil
	}
	number, err := m.Value.Decimal.Shift(int(m.Unit.N) + row.Shift)
	return Number(number), err == nil
}
