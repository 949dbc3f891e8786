// SPDX-License-Identifier: MIT

// Package units converts a metric value to a profile's unit system for plain
// MQTT subscribers, and values of files to metric ones. It is not for Home
// Assistant, which always gets the metric value and converts it by itself.
package units

import (
	"cmp"
	"math/big"

	"vitals2mqtt/internal/decimal"
)

// System is a profile's unit system. An unknown one shows metric values.
type System string

// The unit systems.
const (
	Metric   System = "metric"   // as the catalogue has it
	Imperial System = "imperial" // as in the United States
	UK       System = "uk"       // as in Britain: stones, miles, but °C and mmol/L
)

// Systems returns all unit systems, the default one first.
func Systems() []System { return []System{Metric, Imperial, UK} }

// Kind is the quantity of a metric number. The unit alone is ambiguous: "m" is
// a height without and a distance with a device class.
type Kind struct {
	// Class is the sensor's device class, "" for none.
	Class string
	// Unit is the sensor's metric unit, "" for none.
	Unit string
}

// Converted is a value in a unit system.
type Converted struct {
	// Text is what goes onto the bare topic: no exponent, no trailing zeros, no
	// unit; only the mass in stones and pounds carries its units inside.
	Text string
	// Number is the same as a number, 0 when there is none.
	Number decimal.Decimal
	// IsNumber reports whether Text is a number. It depends on the system and the
	// kind alone, never on the value, so that a topic does not change its type.
	IsNumber bool
	// Unit is the unit of Number, "" when Text carries the units.
	Unit string
}

// Convert returns what the system shows for a number of that kind. It is false
// when the system shows the metric value unchanged, and for numbers beyond
// 10^16, whose digits a Decimal may not hold after conversion.
func (s System) Convert(kind Kind, value decimal.Decimal) (Converted, bool) {
	for _, c := range conversions() {
		if c.system == s && c.kind == kind {
			return c.convert(value)
		}
	}
	return Converted{}, false
}

// Display is Convert for display: it rounds to the places that are usually
// read, so that the metric value cannot always be computed back. The text has
// them all.
func (s System) Display(kind Kind, value decimal.Decimal) (Converted, bool) {
	for _, c := range conversions() {
		if c.system == s && c.kind == kind {
			c.places = c.displayPlaces
			shown, ok := c.convert(value)
			if shown.IsNumber {
				shown.Text = shown.Number.Fixed(c.places)
			}
			return shown, ok
		}
	}
	return Converted{}, false
}

// Linear is a conversion for pictures: a metric value times Factor plus Offset is
// the value in Unit. A mass in stones and pounds is one in pounds.
type Linear struct {
	Factor, Offset float64
	Unit           string
}

// Linear returns how the system shows numbers of a kind, false when it shows the
// metric value.
func (s System) Linear(kind Kind) (Linear, bool) {
	for _, c := range conversions() {
		if c.system == s && c.kind == kind {
			return Linear{
				Factor: float64(c.multiplier) / float64(c.divisor),
				Offset: float64(c.offset),
				Unit:   cmp.Or(c.unit, "lb"),
			}, true
		}
	}
	return Linear{}, false
}

// convert computes in fractions and rounds once, halves away from zero.
func (c conversion) convert(value decimal.Decimal) (Converted, bool) {
	exact := value.Rat()
	exact.Mul(exact, big.NewRat(c.multiplier, c.divisor))
	exact.Add(exact, big.NewRat(c.offset, 1))
	number, err := decimal.FromRat(exact, c.places)
	if err != nil {
		return Converted{}, false
	}
	if c.inStones {
		text, ok := formatStones(number)
		return Converted{Text: text}, ok
	}
	return Converted{Text: number.String(), Number: number, IsNumber: true, Unit: c.unit}, true
}
