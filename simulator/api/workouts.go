// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"slices"

	"vitals2mqtt/simulator/people"
)

// getWorkouts is v2/measure getworkouts.
func getWorkouts(c *Server, q query) response {
	filter, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	fields := c.requestedFields(q.form, "v2/measure getworkouts", people.WorkoutFields(), people.DefaultWorkoutFields())
	now := q.now.Unix()
	rows := []*people.Workout{}
	for _, w := range q.account.Records.Workouts {
		if w.Created > now || !filter.matches(q.account.WorkoutDate(w), w.Changed(now)) {
			continue
		}
		rows = append(rows, w)
	}
	slices.SortStableFunc(rows, func(x, y *people.Workout) int {
		if filter.bySince {
			return cmp.Or(cmp.Compare(x.Changed(now), y.Changed(now)), cmp.Compare(x.ID, y.ID))
		}
		return cmp.Or(cmp.Compare(y.Start, x.Start), cmp.Compare(y.ID, x.ID))
	})
	page, next := paginate(rows, filter.offset, activityPage)
	series := make([]map[string]any, 0, len(page))
	for _, w := range page {
		series = append(series, q.account.WorkoutRow(w, now, fields))
	}
	return success(withPaging(map[string]any{"series": series}, next, len(rows)))
}
