// SPDX-License-Identifier: MIT

package discovery_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// userRow is a row as the configuration makes one of withings.extra_types.
func userRow(class, unit string) sensors.Sensor {
	return sensors.Sensor{
		Key:         "mine",
		Name:        "Mine",
		Platform:    "sensor",
		DeviceClass: class,
		Unit:        unit,
		StateClass:  "measurement",
		Precision:   sensors.NoPrecision,
		Enabled:     true,
	}
}

func TestValidateChecksUserRows(t *testing.T) {
	t.Parallel()
	set := func(row sensors.Sensor, change func(*sensors.Sensor)) sensors.Sensor {
		change(&row)
		return row
	}
	named := func(name string) sensors.Sensor {
		return set(userRow("", ""), func(r *sensors.Sensor) { r.Name = name })
	}
	broken := map[string]bool{}
	for _, row := range []struct {
		sensor sensors.Sensor
		rule   string // "" for none
		text   string
	}{
		{userRow("", ""), "", ""},
		{userRow("", "bananas"), "", ""},
		{userRow("weight", "kg"), "", ""},
		{userRow("aqi", ""), "", ""},
		{userRow("weight", "\u00b5g"), "", ""},
		{set(userRow("weight", "kg"), func(r *sensors.Sensor) { r.Precision = 0 }), "", ""},
		{set(userRow("enum", ""), func(r *sensors.Sensor) { r.StateClass = "" }), "", ""},
		{set(userRow("monetary", "EUR"), func(r *sensors.Sensor) { r.StateClass = "total" }), "", ""},
		{set(userRow("mass", "kg"), func(r *sensors.Sensor) { r.Platform = "button" }), "", ""},
		{named("Alicea"), "", ""},
		{userRow("mass", "kg"), "sensor-device-class", `invalid device_class "mass" for sensor`},
		{userRow("weight", "stone"), "sensor-unit", `device_class weight does not allow unit "stone"`},
		{userRow("weight", ""), "sensor-unit", `does not allow unit ""`},
		{userRow("energy", "kWh"), "sensor-state-for-class", "device_class energy does not allow state_class measurement"},
		{userRow("date", ""), "sensor-state-for-class", ""},
		{userRow("wind_direction", "°"), "sensor-state-for-class", ""},
		{
			set(userRow("timestamp", ""), func(r *sensors.Sensor) { r.StateClass, r.Precision = "", 0 }),
			"sensor-precision", "suggested_display_precision is for numbers",
		},
		{named("Alice (profile)"), "name-repeats-device", "the name repeats the device name"},
		{named("ALICE (Profile) weight"), "name-repeats-device", ""},
	} {
		p := alice("weight_kg")
		p.Sensors = append(p.Sensors, row.sensor)
		if row.rule == "name-repeats-device" { // the device is "Alice (profile)" then
			p.Sensors = append(p.Sensors, sensors.Sensor{Key: "other", Name: "Alice", Platform: "sensor"})
		}
		d := discovery.ProfileDocument(testSite(), p)
		clean, problems := discovery.Validate(d)
		want := d.Components()
		if row.rule == "" {
			if len(problems) > 0 || !slices.Equal(clean.JSON(), d.JSON()) {
				t.Errorf("%+v: %v", row.sensor, problems)
			}
			continue
		}
		broken[row.rule] = true
		want = slices.DeleteFunc(want, func(key string) bool { return key == "mine" })
		if len(problems) != 1 || problems[0].Component != "mine" || problems[0].Rule != row.rule ||
			!strings.Contains(problems[0].String(), row.text) || !slices.Equal(clean.Components(), want) {
			t.Errorf("%+v: %v, left %v; want %s", row.sensor, problems, clean.Components(), row.rule)
		}
		if !slices.Contains(d.Components(), "mine") {
			t.Errorf("%+v: the argument was changed", row.sensor)
		}
	}
	if len(broken) != 5 {
		t.Errorf("only the rules %v are tested", broken)
	}
}

func TestValidateRefusesInvalidID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "bridge_", "a/b", "a b", "+", "ä"} {
		p := alice("weight_kg")
		p.UserID = id
		clean, problems := discovery.Validate(discovery.ProfileDocument(testSite(), p))
		if !clean.IsZero() || len(problems) != 1 || problems[0].Rule != "id" || problems[0].Component != "" {
			t.Errorf("%q: %v", id, problems)
		}
	}
}

func TestValidateRefusesOversizedDocument(t *testing.T) {
	t.Parallel()
	p := alice()
	for i := range 300 { // three times as many as the configuration takes
		row := userRow("", "")
		row.Key, row.Name = fmt.Sprintf("mine_%d", i), strings.Repeat("x", 100)
		p.Sensors = append(p.Sensors, row)
	}
	d := discovery.ProfileDocument(testSite(), p)
	clean, problems := discovery.Validate(d)
	if !clean.IsZero() || len(problems) != 1 || !strings.Contains(problems[0].String(),
		fmt.Sprintf("document has %d bytes, more than the limit of 128000 (size)", len(d.JSON()))) {
		t.Errorf("%v", problems)
	}
	for i := range p.Sensors { // what is left out does not count
		p.Sensors[i].DeviceClass = "mass"
	}
	clean, problems = discovery.Validate(discovery.ProfileDocument(testSite(), p))
	if clean.IsZero() || len(problems) != 300 {
		t.Errorf("%d problems", len(problems))
	}
}

func TestValidateOfNothing(t *testing.T) {
	t.Parallel()
	if clean, problems := discovery.Validate(discovery.Document{}); !clean.IsZero() || problems != nil {
		t.Errorf("%v", problems)
	}
}
