// SPDX-License-Identifier: MIT

package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/people"
)

// TestRelationsOfWorkouts checks all workouts of all people against their days.
func TestRelationsOfWorkouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, relationsOfWorkouts)
}

func relationsOfWorkouts(t *testing.T) {
	t.Helper()
	<-time.After(20 * time.Hour)
	c := newUnlimitedCloud(allPeople(210)...)
	seen := map[string]int{}
	for _, p := range c.store.Accounts {
		access := signIn(t, c, p.Name).access
		steps := map[string]int64{}
		for _, row := range activitiesOf(t, c, access, "lastupdate", "1") {
			if row["is_tracker"] == true || !p.Owns.Watch {
				steps[as[string](row["date"])] = whole(row, "steps")
			}
		}
		end := int64(0)
		rows := workoutsOf(t, c, access, "lastupdate", "1")
		slices.SortFunc(rows, func(x, y map[string]any) int { return int(whole(x, "startdate") - whole(y, "startdate")) })
		for _, w := range rows {
			checkWorkout(t, p, w, seen)
			if whole(w, "startdate") < end {
				t.Errorf("%s: a workout begins before %d: %v", p.Name, end, w)
			}
			end = whole(w, "enddate")
			date := as[string](w["date"])
			if data := as[map[string]any](w["data"]); hasKey(data, "steps") {
				steps[date] -= whole(data, "steps")
			}
			if steps[date] < 0 {
				t.Errorf("%s: more steps in workouts than on the day: %v", p.Name, w)
			}
		}
		if (len(rows) > 0) != (p.Owns.Watch || p.Owns.Phone) {
			t.Errorf("%s has %d workouts", p.Name, len(rows))
		}
	}
	for _, want := range []string{
		"walk", "run", "swim", "unknown", "confirmed", "other intensity", "phone", "null", "without steps",
	} {
		if seen[want] == 0 {
			t.Errorf("no workout: %s", want)
		}
	}
}

func checkWorkout(t *testing.T, p *people.Account, w map[string]any, seen map[string]int) {
	t.Helper()
	from, to := midnightsAround(t, as[string](w["date"]), as[string](w["timezone"]))
	d := as[map[string]any](w["data"])
	v := func(key string) int64 { return whole(d, key) }
	category := whole(w, "category")
	swims := category == 7
	counted := !swims && category != 272 && category != 560
	pulse := hasKey(d, "hr_average")
	zones := int64(0)
	if pulse {
		zones = v("hr_zone_0") + v("hr_zone_1") + v("hr_zone_2") + v("hr_zone_3")
	}
	length := whole(w, "enddate") - whole(w, "startdate")
	watch := p.Owns.Watch
	for relation, ok := range map[string]bool{
		"inside the day":           whole(w, "startdate") >= from && whole(w, "enddate") <= to,
		"has a length":             length > 0 && length%60 == 0,
		"uploaded after it":        whole(w, "modified") >= whole(w, "enddate"),
		"kcal":                     v("calories") >= 0 && v("calories") < 3000,
		"steps unless swimming":    hasKey(d, "steps") == counted && hasKey(d, "distance") == counted,
		"floors unless swimming":   hasKey(d, "elevation") == counted,
		"laps when swimming":       hasKey(d, "pool_laps") == swims && hasKey(d, "strokes") == swims,
		"pool when swimming":       hasKey(d, "pool_length") == swims,
		"pause found by the watch": (d["algo_pause_duration"] != nil) == swims && hasKey(d, "algo_pause_duration"),
		"zero without a watch":     watch || category == 1 && w["deviceid"] == nil && v("hr_max") == 0 && zones == 0,
		"zones are all of it":      !watch || !pulse || zones == length,
		"pulse":                    !pulse || v("hr_min") <= v("hr_average") && v("hr_average") <= v("hr_max"),
		"model is a number":        whole(w, "model") > 0,
		"intensity":                v("intensity") >= 0 && v("intensity") <= 100,
	} {
		if !ok {
			t.Errorf("%s: %s does not hold: %v", p.Name, relation, w)
		}
	}
	countHolding(seen, "walk", category == 1)
	countHolding(seen, "run", category == 2)
	countHolding(seen, "swim", swims)
	countHolding(seen, "unknown", category == 572 || category == 533)
	countHolding(seen, "confirmed", whole(w, "attrib") == 7)
	countHolding(seen, "other intensity", v("intensity") != 0 && v("intensity") != 30)
	countHolding(seen, "phone", !watch)
	countHolding(seen, "null", hasNull(d, "spo2_average"))
	countHolding(seen, "without steps", !counted && !swims)
}

func TestEmptyWorkoutData(t *testing.T) {
	t.Parallel()
	person := walker(-1)
	person.Owns.Locked = []string{"calories"}
	c := newUnlimitedCloud(person)
	now := c.Now()
	c.Workout("Carol", 1, now.Add(-time.Hour), now.Add(-50*time.Minute))
	access := signIn(t, c, "Carol").access
	e := call(t, c, "v2/measure", access, "action", "getworkouts", "lastupdate", "1", "data_fields", "calories")
	if got := string(mustJSON(t, as[map[string]any](as[[]any](e.Body["series"])[0])["data"])); got != "[]" {
		t.Errorf("%s", got)
	}
}
