// SPDX-License-Identifier: MIT

package units

// conversion is one row: value × multiplier ÷ divisor + offset, rounded to
// places.
type conversion struct {
	system System
	kind   Kind
	// unit is the unit shown, "" for stones.
	unit string
	// multiplier, divisor and offset are exact: they define these units.
	multiplier, divisor, offset int64
	// places is the number of decimal places, displayPlaces the same for Display.
	places, displayPlaces int
	// inStones writes the result, in pounds, in stones and pounds.
	inStones bool
}

// conversions is the table of conversions. What is not
// here stays metric, on purpose: mmHg and m/s are what doctors in all countries
// read, the body mass index is kg/m² by its name, and Britain measures fever in
// °C. The United States measure blood glucose in mg/dL.
//
// Each number of places is the smallest with which the metric value can be
// computed back to the catalogue's precision, so that no step of a device is
// lost. Stones are the exception: people read a tenth of a pound, and that
// still keeps apart what a scale in 0.05 kg steps does.
func conversions() []conversion {
	mass := Kind{Class: "weight", Unit: "kg"}
	temperature := Kind{Class: "temperature", Unit: "°C"}
	height := Kind{Class: "", Unit: "m"}
	distance := Kind{Class: "distance", Unit: "m"}
	glucose := Kind{Class: "blood_glucose_concentration", Unit: "mg/dL"}

	return []conversion{
		// International pound and yard, 1959: 1 lb = 0.45359237 kg, 1 in = 25.4
		// mm, 1 mi = 1609.344 m.
		{system: Imperial, kind: mass, unit: "lb", multiplier: 100_000_000, divisor: 45_359_237, places: 2, displayPlaces: 1},
		{system: Imperial, kind: height, unit: "in", multiplier: 10_000, divisor: 254, places: 1, displayPlaces: 1},
		{system: Imperial, kind: distance, unit: "mi", multiplier: 1_000, divisor: 1_609_344, places: 4, displayPlaces: 2},
		// °F = °C × 9/5 + 32. A temperature, never a difference of two: the
		// catalogue has none, and one would be wrong by 32.
		{system: Imperial, kind: temperature, unit: "°F", multiplier: 9, divisor: 5, offset: 32, places: 1, displayPlaces: 1},

		{
			system: UK, kind: mass, multiplier: 100_000_000, divisor: 45_359_237,
			places: poundPlaces, displayPlaces: poundPlaces, inStones: true,
		},
		{system: UK, kind: height, unit: "in", multiplier: 10_000, divisor: 254, places: 1, displayPlaces: 1},
		{system: UK, kind: distance, unit: "mi", multiplier: 1_000, divisor: 1_609_344, places: 4, displayPlaces: 2},
		// Glucose, C₆H₁₂O₆, weighs 6 × 12.011 + 12 × 1.008 + 6 × 15.999 =
		// 180.156 g/mol (IUPAC's conventional atomic weights), so 1 mmol/L =
		// 18.0156 mg/dL. With it the diagnostic limits come out as clinics
		// write them (100 mg/dL = 5.6 mmol/L). The laboratories' 0.0555 is its
		// inverse in three digits. 18.0182, often seen, is no molar mass and
		// makes 5.5 of these 100 mg/dL.
		{system: UK, kind: glucose, unit: "mmol/L", multiplier: 10_000, divisor: 180_156, places: 2, displayPlaces: 1},
	}
}
