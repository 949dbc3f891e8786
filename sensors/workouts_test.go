// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// workout is a walk of half an hour that ended at a second and was uploaded ten
// minutes later.
func workout(id, end int64, fields map[string]string) withings.Workout {
	return withings.Workout{
		ID: wireInt(id), Category: wireInt(1), Model: wireInt(94), Attribution: wireInt(7), Start: wireInt(end - 1800),
		End: wireInt(end), Modified: wireInt(end + 600), Timezone: "Europe/Zurich", Date: "2026-03-04", DeviceID: "watch",
		Data: withings.WorkoutData{Fields: wireFields(fields)},
	}
}

func workoutsOf(series ...withings.Workout) withings.Workouts {
	return withings.Workouts{Series: series}
}

func calorieFields(kcal string) map[string]string { return map[string]string{"calories": kcal} }

func TestWorkoutFields(t *testing.T) {
	t.Parallel()
	w := workout(5, at(-1), map[string]string{
		"calories": "431", "intensity": "30", "manual_distance": "9", "manual_calories": "9",
		"hr_average": "148", "hr_min": "92", "hr_max": "171",
		"hr_zone_0": "120", "hr_zone_1": "600", "hr_zone_2": "1800", "hr_zone_3": "0", "pause_duration": "60",
		"spo2_average": "97", "steps": "6120", "distance": "7010.5", "elevation": "4", "pool_laps": "40", "strokes": "800",
	})
	w.Category = wireInt(187)
	s := newStore()
	u := applyWorkouts(s, workoutsOf(w), pollOptions())
	wantReadings(t, s, map[string]string{
		"workout_type": "rowing", "workout_start": "2026-03-04T10:30:00Z", "workout_end": "2026-03-04T11:00:00Z",
		"workout_duration": "1800", "workout_pause_duration": "60", "workout_active_calories_burnt": "431",
		"workout_distance": "7010.5", "workout_floors_climbed": "4",
		"workout_intensity": "30", "workout_steps": "6120", "workout_heart_rate_average_bpm": "148",
		"workout_heart_rate_min_bpm": "92", "workout_heart_rate_max_bpm": "171", "workout_heart_rate_zone_0_seconds": "120",
		"workout_heart_rate_zone_1_seconds": "600", "workout_heart_rate_zone_2_seconds": "1800",
		"workout_heart_rate_zone_3_seconds": "0", "workout_spo2_average_pct": "97", "workout_pool_laps": "40",
		"workout_strokes": "800", "last_measured": "2026-03-04T11:00:00Z",
	})
	r, _ := s.Current("workout_type")
	if r.GroupID != 5 || r.Device != "watch" || r.Model != "ScanWatch 2" || r.Zone != "Europe/Zurich" ||
		r.Date != "2026-03-04" || r.MeasuredAt.Unix() != at(-1) || r.Modified.Unix() != at(-1)+600 ||
		!r.ReceivedAt.Equal(noon()) || r.Attribution == nil || *r.Attribution != 7 {
		t.Errorf("reading %+v", r)
	}
	if u.Cursor.Unix() != at(-1)+600 || len(u.Unknown) != 0 {
		t.Errorf("update %+v", u)
	}
	if len(u.Events) != 1 || u.Events[0].Type != sensors.EventWorkout || u.Events[0].GroupID != 5 ||
		u.Events[0].MeasuredAt.Unix() != at(-1) ||
		u.Events[0].Values["workout_steps"].String() != "6120" {
		t.Errorf("events %+v", u.Events)
	}
}

