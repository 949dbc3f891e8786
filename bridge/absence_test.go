// SPDX-License-Identifier: MIT

package bridge_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// fullHarness signs in a profile with every device and all keys.
func fullHarness(t *testing.T) (*simHarness, bridge.Profile) {
	t.Helper()
	h := newSimHarness(t, simulator.Options{
		Seed: 7, Strict: true, People: []simulator.Person{{
			Name:     "Alice",
			HeightCM: 171,
			WeightG:  71500,
			Scale:    true,
			Mat:      true,
			Days:     10,
			Owns: simulator.Owns{
				Watch:       true,
				ECG:         true,
				Stethoscope: true,
				NamedSports: true,
				Goals:       simulator.Goals{Steps: 9000, Sleep: 28800, WeightG: 70000},
			},
		}},
	})
	p := h.signIn(t)[0]
	p.Keys, p.Schedule = sensors.Keys(), everySchedule(15*time.Minute)
	return h, p
}

// missingFrom lists the topics of one tree that another lacks.
func missingFrom(now, before map[string]string) []string {
	var gone []string
	for _, topic := range slices.Sorted(maps.Keys(before)) {
		if _, there := now[topic]; !there {
			gone = append(gone, topic)
		}
	}
	return gone
}

// withoutComponents lists the discovery documents that have lost entities.
func withoutComponents(now, before map[string]string) []string {
	var shorter []string
	entities := func(document string) int { return strings.Count(document, `"unique_id"`) }
	for topic, document := range before {
		if strings.HasPrefix(topic, "homeassistant/") && entities(now[topic]) < entities(document) {
			shorter = append(shorter, topic)
		}
	}
	return shorter
}

// apiCalls lists all API calls of a profile.
func apiCalls() []string {
	var calls []string
	for _, endpoint := range sensors.Endpoints(sensors.Keys()) {
		name := string(endpoint)
		slash := strings.LastIndexByte(name, '/')
		if slash > 0 && endpoint != sensors.EndpointSeries { // the same call as for stages
			calls = append(calls, name[:slash]+" "+name[slash+1:])
		}
	}
	return calls
}

// TestEmptySuccessRemovesNothing returns success without data from one call
// after the other, while a reread of the recent past is due.
func TestEmptySuccessRemovesNothing(t *testing.T) {
	t.Parallel()
	for _, call := range apiCalls() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkUnansweredCall(t, call) })
		})
	}
}

func checkUnansweredCall(t *testing.T, call string) {
	t.Helper()
	sleepUntil(time.Date(2026, 6, 1, 14, 0, 0, 0, time.UTC))
	h, alice := fullHarness(t)
	alice.Schedule = everySchedule(2 * time.Hour)
	b := h.bridge(t, alice)
	problem := h.tree.Diagnostic("alice", "sync_problem")
	runFor(t, b, 0, func() {
		<-time.After(23*time.Hour + 30*time.Minute)
		before := h.publisher.all()
		for _, shape := range []simulator.Shape{
			simulator.ShapeNoBody,
			simulator.ShapeNullBody,
			simulator.ShapeListBody,
			simulator.ShapeTextBody,
			simulator.ShapeNoList,
			simulator.ShapeNullList,
			simulator.ShapeTextList,
			simulator.ShapeForeignList,
		} {
			h.cloud.SetFaults(simulator.Fault{Call: call, Shape: shape})
			if err := b.Refresh("alice", "", nil); err != nil {
				t.Fatal(err)
			}
			<-time.After(30 * time.Minute)
			now := h.publisher.all()
			if gone := missingFrom(now, before); len(gone) > 0 {
				t.Fatalf("%s: %d topics were cleared: %v", shape, len(gone), gone)
			}
			if shorter := withoutComponents(now, before); len(shorter) > 0 {
				t.Fatalf("%s: entities were removed: %v", shape, shorter)
			}
			if got := now[problem]; !strings.Contains(got, `"ON"`) || !strings.Contains(got, "incomplete response") {
				t.Fatalf("%s: the problem is not reported: %s", shape, got)
			}
		}
		h.cloud.SetFaults()
		<-time.After(2 * time.Hour)
		if got := h.publisher.get(problem); got != `{"value":"OFF"}` {
			t.Errorf("afterwards: %s", got)
		}
	})
}

