// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"net/url"
	"slices"

	"vitals2mqtt/simulator/people"
)

// getActivity is v2/measure getactivity.
func getActivity(c *Server, q query) response {
	filter, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	fields := c.requestedFields(q.form, "v2/measure getactivity", people.ActivityFields(), people.DefaultActivityFields())
	now := q.now.Unix()
	days := slices.DeleteFunc(q.account.ActivityDays(q.now), func(day int64) bool {
		return !filter.covers(people.DateOf(day))
	})
	rows := slices.DeleteFunc(q.account.DailyRows(days, now), func(r people.DailyRow) bool {
		return !filter.matches(people.DateOf(r.Day), r.Modified)
	})
	if filter.bySince {
		slices.SortStableFunc(rows, func(x, y people.DailyRow) int { return cmp.Compare(x.Modified, y.Modified) })
	}
	page, next := paginate(rows, filter.offset, activityPage)
	activities := make([]map[string]any, 0, len(page))
	for _, row := range page {
		activities = append(activities, q.account.ActivityRow(row, fields, now))
	}
	return success(withPaging(map[string]any{"activities": activities}, next, len(rows)))
}

// dayQuery is the selection of the services about days and nights.
type dayQuery struct {
	timeFilter
	fromDay, toDay string
	both           bool
	offset         int
}

func parseDayQuery(form url.Values) (filter dayQuery, refused *response) {
	since, bySince, wrong := parseOptionalInt(form, "lastupdate")
	filter.since, filter.bySince = since, bySince
	if wrong == "" {
		filter.offset, wrong = parseOffset(form)
	}
	if wrong != "" {
		a := invalidParameter(wrong)
		return filter, &a
	}
	filter.fromDay, filter.toDay, refused = parseDays(form, filter.bySince)
	filter.both = filter.bySince && filter.fromDay+filter.toDay != ""
	return filter, refused
}

// covers reports whether a day can be selected at all.
func (d dayQuery) covers(date string) bool { return d.bySince || date >= d.fromDay && date <= d.toDay }

// matches reports whether a row is selected; a cursor together with a range
// selects nothing.
func (d dayQuery) matches(date string, modified int64) bool {
	switch {
	case d.both:
		return false
	case d.bySince:
		return d.includesChange(modified)
	}
	return d.covers(date)
}
