package sensors

import (
	"cmp"
	"maps"
	"slices"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// keepWorkouts workouts stay known, so that the one before becomes the last
// again when the last is deleted.
const keepWorkouts = 10

// Workouts takes in an answer of workouts.
func (s *State) Workouts(w withings.Workouts, r Rules) Update {
	return s.change(r, func(u *Update) { s.takeWorkouts(w, r, u) })
}

func (s *State) takeWorkouts(w withings.Workouts, r Rules, u *Update) {
	var fresh []int64
	for _, row := range w.Series {
		u.cursor(moment(row.Modified, row.End), r)
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
func (s *State) takeWorkout(row withings.Workout, r Rules, u *Update) (news bool) {
	start, end := moment(row.Start), moment(row.End)
	modified := moment(row.Modified, row.End)
	known, met := s.trained[row.ID.N]
	if !row.ID.OK || start == 0 || end < start || met && modified < known {
		return false
	}
	if r.ahead(end) {
		u.Future++
		return false
	}
	old := s.workouts[row.ID.N]
	s.trained[row.ID.N] = modified
	rec := record{
		ID: row.ID.N, At: end, Modified: modified, Received: r.received(), Device: string(row.DeviceID),
		Model: modelOf("", row.Model, u), Zone: string(row.Timezone), Date: string(row.Date), Values: map[string]Value{},
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
			u.meet(UnknownCategory, row.Category.N)
		}
	}
	rec.Values["workout_type"] = Text(name)
	rec.Values["workout_start"], rec.Values["workout_end"] = stamp(start), stamp(end)
	rec.Values["workout_duration"] = Number(decimal.FromInt(end - start))
	fieldsInto(rec.Values, EndpointWorkouts, row.Data.Fields)
	delete(s.workouts, rec.ID)
	delete(s.held, heldWorkout(rec.ID))
	switch action := r.Policy.For(int(row.Attribution.N)); {
	case !row.Attribution.OK:
	case action == Hold:
		s.held[heldWorkout(rec.ID)] = heldGroup{
			At: rec.At, Received: rec.Received, Keys: slices.Sorted(maps.Keys(rec.Values)), Ambiguous: row.Attribution.N == ambiguous,
		}
		return false
	case action == Mark:
		rec.Unconfirmed = true
		u.meet(UnknownSource, row.Attribution.N)
	}
	s.workouts[rec.ID] = rec
	return !met && r.fresh(cmp.Or(modified, end))
}

// heldWorkout keeps the ids of workouts apart from those of measure groups.
func heldWorkout(id int64) int64 { return -id }
