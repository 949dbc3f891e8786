// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/units"
	"vitals2mqtt/withings"
)

// TestDeletedWeighInRestoresPrevious deletes the newest of two weigh-ins in the
// simulated cloud, which does not report deletions.
func TestDeletedWeighInRestoresPrevious(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
		start := time.Now()
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
		h.cloud.Weigh("Alice", "61.5", start.Add(-3*time.Hour))
		wrong := h.cloud.Weigh("Alice", "85.1", start.Add(-2*time.Hour))
		weight := h.tree.Value("alice", "weight_kg")
		b := h.bridge(t, h.signIn(t)[:1]...)
		runFor(t, b, 26*time.Hour, func() {
			<-time.After(time.Hour)
			if got := h.publisher.get(weight); got != "85.1" {
				t.Errorf("weight %s before the deletion", got)
			}
			h.cloud.Delete(wrong)
		})
		if got := h.publisher.get(weight); got != "61.5" {
			t.Errorf("weight %s after the deletion, want the one before", got)
		}
		for _, event := range h.publisher.messages(h.tree.Event("alice")) {
			if strings.Contains(event, `"weight_kg":61.5`) {
				t.Errorf("event for a restored value: %s", event)
			}
		}
	})
}

// TestUnitsApplyToBareTopicsOnly checks the bare value, the detail and the
// document.
func TestUnitsApplyToBareTopicsOnly(t *testing.T) {
	t.Parallel()
	h := newHarness()
	cloud := &fakeCloud{user: "1", measures: measuresOf(weighIn(1, 81350, time.Unix(1_500_000_000, 0)))}
	for system, want := range map[units.System][2]string{
		units.Metric:   {"81.35", `"unit":"kg"`},
		units.Imperial: {"179.35", `"shown":"179.35","shown_unit":"lb"`},
		units.UK:       {"12 st 11.3 lb", `"shown":"12 st 11.3 lb"`},
	} {
		p := profile("Alice", cloud)
		p.Units = system
		b := h.bridge(t, p)
		_ = b.Once(t.Context(), "")
		if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != want[0] {
			t.Errorf("%s: %q, want %q", system, got, want[0])
		}
		detail := h.publisher.get(h.tree.Detail("alice", "weight_kg"))
		if !strings.Contains(detail, `"value":81.35,"unit":"kg"`) || !strings.Contains(detail, want[1]) {
			t.Errorf("%s: %s", system, detail)
		}
		document := h.publisher.get(h.tree.Document(discovery.ProfileID("1")))
		if !strings.Contains(document, `"unit_of_measurement":"kg"`) {
			t.Errorf("%s: Home Assistant gets %s", system, document)
		}
		if snapshot := h.publisher.get(h.tree.Snapshot("alice")); !strings.Contains(snapshot, `"weight_kg":81.35`) {
			t.Errorf("%s: snapshot %s", system, snapshot)
		}
	}
}

// TestExtraSensor has a measure type that is not in the catalogue.
func TestExtraSensor(t *testing.T) {
	t.Parallel()
	h := newHarness()
	group := weighIn(1, 1234, time.Unix(1_500_000_000, 0))
	group.Measures[0].Type = withings.Int{N: 122, OK: true}
	p := profile("Alice", &fakeCloud{user: "1", measures: measuresOf(group)})
	p.Extra = []sensors.Sensor{{
		Key:        "grip_strength",
		Name:       "Grip strength",
		Platform:   "sensor",
		Unit:       "kN",
		StateClass: "measurement",
		Precision:  2,
		Enabled:    true,
		Scope:      sensors.ScopeProfile,
		Endpoint:   sensors.EndpointMeasures,
		Measure:    122,
	}}
	p.Keys = []string{"grip_strength"}
	h.archive.Extra = p.Extra
	for range 2 { // the second time after a restart
		b := h.bridge(t, p)
		_ = b.Once(t.Context(), "")
		if got := h.publisher.get(h.tree.Value("alice", "grip_strength")); got != "1.234" {
			t.Errorf("value %q", got)
		}
		if missing := b.Health().Profiles["alice"].Missing; len(missing) != 0 {
			t.Errorf("missing %v", missing)
		}
	}
	document := h.publisher.get(h.tree.Document(discovery.ProfileID("1")))
	if !strings.Contains(document, `"unit_of_measurement":"kN"`) {
		t.Errorf("document %s", document)
	}
	if got := h.publisher.get(h.tree.Value("alice", "type_122")); got != "" {
		t.Errorf("type_122 is %q as well", got)
	}
}

