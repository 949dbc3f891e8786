// SPDX-License-Identifier: MIT

package sensors_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/sensors"
)

// forEachSensor runs a check on every row of the catalogue.
func forEachSensor(t *testing.T, check func(t *testing.T, s sensors.Sensor)) {
	t.Helper()
	for _, s := range sensors.Catalogue() {
		t.Run(s.Key, func(t *testing.T) {
			t.Parallel()
			check(t, s)
		})
	}
}

func TestKeysAreUniqueAndSnakeCase(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, s := range sensors.Catalogue() {
		if seen[s.Key] {
			t.Errorf("%s stands there twice", s.Key)
		}
		seen[s.Key] = true
		if !shape.MatchString(s.Key) && s.Key != "type_<n>" {
			t.Errorf("%s is not snake case", s.Key)
		}
	}
	row, ok := sensors.Lookup("sleep_snoring_eposode_count")
	if seen["sleep_snoring_eposode_count"] || !ok || !seen[row.Key] {
		t.Errorf("the misspelt key of Home Assistant stands for %q", row.Key)
	}
}

func TestNamesAndPlatforms(t *testing.T) {
	t.Parallel()
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if s.Name == "" || strings.TrimSpace(s.Name) != s.Name {
			t.Errorf("name %q", s.Name)
		}
		if !slices.Contains([]string{"sensor", "binary_sensor", "event", "button"}, s.Platform) {
			t.Errorf("platform %q", s.Platform)
		}
		if !slices.Contains([]sensors.Scope{sensors.ScopeProfile, sensors.ScopeDevice, sensors.ScopeBridge}, s.Scope) {
			t.Errorf("scope %q", s.Scope)
		}
		if s.EntityCategory != "" && s.EntityCategory != "diagnostic" {
			t.Errorf("entity category %q", s.EntityCategory)
		}
		if s.Icon != "" && !strings.HasPrefix(s.Icon, "mdi:") {
			t.Errorf("icon %q", s.Icon)
		}
	})
}

// unitsOf are the units that Home Assistant takes with a device class. A class
// that is missing here is one it does not know.
func unitsOf() map[string]map[string][]string {
	none := []string{""}
	return map[string]map[string][]string{
		"sensor": {
			"weight": {"kg", "g", "lb", "st"}, "temperature": {"°C"},
			"duration": {"s", "ms", "min", "h"}, "distance": {"m", "km"},
			"blood_glucose_concentration": {"mg/dL", "mmol/L"}, "battery": {"%"},
			"timestamp": none, "date": none, "enum": none,
		},
		"binary_sensor": {"problem": none, "connectivity": none, "occupancy": none, "battery": none},
		"event":         {},
		"button":        {},
	}
}

func TestUnitsFitTheDeviceClass(t *testing.T) {
	t.Parallel()
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if s.DeviceClass == "" {
			if s.Platform != "sensor" && s.Unit != "" {
				t.Errorf("unit %q on a %s", s.Unit, s.Platform)
			}
			return
		}
		units, ok := unitsOf()[s.Platform][s.DeviceClass]
		if !ok || !slices.Contains(units, s.Unit) {
			t.Errorf("unit %q with device class %q of %s", s.Unit, s.DeviceClass, s.Platform)
		}
	})
}

// isText reports whether a row's values are not numbers.
func isText(s sensors.Sensor) bool {
	return s.Platform != "sensor" || slices.Contains([]string{"timestamp", "date", "enum"}, s.DeviceClass)
}

func TestStateClassAndPrecision(t *testing.T) {
	t.Parallel()
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if isText(s) {
			if s.StateClass != "" || s.Precision != sensors.NoPrecision || s.Shift != 0 {
				t.Errorf("state class %q, precision %d, shift %d on a row without numbers", s.StateClass, s.Precision, s.Shift)
			}
			return
		}
		// A total counts from midnight on; what a workout came to is no series.
		class := map[sensors.Endpoint]string{sensors.EndpointWorkouts: ""}
		want, special := class[s.Endpoint]
		if s.Endpoint == sensors.EndpointActivity && !strings.Contains(s.Key, "bpm") {
			want, special = "total", true
		}
		if !special {
			want = "measurement"
		}
		if s.StateClass != want {
			t.Errorf("state class %q, want %q", s.StateClass, want)
		}
		// Whole seconds have none, and an unknown type's is unknown.
		whole := s.Unit == "s" || s.Key == "type_<n>" || s.DeviceClass == "battery"
		if whole != (s.Precision == sensors.NoPrecision) || s.Precision > 3 {
			t.Errorf("precision %d", s.Precision)
		}
	})
}

