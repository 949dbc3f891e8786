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
// changed, in the order of change, without the groups that have no id.
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
		if !g.ID.OK {
			d.leaveOut(LeftOutInvalid, 0, firstTime(g.Date), g)
		}
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
	at := firstTime(g.Date)
	switch {
	case g.Category.OK && g.Category.N != categoryMeasured:
		d.leaveOut(LeftOutTarget, rec.ID, at, nil)
	case at == 0:
		d.leaveOut(LeftOutNoTime, rec.ID, 0, nil)
	default:
		rec.At, rec.Model = at, d.modelText(string(g.Model), g.ModelID)
		d.decodeGroupValues(&rec, g.Measures)
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

// decodeGroupValues sets the values of a group by key, and the event that the
// measure types in it make.
func (d *decoder) decodeGroupValues(rec *Record, measures []withings.Measure) {
	rec.Values = make(map[string]Value, len(measures))
	types := make([]int, 0, len(measures))
	var lesser []rankedKey // few keys occur twice, so the list is short
	for i, m := range measures {
		if !m.Type.OK || !m.Value.OK || !isMeasureType(int(m.Type.N)) {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		}
		types = append(types, int(m.Type.N))
		row, rank, reason := sensorFor(int(m.Type.N), m.Position, d.options.Extra)
		if reason != "" {
			d.leaveOut(reason, rec.ID, rec.At, i)
			continue
		}
		d.reportUnnamed(row, m)
		value, ok := d.measureValue(row, m)
		if !ok {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		}
		known, again := rec.Values[row.Key]
		if again && known != value {
			d.leaveOut(LeftOutSuperseded, rec.ID, rec.At, i)
		}
		if again && rankOf(lesser, row.Key) <= rank {
			continue
		}
		rec.Values[row.Key] = value
		if rank > 0 {
			lesser = append(lesser, rankedKey{row.Key, rank})
		}
	}
	rec.Event = eventTypeOf(types)
}

// reportUnnamed records the numbers of a measure that no table explains.
func (d *decoder) reportUnnamed(row Sensor, m withings.Measure) {
	if strings.HasPrefix(row.Key, dynamicPrefix) {
		d.reportUnknown(UnknownType, m.Type.N)
	}
	if m.Position.OK {
		if _, known := PositionName(m.Position.N); !known {
			d.reportUnknown(UnknownPosition, m.Position.N)
		}
	}
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

// sensorFor finds the sensor of a measure, or the reason to leave it out. The
// rank is how well the position stands for the whole body: none best, then 7
// (whole body), then 6 (between the legs: the feet of a scale). Any other
// position is a quantity of its own.
func sensorFor(measure int, position withings.Int, extra []Sensor) (row Sensor, rank int, reason LeftOutReason) {
	if position.OK && position.N != 0 {
		if row, ok := catalogueIndex().byPlace[measureKey{measure, int(position.N)}]; ok {
			return row, 0, ""
		}
	}
	if row, reason = wholeBodySensor(measure, extra); reason != "" {
		return row, 0, reason
	}
	switch {
	case !position.OK:
		return row, 0, ""
	case position.N == wholeBody:
		return row, 1, ""
	case position.N == betweenLegs:
		return row, 2, ""
	case position.N < 0 || position.N > maxPosition:
		return row, 0, LeftOutUnknownPosition
	}
	return row.atPosition(int(position.N)), 0, ""
}

// wholeBodySensor finds the sensor of a measure type without a position: in the
// catalogue, among the user's own rows, else type_<n>.
func wholeBodySensor(measure int, extra []Sensor) (row Sensor, reason LeftOutReason) {
	if row, ok := catalogueIndex().byPlace[measureKey{measure, 0}]; ok {
		return row, ""
	}
	for _, row := range extra {
		if row.Measure == measure {
			return row, ""
		}
	}
	if row, ok := Lookup(typeKey(measure)); ok {
		return row, ""
	}
	return Sensor{}, LeftOutMeaningless
}

// measureValue is value × 10^unit, exact, in the row's unit; or the text of a
// class.
func (d *decoder) measureValue(row Sensor, m withings.Measure) (Value, bool) {
	if len(row.Options) > 0 {
		plain, ok := scaled(m.Value, m.Unit, 0)
		return Text(d.rhythmName(plain)), ok
	}
	number, ok := scaled(m.Value, m.Unit, row.Shift)
	return Number(number), ok
}

// scaled is value × 10^(unit+shift), and false when one of them is missing:
// without the power of ten the number means nothing.
func scaled(value withings.Number, unit withings.Int, shift int) (decimal.Decimal, bool) {
	if !value.OK || !unit.OK || unit.N < -decimal.MaxExponent || unit.N > decimal.MaxExponent {
		return decimal.Decimal{}, false
	}
	number, err := value.Decimal.Shift(int(unit.N) + shift)
	return number, err == nil
}
