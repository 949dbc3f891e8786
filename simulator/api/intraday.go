// SPDX-License-Identifier: MIT

package api

import "vitals2mqtt/simulator/people"

// getIntraday is v2/measure getintradayactivity.
func getIntraday(c *Server, q query) response {
	filter, wrong := parseTimeRange(q.form)
	switch {
	case wrong != "":
		return invalidParameter(wrong)
	case filter.byFrom && filter.byTo && filter.to < filter.from:
		return invalidParameter("enddate")
	}
	fields := c.requestedFields(q.form, "v2/measure getintradayactivity",
		people.IntradayFields(), people.DefaultIntradayFields())
	last := q.account.LastSync(people.Watch, q.now.Unix())
	switch {
	case !filter.byTo && !filter.byFrom:
		filter.to, filter.from = last, last-intradaySpan
	case !filter.byTo:
		filter.to = filter.from + intradaySpan
	case !filter.byFrom:
		filter.from = filter.to - intradaySpan
	default:
		filter.to = min(filter.to, filter.from+intradaySpan)
	}
	slots := map[string]map[string]any{}
	if q.account.MainCounter() == people.Watch && last > 0 {
		q.account.Slots(slots, max(filter.from, 0), min(filter.to, last), q.now.Unix(), q.account.AllowedFields(fields))
	}
	if len(slots) == 0 {
		return success(map[string]any{"series": []struct{}{}})
	}
	return success(map[string]any{"series": slots})
}

const intradaySpan = 24 * 3600 // seconds in one response
