// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestHomeAssistantImperialUnits uses Home Assistant's imperial unit system: it
// converts what has a device class with another unit, and nothing else. Weights
// stay as they are until the user chooses pounds.
func TestHomeAssistantImperialUnits(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "us_customary"})
	const feet, same = 1 / 0.3048, 1.0
	wanted := map[string]struct {
		topic, unit   string
		factor, added float64
	}{
		"sensor.bob_systolic_blood_pressure_mmhg":  {"bob/systolic_blood_pressure_mmhg", "mmHg", same, 0},
		"sensor.bob_diastolic_blood_pressure_mmhg": {"bob/diastolic_blood_pressure_mmhg", "mmHg", same, 0},
		"sensor.alice_pulse_wave_velocity":         {"alice/pulse_wave_velocity", "m/s", same, 0},
		"sensor.alice_weight_kg":                   {"alice/weight_kg", "kg", same, 0},
		"sensor.alice_body_temperature_c":          {"alice/body_temperature_c", "°F", 1.8, 32},
		"sensor.alice_activity_distance_today":     {"alice/activity_distance_today", "ft", feet, 0},
	}
	var wrong []string
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(wrong, "\n"))
		}
	})
	await(t, "imperial units", func() bool {
		states, tree := l.home.states(), l.tree()
		wrong = nil
		for id, want := range wanted {
			have, errHave := strconv.ParseFloat(states[id].Value, 64)
			bare, errBare := strconv.ParseFloat(tree["vitals2mqtt/"+want.topic], 64)
			if errHave != nil || errBare != nil || math.Abs(have-bare*want.factor-want.added) > 1e-6 ||
				states[id].Attributes["unit_of_measurement"] != want.unit {
				wrong = append(wrong, fmt.Sprintf("%s is %s %v, and the topic has %q", id, states[id].Value,
					states[id].Attributes["unit_of_measurement"], tree["vitals2mqtt/"+want.topic]))
			}
		}
		return len(wrong) == 0
	})

	// A user who chooses pounds gets pounds.
	l.home.socket.command("config/entity_registry/update", jsonMember{
		"entity_id": "sensor.alice_weight_kg", "options_domain": "sensor", "options": jsonMember{"unit_of_measurement": "lb"},
	}, &jsonMember{})
	await(t, "the weight in pounds", func() bool {
		var s state
		l.home.ask(http.MethodGet, "/api/states/sensor.alice_weight_kg", "application/json", nil, &s)
		pounds, err := strconv.ParseFloat(s.Value, 64)
		kilos, errBare := strconv.ParseFloat(l.tree()["vitals2mqtt/alice/weight_kg"], 64)
		return err == nil && errBare == nil && s.Attributes["unit_of_measurement"] == "lb" &&
			math.Abs(pounds-kilos/0.45359237) < 0.01
	})
	l.expectNoComplaints()
}
