// SPDX-License-Identifier: MIT

package discovery

import (
	"slices"
	"strings"
	"testing"
)

func TestSensorClassesAreWellFormed(t *testing.T) {
	t.Parallel()
	if len(sensorClasses) != 62 {
		t.Errorf("%d classes, want the 62 of Home Assistant 2026.9", len(sensorClasses))
	}
	for name, class := range sensorClasses {
		if !class.currency && len(class.units) == 0 {
			t.Errorf("%s has no units", name)
		}
		for _, unit := range class.units {
			if unit != "" && unitNormalizer.Replace(unit) != unit {
				t.Errorf("%s: %q is a spelling that is rewritten", name, unit)
			}
		}
		for _, state := range class.states {
			if !slices.Contains([]string{"measurement", "measurement_angle", "total", "total_increasing"}, state) {
				t.Errorf("%s: invalid state class %q", name, state)
			}
		}
		if hasTextState(name) && (len(class.states) > 0 || !slices.Equal(class.units, []string{""})) {
			t.Errorf("%s has words for states, and yet units or state classes", name)
		}
	}
}

func TestSensorClassUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class, unit string
		want        bool
	}{
		{"speed", "km/h", true},
		{"speed", "mi/h", false},
		{"temperature", "°C", true},
		{"temperature", "C", false},
		{"volume", "fl. oz.", true},
		{"volume", "fl._oz.", false},
		{"power_factor", "", true},
		{"power_factor", "%", true},
		{"aqi", "", true},
		{"aqi", "ppm", false},
		{"monetary", "EUR", true},
		{"timestamp", "s", false},
		{"pressure", "mmHg", true},
		{"weight", "μg", true},
		{"weight", "\u00b5g", false},
		{"duration", "ms", true},
		{"blood_glucose_concentration", "mg/dL", true},
	} {
		if got := sensorClasses[c.class].acceptsUnit(c.unit); got != c.want {
			t.Errorf("%s with %q: %v, want %v", c.class, c.unit, got, c.want)
		}
	}
	if states := strings.Join(sensorClasses["energy"].states, " "); states != "total total_increasing" {
		t.Errorf("energy has the state classes %s", states)
	}
}
