package api

import (
	"cmp"
	"slices"

	"vitals2mqtt/simulator/people"
)

// heartQuery is what both lists have in common.
func heartQuery(q query, part func(h *people.HeartRecord) bool, row func(h *people.HeartRecord) map[string]any) answer {
	asked, wrong := parseTimeRange(q.form)
	offset := 0
	if wrong == "" {
		offset, wrong = parseOffset(q.form)
	}
	if wrong != "" {
		return invalidParameter(wrong)
	}
	rows := []*people.HeartRecord{}
	for _, h := range q.who.Records.Hearts {
		outside := asked.byFrom && h.At < asked.from || asked.byTo && h.At > asked.to
		if h.Created <= q.now.Unix() && part(h) && !outside {
			rows = append(rows, h)
		}
	}
	slices.SortStableFunc(rows, func(x, y *people.HeartRecord) int { return cmp.Compare(x.At, y.At) })
	page, next := paginate(rows, offset, heartPage)
	series := make([]map[string]any, 0, len(page))
	for _, h := range page {
		series = append(series, row(h))
	}
	return success(withPaging(map[string]any{"series": series}, next, len(rows)))
}

// getHeartList is v2/heart list.
func getHeartList(_ *Server, q query) answer {
	return heartQuery(q,
		func(h *people.HeartRecord) bool { return h.HasECGOrPressure() },
		func(h *people.HeartRecord) map[string]any { return h.Row(q.who.Timezone) })
}

// getSoundList is v2/stetho list.
func getSoundList(_ *Server, q query) answer {
	return heartQuery(q,
		func(h *people.HeartRecord) bool { return h.Stetho != 0 },
		func(h *people.HeartRecord) map[string]any { return h.SoundRow(q.who.Timezone) })
}