func TestOptionsOnlyOnEnumsAndEvents(t *testing.T) {
	t.Parallel()
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if want := s.DeviceClass == "enum" || s.Platform == "event"; want != (len(s.Options) > 1) {
			t.Errorf("options %v", s.Options)
		}
		if sorted := slices.Sorted(slices.Values(s.Options)); len(slices.Compact(sorted)) != len(s.Options) {
			t.Errorf("an option twice: %v", s.Options)
		}
	})
}

// A number without a name must not be taken for an option, and Home Assistant
// needs an option to show instead.
func TestUnknownNumbersMapToOtherOption(t *testing.T) {
	t.Parallel()
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if s.NumberPrefix == "" {
			return
		}
		if !slices.Contains(s.Options, sensors.Other) {
			t.Errorf("no %q among %v", sensors.Other, s.Options)
		}
		if slices.ContainsFunc(s.Options, func(option string) bool { return strings.HasPrefix(option, s.NumberPrefix) }) {
			t.Errorf("%q begins one of %v", s.NumberPrefix, s.Options)
		}
	})
}

func TestEveryRowHasASource(t *testing.T) {
	t.Parallel()
	places := map[[2]int]string{}
	forEachSensor(t, func(t *testing.T, s sensors.Sensor) {
		t.Helper()
		if s.Source == "" {
			t.Error("no source")
		}
		onWire := s.Measure != 0 || len(s.Fields) > 0
		isMeasure := s.Endpoint == sensors.EndpointMeasures
		if s.Measure != 0 && !isMeasure || len(s.Fields) > 0 && isMeasure {
			t.Errorf("measure %d, fields %v of %s", s.Measure, s.Fields, s.Endpoint)
		}
		if s.Endpoint != "" && s.Endpoint.Scope() == "" {
			t.Errorf("endpoint %q", s.Endpoint)
		}
		if s.Endpoint == "" && (onWire || s.Position != 0) {
			t.Error("a field or measure, but no endpoint")
		}
		if s.Scope == sensors.ScopeBridge && s.Endpoint != "" {
			t.Error("a row of the bridge has an endpoint")
		}
	})
	for _, s := range sensors.Catalogue() {
		if s.Measure == 0 {
			continue
		}
		at := [2]int{s.Measure, s.Position}
		if other, taken := places[at]; taken {
			t.Errorf("%s and %s read the same measure", s.Key, other)
		}
		places[at] = s.Key
	}
}

// hasMeasure reports whether a measure type has a row, whatever the position.
func hasMeasure(n int) bool {
	return slices.ContainsFunc(sensors.Catalogue(), func(s sensors.Sensor) bool { return s.Measure == n })
}

// TestMeasureTypesWithoutARow have a reason, and a key only when they are
// published.
func TestMeasureTypesWithoutARow(t *testing.T) {
	t.Parallel()
	for n, reason := range sensors.ReasonsWithoutRow() {
		if reason == "" || hasMeasure(n) {
			t.Errorf("type %d: reason %q, has a row %t", n, reason, hasMeasure(n))
		}
	}
}

func TestEventTypesMatchTheMeasures(t *testing.T) {
	t.Parallel()
	row, _ := sensors.Lookup("measurement")
	for event, measures := range sensors.EventMeasures() {
		if !slices.Contains(row.Options, string(event)) {
			t.Errorf("%s is no type of event", event)
		}
		for _, n := range measures {
			if !hasMeasure(n) {
				t.Errorf("%s by type %d, which has no row", event, n)
			}
		}
	}
}

// Keys of devices are looked up for every device of every profile at a start.
//
//nolint:paralleltest // what others allocate would count
func TestKeysAreFoundWithoutMakingTheCatalogue(t *testing.T) {
	sensors.DeviceKeys() // makes the table
	if n := testing.AllocsPerRun(10, func() { sensors.DeviceKeys() }); n > 10 {
		t.Errorf("%.0f allocations", n)
	}
}
