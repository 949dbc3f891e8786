// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

const (
	maxSleepRange = 7 * 24 * 3600 // seconds of sleep get
	sleepPage     = 300           // rows
)

func sleepActions() map[string]action {
	return map[string]action{
		"get":        {scope: withings.ScopeActivity, parameters: timeRange("data_fields"), run: getSleep},
		"getsummary": {scope: withings.ScopeActivity, parameters: dateRange(), run: getSummary},
	}
}

// getSummary is v2/sleep getsummary.
func getSummary(c *Server, q query) response {
	filter, refused := parseDayQuery(q.form)
	if refused != nil {
		return *refused
	}
	now := q.now.Unix()
	rows := []*people.Night{}
	for _, n := range q.account.Nights {
		if n.Created <= now && filter.matches(n.Date, n.Changed(now)) {
			rows = append(rows, n)
		}
	}
	slices.SortFunc(rows, func(x, y *people.Night) int {
		if filter.bySince {
			return cmp.Or(cmp.Compare(x.Changed(now), y.Changed(now)), cmp.Compare(x.ID, y.ID))
		}
		return cmp.Or(cmp.Compare(y.Start, x.Start), cmp.Compare(y.ID, x.ID))
	})
	page, next := paginate(rows, filter.offset, sleepPage)
	fields := c.requestedFields(q.form, "v2/sleep getsummary", people.NightFieldNames(), people.DefaultNightFields())
	fields = q.account.Plan.Fields(fields)
	series := make([]any, 0, len(page))
	for _, n := range page {
		series = append(series, n.Row(q.account, now, fields, c.prescribed))
	}
	return success(withPaging(map[string]any{"series": series}, next, len(rows)))
}

// parseDays reads a range of days, which is required when there is no cursor.
func parseDays(form url.Values, bySince bool) (from, to string, refused *response) {
	for _, name := range []string{"startdateymd", "enddateymd"} {
		text := form.Get(name)
		if text == "" && bySince {
			continue
		}
		a := missingParameter(name)
		if text != "" {
			if _, err := time.Parse(time.DateOnly, text); err == nil {
				continue
			}
			a = invalidParameter(name)
		}
		return "", "", &a
	}
	return form.Get("startdateymd"), form.Get("enddateymd"), nil
}

// getSleep is v2/sleep get: slices that touch the range, not in order of time.
func getSleep(c *Server, q query) response {
	filter, wrong := parseTimeFilter(q.form, "startdate", "enddate")
	switch {
	case wrong != "":
		return invalidParameter(wrong)
	case !filter.byFrom:
		return missingParameter("startdate")
	case !filter.byTo:
		return missingParameter("enddate")
	case filter.to < filter.from || filter.to-filter.from > maxSleepRange:
		return invalidParameter("enddate")
	}
	fields := splitList(q.form.Get("data_fields"))
	c.checkFields("v2/sleep get", fields, slices.Collect(maps.Keys(people.SeriesFields())))
	rows, class := q.account.SliceRows(filter.from, filter.to, q.now.Unix(), fields)
	return success(map[string]any{"series": rows, "model": class})
}

// splitList reads a comma-separated parameter.
func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
