// SPDX-License-Identifier: MIT

package units_test

import (
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/units"
)

func TestToMetricIsExact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ value, from, to, want string }{
		{"174.1", "lb", "kg", "78.970431617"},
		{"174.1", "lbs", "kg", "78.970431617"},
		{"79300", "g", "kg", "79.3"},
		{"79.3", "kg", "kg", "79.3"},
		{"183", "cm", "m", "1.83"},
		{"72", "in", "m", "1.8288"},
		{"3.1", "mi", "m", "4988.9664"},
		{"98.6", "°F", "°C", "37"},
		{"98.7", "°F", "°C", "37.056"},
		{"-40", "°F", "°C", "-40"},
		{"7.5", "h", "s", "27000"},
		{"45", "min", "s", "2700"},
		{"5.5", "mmol/L", "mg/dL", "99.0858"},
		{"0.0000000000000000001", "lb", "kg", ""}, // more places than a number may have
		{"12", "st", "kg", ""},
		{"1", "kg", "lb", ""},
		{"1", "", "kg", ""},
	} {
		value, err := decimal.Parse(test.value)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := units.ToMetric(test.from, test.to, value)
		if ok != (test.want != "") || ok && got.String() != test.want {
			t.Errorf("%s %s is %s %s (%v), want %q", test.value, test.from, got, test.to, ok, test.want)
		}
	}
}

// TestToMetricReadsWhatConvertShows reads the values of other unit systems with
// the precision of the system.
func TestToMetricReadsWhatConvertShows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shown, err := decimal.New(rapid.Int64Range(-9_999, 99_999).Draw(t, "tenths"), -1)
		if err != nil {
			t.Fatal(err)
		}
		kind := rapid.SampledFrom([]units.Kind{
			{Class: "weight", Unit: "kg"}, {Class: "temperature", Unit: "°C"}, {Unit: "m"}, {Class: "distance", Unit: "m"},
		}).Draw(t, "kind")
		unit := map[units.Kind]string{
			{Class: "weight", Unit: "kg"}: "lb", {Class: "temperature", Unit: "°C"}: "°F", {Unit: "m"}: "in",
			{Class: "distance", Unit: "m"}: "mi",
		}[kind]
		metric, ok := units.ToMetric(unit, kind.Unit, shown)
		if !ok {
			t.Fatalf("%s %s is refused", shown, unit)
		}
		if back, ok := units.Imperial.Convert(kind, metric); !ok || back.Number != shown {
			t.Fatalf("%s %s is %s %s, and that %s", shown, unit, metric, kind.Unit, back.Text)
		}
	})
}
