package sensors

import (
	"cmp"
	"maps"
	"slices"

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
		Raw:      g.Raw,
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

// decodeGroupValues sets the fields of a group, and its values. What is no
// value is left out.
func (d *decoder) decodeGroupValues(rec *Record, measures []withings.Measure) {
	rec.Fields = make([]Field, 0, len(measures))
	named := make([]int, 0, len(measures)) // indices
	for i, m := range measures {
		value, ok := scaled(m.Value, m.Unit, 0)
		if !ok || !m.Type.OK || !isMeasureType(int(m.Type.N)) {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		}
		if m.Position.OK && m.Position.N < 0 { // it could not be told from none
			d.leaveOut(LeftOutUnknownPosition, rec.ID, rec.At, i)
			continue
		}
		field := Field{Name: measureName(int(m.Type.N)), Position: positionOf(m), Value: Number(value)}
		naming, reason := nameMeasure(int(m.Type.N), field.Position, d.options.Extra)
		if reason != "" {
			d.leaveOut(reason, rec.ID, rec.At, i)
		} else {
			d.reportUnnamed(naming, m, value)
			named = append(named, i)
		}
		rec.Fields = append(rec.Fields, field)
	}
	Interpret(KindMeasures, rec, d.options.Extra)
	if len(rec.Values) < len(named) {
		d.leaveOutSuperseded(rec, measures, named)
	}
	rec.Fields = distinctFields(rec.Fields)
}

// leaveOutSuperseded leaves out the measures of which another one counts.
func (d *decoder) leaveOutSuperseded(rec *Record, measures []withings.Measure, named []int) {
	type ranked struct {
		value Value
		rank  int
	}
	best := map[string]ranked{}
	for _, i := range named {
		m := measures[i]
		naming, _ := nameMeasure(int(m.Type.N), positionOf(m), d.options.Extra)
		number, _ := scaled(m.Value, m.Unit, 0)
		value, ok := naming.Value(Number(number))
		known, again := best[naming.Key]
		switch {
		case !ok:
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		case again && known.value != value:
			d.leaveOut(LeftOutSuperseded, rec.ID, rec.At, i)
		}
		if !again || naming.Rank < known.rank {
			best[naming.Key] = ranked{value, naming.Rank}
		}
	}
}

// positionOf is the position of a measure, NoPosition for none.
func positionOf(m withings.Measure) int {
	if !m.Position.OK {
		return NoPosition
	}
	return int(m.Position.N)
}

// distinctFields leaves one of the fields with the same name and position: the
// first.
func distinctFields(fields []Field) []Field {
	distinct := fields[:0]
	for _, f := range fields {
		if !slices.ContainsFunc(distinct, f.isNamedAs) {
			distinct = append(distinct, f)
		}
	}
	return distinct
}

// isNamedAs reports whether two fields have the same name and position.
func (f Field) isNamedAs(other Field) bool {
	return f.Name == other.Name && f.Position == other.Position
}

// reportUnnamed records the numbers of a measure that no table explains.
func (d *decoder) reportUnnamed(naming Naming, m withings.Measure, value decimal.Decimal) {
	if isDynamic(naming.Key) {
		d.reportUnknown(UnknownType, m.Type.N)
	}
	if naming.Form == FormClass {
		d.reportClass(UnknownClass, rhythmClasses(), value)
	}
	if m.Position.OK {
		if _, known := PositionName(m.Position.N); !known {
			d.reportUnknown(UnknownPosition, m.Position.N)
		}
	}
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
