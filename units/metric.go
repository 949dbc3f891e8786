// SPDX-License-Identifier: MIT

package units

import (
	"math/big"

	"vitals2mqtt/internal/decimal"
)

// factor is one row: value × multiplier ÷ divisor, after offset was added.
type factor struct {
	from, to                    string
	offset, multiplier, divisor int64
}

// factors is the table of units that are read. Each number is exact.
func factors() []factor {
	return []factor{
		{from: "g", to: "kg", multiplier: 1, divisor: 1_000},
		{from: "lb", to: "kg", multiplier: 45_359_237, divisor: 100_000_000},
		{from: "lbs", to: "kg", multiplier: 45_359_237, divisor: 100_000_000},
		{from: "mm", to: "m", multiplier: 1, divisor: 1_000},
		{from: "cm", to: "m", multiplier: 1, divisor: 100},
		{from: "km", to: "m", multiplier: 1_000, divisor: 1},
		{from: "in", to: "m", multiplier: 254, divisor: 10_000},
		{from: "ft", to: "m", multiplier: 3_048, divisor: 10_000},
		{from: "mi", to: "m", multiplier: 1_609_344, divisor: 1_000},
		{from: "ms", to: "s", multiplier: 1, divisor: 1_000},
		{from: "min", to: "s", multiplier: 60, divisor: 1},
		{from: "h", to: "s", multiplier: 3_600, divisor: 1},
		{from: "s", to: "ms", multiplier: 1_000, divisor: 1},
		{from: "°F", to: "°C", offset: -32, multiplier: 5, divisor: 9},
		{from: "mmol/L", to: "mg/dL", multiplier: 180_156, divisor: 10_000}, // of glucose: see conversions
	}
}

const (
	// exactPlaces is how many decimal places a converted number may have.
	exactPlaces = 20
	// fahrenheitPlaces is what degrees Celsius are rounded to that are no decimal
	// number; a tenth of a degree Fahrenheit can be computed back from it.
	fahrenheitPlaces = 3
)

// ToMetric converts a number to a unit of the catalogue. It is exact, but for
// °F, most of which are no decimal number in °C: they are rounded once to a
// thousandth. It is false for units that it does not know, and for numbers
// whose digits a Decimal does not hold.
func ToMetric(from, to string, value decimal.Decimal) (decimal.Decimal, bool) {
	if from == to {
		return value, true
	}
	for _, f := range factors() {
		if f.from == from && f.to == to {
			return f.convert(value)
		}
	}
	return decimal.Decimal{}, false
}

func (f factor) convert(value decimal.Decimal) (decimal.Decimal, bool) {
	exact := new(big.Rat).Add(value.Rat(), big.NewRat(f.offset, 1))
	exact.Mul(exact, big.NewRat(f.multiplier, f.divisor))
	if number, err := decimal.FromRat(exact, exactPlaces); err == nil && number.Rat().Cmp(exact) == 0 {
		return number, true
	}
	if f.offset == 0 {
		return decimal.Decimal{}, false
	}
	number, err := decimal.FromRat(exact, fahrenheitPlaces)
	return number, err == nil
}
