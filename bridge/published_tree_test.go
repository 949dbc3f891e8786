// SPDX-License-Identifier: MIT

package bridge_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// swimming is the Withings number of that workout category.
const swimming = 7

// runPeople runs a bridge for simulated people with all keys, and returns its
// harness.
func runPeople(t *testing.T, d time.Duration, people ...simulator.Person) *simHarness {
	t.Helper()
	sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	h := newSimHarness(t, simulator.Options{
		Seed:   11,
		Strict: true,
		People: people,
		Knobs:  simulator.Knobs{Prescribed: true},
	})
	profiles := h.signIn(t)
	for i := range profiles {
		profiles[i].Keys, profiles[i].Unlisted, profiles[i].Schedule = sensors.Keys(), true, everySchedule(time.Hour)
	}
	for _, p := range people {
		if p.Owns.Swims {
			now := time.Now() // clock: called in bubbles
			h.cloud.Workout(p.Name, swimming, now.Add(-3*time.Hour), now.Add(-2*time.Hour))
		}
	}
	runFor(t, h.bridge(t, profiles...), d, nil)
	return h
}

// TestGoldenTreeByOwnedDevices compares what the owners of different devices
// get: the bare values of profiles and devices, and the announced entities.
func TestGoldenTreeByOwnedDevices(t *testing.T) {
	t.Parallel()
	couple := simulator.Couple()
	for name, people := range map[string][]simulator.Person{
		"body_scan":  {simulator.BodyScanOwner()},
		"couple":     couple[:],
		"scan_watch": {simulator.ScanWatchOwner()},
		"by_hand":    {simulator.ByHandOwner()},
		"free_plan":  {simulator.FreePlanOwner(0)},
		"locked":     {simulator.FreePlanOwner(277)},
		"thermo":     {simulator.ThermoOwner()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for i := range people {
					people[i].Days = cmp.Or(people[i].Days, wholeOr(0, 250)) // 0 is years
				}
				h := runPeople(t, 26*time.Hour-time.Second, people...) // no poll is due at the end
				tree := map[string]string{}
				for topic, payload := range h.publisher.all() {
					id, document := h.tree.DocumentID(topic)
					switch {
					case document:
						tree[topic] = componentKeys(t, payload)
					case strings.HasPrefix(topic, h.tree.Base+"/bridge/") || strings.HasSuffix(topic, "/detail") || id != "":
					case !isSnapshot(h, topic):
						tree[topic] = payload
					}
				}
				checkGolden(t, "owners/"+name+".txt", tree, nil)
			})
		})
	}
}

func isSnapshot(h *simHarness, topic string) bool {
	name, ok := h.tree.Parse(topic)
	return ok && h.tree.Snapshot(name.Profile) == topic
}

// componentKeys lists the components of a document.
func componentKeys(t *testing.T, payload string) string {
	t.Helper()
	var document struct {
		Components map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(payload), &document); err != nil {
		t.Fatal(err)
	}
	keys := make([]string, 0, len(document.Components))
	for key := range document.Components {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// TestEveryRowReachesATopicAndADocument follows each row of the catalogue from
// the simulated cloud to its topics and its component.
func TestEveryRowReachesATopicAndADocument(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people := append(simulator.DemoPeople(), simulator.Owners()...)
		for i := range people {
			people[i].Days = cmp.Or(people[i].Days, wholeOr(0, 90)) // 0 is years
		}
		h := runPeople(t, 26*time.Hour, people...)
		tree := h.publisher.all()
		documents := map[string]map[string]any{}
		for topic, payload := range tree {
			id, ok := h.tree.DocumentID(topic)
			if !ok {
				continue
			}
			var document struct {
				Components map[string]map[string]any
			}
			if err := json.Unmarshal([]byte(payload), &document); err != nil {
				t.Fatal(err)
			}
			for key, component := range document.Components {
				documents[id+" "+key] = component
			}
		}
		for _, key := range sensors.Keys() {
			row, _ := sensors.Lookup(key)
			if row.Endpoint == sensors.EndpointEvents {
				continue // only notifications deliver those
			}
			found := 0
			for topic, payload := range tree {
				name, ok := h.tree.Parse(topic)
				if !ok || name.Key != key {
					continue
				}
				found++
				if strings.HasSuffix(topic, "/detail") {
					checkDetail(t, row, topic, payload)
					continue
				}
				checkBare(t, row, topic, payload)
				if name.Device != "" {
					checkComponent(t, row, documents[discovery.DeviceID(name.Device)+" "+key])
				}
			}
			if found == 0 && row.Endpoint != sensors.EndpointWorkouts { // the last workout does not have all values
				t.Errorf("%s: no profile has a value", key)
			}
			announced := false
			for at, component := range documents {
				if strings.HasSuffix(at, " "+key) {
					announced = true
					checkComponent(t, row, component)
				}
			}
			if !announced {
				t.Errorf("%s: no component", key)
			}
		}
	})
}

func checkBare(t *testing.T, row sensors.Sensor, topic, payload string) {
	t.Helper()
	var err error
	switch {
	case row.Platform == "binary_sensor":
		if payload != "ON" && payload != "OFF" {
			err = errors.New("neither ON nor OFF")
		}
	case row.DeviceClass == "timestamp":
		_, err = time.Parse(time.RFC3339, payload)
	case row.DeviceClass == "date":
		_, err = time.Parse(time.DateOnly, payload)
	case len(row.Options) > 0:
		if !slices.Contains(row.Options, payload) {
			err = fmt.Errorf("not one of %v", row.Options)
		}
	default:
		_, err = strconv.ParseFloat(payload, 64)
	}
	if err != nil {
		t.Errorf("%s is %q: %v", topic, payload, err)
	}
}

func checkDetail(t *testing.T, row sensors.Sensor, topic, payload string) {
	t.Helper()
	var detail struct {
		Value      any
		Unit       string
		MeasuredAt time.Time  `json:"measured_at"`
		ReceivedAt time.Time  `json:"received_at"`
		LastReset  *time.Time `json:"last_reset"`
	}
	if err := json.Unmarshal([]byte(payload), &detail); err != nil {
		t.Errorf("%s: %v", topic, err)
		return
	}
	if detail.Value == nil || detail.Unit != row.Unit || detail.MeasuredAt.IsZero() || detail.ReceivedAt.IsZero() {
		t.Errorf("%s is %s", topic, payload)
	}
	if (row.StateClass == "total") != (detail.LastReset != nil) {
		t.Errorf("%s: last_reset %v", topic, detail.LastReset)
	}
	if detail.LastReset != nil {
		if hour, minute, second := detail.LastReset.Clock(); hour+minute+second != 0 {
			t.Errorf("%s: a reset at %v, no midnight", topic, detail.LastReset)
		}
	}
}

func checkComponent(t *testing.T, row sensors.Sensor, component map[string]any) {
	t.Helper()
	text := func(name string) string {
		value, _ := component[name].(string)
		return value
	}
	unit := strings.ReplaceAll(row.Unit, "\u00b5", "\u03bc")
	if text("platform") != row.Platform || text("name") != row.Name || text("device_class") != row.DeviceClass ||
		text("unit_of_measurement") != unit || text("state_class") != row.StateClass || text("state_topic") == "" {
		t.Errorf("%s: component %v", row.Key, component)
	}
}
