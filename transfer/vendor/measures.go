// SPDX-License-Identifier: MIT

package vendor

import (
	"fmt"
	"iter"
	"math/big"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// measures reads the files of which every column is a measure.
func measures(s *sheet, c *clock) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			p, ok := r.measures(c)
			if ok && !yield(p, nil) {
				return
			}
		}
	}
}

// measures reads a row. Zero means that there is no value.
func (r row) measures(c *clock) (p part, ok bool) {
	m, ok := r.dateOf(0, r.sheet.clockTime(c))
	if !ok {
		return p, false
	}
	if r.isSplit() {
		r.problem("two whole numbers could be one with a decimal comma: use the original file")
		return p, false
	}
	rec, values := m.record(), map[string]decimal.Decimal{}
	for i, column := range r.sheet.layout.columns {
		if column.name == "" {
			continue
		}
		if value, ok := r.number(i); ok && value.Sign() != 0 {
			rec.Fields = append(rec.Fields, number(column.name, value))
			values[column.name] = value
		}
	}
	if problem := checkMasses(values); problem != "" {
		r.problem(problem)
		return p, false
	}
	rec.Fields = append(rec.Fields, derivedMasses(values)...)
	return part{kind: sensors.KindMeasures, record: rec, report: r.reporter()}, len(rec.Fields) > 0
}

// isSplit reports whether a mass or height and what follows it could be the two
// parts of one number with a decimal comma, in a file with commas.
func (r row) isSplit() bool {
	for i, c := range r.sheet.columns {
		if c.quantity != mass && c.quantity != height || i+1 >= len(r.cells) || r.sheet.numbers != plain {
			continue
		}
		if isDigits(r.cells[i]) && isDigits(r.cells[i+1]) {
			return true
		}
	}
	return false
}

func isDigits(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// checkMasses refuses a weighing whose parts are not those of the whole: then a
// column is not what it seems, as with a decimal comma among commas.
func checkMasses(values map[string]decimal.Decimal) (problem string) {
	weight, ok := values[typeWeight]
	if !ok {
		return ""
	}
	sum := func(names ...string) *big.Rat {
		total := new(big.Rat)
		for _, name := range names {
			total.Add(total, values[name].Rat())
		}
		return total
	}
	tolerance := new(big.Rat).Mul(weight.Rat(), big.NewRat(1, 50))
	most := new(big.Rat).Add(weight.Rat(), tolerance)
	if sum(typeFatMass, typeBoneMass, typeMuscleMass).Cmp(most) > 0 || sum(typeHydration).Cmp(most) > 0 {
		return "the parts weigh more than the whole"
	}
	if lean, ok := values[typeFatFree]; ok {
		off := new(big.Rat).Sub(sum(typeFatMass, typeFatFree), weight.Rat())
		if _, fat := values[typeFatMass]; fat && off.Abs(off).Cmp(tolerance) > 0 || lean.Rat().Cmp(most) > 0 {
			return "the parts do not weigh what the whole does"
		}
	}
	return ""
}

// derivedMasses are the measures that follow from others and that the cloud has
// with every weighing of a scale with body composition.
func derivedMasses(values map[string]decimal.Decimal) (fields []sensors.Field) {
	weight, weighed := values[typeWeight]
	fat, ok := values[typeFatMass]
	if !weighed || !ok {
		return nil
	}
	const places, exact = 3, 14
	ratio := new(big.Rat).Quo(fat.Rat(), weight.Rat())
	if value, err := decimal.FromRat(ratio.Mul(ratio, big.NewRat(100, 1)), places); err == nil {
		fields = append(fields, number(typeFatRatio, value))
	}
	if _, known := values[typeFatFree]; known {
		return fields
	}
	if value, err := decimal.FromRat(new(big.Rat).Sub(weight.Rat(), fat.Rat()), exact); err == nil {
		fields = append(fields, number(typeFatFree, value))
	}
	return fields
}

// otherMeasure is what a label of other.csv means.
type otherMeasure struct {
	label string
	kind  sensors.Kind
	field string
	shift int // powers of ten between the file's unit and the cloud's
	unit  string
	rank  int
	zero  bool // 0 is a value
}

// otherMeasures are the labels with a field in the cloud. The others follow from
// weight.csv, are counters, or belong to a cycle.
func otherMeasures() []otherMeasure {
	ecg := func(label, field string) otherMeasure {
		return otherMeasure{label: label, kind: sensors.KindMeasures, field: field, shift: -3, unit: "ms"}
	}
	class := func(label, field string) otherMeasure {
		return otherMeasure{label: label, kind: sensors.KindMeasures, field: field, zero: true}
	}
	return []otherMeasure{
		// Rounded: the ratio of the masses in weight.csv is better.
		{label: "FAT_PERCENT", kind: sensors.KindMeasures, field: typeFatRatio, unit: "%", rank: 1},
		{label: "Basal Metabolic Rate (BMR)", kind: sensors.KindMeasures, field: typeBasalRate, unit: "kcal"},
		{label: "Vascular age", kind: sensors.KindMeasures, field: typeVascularAge, unit: "years"},
		class("Atrial fibrillation result", typeECG),
		class("Atrial fibrillation result from PPG", typePPG),
		ecg("QRS interval duration", typeQRS),
		ecg("PR interval duration", typePR),
		ecg("QT interval duration", typeQT),
		ecg("Corrected QT interval duration", typeQTc),
		{label: "Valvular heart disease result", kind: sensors.KindHeart, field: sensors.FieldValves, zero: true},
	}
}

// others reads other.csv. Rows with a label that has no field are counted.
func others(s *sheet, c *clock) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		meanings, skipped := map[string]otherMeasure{}, 0
		for _, m := range otherMeasures() {
			meanings[strings.ToLower(m.label)] = m
		}
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			meaning, known := meanings[strings.ToLower(r.cell(otherType))]
			if !known {
				skipped++
				continue
			}
			if p, ok := r.other(c, meaning); ok && !yield(p, nil) {
				return
			}
		}
		if skipped > 0 {
			s.remark(fmt.Sprintf("has %d rows of other kinds, which are not read", skipped))
		}
	}
}

func (r row) other(c *clock, meaning otherMeasure) (p part, ok bool) {
	m, ok := r.dateOf(otherDate, c.wall)
	if !ok {
		return p, false
	}
	if unit := r.cell(otherUnit); unit != "" && unit != meaning.unit {
		r.cellProblem(otherUnit, "the unit is not known")
		return p, false
	}
	if r.cell(otherPosition) != "" {
		r.cellProblem(otherPosition, "the position is not known")
		return p, false
	}
	value, ok := r.number(otherValue)
	if !ok || value.Sign() < 0 || value.Sign() == 0 && !meaning.zero {
		return p, false
	}
	value, err := value.Shift(meaning.shift)
	if err != nil {
		return p, false
	}
	rec := m.record()
	rec.Fields = []sensors.Field{number(meaning.field, value)}
	return part{kind: meaning.kind, record: rec, rank: meaning.rank, report: r.reporter()}, true
}
