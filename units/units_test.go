// SPDX-License-Identifier: MIT

package units_test

import (
	"slices"
	"testing"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// The kinds that some system shows differently.
var (
	mass        = units.Kind{Class: "weight", Unit: "kg"}
	temperature = units.Kind{Class: "temperature", Unit: "°C"}
	height      = units.Kind{Unit: "m"}
	distance    = units.Kind{Class: "distance", Unit: "m"}
	glucose     = units.Kind{Class: "blood_glucose_concentration", Unit: "mg/dL"}
)

func TestKnownConversions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		system      units.System
		kind        units.Kind
		value, want string
	}{
		// NIST SP 811, appendix B: 1 lb = 0.453 592 37 kg exactly.
		{units.Imperial, mass, "0.45359237", "1"},
		{units.Imperial, mass, "45.359237", "100"},
		{units.Imperial, mass, "100", "220.46"},
		{units.Imperial, mass, "81.35", "179.35"},
		{units.Imperial, mass, "81.3", "179.24"},
		{units.Imperial, mass, "-0.4", "-0.88"},
		{units.Imperial, mass, "0", "0"},
		// Exactly 0.005 lb: a half goes away from zero.
		{units.Imperial, mass, "0.00226796185", "0.01"},
		{units.Imperial, mass, "-0.00226796185", "-0.01"},
		{units.Imperial, mass, "-0.002", "0"},
		// NIST SP 811: freezing, boiling, the point where both scales meet;
		// 98.6 °F is the usual Fahrenheit of 37 °C.
		{units.Imperial, temperature, "0", "32"},
		{units.Imperial, temperature, "100", "212"},
		{units.Imperial, temperature, "-40", "-40"},
		{units.Imperial, temperature, "37", "98.6"},
		{units.Imperial, temperature, "36.6", "97.9"},
		{units.Imperial, temperature, "36.25", "97.3"},   // 97.25: a half
		{units.Imperial, temperature, "-40.25", "-40.5"}, // -40.45: a half
		// NIST SP 811: 1 in = 25.4 mm, 1 mi = 1609.344 m. Six feet are 72 in.
		{units.Imperial, height, "0.0254", "1"},
		{units.Imperial, height, "1.8288", "72"},
		{units.Imperial, height, "1.8", "70.9"},
		{units.Imperial, distance, "1609.344", "1"},
		{units.Imperial, distance, "42195", "26.2188"}, // the marathon
		{units.Imperial, distance, "10000", "6.2137"},
		{units.Imperial, distance, "1", "0.0006"},
		{units.UK, height, "1.8", "70.9"},
		{units.UK, distance, "5000", "3.1069"},
		// American Diabetes Association, Standards of Care, gives its limits in
		// both units: 54 = 3.0, 70 = 3.9, 100 = 5.6, 126 = 7.0, 140 = 7.8, 180
		// = 10.0, 200 = 11.1.
		{units.UK, glucose, "54", "3"},
		{units.UK, glucose, "70", "3.89"},
		{units.UK, glucose, "100", "5.55"}, // 5.5507
		{units.UK, glucose, "126", "6.99"},
		{units.UK, glucose, "140", "7.77"},
		{units.UK, glucose, "180", "9.99"},
		{units.UK, glucose, "200", "11.1"},
		{units.UK, glucose, "180.156", "10"},
		{units.UK, glucose, "600", "33.3"}, // 33.3045; a factor of 18 makes 33.33 of it
	} {
		got, ok := test.system.Convert(test.kind, number(t, test.value))
		if !ok || got.Text != test.want {
			t.Errorf("%s shows %s %s as %q (%v), want %q", test.system, test.value, test.kind.Unit, got.Text, ok, test.want)
		}
		if !got.IsNumber || got.Number != number(t, test.want) || got.Unit == "" {
			t.Errorf("%s %s in %s: number %s (%v) in %q", test.value, test.kind.Unit, test.system, got.Number, got.IsNumber,
				got.Unit)
		}
	}
}

func TestStones(t *testing.T) {
	t.Parallel()
	// A stone is 14 lb (Weights and Measures Act 1985, schedule 1): 6.35029318 kg.
	for value, want := range map[string]string{
		"79.6":       "12 st 7.5 lb", // 175.488 lb
		"79.55":      "12 st 7.4 lb", // 175.378 lb, one step of a scale less
		"81.35":      "12 st 11.3 lb",
		"100":        "15 st 10.5 lb",
		"6.35029318": "1 st 0.0 lb",
		"6.332":      "1 st 0.0 lb", // 13.96 lb: not "14.0 lb"
		"6.32":       "13.9 lb",
		"12.69":      "2 st 0.0 lb", // 27.977 lb: not "1 st 14.0 lb"
		"12.65":      "1 st 13.9 lb",
		"3.2":        "7.1 lb",
		"0.6":        "1.3 lb",
		"0":          "0.0 lb",
		"0.02":       "0.0 lb",
		"-0.02":      "0.0 lb", // no "-0.0 lb"
		"-0.03":      "-0.1 lb",
		"-0.4":       "-0.9 lb",
		"-6.34":      "-14.0 lb",
		"-10":        "-22.0 lb",
	} {
		got, ok := units.UK.Convert(mass, number(t, value))
		if !ok || got != (units.Converted{Text: want}) {
			t.Errorf("%s kg is %+v (%v), want %q", value, got, ok, want)
		}
	}
}

