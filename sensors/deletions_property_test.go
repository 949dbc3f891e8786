// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/withings"
)

// Records arrive in any order, split and repeated arbitrarily, with edits. Then
// some are deleted, which only the response for a whole range shows. The result
// must be the same as if the deleted records had never existed.

// remaining leaves the rows out that were deleted.
func remaining[T any](history []T, deleted map[int64]bool, id func(T) int64) []T {
	return slices.DeleteFunc(slices.Clone(history), func(row T) bool { return deleted[id(row)] })
}

// lastVersions are the rows as the cloud has them in the end, those within a
// range of their times.
func lastVersions[T any](history []T, id, when, modified func(T) int64, from, to time.Time) []T {
	last := map[int64]T{}
	for _, row := range history {
		if known, ok := last[id(row)]; !ok || modified(row) > modified(known) {
			last[id(row)] = row
		}
	}
	var rows []T
	for _, row := range last {
		if at := when(row); at >= from.Unix() && at <= to.Unix() {
			rows = append(rows, row)
		}
	}
	return rows
}

func groupID(g withings.Group) int64         { return g.ID.N }
func nightID(n withings.Night) int64         { return n.ID.N }
func workoutID(w withings.Workout) int64     { return w.ID.N }
func groupDate(g withings.Group) int64       { return g.Date.N }
func nightEnd(n withings.Night) int64        { return n.End.N }
func workoutEnd(w withings.Workout) int64    { return w.End.N }
func groupChange(g withings.Group) int64     { return g.Modified.N }
func nightChange(n withings.Night) int64     { return n.Modified.N }
func workoutChange(w withings.Workout) int64 { return w.Modified.N }

// allTime is the beginning and the end of time for lastVersions.
func allTime() (from, to time.Time) { return time.Unix(0, 0), noon().Add(24 * time.Hour) }

// drawDeleted deletes some of the rows that lie well within the range.
func drawDeleted[T any](t *rapid.T, rows []T, id, when func(T) int64, from, to time.Time, most int) map[int64]bool {
	var ids []int64
	for _, row := range rows {
		if at := when(row); at > from.Add(24*time.Hour).Unix() && at < to.Add(-time.Minute).Unix() {
			ids = append(ids, id(row))
		}
	}
	slices.Sort(ids)
	deleted := map[int64]bool{}
	if len(ids) == 0 {
		return deleted
	}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, min(most, len(ids)), rapid.ID[int64]).
		Draw(t, "deleted") {
		deleted[id] = true
	}
	return deleted
}

// drawHistory makes groups of the last forty days, ten of which lie before the
// range that is compared. Edits and deletions together are fewer than the
// groups that are kept for each key.
func drawHistory(t *rapid.T) []withings.Group {
	types := []int64{1, 1, 1, 4, 8, 11, 76, 130, 240}
	var history []withings.Group
	change, edits := at(-2000), 0
	for id := range int64(rapid.IntRange(1, 14).Draw(t, "groups")) {
		versions := 1
		if edits == 0 && rapid.Bool().Draw(t, "edited") {
			edits++
			versions = rapid.IntRange(2, 3).Draw(t, "versions")
		}
		for range versions {
			change += 60
			g := group(id+1, at(-40*24)+int64(rapid.IntRange(0, 40*24*60-10).Draw(t, "minute"))*60)
			g.Modified = wireInt(change)
			g.Attribution = wireInt(rapid.SampledFrom([]int64{0, 0, 0, 0, 8, 1, 10009}).Draw(t, "attribution"))
			for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(types), 0, 5, rapid.ID[int64]).Draw(t, "types") {
				g.Measures = append(g.Measures, measure(kind, int64(rapid.IntRange(0, 99).Draw(t, "value")), 0))
			}
			history = append(history, g)
		}
	}
	return history
}

func takeGroups(s *store, groups []withings.Group) {
	applyMeasures(s, measuresOf(groups...), pollOptions())
}

func takeNights(s *store, nights []withings.Night) {
	applyNights(s, nightsOf(nights...), pollOptions())
}

func takeWorkouts(s *store, series []withings.Workout) {
	applyWorkouts(s, workoutsOf(series...), pollOptions())
}

// wantSameReadings compares with a state that never saw what was deleted.
func wantSameReadings(t *rapid.T, never, s *store) {
	t.Helper()
	if diff := cmp.Diff(summarize(never), summarize(s)); diff != "" {
		t.Errorf("(-never seen +deleted):\n%s", diff)
	}
}

func TestDeletedGroupsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		history := drawHistory(t)
		begin, end := allTime()
		inCloud := lastVersions(history, groupID, groupDate, groupChange, begin, end)
		deleted := drawDeleted(t, inCloud, groupID, groupDate, from, to, maxGroupsPerKey-2)
		rest := remaining(history, deleted, groupID)
		never := newStore()
		takeGroups(never, rest)

		s := applyShuffled(t, history, takeGroups)
		listed := lastVersions(rest, groupID, groupDate, groupChange, from, to)
		u := applyMeasuresRange(s, measuresOf(listed...), from, to, rereadOptions())
		wantSameReadings(t, never, s)
		if len(deleted) == 0 && (len(u.Changed)+len(u.Gone) != 0) {
			t.Errorf("nothing was deleted: %+v", u)
		}
		// Once more changes nothing, also with the old responses in it.
		if again := applyMeasuresRange(s, measuresOf(listed...), from, to, rereadOptions()); len(again.Changed)+len(again.Gone) != 0 {
			t.Errorf("compared again: %+v", again)
		}
	})
}

// TestAnyNumberOfDeletions deletes any number, with everything in the range:
// then the response itself brings back what had been forgotten.
func TestAnyNumberOfDeletions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := noon().Add(-60*24*time.Hour), noon()
		history := drawHistory(t)
		begin, end := allTime()
		inCloud := lastVersions(history, groupID, groupDate, groupChange, begin, end)
		deleted := drawDeleted(t, inCloud, groupID, groupDate, from, to, len(inCloud))
		rest := remaining(history, deleted, groupID)
		never := newStore()
		takeGroups(never, rest)
		s := applyShuffled(t, history, takeGroups)
		applyMeasuresRange(s, measuresOf(lastVersions(rest, groupID, groupDate, groupChange, from, to)...), from, to,
			rereadOptions())
		wantSameReadings(t, never, s)
	})
}

func TestDeletedNightsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := noon().Add(-60*24*time.Hour), noon()
		var history []withings.Night
		for id := range int64(rapid.IntRange(1, 14).Draw(t, "rows")) {
			end := at(-40*24) + int64(rapid.IntRange(0, 40*48-2).Draw(t, "half hours"))*1800
			length := int64(rapid.IntRange(1, 18).Draw(t, "length")) * 1800
			for version := range int64(rapid.IntRange(1, 2).Draw(t, "versions")) {
				n := matNight(id+1, end-length, end, totalSleep(strconv.FormatInt(length-600, 10)))
				n.Modified = wireInt(at(-20) + 60*version)
				setField(&n.Data.Fields, "sleep_score", strconv.FormatInt(50+version, 10))
				history = append(history, n)
			}
		}
		begin, end := allTime()
		inCloud := lastVersions(history, nightID, nightEnd, nightChange, begin, end)
		deleted := drawDeleted(t, inCloud, nightID, nightEnd, from, to, len(inCloud))
		rest := remaining(history, deleted, nightID)
		never := newStore()
		takeNights(never, rest)
		s := applyShuffled(t, history, takeNights)
		u := applyNightsRange(s, nightsOf(lastVersions(rest, nightID, nightEnd, nightChange, from, to)...), from, to,
			rereadOptions())
		wantSameReadings(t, never, s)
		if len(u.Events) != 0 {
			t.Errorf("events %v", u.Events)
		}
	})
}

func TestDeletedWorkoutsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		var history []withings.Workout
		for id := range int64(rapid.IntRange(1, maxWorkouts).Draw(t, "workouts")) {
			end := at(-40*24) + int64(rapid.IntRange(0, 40*24*60-10).Draw(t, "minute"))*60
			for version := range int64(rapid.IntRange(1, 2).Draw(t, "versions")) {
				w := workout(id+1, end, calorieFields(strconv.FormatInt(50+version, 10)))
				w.Modified = wireInt(at(-20) + 60*version)
				history = append(history, w)
			}
		}
		begin, end := allTime()
		inCloud := lastVersions(history, workoutID, workoutEnd, workoutChange, begin, end)
		deleted := drawDeleted(t, inCloud, workoutID, workoutEnd, from, to, len(inCloud))
		rest := remaining(history, deleted, workoutID)
		never := newStore()
		takeWorkouts(never, rest)
		s := applyShuffled(t, history, takeWorkouts)
		u := applyWorkoutsRange(s, workoutsOf(lastVersions(rest, workoutID, workoutEnd, workoutChange, from, to)...), from,
			to, rereadOptions())
		wantSameReadings(t, never, s)
		if len(u.Events) != 0 {
			t.Errorf("update %+v", u)
		}
	})
}

// TestRecentRecordsAreNotDeleted deletes everything before it has settled:
// nothing goes.
func TestRecentRecordsAreNotDeleted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		rules := pollOptions()
		rules.Now = noon().Add(time.Duration(rapid.IntRange(0, int(minAbsenceAge/time.Second)).
			Draw(t, "seconds")) * time.Second)
		s := applyShuffled(t, drawHistory(t), takeGroups)
		readings := func() map[string]string {
			all := summarize(s)
			for _, key := range []string{"held", "weight_trend_kg", "weight_change_7d_kg", "weight_change_30d_kg"} {
				delete(all, key)
			}
			return all
		}
		before := readings()
		applyMeasuresRange(s, measuresOf(), from, to, rules)
		if diff := cmp.Diff(before, readings()); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
	})
}
