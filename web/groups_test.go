// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

func TestPageListsValuesByGroup(t *testing.T) {
	t.Parallel()
	h := newHarness()
	h.overview.Profiles[0].Values = []web.Value{
		{Key: "sleep_score", Name: "Sleep score", Shown: "80 points", Group: web.GroupSleep},
		{Key: "weight_kg", Name: "Weight", Shown: "81.35 kg", Group: web.GroupBody},
		{Key: "type_300", Name: "Own type", Shown: "1"},
		{Key: "sleep_efficiency", Name: "Sleep efficiency", Shown: "90%", Group: web.GroupSleep},
	}
	body := request(t, h.handler(t, nil), http.MethodGet, "/").Body.String()
	var got []string
	for _, found := range regexp.MustCompile(`(?:<h3|class="name")>([^<]*)`).FindAllStringSubmatch(body, -1) {
		got = append(got, found[1])
	}
	want := []string{"Body", "Weight", "Sleep", "Sleep score", "Sleep efficiency", "Other", "Own type"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryRowOfAProfileHasAGroup(t *testing.T) {
	t.Parallel()
	keys := map[string]web.Group{}
	for _, row := range sensors.Catalogue() {
		group := web.GroupOf(row)
		keys[row.Key] = group
		if row.Scope == sensors.ScopeProfile && row.Platform == "sensor" && row.EntityCategory == "" && group == web.GroupOther {
			t.Errorf("%s (%s) is in no group", row.Key, row.Endpoint)
		}
	}
	for key, want := range map[string]web.Group{
		"weight_kg":                    web.GroupBody,
		"systolic_blood_pressure_mmhg": web.GroupHeart,
		"heart_pulse_bpm":              web.GroupHeart,
		"sleep_score":                  web.GroupSleep,
		"activity_steps_today":         web.GroupActivity,
		"workout_type":                 web.GroupWorkouts,
	} {
		if got, known := keys[key]; !known || got != want {
			t.Errorf("%s is in %q, want %q (known: %v)", key, got, want, known)
		}
	}
}
