package sensors

import (
	"cmp"
	"maps"
	"slices"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// maxWorkouts workouts stay known, so that the one before becomes the last
// again when the last is deleted.
const maxWorkouts = 10

// ApplyWorkouts takes in an answer of workouts.
func (s *State) ApplyWorkouts(w withings.Workouts, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) { s.takeWorkouts(w, r, u) })
}

func (s *State) takeWorkouts(w withings.Workouts, r ApplyOptions, u *Update) {
	var fresh []int64
	for _, row := range w.Series {
		u.advanceCursor(firstTime(row.Modified, row.End), r)
		if s.takeWorkout(row, r, u) {
			fresh = append(fresh, row.ID.N)
		}
	}
	for _, id := range fresh { // one can be listed twice, the newer version last
		if rec, ok := s.workouts[id]; ok {
			u.Events = append(u.Events, rec.event(EventWorkout))
		}
	}
}

// takeWorkout lets a version of a workout replace the one before it, and says
// whether the workout is news.
func (s *State) takeWorkout(row withings.Workout, r ApplyOptions, u *Update) (news bool) {
	start, end := firstTime(row.Start), firstTime(row.End)
	modified := firstTime(row.Modified, row.End)
	known, met := s.seenWorkouts[row.ID.N]
	if !row.ID.OK || start == 0 || end < start || met && modified < known {
		return false
	}
	if r.inFuture(end) {
		u.Future++
		return false
	}
	old := s.workouts[row.ID.N]
	s.seenWorkouts[row.ID.N] = modified
	rec := record{
		ID: row.ID.N, At: end, Modified: modified, Received: r.receivedAt(), Device: string(row.DeviceID),
		Model: modelText("", row.Model, u), Zone: string(row.Timezone), Date: string(row.Date), Values: map[string]Value{},
	}
	if row.Attribution.OK {
		attribution := int(row.Attribution.N)
		rec.Attribution = &attribution
	}
	if met && old.Modified == modified {
		rec.Received = old.Received
	}
	name := Other
	if row.Category.OK {
		var named bool
		if name, named = workoutName(row.Category.N); !named {
			u.reportUnknown(UnknownCategory, row.Category.N)
		}
	}
	rec.Values["workout_type"] = Text(name)
	rec.Values["workout_start"], rec.Values["workout_end"] = timestampValue(start), timestampValue(end)
	rec.Values["workout_duration"] = Number(decimal.FromInt(end - start))
	addFields(rec.Values, EndpointWorkouts, row.Data.Fields)
	delete(s.workouts, rec.ID)
	delete(s.held, heldWorkout(rec.ID))
	switch action := r.Policy.For(int(row.Attribution.N)); {
	case !row.Attribution.OK:
	case action == Hold:
		s.held[heldWorkout(rec.ID)] = heldGroup{
			At: rec.At, Received: rec.Received, Keys: slices.Sorted(maps.Keys(rec.Values)), Ambiguous: row.Attribution.N == attributionAmbiguous,
		}
		return false
	case action == Mark:
		rec.Unconfirmed = true
		u.reportUnknown(UnknownAttribution, row.Attribution.N)
	}
	s.workouts[rec.ID] = rec
	return !met && r.isNew(cmp.Or(modified, end))
}

// heldWorkout keeps the ids of workouts apart from those of measure groups.
func heldWorkout(id int64) int64 { return -id }
