package sensors

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// categoryMeasured is the category of measurements; the other one holds
// targets.
const categoryMeasured = 1

// newestGroups reduces a response to one version of each group, the last
// changed, in the order of change. Groups without an id are left out.
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

// modifiedOf is when a group changed last. Old responses lack it.
func modifiedOf(g withings.Group) int64 { return firstTime(g.Modified, g.Created, g.Date) }

// DecodeMeasures reads a response of measure groups.
func DecodeMeasures(m withings.Measures, o DecodeOptions) Batch {
	d := newDecoder(KindMeasures, m.More, o)
	d.Zone = string(m.Timezone)
	for _, g := range m.Groups {
		d.Listed = append(d.Listed, g.ID.N)
	}
	for _, g := range newestGroups(m.Groups) {
		d.advanceCursor(modifiedOf(g))
		d.decodeGroup(g)
	}
	return d.Batch
}

// decodeGroup adds a group. One that holds a target or no date comes without a
// time and a value: it replaces what the group held before.
func (d *decoder) decodeGroup(g withings.Group) {
	rec := Record{
		ID:       g.ID.N,
		Modified: modifiedOf(g),
		Created:  firstTime(g.Created, g.Modified, g.Date),
		Device:   g.Device(),
		Zone:     cmp.Or(string(g.Timezone), d.Zone),
	}
	if at := firstTime(g.Date); at != 0 && (!g.Category.OK || g.Category.N == categoryMeasured) {
		var types []int
		rec.Values, types = d.measureValues(g.Measures)
		rec.At, rec.Model, rec.Event = at, d.modelText(string(g.Model), g.ModelID), eventTypeOf(types)
	}
	rec.setAttribution(g.Attribution)
	d.add(rec)
}

func (r *Record) setAttribution(n withings.Int) {
	if n.OK {
		attribution := int(n.N)
		r.Attribution = &attribution
	}
}

// measureValues returns the values of a group by key, and the measure types it
// holds.
func (d *decoder) measureValues(measures []withings.Measure) (values map[string]Value, types []int) {
	values = make(map[string]Value, len(measures))
	types = make([]int, 0, len(measures))
	var lesser []rankedKey // few keys occur twice, so the list is short
	for _, m := range measures {
		if !m.Type.OK || !m.Value.OK || !isMeasureType(int(m.Type.N)) {
			continue
		}
		number := int(m.Type.N)
		types = append(types, number)
		row, rank, ok := sensorFor(number, m.Position, d.options.Extra)
		if !ok {
			continue
		}
		if strings.HasPrefix(row.Key, dynamicPrefix) {
			d.reportUnknown(UnknownType, m.Type.N)
		}
		if _, again := values[row.Key]; again && rankOf(lesser, row.Key) <= rank {
			continue
		}
		if value, ok := d.measureValue(row, m); ok {
			values[row.Key] = value
			if rank > 0 {
				lesser = append(lesser, rankedKey{row.Key, rank})
			}
		}
	}
	return values, types
}

// rankedKey is how well the position of a key's value stands for the whole
// body.
type rankedKey struct {
	key  string
	rank int
}

// rankOf is the rank of the value that a key has: the last one noted, else the
// best.
func rankOf(noted []rankedKey, key string) int {
	for _, n := range slices.Backward(noted) {
		if n.key == key {
			return n.rank
		}
	}
	return 0
}

// sensorFor finds the sensor of a measure. The rank is how well the position
// stands for the whole body: none best, then 7 (whole body), then 6 (between
// the legs: the feet of a scale). Any other position is a quantity of its own.
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

// measureValue is value × 10^unit, exact, in the row's unit; or the text of a
// class.
func (d *decoder) measureValue(row Sensor, m withings.Measure) (Value, bool) {
	if !m.Unit.OK || m.Unit.N < -decimal.MaxExponent || m.Unit.N > decimal.MaxExponent {
		// Without the power of ten the number means nothing.
		return Value{}, false
	}
	if len(row.Options) > 0 {
		plain, err := m.Value.Decimal.Shift(int(m.Unit.N))
		return Text(d.rhythmName(plain)), err == nil
	}
	number, err := m.Value.Decimal.Shift(int(m.Unit.N) + row.Shift)
	return Number(number), err == nil
}