// TestDayFollowsLocalZone has a profile in Auckland at two midnights, the local
// one and that of UTC.
func TestDayFollowsLocalZone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		auckland, err := time.LoadLocation("Pacific/Auckland")
		if err != nil {
			t.Fatal(err)
		}
		sleepUntil(time.Date(2026, 3, 3, 22, 0, 0, 0, auckland))
		h := newHarness()
		cloud := &fakeCloud{user: "1"}
		row := func(date string, steps int64) withings.Activity {
			return withings.Activity{
				Date:     withings.Text(date),
				Timezone: "Pacific/Auckland",
				Modified: withings.Int{N: time.Now().Unix(), OK: true},
				Data: withings.FieldsOf(
					withings.Field{Name: "steps", Number: exact(steps)}, withings.Field{Name: "hr_average", Number: exact(60)},
				),
			}
		}
		var rows atomic.Pointer[withings.List[withings.Activity]]
		rows.Store(&withings.List[withings.Activity]{row("2026-03-03", 8000)})
		cloud.activities = func(time.Time, time.Time) (withings.Activities, error) {
			return withings.Activities{Rows: *rows.Load()}, nil
		}
		p := profile("Alice", cloud)
		p.Keys = []string{"activity_steps_today", "activity_heart_rate_average_bpm_today"}
		steps, pulse := h.tree.Value("alice", p.Keys[0]), h.tree.Value("alice", p.Keys[1])
		expect := func(when, want, wantPulse, reset string) {
			t.Helper()
			if got := h.publisher.get(steps); got != want {
				t.Errorf("%s: %s steps, want %s", when, got, want)
			}
			if got := h.publisher.get(pulse); got != wantPulse {
				t.Errorf("%s: pulse %q, want %q", when, got, wantPulse)
			}
			if detail := h.publisher.get(steps + "/detail"); !strings.Contains(detail, `"last_reset":"`+reset+`"`) {
				t.Errorf("%s: %s", when, detail)
			}
		}
		runFor(t, h.bridge(t, p), time.Hour, func() {
			<-time.After(time.Hour)
			expect("in the evening", "8000", "60", "2026-03-03T00:00:00+13:00")
			<-time.After(90 * time.Minute)
			expect("after midnight", "0", "", "2026-03-04T00:00:00+13:00")
			rows.Store(&withings.List[withings.Activity]{row("2026-03-03", 9000), row("2026-03-04", 120)})
			<-time.After(10 * time.Minute)
			expect("after the first row", "120", "60", "2026-03-04T00:00:00+13:00")
			sleepUntil(time.Date(2026, 3, 4, 0, 30, 0, 0, time.UTC))
			expect("after midnight in UTC", "120", "60", "2026-03-04T00:00:00+13:00")
		})
	})
}

// TestOneEventPerNewRecord has one record of every kind, which is edited later.
func TestOneEventPerNewRecord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: []simulator.Person{simulator.ByHandOwner()}})
		profiles := h.signIn(t)
		profiles[0].Keys = sensors.Keys()
		name := profiles[0].Name
		h.cloud.Workout(name, 2, time.Now().Add(-26*time.Hour), time.Now().Add(-25*time.Hour)) // history
		events := h.tree.Event(profiles[0].Slug)
		runFor(t, h.bridge(t, profiles...), 26*time.Hour, func() {
			<-time.After(10 * time.Minute)
			if got := h.publisher.messages(events); len(got) != 0 {
				t.Errorf("events for history: %q", got)
			}
			now := time.Now()
			weighed := h.cloud.Weigh(name, "70.5", now)
			h.cloud.BloodPressure(name, 121, 79, 61, now)
			h.cloud.Temperature(name, "36.6", now)
			trained := h.cloud.Workout(name, 1, now.Add(-time.Hour), now.Add(-30*time.Minute))
			h.cloud.ECG(name, 0, 64, now.Add(-time.Minute))
			h.cloud.Nap(name, now.Add(-2*time.Hour))
			h.cloud.Night(name, now.Add(-4*time.Hour))
			<-time.After(2 * time.Hour)
			h.cloud.Edit(weighed, 1, "70.4")
			h.cloud.EditWorkout(trained, 2, now.Add(-time.Hour), now.Add(-20*time.Minute))
		})
		got := map[string]int{}
		for _, payload := range h.publisher.messages(events) {
			if containsAll(payload, `"measured_at":"2026-03-03T09:10:00Z"`, `"event_type":"heart"`) {
				continue // a scale reports pulse and pulse wave in separate groups
			}
			kind, _, _ := strings.Cut(strings.SplitN(payload, `"event_type":"`, 2)[1], `"`)
			got[kind]++
		}
		for _, kind := range []string{"weigh_in", "blood_pressure", "temperature", "workout", "heart", "nap", "sleep"} {
			if got[kind] != 1 {
				t.Errorf("%d events %s, want one", got[kind], kind)
			}
		}
		if len(got) != 7 {
			t.Errorf("events %v", got)
		}
	})
}
