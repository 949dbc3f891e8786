//go:build e2e && interop

package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tell uses the simulated cloud's control.
func (h *household) tell(verb string, fields member) {
	h.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		h.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.cloud.ControlURL+verb, bytes.NewReader(body))
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

// TestHomeAssistantHearsOfEvents has a daemon that would poll again in an hour:
// what comes, comes because somebody pressed a button.
func TestHomeAssistantHearsOfEvents(t *testing.T) {
	t.Parallel()
	l := newLived(t, homeSetup{units: "metric"}, `schedule: "@every 2s"`, `schedule: "@every 1h"`)
	l.awaitRight("every entity as the documents say")
	if before := l.home.states()["event.alice_measurement"].Value; before != "unknown" {
		t.Errorf("before anything happened the event was %q", before)
	}

	l.tell("weigh", member{"person": "Alice", "kg": "71.234"})
	l.home.call("button/press", "button.alice_refresh")
	await(t, "the new weight", func() bool { return l.home.states()["sensor.alice_weight_kg"].Value == "71.234" })
	await(t, "the event of the weigh-in", func() bool {
		return l.home.states()["event.alice_measurement"].Attributes["event_type"] == "weigh_in"
	})
	// A scale stores a weigh-in as several groups; each makes an event.
	if events := l.subscriber.payloads("vitals2mqtt/alice/event"); !strings.Contains(strings.Join(events, "\n"), `"weight_kg":71.234`) {
		t.Errorf("the events are %v", events)
	}

	l.tell("blood-pressure", member{"person": "Bob", "systolic": 131, "diastolic": 84, "pulse": 61})
	l.home.call("button/press", "button.vitals2mqtt_refresh_all")
	await(t, "the event of the blood pressure", func() bool {
		event := l.home.states()["event.bob_measurement"]
		_, err := time.Parse(time.RFC3339, event.Value)
		return err == nil && event.Attributes["event_type"] == "blood_pressure" &&
			same(event.Attributes["systolic_blood_pressure_mmhg"], 131) && event.Attributes["measured_at"] != nil
	})
	await(t, "the blood pressure", func() bool {
		states := l.home.states()
		return states["sensor.bob_diastolic_blood_pressure_mmhg"].Value == "84"
	})
	l.awaitRight("every entity after the events")

	// An event is not heard again by whoever comes later.
	was := l.home.states()["event.bob_measurement"].Value
	l.home.reloadMQTT()
	l.awaitRight("every entity after a reload")
	if now := l.home.states()["event.bob_measurement"].Value; now != was {
		t.Errorf("the event was at %s, and after a reload at %s", was, now)
	}
	l.noComplaints()
}

// TestHomeAssistantKeepsStatistics waits for the full hour of a Home Assistant
// whose clock is close before it: then long-term statistics are made.
func TestHomeAssistantKeepsStatistics(t *testing.T) {
	t.Parallel()
	l := newLived(t, homeSetup{units: "metric", toTheHour: 45 * time.Second})
	l.awaitRight("every entity as the documents say")
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
	type row struct {
		Mean, Min, Max, State, Sum *float64
	}
	wanted := map[string]bool{} // and whether it is a sum
	for _, s := range l.home.states() {
		if class, ok := s.Attributes["state_class"]; ok {
			wanted[s.ID] = class == "total"
			if sum, ok := listed[s.ID]; !ok || sum != wanted[s.ID] {
				t.Errorf("%s: listed as statistic %v, as a sum %v", s.ID, ok, sum)
			}
		}
	}
	var rows map[string][]row
	t.Cleanup(func() {
		for id := range wanted {
			if len(rows[id]) == 0 {
				t.Logf("no statistics of %s: %+v", id, l.home.states()[id].Value)
			}
		}
	})
	await(t, "the statistics of the hour", func() bool {
		l.home.socket.command("recorder/statistics_during_period", member{
			"start_time": time.Now().Add(-2 * time.Hour).Format(time.RFC3339), "statistic_ids": keys(wanted), "period": "hour",
		}, &rows)
		return len(rows) > 0 && len(rows) == len(wanted)
	})
	for id, sum := range wanted {
		last := rows[id][len(rows[id])-1]
		if sum != (last.Sum != nil && last.State != nil) || sum == (last.Mean != nil && last.Min != nil && last.Max != nil) {
			t.Errorf("the statistics of %s are %+v", id, last)
		}
	}
	if weight := rows["sensor.alice_weight_kg"]; len(weight) != 1 ||
		len(equal("mean", l.tree()["vitals2mqtt/alice/weight_kg"], number(weight[0].Mean))) > 0 {
		t.Errorf("the weight's statistics are %+v", weight)
	}
	var issues map[string]any
	l.home.socket.command("recorder/validate_statistics", nil, &issues)
	if len(issues) > 0 {
		t.Errorf("Home Assistant sees issues with the statistics: %v", issues)
	}
	t.Logf("%d statistics", len(wanted))
	l.noComplaints()
}

// number writes one that may be missing.
func number(f *float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
