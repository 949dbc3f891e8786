// SPDX-License-Identifier: MIT

package cli

import (
	"strings"
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/dashboard"
	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

func TestEveryGroupHasAHeading(t *testing.T) {
	t.Parallel()
	for _, group := range groupEntities(nil, bridge.Profile{}) {
		for _, language := range display.Languages() {
			if !language.Has(group.Name) {
				t.Errorf("no text %s in %q", group.Name, language)
			}
		}
		if !strings.HasPrefix(group.Icon, "mdi:") {
			t.Errorf("%s has the icon %q", group.Name, group.Icon)
		}
	}
	if got, want := len(groupEntities(nil, bridge.Profile{})), len(web.Groups()); got != want {
		t.Errorf("%d groups, want %d", got, want)
	}
}

func TestEntitiesAreGroupedInCatalogueOrder(t *testing.T) {
	t.Parallel()
	own := sensors.Sensor{Key: "my_value", Measure: 122, Endpoint: sensors.EndpointMeasures}
	groups := groupEntities([]announcedEntity{
		{dashboard.Entity{ID: "sensor.scale_battery", Key: "battery", Name: "Battery"}, "Scale"},
		{dashboard.Entity{ID: "sensor.a_my_value", Key: "my_value", Name: "My value"}, ""},
		{dashboard.Entity{ID: "sensor.a_bmi", Key: "bmi", Name: "BMI"}, ""},
		{dashboard.Entity{ID: "sensor.a_weight_kg", Key: "weight_kg", Name: "Weight"}, ""},
	}, bridge.Profile{Extra: []sensors.Sensor{own}})
	var got []string
	for _, group := range groups {
		for _, entity := range group.Entities {
			got = append(got, group.Name+" "+entity.Name)
		}
	}
	const want = "dashboard.body Weight, dashboard.body BMI, dashboard.body My value, dashboard.devices Scale Battery"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
