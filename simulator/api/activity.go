package api

import (
	"cmp"
	"net/url"
	"slices"

	"vitals2mqtt/simulator/people"
)

// getActivity is v2/measure getactivity.
func getActivity(c *Server, q query) answer {
	asked, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	fields := c.requestedFields(q.form, "v2/measure getactivity", people.ActivityFields(), people.DefaultActivityFields())
	now := q.now.Unix()
	days := slices.DeleteFunc(q.who.ActivityDays(q.now), func(day int64) bool { return !asked.covers(people.DateOf(day)) })
	rows := slices.DeleteFunc(q.who.DailyRows(days, now), func(r people.DailyRow) bool {
		return !asked.matches(people.DateOf(r.Day), r.Modified)
	})
	if asked.bySince {
		slices.SortStableFunc(rows, func(x, y people.DailyRow) int { return cmp.Compare(x.Modified, y.Modified) })
	}
	page, next := paginate(rows, asked.offset, activityPage)
	activities := make([]map[string]any, 0, len(page))
	for _, row := range page {
		activities = append(activities, q.who.ActivityRow(row, fields, now))
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

func parseDayQuery(form url.Values) (asked dayQuery, refused *answer) {
	since, bySince, wrong := parseOptionalInt(form, "lastupdate")
	asked.since, asked.bySince = since, bySince
	if wrong == "" {
		asked.offset, wrong = parseOffset(form)
	}
	if wrong != "" {
		a := invalidParameter(wrong)
		return asked, &a
	}
	asked.fromDay, asked.toDay, refused = parseDays(form, asked.bySince)
	asked.both = asked.bySince && asked.fromDay+asked.toDay != ""
	return asked, refused
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
