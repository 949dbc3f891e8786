package simulator

import (
	"cmp"
	"slices"
)

// getWorkouts is v2/measure getworkouts.
func getWorkouts(c *Server, q query) answer {
	asked, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	fields := c.requestedFields(q.form, "v2/measure getworkouts", workoutFields(), defaultWorkoutFields())
	now := q.now.Unix()
	rows := []*workout{}
	for _, w := range q.who.records.workouts {
		if w.created > now || !asked.matches(q.who.workoutDate(w), w.changed(now)) {
			continue
		}
		rows = append(rows, w)
	}
	slices.SortStableFunc(rows, func(x, y *workout) int {
		if asked.bySince {
			return cmp.Or(cmp.Compare(x.changed(now), y.changed(now)), cmp.Compare(x.id, y.id))
		}
		return cmp.Or(cmp.Compare(y.start, x.start), cmp.Compare(y.id, x.id))
	})
	page, next := paginate(rows, asked.offset, activityPage)
	series := make([]map[string]any, 0, len(page))
	for _, w := range page {
		series = append(series, q.who.workout(w, now, fields))
	}
	return success(withPaging(map[string]any{"series": series}, next, len(rows)))
}
