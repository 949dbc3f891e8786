// SPDX-License-Identifier: MIT

package sensors

import (
	"math/big"
	"slices"
	"sync"

	"vitals2mqtt/internal/decimal"
)

// extraPlaces is how many decimal places a computed value has beyond those
// shown.
const extraPlaces = 1

// ratio is a value computed from two others of one measure group.
type ratio struct {
	key, left, right string
	percent          bool // of ÷ to × 100, else of − to
}

// ratios are built once and never changed.
var ratios = sync.OnceValue(func() []ratio {
	return []ratio{
		{"muscle_ratio_pct", "muscle_mass_kg", keyWeight, true},
		{"bone_ratio_pct", "bone_mass_kg", keyWeight, true},
		{"hydration_pct", "hydration", keyWeight, true},
		{"pulse_pressure_mmhg", "systolic_blood_pressure_mmhg", "diastolic_blood_pressure_mmhg", false},
	}
})

// isRatio reports whether a key is a ratio.
func isRatio(key string) bool {
	return slices.ContainsFunc(ratios(), func(r ratio) bool { return r.key == key })
}

// ratioFields are the measure types that ratios are computed from.
func ratioFields() [][]string {
	var pairs [][]string
	for _, r := range ratios() {
		pairs = append(pairs, []string{
			measureName(catalogueIndex().byKey[r.left].Measure), measureName(catalogueIndex().byKey[r.right].Measure),
		})
	}
	return pairs
}

// addRatios adds the values that are computed from two measures of one group.
// Groups are never mixed: muscle mass of today divided by the weight of last
// week means nothing.
func addRatios(values map[string]Value) {
	for _, r := range ratios() {
		if !r.isComputable(values) {
			continue
		}
		of, _ := values[r.left].Decimal()
		to, _ := values[r.right].Decimal()
		result := new(big.Rat)
		if r.percent {
			result.Quo(of.Rat(), to.Rat()).Mul(result, big.NewRat(100, 1))
		} else {
			result.Sub(of.Rat(), to.Rat())
		}
		putRat(values, r.key, result)
	}
}

// isComputable reports whether the ratio can be computed of a group's values
// and was not yet.
func (r ratio) isComputable(values map[string]Value) bool {
	_, done := values[r.key]
	_, first := values[r.left].Decimal()
	to, second := values[r.right].Decimal()
	return !done && first && second && to.Sign() > 0
}

// putRat rounds a computed value to the places of its row plus extraPlaces.
func putRat(values map[string]Value, key string, result *big.Rat) {
	if rounded, err := decimal.FromRat(result, catalogueIndex().byKey[key].Precision+extraPlaces); err == nil {
		values[key] = Number(rounded)
	}
}

// deriveReadings adds the values that are computed from other current values.
func deriveReadings(s *Store, readings map[string]Reading) {
	weight, weighed := readings[keyWeight]
	if weighed {
		readings[keyLastWeighed] = weight.withValue(keyLastWeighed, timestampValue(weight.MeasuredAt.Unix()))
		computed := map[string]Value{}
		if height, ok := positiveValue(readings, keyHeight); ok {
			// The newest height counts, however old: it is entered once.
			square := new(big.Rat).Mul(height, height)
			if kg, ok := positiveValue(readings, keyWeight); ok {
				putRat(computed, keyBMI, kg.Quo(kg, square))
			}
		}
		if goal, ok := positiveValue(readings, keyGoal); ok {
			if kg, ok := positiveValue(readings, keyWeight); ok {
				putRat(computed, keyToGoal, kg.Sub(kg, goal))
			}
		}
		s.weights.addTrend(computed)
		for key, value := range computed {
			readings[key] = weight.withValue(key, value)
		}
	}
	if last, ok := lastOf(append(s.newestKinds(), s.records(KindWorkouts), s.nights())...); ok {
		readings[keyLastMeasured] = last.reading(keyLastMeasured, timestampValue(last.At))
	}
}

// positiveValue is the number of a reading, if it is positive.
func positiveValue(readings map[string]Reading, key string) (*big.Rat, bool) {
	number, ok := readings[key].Value.Decimal()
	return number.Rat(), ok && number.Sign() > 0
}

// withValue is another value of the same measurement.
func (r Reading) withValue(key string, value Value) Reading {
	r.Key, r.Value = key, value
	return r
}