// TestWorkoutWithoutValues has what a walk on a telephone, or a swim, comes as.
func TestWorkoutWithoutValues(t *testing.T) {
	t.Parallel()
	none := map[string]string{
		"workout_active_calories_burnt": "", "workout_distance": "", "workout_intensity": "", "workout_steps": "",
		"workout_heart_rate_average_bpm": "", "workout_heart_rate_min_bpm": "", "workout_heart_rate_max_bpm": "",
		"workout_heart_rate_zone_0_seconds": "", "workout_heart_rate_zone_3_seconds": "", "workout_spo2_average_pct": "",
		"workout_pool_laps": "", "workout_strokes": "", "workout_type": "walk", "workout_duration": "1800",
	}
	fields := []string{
		"calories", "distance", "intensity", "steps", "hr_average", "hr_min", "hr_max", "hr_zone_0", "hr_zone_3",
		"spo2_average", "pool_laps", "strokes",
	}
	for name, text := range map[string]string{"zeros": "0", "less than nothing": "-1", "null": "", "not there": "absent"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workout(1, at(-1), nil)
			for _, field := range fields {
				if text != "absent" {
					setField(&w.Data.Fields, field, text)
				}
			}
			s := newStore()
			applyWorkouts(s, workoutsOf(w), pollOptions())
			wantReadings(t, s, none)
		})
	}
}

// Zones are only real where a heart rate was measured.
func TestWorkoutHeartZonesNeedHeartRate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ average, zone string }{
		"measured": {"120", "600"}, "zero": {"0", ""}, "negative": {"-1", ""}, "null": {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyWorkouts(s, workoutsOf(workout(1, at(-1), map[string]string{"hr_average": test.average, "hr_zone_1": "600"})),
				pollOptions())
			wantReadings(t, s, map[string]string{"workout_heart_rate_zone_1_seconds": test.zone})
		})
	}
}

func TestLastWorkoutIsByEndTime(t *testing.T) {
	t.Parallel()
	long := workout(1, at(-1), calorieFields("100")) // began first and ended last
	long.Start, long.Modified = wireInt(at(-8)), wireInt(at(-0.5))
	short := workout(2, at(-3), calorieFields("50"))
	short.Modified = wireInt(at(-0.1)) // changed last
	old := workout(3, at(-30), calorieFields("70"))
	for _, order := range permutations([]withings.Workout{long, short, old}) {
		s := newStore()
		applyWorkouts(s, workoutsOf(order...), pollOptions())
		wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "100", "workout_duration": "25200"})
		s = newStore()
		for _, w := range order {
			applyWorkouts(s, workoutsOf(w), pollOptions())
		}
		wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "100", "workout_start": "2026-03-04T04:00:00Z"})
	}
}

func TestWorkoutEdits(t *testing.T) {
	t.Parallel()
	first := workout(1, at(-3), calorieFields("50"))
	last := workout(2, at(-1), map[string]string{"calories": "60", "steps": "700"})
	s := newStore()
	applyWorkouts(s, workoutsOf(first, last), pollOptions())

	fixed := workout(2, at(-1), calorieFields("61")) // the steps are gone
	fixed.Category, fixed.Modified = wireInt(2), wireInt(at(-0.5))
	u := applyWorkouts(s, workoutsOf(fixed), pollOptions())
	wantReadings(t, s, map[string]string{
		"workout_active_calories_burnt": "61", "workout_type": "run", "workout_steps": "",
	})
	if len(u.Events) != 0 {
		t.Errorf("an edit is no news: %v", u.Events)
	}
	wantKeys(t, "gone", u.Gone, "workout_steps")

	applyWorkouts(s, workoutsOf(last), pollOptions()) // a late response
	wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "61", "workout_type": "run"})

	moved := workout(2, at(-20), calorieFields("62")) // it was the day before: the other one is the last
	moved.Modified = wireInt(at(-0.4))
	applyWorkouts(s, workoutsOf(moved), pollOptions())
	wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "50", "workout_end": "2026-03-04T09:00:00Z"})

	later := pollOptions()
	later.Now = later.Now.Add(time.Hour)
	if u = applyWorkouts(s, workoutsOf(moved, first), later); len(u.Changed)+len(u.Gone)+len(u.Events) != 0 {
		t.Errorf("again: %+v", u)
	}
	if r, _ := s.Current("workout_type"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v, want the first time", r.ReceivedAt)
	}
}