// listTopics maps each call that returns a list to one of its topics.
func listTopics() map[string]string {
	return map[string]string{
		"v2/user getdevice": "", "v2/user getgoals": "vitals2mqtt/alice/step_goal",
		"v2/measure getactivity": "vitals2mqtt/alice/activity_heart_rate_average_bpm_today",
		"v2/heart list":          "vitals2mqtt/alice/ecg_time",
	}
}

// TestEmptyListNeedsConfirmation restarts the bridge between the two empty
// lists.
func TestEmptyListNeedsConfirmation(t *testing.T) {
	t.Parallel()
	for call, topic := range listTopics() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkEmptyList(t, call, topic) })
		})
	}
}

func checkEmptyList(t *testing.T, call, topic string) {
	t.Helper()
	sleepUntil(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
	h, alice := fullHarness(t)
	runFor(t, h.bridge(t, alice), 10*time.Minute, nil)
	before := h.publisher.all()
	if topic == "" {
		for document := range before {
			if strings.Contains(document, "vitals2mqtt_device_") {
				topic = document
			}
		}
	}
	h.cloud.SetFaults(simulator.Fault{Call: call, Shape: simulator.ShapeEmptyList})
	kept := func(when string) {
		t.Helper()
		if h.publisher.get(topic) == "" {
			t.Fatalf("%s: %s is gone", when, topic)
		}
		if gone := missingFrom(h.publisher.all(), before); len(gone) > 0 {
			t.Fatalf("%s: %d topics were cleared: %v", when, len(gone), gone)
		}
	}
	runFor(t, h.bridge(t, alice), 20*time.Minute, nil) // the start fetches everything
	kept("seen once")
	h.cloud.SetFaults()
	runFor(t, h.bridge(t, alice), 2*time.Hour, nil)
	kept("back again")
	before = h.publisher.all()
	h.cloud.SetFaults(simulator.Fault{Call: call, Shape: simulator.ShapeEmptyList})
	runFor(t, h.bridge(t, alice), 20*time.Minute, nil)
	kept("seen once more")
	runFor(t, h.bridge(t, alice), 20*time.Minute, nil)
	kept("seen for forty minutes, with a restart")
	runFor(t, h.bridge(t, alice), 90*time.Minute, nil)
	if got := h.publisher.get(topic); got == before[topic] { // may show an older electrocardiogram
		t.Errorf("after two hours without it, %s is still %s", topic, got)
	}
}

// TestUnlistedDeviceIsRemovedAfterConfirmation omits one of several devices.
func TestUnlistedDeviceIsRemovedAfterConfirmation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
		h, alice := fullHarness(t)
		documents := func() (n int) {
			for topic := range h.publisher.all() {
				if strings.Contains(topic, "vitals2mqtt_device_") {
					n++
				}
			}
			return n
		}
		runFor(t, h.bridge(t, alice), 0, func() {
			<-time.After(10 * time.Minute)
			before := documents()
			h.cloud.RemoveDevice("Alice", "Body Cardio")
			<-time.After(time.Hour)
			if got := documents(); got != before {
				t.Errorf("%d devices after one response without it, want %d", got, before)
			}
			<-time.After(time.Hour)
			if got := documents(); got != before-1 {
				t.Errorf("%d devices after two responses without it, want %d", got, before-1)
			}
		})
	})
}

// TestEmptyRereadIsRepeated returns nothing at all to the daily reread, which
// is repeated an hour later.
func TestEmptyRereadIsRepeated(t *testing.T) {
	t.Parallel()
	for call, topic := range map[string]string{
		"measure getmeas": "vitals2mqtt/alice/weight_kg", "v2/sleep getsummary": "vitals2mqtt/alice/sleep_end",
		"v2/measure getworkouts": "vitals2mqtt/alice/workout_end",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 6, 1, 14, 0, 0, 0, time.UTC))
				h, alice := fullHarness(t)
				runFor(t, h.bridge(t, alice), 0, func() {
					<-time.After(23*time.Hour + 50*time.Minute)
					was := h.publisher.get(topic)
					if was == "" {
						t.Fatalf("%s was never published", topic)
					}
					h.cloud.SetFaults(simulator.Fault{Call: call, Shape: simulator.ShapeEmptyList})
					<-time.After(30 * time.Minute)
					if h.publisher.get(topic) != was {
						t.Fatal("removed at once")
					}
					<-time.After(time.Hour)
					if got := h.publisher.get(topic); got == was { // may show an older workout
						t.Errorf("not removed after the confirmation: %s", got)
					}
				})
			})
		})
	}
}
