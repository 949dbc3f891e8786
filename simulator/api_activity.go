package simulator

import (
	"cmp"
	"net/url"
	"slices"
)

// getActivity is v2/measure getactivity.
func getActivity(c *Server, q query) answer {
	asked, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	fields := c.requestedFields(q.form, "v2/measure getactivity", activityFields(), defaultActivityFields())
	now := q.now.Unix()
	days := slices.DeleteFunc(q.who.days(q.now), func(day int64) bool { return !asked.covers(dateOf(day)) })
	rows := slices.DeleteFunc(q.who.dailyRows(days, now), func(r dailyRow) bool {
		return !asked.matches(dateOf(r.day), r.modified)
	})
	if asked.bySince {
		slices.SortStableFunc(rows, func(x, y dailyRow) int { return cmp.Compare(x.modified, y.modified) })
	}
	page, next := paginate(rows, asked.offset, activityPage)
	activities := make([]map[string]any, 0, len(page))
	for _, row := range page {
		activities = append(activities, q.who.activity(row, fields, now))
	}
	return success(withPaging(map[string]any{"activities": activities}, next, len(rows)))
}

// dayQuery is what both services about days select by.
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

// covers tells whether a day can be asked for at all.
func (d dayQuery) covers(date string) bool { return d.bySince || date >= d.fromDay && date <= d.toDay }

// matches tells whether a row is asked for; cursor and range together are neither.
func (d dayQuery) matches(date string, modified int64) bool {
	switch {
	case d.both:
		return false
	case d.bySince:
		return d.includesChange(modified)
	}
	return d.covers(date)
}
