package api

import "vitals2mqtt/simulator/people"

// getIntraday is v2/measure getintradayactivity.
func getIntraday(c *Server, q query) answer {
	asked, wrong := parseTimeRange(q.form)
	switch {
	case wrong != "":
		return invalidParameter(wrong)
	case asked.byFrom && asked.byTo && asked.to < asked.from:
		return invalidParameter("enddate")
	}
	fields := c.requestedFields(q.form, "v2/measure getintradayactivity",
		people.IntradayFields(), people.DefaultIntradayFields())
	last := q.who.LastSync(people.Watch, q.now.Unix())
	switch {
	case !asked.byTo && !asked.byFrom:
		asked.to, asked.from = last, last-intradaySpan
	case !asked.byTo:
		asked.to = asked.from + intradaySpan
	case !asked.byFrom:
		asked.from = asked.to - intradaySpan
	default:
		asked.to = min(asked.to, asked.from+intradaySpan)
	}
	slots := map[string]map[string]any{}
	if q.who.MainCounter() == people.Watch && last > 0 {
		q.who.Slots(slots, max(asked.from, 0), min(asked.to, last), q.now.Unix(), q.who.AllowedFields(fields))
	}
	if len(slots) == 0 {
		return success(map[string]any{"series": []struct{}{}})
	}
	return success(map[string]any{"series": slots})
}

const intradaySpan = 24 * 3600 // seconds that are answered
