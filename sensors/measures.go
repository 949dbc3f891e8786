// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// categoryMeasured is the category of measurements; the other one holds
// targets.
const categoryMeasured = 1

// newestGroups reduces a response to one version of each group, the last
// changed, in the order of change, without the groups that have no id.
func newestGroups(all []withings.Group) []*withings.Group {
	newest, at := make([]*withings.Group, 0, len(all)), make(map[int64]int, len(all))
	for i := range all {
		g := &all[i]
		if !g.ID.OK {
			continue
		}
		known, repeated := at[g.ID.N]
		switch {
		case !repeated:
			at[g.ID.N] = len(newest)
			newest = append(newest, g)
		case compareGroups(newest[known], g) <= 0:
			newest[known] = g
		}
	}
	slices.SortFunc(newest, compareGroups)
	return newest
}

func compareGroups(a, b *withings.Group) int {
	return cmp.Or(cmp.Compare(modifiedOf(a), modifiedOf(b)), cmp.Compare(a.Date.N, b.Date.N),
		cmp.Compare(a.Attribution.N, b.Attribution.N), cmp.Compare(a.ID.N, b.ID.N))
}

// modifiedOf is when a group changed last. Old responses lack it.
func modifiedOf(g *withings.Group) int64 { return firstTime(g.Modified, g.Created, g.Date) }

// DecodeMeasures reads a response of measure groups.
func DecodeMeasures(m withings.Measures, o DecodeOptions) Batch {
	d := newDecoder(KindMeasures, m.More, o)
	d.Zone = string(m.Timezone)
	d.Listed = make([]int64, 0, len(m.Groups))
	fields := 0
	for i := range m.Groups {
		g := &m.Groups[i]
		d.Listed = append(d.Listed, g.ID.N)
		fields += len(g.Measures)
		if !g.ID.OK {
			d.leaveOut(LeftOutInvalid, 0, firstTime(g.Date), *g)
		}
	}
	newest, names := newestGroups(m.Groups), measureNames{extra: o.Extra}
	d.Records = make([]Record, 0, len(newest))
	d.expect(fields)
	for _, g := range newest {
		d.advanceCursor(modifiedOf(g))
		d.decodeGroup(g, &names)
	}
	return d.Batch
}

// decodeGroup adds a group. One that holds a target or no date comes without a
// time and a value: it replaces what the group held before.
func (d *decoder) decodeGroup(g *withings.Group, names *measureNames) {
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
		d.decodeGroupValues(&rec, g.Measures, names)
	}
	rec.Attribution = d.attribution(g.Attribution)
	d.add(rec)
}

// decodeGroupValues sets the fields of a group. What is no value is left out.
func (d *decoder) decodeGroupValues(rec *Record, measures []withings.Measure, names *measureNames) {
	rec.Fields = d.room(len(measures))
	distinct := true
	for i := range measures {
		m := &measures[i]
		value, ok := scaled(m.Value, m.Unit, 0)
		if !ok || !m.Type.OK || !isMeasureType(int(m.Type.N)) {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		}
		if m.Position.OK && m.Position.N < 0 { // it could not be told from none
			d.leaveOut(LeftOutUnknownPosition, rec.ID, rec.At, i)
			continue
		}
		n := names.find(int(m.Type.N), positionOf(m))
		field := Field{Name: n.field, Position: positionOf(m), Value: Number(value)}
		if n.reason != "" {
			d.leaveOut(n.reason, rec.ID, rec.At, i)
		} else {
			d.reportUnnamed(n, m, value)
		}
		distinct = distinct && n.isPlain && !hasField(rec.Fields, n.field, n.position)
		rec.Fields = append(rec.Fields, field)
	}
	if !distinct {
		d.leaveOutSuperseded(rec, measures, names)
		rec.Fields = distinctFields(rec.Fields)
	}
}

// leaveOutSuperseded leaves out the measures of which another one counts, and
// those that mean nothing.
func (d *decoder) leaveOutSuperseded(rec *Record, measures []withings.Measure, names *measureNames) {
	type ranked struct {
		value Value
		rank  int
	}
	best := map[string]ranked{}
	for i := range measures {
		m := &measures[i]
		number, ok := scaled(m.Value, m.Unit, 0)
		if !ok || !m.Type.OK || !isMeasureType(int(m.Type.N)) || m.Position.OK && m.Position.N < 0 {
			continue
		}
		n := names.find(int(m.Type.N), positionOf(m))
		if n.reason != "" {
			continue
		}
		value, ok := n.naming.Value(Number(number))
		known, again := best[n.naming.Key]
		switch {
		case !ok:
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, i)
			continue
		case again && known.value != value:
			d.leaveOut(LeftOutSuperseded, rec.ID, rec.At, i)
		}
		if !again || n.naming.Rank < known.rank {
			best[n.naming.Key] = ranked{value, n.naming.Rank}
		}
	}
}

// positionOf is the position of a measure, NoPosition for none.
func positionOf(m *withings.Measure) int {
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
func (d *decoder) reportUnnamed(n *measureNaming, m *withings.Measure, value decimal.Decimal) {
	if n.isDynamic {
		d.reportUnknown(UnknownType, m.Type.N)
	}
	if n.naming.Form == FormClass {
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