// The cloud lists an id twice now and then.
func TestWorkoutVersionsInAnyOrder(t *testing.T) {
	t.Parallel()
	w, newer := workout(1, at(-1), calorieFields("50")), workout(1, at(-1), calorieFields("55"))
	newer.Modified = wireInt(at(-0.5))
	for _, order := range permutations([]withings.Workout{w, newer, w}) {
		s := newStore()
		u := applyWorkouts(s, workoutsOf(order...), pollOptions())
		if len(u.Events) != 1 {
			t.Errorf("events %v", u.Events)
		}
		wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "55"})
	}
}

func TestWorkoutCategories(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		category withings.Int
		name     string
		unknown  []sensors.Unknown
	}{
		"first":       {wireInt(1), "walk", nil},
		"other":       {wireInt(36), "other", nil},
		"no activity": {wireInt(128), "no_activity", nil},
		"last":        {wireInt(568), "cooking", nil},
		"hole":        {wireInt(533), "category_533", []sensors.Unknown{{sensors.UnknownCategory, 533}}},
		"new":         {wireInt(9999), "category_9999", []sensors.Unknown{{sensors.UnknownCategory, 9999}}},
		"zero":        {wireInt(0), "category_0", []sensors.Unknown{{sensors.UnknownCategory, 0}}},
		"negative":    {wireInt(-1), "category_-1", []sensors.Unknown{{sensors.UnknownCategory, -1}}},
		"not there":   {withings.Int{}, "other", nil},
	}
	row, _ := sensors.Lookup("workout_type")
	options := row.Options
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workout(1, at(-1), nil)
			w.Category = test.category
			s := newStore()
			u := applyWorkouts(s, workoutsOf(w), pollOptions())
			wantReadings(t, s, map[string]string{"workout_type": test.name})
			if diff := cmp.Diff(test.unknown, u.Unknown); diff != "" {
				t.Errorf("unknown (-want +got):\n%s", diff)
			}
			if named := test.unknown == nil; slices.Contains(options, test.name) != named {
				t.Errorf("%q is among the options of the enum: %t", test.name, !named)
			}
		})
	}
}

func TestEventsOnlyForNewWorkouts(t *testing.T) {
	t.Parallel()
	first, lost := pollOptions(), pollOptions()
	first.InitialSync = true
	lost.Since = time.Time{}
	tests := map[string]struct {
		rules    sensors.ApplyOptions
		modified int64
		want     int
	}{
		"since the last poll":    {pollOptions(), at(-1), 1},
		"long before":            {pollOptions(), at(-7.5), 0},
		"first fill":             {first, at(-1), 0},
		"a cursor that was lost": {lost, at(-1), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workout(1, at(-30), nil)
			w.Modified = wireInt(test.modified)
			s := newStore()
			if u := applyWorkouts(s, workoutsOf(w), test.rules); len(u.Events) != test.want {
				t.Errorf("%d events, want %d", len(u.Events), test.want)
			}
			w.Modified = wireInt(at(-0.1)) // what is known is never news
			if u := applyWorkouts(s.restarted(pollOptions()), workoutsOf(w), pollOptions()); len(u.Events) != 0 {
				t.Errorf("events %v", u.Events)
			}
		})
	}
}

