// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// ownTestbed is a Home Assistant in which its own integration for the cloud and
// this program show the same person.
type ownTestbed struct {
	*testbed

	cloudOf    *simulator.Cloud
	userID     string
	entry      string // the id of its own integration's entry
	home       *homeAssistant
	subscriber *process
}

// timeToCompare is left to compare both before the first statistics of an
// hour are made.
const timeToCompare = 5 * time.Minute

func newOwnTestbed(t *testing.T) *ownTestbed {
	t.Helper()
	now := time.Now()       // clock: other programs use the real time
	zone := zoneAt(12, now) // the night is over and the day is not, whenever a test runs
	cloud := simulator.New(simulator.Options{
		Strict: true,
		Panic:  func(text string) { t.Error(text) },
		Knobs:  simulator.Knobs{PerMinute: -1},
		People: []simulator.Person{{
			Name:     "Alice",
			Timezone: zone,
			HeightCM: 171,
			WeightG:  68_400,
			BodyScan: true,
			Mat:      true,
			Days:     -1,
			Owns: simulator.Owns{
				Watch: true,
				Goals: simulator.Goals{Steps: 10_000, Sleep: 8 * 3600, WeightG: 66_000},
			},
		}},
	})
	addEverything(cloud, now)
	h := &testbed{t: t, folder: t.TempDir(), broker: freePort(t), page: freePort(t)}
	h.cloud.APIURL = simtest.Serve(t, cloud)
	h.cloud.ClientID, h.cloud.ClientSecret = cloud.ClientID(), cloud.ClientSecret()
	h.configure("Alice")
	h.edit(`"@every 2s"`, `"@every 10s"`) // Home Assistant has enough to do
	h.mosquitto()
	if code := h.login("Alice").wait(); code != 0 {
		t.Fatalf("login ended with %d", code)
	}
	l := &ownTestbed{testbed: h, cloudOf: cloud, userID: cloud.People()[0].UserID, subscriber: h.subscribe()}
	l.home = newHome(t, homeSetup{units: "metric", zone: zone, beforeHour: timeToCompare, cloud: h.cloud.APIURL})
	l.home.addMQTT(h.broker)
	h.program("run")
	l.addOwnIntegration()
	l.awaitProfiles(l.subscriber, "alice")
	return l
}

// addEverything adds all kinds of data that both know. The height is older than
// what Home Assistant's own integration asks for.
func addEverything(cloud *simulator.Cloud, now time.Time) {
	const alice = "Alice"
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	cloud.Measure(alice, 4, "1.71", now.AddDate(0, 0, -20))
	cloud.Weigh(alice, "68.35", ago(3*time.Hour))
	cloud.BloodPressure(alice, 121, 79, 61, ago(100*time.Minute))
	cloud.Temperature(alice, "36.7", ago(90*time.Minute))
	cloud.SpO2(alice, 97, ago(80*time.Minute))
	cloud.Measure(alice, 123, "41.5", ago(70*time.Minute))
	cloud.Measure(alice, 196, "5.25", ago(60*time.Minute))
	cloud.Measure(alice, 197, "5.125", ago(60*time.Minute))
	cloud.Measure(alice, 198, "5.375", ago(60*time.Minute))
	cloud.Night(alice, ago(5*time.Hour))
	cloud.Walk(alice, 1234, ago(4*time.Hour))
	cloud.Workout(alice, 3, ago(3*time.Hour), ago(2*time.Hour))
}

// addOwnIntegration completes the dialogue that adds its own integration, with a
// browser that signs in at the cloud.
func (l *ownTestbed) addOwnIntegration() {
	h := l.home
	h.t.Helper()
	h.socket.command("application_credentials/create", jsonMember{
		"domain": "withings", "client_id": l.cloud.ClientID, "client_secret": l.cloud.ClientSecret,
	}, &jsonMember{})
	var step struct {
		ID    string `json:"flow_id"`
		Type  string `json:"type"`
		URL   string `json:"url"`
		Entry struct {
			ID string `json:"entry_id"`
		} `json:"result"`
	}
	h.post("/api/config/config_entries/flow", jsonMember{"handler": "withings"}, &step)
	if step.Type != "external" {
		h.t.Fatalf("adding its own integration began with %+v", step)
	}
	l.visit(l.consent("Alice", step.URL))
	h.ask(http.MethodGet, "/api/config/config_entries/flow/"+step.ID, "application/json", nil, &step)
	if step.Type != "create_entry" {
		h.t.Fatalf("adding its own integration ended with %+v", step)
	}
	l.entry = step.Entry.ID
}

// enableAll enables the entities that are disabled by default, and waits until
// both show them: Home Assistant loads them half a minute later. It returns
// which of its own integration were enabled before, by unique id.
func (l *ownTestbed) enableAll() (shown map[string]bool) {
	h := l.home
	h.t.Helper()
	l.awaitBothWeights("at first")
	awaitFor(h.t, "all of its own", waitTimeout, time.Second, func() bool {
		_, there := h.entitiesOf("withings")[l.theirID("workout_duration")]
		_, here := h.entities()[l.ourID("workout_duration")]
		return there && here
	})
	shown = map[string]bool{}
	awaitFor(h.t, "all enabled entities", 2*waitTimeout, time.Second, func() bool {
		states, complete := h.states(), true
		for id, e := range h.entitiesOf("withings") { // some are registered later than others
			if _, seen := shown[id]; !seen {
				shown[id] = e.Disabled == nil
			}
		}
		for _, all := range []map[string]entity{h.entitiesOf("withings"), h.entities()} {
			for _, e := range all {
				if e.Disabled != nil {
					h.socket.command("config/entity_registry/update",
						jsonMember{"entity_id": e.ID, "disabled_by": nil}, &jsonMember{})
				}
				if s, ok := states[e.ID]; !ok || s.Value == "unavailable" {
					complete = false
				}
			}
		}
		return complete
	})
	return shown
}

// awaitBothWeights waits until both show the weight.
func (l *ownTestbed) awaitBothWeights(when string) {
	l.t.Helper()
	awaitFor(l.t, "both weights, "+when, waitTimeout, time.Second, func() bool {
		states := l.home.states()
		return states["sensor.alice_weight_kg"].Value == "68.35" && states["sensor.withings_weight"].Value == "68.35"
	})
}

// theirID and ourID are unique ids of the person's entities.
func (l *ownTestbed) theirID(key string) string { return "withings_" + l.userID + "_" + key }

func (l *ownTestbed) ourID(key string) string {
	switch key {
	case "workout": // a calendar there, an event here
		key = "measurement"
	case "sleep_snoring_eposode_count":
		key = strings.Replace(key, "eposode", "episode", 1)
	}
	return "vitals2mqtt_" + l.userID + "_" + key
}
