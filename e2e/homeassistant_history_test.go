// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"
)

// controlFields uses the simulated cloud's control.
func (h *testbed) controlFields(verb string, fields jsonMember) {
	h.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		h.t.Fatal(err)
	}
	address := h.cloud.ControlURL + verb
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	reply, err := browser().Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: %s", verb, reply.Status)
	}
}

// TestHomeAssistantReceivesEvents runs a daemon that would poll again in an
// hour: new data arrive because a button was pressed.
func TestHomeAssistantReceivesEvents(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric"}, `schedule: "@every 2s"`, `schedule: "@every 1h"`)
	l.awaitConsistent("every entity as in the documents")
	if before := l.home.states()["event.alice_measurement"].Value; before != "unknown" {
		t.Errorf("before anything happened the event was %q", before)
	}

	l.controlFields("weigh", jsonMember{"person": "Alice", "kg": "71.234"})
	l.home.call("button/press", "button.alice_refresh")
	await(t, "the new weight", func() bool { return l.home.states()["sensor.alice_weight_kg"].Value == "71.234" })
	// A scale stores a weigh-in as several groups, which arrive one after the
	// other: an automation receives each, the entity shows the last.
	await(t, "the events of the weigh-in", func() bool {
		return l.home.hasEvent("event.alice_measurement", "weigh_in", "weight_kg", 71.234)
	})

	l.controlFields("blood-pressure", jsonMember{"person": "Bob", "systolic": 131, "diastolic": 84, "pulse": 61})
	l.home.call("button/press", "button.vitals2mqtt_refresh_all")
	await(t, "the event of the blood pressure", func() bool {
		return l.home.hasEvent("event.bob_measurement", "blood_pressure", "systolic_blood_pressure_mmhg", 131)
	})
	await(t, "the blood pressure", func() bool {
		states := l.home.states()
		return states["sensor.bob_diastolic_blood_pressure_mmhg"].Value == "84"
	})
	l.awaitConsistent("every entity after the events")

	// A later subscriber does not receive the event.
	was := l.home.states()["event.bob_measurement"].Value
	l.home.reloadMQTT()
	l.awaitConsistent("every entity after a reload")
	if now := l.home.states()["event.bob_measurement"].Value; now != was {
		t.Errorf("the event was at %s, and after a reload at %s", was, now)
	}
	l.expectNoComplaints()
}

// hasEvent reports whether an event entity's history has an event with a value.
func (h *homeAssistant) hasEvent(id, event, key string, value any) bool {
	h.t.Helper()
	var entities [][]state
	h.ask(http.MethodGet, "/api/history/period?filter_entity_id="+id, "application/json", nil, &entities)
	for _, s := range slices.Concat(entities...) {
		_, err := time.Parse(time.RFC3339, s.Value)
		if err == nil && s.Attributes["event_type"] == event && equalJSON(s.Attributes[key], value) &&
			s.Attributes["measured_at"] != nil {
			return true
		}
	}
	return false
}

// TestHomeAssistantKeepsStatistics waits for the full hour of a Home Assistant
// whose clock is close before it: then long-term statistics are made.
//
// clock: Home Assistant uses the real time
func TestHomeAssistantKeepsStatistics(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric", beforeHour: timeToCompare},
		`schedule: "@every 2s"`, `schedule: "@every 20s"`)
	l.awaitConsistent("every entity as in the documents")
	var kinds []struct {
		ID   string  `json:"statistic_id"`
		Unit *string `json:"statistics_unit_of_measurement"`
		Sum  bool    `json:"has_sum"`
	}
	l.home.socket.command("recorder/list_statistic_ids", nil, &kinds)
	listed := map[string]bool{}
	for _, kind := range kinds {
		listed[kind.ID] = kind.Sum
	}
	wanted := map[string]bool{} // true = a sum
	states := l.home.states()
	for _, e := range l.home.entities() {
		s := states[e.ID]
		if class, ok := s.Attributes["state_class"]; ok {
			wanted[s.ID] = class == "total"
			if sum, ok := listed[s.ID]; !ok || sum != wanted[s.ID] {
				t.Errorf("%s: listed as statistic %v, as a sum %v", s.ID, ok, sum)
			}
		}
	}
	rows := l.home.awaitHours(1, keys(wanted))
	for id, sum := range wanted {
		last := rows[id][len(rows[id])-1]
		if sum != (last.Sum != nil && last.State != nil) || sum == (last.Mean != nil && last.Min != nil && last.Max != nil) {
			t.Errorf("the statistics of %s are %+v", id, last)
		}
	}
	if weight := rows["sensor.alice_weight_kg"]; len(weight) != 1 ||
		len(diffText("mean", l.tree()["vitals2mqtt/alice/weight_kg"], number(weight[0].Mean))) > 0 {
		t.Errorf("the weight's statistics are %+v", weight)
	}
	var issues map[string]any
	l.home.socket.command("recorder/validate_statistics", nil, &issues)
	if len(issues) > 0 {
		t.Errorf("Home Assistant sees issues with the statistics: %v", issues)
	}
	t.Logf("%d statistics", len(wanted))
	l.expectNoComplaints()
}

// number formats a number that may be null.
func number(f *float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