func TestInvalidWorkoutsAreIgnored(t *testing.T) {
	t.Parallel()
	nameless, backwards, ahead := workout(1, at(-1), nil), workout(2, at(-1), nil), workout(3, at(30), nil)
	endless := workout(4, at(-1), nil)
	nameless.ID, backwards.Start, endless.End = withings.Int{}, wireInt(at(-0.5)), withings.Int{}
	beginless := workout(5, at(-1), nil)
	beginless.Start = withings.Int{}
	s := newStore()
	u := applyWorkouts(s, workoutsOf(nameless, backwards, ahead, endless, beginless), pollOptions())
	if got := s.Readings(); len(got) != 0 || future(u) != 1 || len(u.Events) != 0 {
		t.Errorf("readings %v, %d of the future, events %v", got, future(u), u.Events)
	}
	if u.Cursor.After(noon()) {
		t.Errorf("cursor %v", u.Cursor)
	}
	// When it was our own clock that lagged, the next response corrects it.
	later := sensors.ApplyOptions{Now: noon().Add(48 * time.Hour), Since: noon()}
	if u = applyWorkouts(s, workoutsOf(ahead), later); len(u.Events) != 1 {
		t.Errorf("events %v", u.Events)
	}
	wantReadings(t, s, map[string]string{"workout_type": "walk"})
}

// TestDeletedWorkout takes the last one away, and brings the one before back.
func TestDeletedWorkout(t *testing.T) {
	t.Parallel()
	first, last := workout(1, at(-60), calorieFields("50")), workout(2, at(-50), calorieFields("60"))
	s := newStore()
	applyWorkouts(s, workoutsOf(first, last), pollOptions())
	from, to := noon().Add(-30*24*time.Hour), noon()

	soon := pollOptions()
	soon.Now = noon().Add(9 * time.Minute)
	if u := applyWorkoutsRange(s, workoutsOf(first), from, to, soon); len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("nine minutes after it came: %+v", u)
	}
	soon.Now = noon().Add(11 * time.Minute)
	u := applyWorkoutsRange(s, workoutsOf(first), from, to, soon)
	wantReadings(t, s, map[string]string{
		"workout_active_calories_burnt": "50", "workout_end": "2026-03-02T00:00:00Z", "last_measured": "2026-03-02T00:00:00Z",
	})
	if len(u.Events) != 0 {
		t.Errorf("update %+v", u)
	}
	// A late response brings it back, and that is no news.
	if u = applyWorkouts(s, workoutsOf(last), soon); len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
	wantReadings(t, s, map[string]string{"workout_active_calories_burnt": "60"})
	soon.Now = noon().Add(time.Hour)
	if u = applyWorkoutsRange(s, workoutsOf(), from, to, soon); len(s.Readings()) != 0 {
		t.Errorf("nothing is left: %+v", u)
	}
}

// TestWorkoutsInAnyOrder compares with the straight order, and with
// the last version of the one that ended last.
func TestWorkoutsInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var history []withings.Workout
		var last withings.Workout
		for id := range int64(rapid.IntRange(1, maxWorkouts+5).Draw(t, "workouts")) {
			var w withings.Workout
			for version := range int64(rapid.IntRange(1, 3).Draw(t, "versions")) {
				// Edits cannot change the order much: only so many are kept.
				end := at(-100) - id*600 + int64(rapid.IntRange(0, 900).Draw(t, "end"))
				w = workout(id+1, end, calorieFields(rapid.StringMatching(`[1-9][0-9]`).Draw(t, "kcal")))
				w.Modified = wireInt(at(-20) + 60*version + id)
				history = append(history, w)
			}
			if w.End.N > last.End.N || w.End.N == last.End.N && w.Modified.N > last.Modified.N {
				last = w
			}
		}
		take := func(s *store, rows []withings.Workout) { applyWorkouts(s, workoutsOf(rows...), pollOptions()) }
		straight := newStore()
		take(straight, history)
		s := applyShuffled(t, history, take)
		if diff := cmp.Diff(summarize(straight), summarize(s)); diff != "" {
			t.Errorf("(-in order +any order):\n%s", diff)
		}
		r, _ := s.Current("workout_active_calories_burnt")
		if r.GroupID != last.ID.N || r.Value.String() != last.Data.Fields.Number("calories").Decimal.String() {
			t.Errorf("%s of %d, want %s of %d", r.Value, r.GroupID, last.Data.Fields.Number("calories").Decimal, last.ID.N)
		}
	})
}
