// SPDX-License-Identifier: MIT

package units_test

import (
	"math"
	"testing"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/units"
)

func TestDisplayRoundsToReadablePlaces(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		system units.System
		kind   units.Kind
		value  string
		text   string // "" for unchanged
		unit   string
	}{
		{units.Imperial, mass, "81.35", "179.3", "lb"},
		{units.Imperial, mass, "45.359237", "100.0", "lb"},
		{units.Imperial, distance, "5230", "3.25", "mi"},
		{units.Imperial, distance, "0", "0.00", "mi"},
		{units.Imperial, temperature, "37", "98.6", "°F"},
		{units.Imperial, height, "1.778", "70.0", "in"},
		{units.UK, mass, "81.35", "12 st 11.3 lb", ""},
		{units.UK, glucose, "95", "5.3", "mmol/L"},
		{units.UK, temperature, "37", "", ""},
		{units.Metric, mass, "81.35", "", ""},
	} {
		number, err := decimal.Parse(row.value)
		if err != nil {
			t.Fatal(err)
		}
		shown, other := row.system.Display(row.kind, number)
		if other != (row.text != "") || shown.Text != row.text || shown.Unit != row.unit {
			t.Errorf("%s %v %s: %+v, %t; want %q %q", row.system, row.kind, row.value, shown, other, row.text, row.unit)
		}
	}
}

func TestLinearIsTheConversionOfPictures(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		system units.System
		kind   units.Kind
		value  float64
		want   float64
		unit   string // "" for unchanged
	}{
		{units.Imperial, mass, 45.359237, 100, "lb"},
		{units.Imperial, temperature, 37, 98.6, "°F"},
		{units.UK, mass, 45.359237, 100, "lb"},
		{units.UK, distance, 1609.344, 1, "mi"},
		{units.UK, temperature, 37, 0, ""},
		{units.Metric, mass, 80, 0, ""},
	} {
		linear, other := row.system.Linear(row.kind)
		got := row.value*linear.Factor + linear.Offset
		if other != (row.unit != "") || linear.Unit != row.unit || math.Abs(got-row.want) > 1e-9 {
			t.Errorf("%s of %v: %v %q, want %v %q", row.system, row.kind, got, linear.Unit, row.want, row.unit)
		}
	}
}
