// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"time"

	"vitals2mqtt/simulator"
)

// expectDifferences makes happen what docs/migration.md says about values that
// can differ, and expects what it says of both sides.
func (l *ownTestbed) expectDifferences() {
	h, cloud := l.home, l.cloudOf
	h.t.Helper()
	const alice = "Alice"
	now := time.Now() // clock: other programs use the real time
	night := h.states()
	systolic := night["sensor.withings_systolic_blood_pressure"].Value
	deleted := cloud.BloodPressure(alice, 125, 82, 62, now)
	l.await("the second blood pressure", []string{"weight"}, func(value func(string) string) bool {
		return value("sensor.withings_systolic_blood_pressure") == "125" &&
			value("sensor.alice_systolic_blood_pressure_mmhg") == "125"
	})

	goal := cloud.Goal(alice, "66.6", now)
	nap := cloud.Nap(alice, now.Add(-2*time.Minute))
	cloud.Workout(alice, 1, now.Add(-100*time.Minute), now.Add(-80*time.Minute))
	cloud.Measure(alice, 4, "1.72", now)
	cloud.Delete(deleted)
	h.call("button/press", "button.alice_refresh")
	own := []string{"weight", "light_sleep", "last_workout_type"}
	l.await("the height, now that it is new, and a workout", own, func(value func(string) string) bool {
		return h.entitiesOf("withings")[l.theirID("height_m")].Name == "Height" &&
			value("sensor.alice_height_m") == "1.72" &&
			value("sensor.withings_last_workout_type") == "walk" && value("sensor.alice_workout_type") == "walk"
	})
	l.await("a goal, which is a weight there", own, func(value func(string) string) bool {
		return value("sensor.withings_weight") == "66.6" && value("sensor.alice_weight_kg") == "68.35"
	})
	l.await("a nap, which replaces the night there", own, func(value func(string) string) bool {
		const there, here = "sensor.withings_light_sleep", "sensor.alice_sleep_light_duration_seconds"
		return value(there) != night[there].Value && value(here) == night[here].Value &&
			value("sensor.alice_sleep_nap_count") == "1"
	})
	l.await("the measurement before the deleted one", []string{"weight"}, func(value func(string) string) bool {
		return value("sensor.withings_systolic_blood_pressure") == systolic &&
			value("sensor.alice_systolic_blood_pressure_mmhg") == systolic
	})

	cloud.SetFaults(simulator.Fault{Call: "measure getmeas", HTTP: 500})
	l.await("an API that fails", own, func(value func(string) string) bool {
		return value("sensor.withings_weight") == "unavailable" && value("sensor.alice_weight_kg") == "68.35"
	})
	cloud.SetFaults()
	cloud.Delete(goal)
	cloud.Delete(nap)
	cloud.BloodPressure(alice, 121, 79, 61, now)
	h.call("button/press", "button.alice_refresh") // finds what was deleted
	l.await("the night again", own, func(value func(string) string) bool {
		const there = "sensor.withings_light_sleep"
		return value(there) == night[there].Value && value("sensor.withings_systolic_blood_pressure") == "121" &&
			value("sensor.alice_systolic_blood_pressure_mmhg") == "121" && value("sensor.alice_sleep_nap_count") != "1"
	})
}

// await waits until the states fulfil a condition, and meanwhile lets Home
// Assistant's own integration read again: by itself it does so every ten
// minutes.
func (l *ownTestbed) await(what string, own []string, condition func(value func(id string) string) bool) {
	l.t.Helper()
	awaitFor(l.t, what, waitTimeout, time.Second, func() bool {
		states := l.home.states()
		if condition(func(id string) string { return states[id].Value }) {
			return true
		}
		for _, name := range own {
			l.home.call("homeassistant/update_entity", "sensor.withings_"+name)
		}
		return false
	})
}