// Every kind of number in the catalogue, and what becomes of it: the unit of
// the numbers, stones, or nothing.
func TestEveryCatalogueKindHasADecision(t *testing.T) {
	t.Parallel()
	const stones, stays = "stones", ""
	type decision struct{ imperial, uk string }
	decisions := map[units.Kind]decision{
		mass:                            {"lb", stones},
		temperature:                     {"°F", stays},
		height:                          {"in", "in"},
		distance:                        {"mi", "mi"},
		glucose:                         {stays, "mmol/L"},
		{Unit: "kg/m²"}:                 {},
		{Unit: "m/s"}:                   {},
		{Unit: "mmHg"}:                  {},
		{Unit: "bpm"}:                   {},
		{Unit: "br/min"}:                {},
		{Unit: "%"}:                     {},
		{Class: "battery", Unit: "%"}:   {},
		{Unit: "ml/min/kg"}:             {},
		{Unit: "kcal"}:                  {},
		{Unit: "kcal/d"}:                {},
		{Unit: "µS"}:                    {},
		{Unit: "µmol/L"}:                {},
		{Unit: "mmol/L"}:                {},
		{Unit: "years"}:                 {},
		{Unit: "steps"}:                 {},
		{Unit: "floors"}:                {},
		{Unit: "times"}:                 {},
		{Unit: "points"}:                {},
		{Unit: "events/h"}:              {},
		{Unit: "requests/min"}:          {},
		{Class: "duration", Unit: "s"}:  {},
		{Class: "duration", Unit: "ms"}: {},
		{Unit: ""}:                      {}, // scores and counts
		{Class: "enum", Unit: ""}:       {},
		{Class: "timestamp", Unit: ""}:  {},
		{Class: "date", Unit: ""}:       {},
		{Unit: "furlongs"}:              {}, // unknown
	}
	value := number(t, "37.5")
	for kind, want := range decisions {
		for system, unit := range map[units.System]string{
			units.Metric: stays, units.Imperial: want.imperial, units.UK: want.uk, "": stays, "troy": stays,
		} {
			shown, ok := system.Convert(kind, value)
			got := shown.Unit
			if ok && !shown.IsNumber && got == "" {
				got = stones
			}
			if got != unit || ok != (unit != stays) {
				t.Errorf("%q shows %+v as %+v (%v), want the unit %q", system, kind, shown, ok, unit)
			}
		}
	}
	for _, sensor := range sensors.Catalogue() {
		kind := units.Kind{Class: sensor.DeviceClass, Unit: sensor.Unit}
		if _, decided := decisions[kind]; !decided && sensor.Platform == "sensor" {
			t.Errorf("%s: no decision about what the systems show for %+v", sensor.Key, kind)
		}
	}
}

// A mixed-up call must not convert anything.
func TestConversionNeedsDeviceClassAndUnit(t *testing.T) {
	t.Parallel()
	for _, kind := range []units.Kind{
		{Unit: "kg"}, {Class: "kg", Unit: "weight"}, {Class: "weight", Unit: "lb"}, {Unit: "mg/dL"},
	} {
		for _, system := range units.Systems() {
			if shown, ok := system.Convert(kind, number(t, "80")); ok {
				t.Errorf("%s shows %+v as %+v", system, kind, shown)
			}
		}
	}
}

func TestSystems(t *testing.T) {
	t.Parallel()
	if got := units.Systems(); !slices.Equal(got, []units.System{"metric", "imperial", "uk"}) {
		t.Errorf("systems are %v", got)
	}
}

// What cannot be written exactly stays metric and does not panic.
func TestConversionRejectsHugeNumbers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"9223372036854775807", "-9223372036854775808", "1e30", "-1e30"} {
		for _, system := range []units.System{units.Imperial, units.UK} {
			if shown, ok := system.Convert(mass, number(t, text)); ok {
				t.Errorf("%s shows %s kg as %+v", system, text, shown)
			}
		}
	}
	for _, system := range []units.System{units.Imperial, units.UK} {
		if _, ok := system.Convert(mass, number(t, "9999999999999999")); !ok {
			t.Errorf("%s does not show a number below 10^16", system)
		}
		if _, ok := system.Convert(mass, number(t, "1e-30")); !ok {
			t.Errorf("%s does not show a number near 0", system)
		}
	}
}

func number(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
