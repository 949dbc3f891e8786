// SPDX-License-Identifier: MIT

package config_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

// A row of a user is treated like those of the catalogue.
func TestExtraTypes(t *testing.T) {
	t.Parallel()
	c := mustParse(t, "extra_types: [{type: 300, key: my_value}, {type: 122, key: other, name: Another, "+
		"unit: mg, precision: 0, device_class: weight, icon: 'mdi:pill', enabled: no}]")
	want := []sensors.Sensor{
		{
			Key: "my_value", Name: "My value", Platform: "sensor", StateClass: "measurement", Precision: sensors.NoPrecision,
			Enabled: true, Scope: sensors.ScopeProfile, Source: "getmeas 300, added in the configuration",
			Endpoint: sensors.EndpointMeasures, Measure: 300,
		}, {
			Key: "other", Name: "Another", Platform: "sensor", DeviceClass: "weight", Unit: "mg", StateClass: "measurement",
			Precision: 0, Icon: "mdi:pill", Scope: sensors.ScopeProfile, Source: "getmeas 122, added in the configuration",
			Endpoint: sensors.EndpointMeasures, Measure: 122,
		},
	}
	if diff := cmp.Diff(want, c.Withings.ExtraTypes); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	keys := c.Withings.Profiles[0].Measurements
	if !slices.Equal(keys, append(sensors.Keys(), "my_value", "other")) {
		t.Errorf("all is %v", keys)
	}
}

// Every word of the catalogue is taken, and every measure type that it reads.
func TestExtraTypeCannotReplaceCatalogueEntry(t *testing.T) {
	t.Parallel()
	for _, row := range sensors.Catalogue() {
		if strings.HasPrefix(row.Key, "type_") {
			continue
		}
		err := mustFail(t, "extra_types: [{type: 300, key: "+row.Key+"}]")
		if !strings.Contains(err, "it is already in the catalogue") {
			t.Errorf("%s: %s", row.Key, err)
		}
		if row.Measure == 0 {
			continue
		}
		text := "extra_types: [{type: " + strconv.Itoa(row.Measure) + ", key: my_value}]"
		if err := mustFail(t, text); !strings.Contains(err, "is already in the catalogue as") {
			t.Errorf("%s: %s", text, err)
		}
	}
}

// The values of a profile's devices can be configured like its own, and are
// part of all; those of the program itself cannot.
func TestDeviceKeysCanBeConfigured(t *testing.T) {
	t.Parallel()
	keys := []string{"battery", "battery_level_pct", "battery_low", "last_session"}
	c := mustParse(t, "measurements: ["+strings.Join(keys, ", ")+"]")
	if got := c.Withings.Profiles[0].Measurements; !slices.Equal(got, keys) {
		t.Errorf("got %v", got)
	}
	everything := mustParse(t, "units: metric").Withings.Measurements
	for _, key := range keys {
		if !slices.Contains(everything, key) {
			t.Errorf("%s is not part of all", key)
		}
	}
	if err := mustFail(t, "measurements: [last_sync]"); !strings.Contains(err, "unknown measurement key") {
		t.Error(err)
	}
}

// mustParse reads a configuration with one more line under withings.
func mustParse(t *testing.T, line string) *config.Config {
	t.Helper()
	c, warnings, err := config.Parse("config.yaml", configWithLine(line), nil, vocabulary())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	return c
}

// mustFail is parsed for what must not be accepted; it returns the mistakes.
func mustFail(t *testing.T, line string) string {
	t.Helper()
	_, _, err := config.Parse("config.yaml", configWithLine(line), nil, vocabulary())
	if err == nil {
		t.Fatalf("%s was accepted", line)
	}
	return err.Error()
}

func configWithLine(line string) []byte {
	return []byte("withings:\n  client_id: id\n  client_secret: hunter2\n  profiles: [Alice]\n  " + line + "\n")
}
