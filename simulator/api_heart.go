package simulator

import (
	"cmp"
	"slices"
)

// heartQuery is what both lists select by.
func heartQuery(q query, part func(h *heartRecord) bool, row func(h *heartRecord) map[string]any) answer {
	asked, wrong := parseTimeRange(q.form)
	offset := 0
	if wrong == "" {
		offset, wrong = parseOffset(q.form)
	}
	if wrong != "" {
		return invalidParameter(wrong)
	}
	rows := []*heartRecord{}
	for _, h := range q.who.records.hearts {
		outside := asked.byFrom && h.at < asked.from || asked.byTo && h.at > asked.to
		if h.created <= q.now.Unix() && part(h) && !outside {
			rows = append(rows, h)
		}
	}
	slices.SortStableFunc(rows, func(x, y *heartRecord) int { return cmp.Compare(x.at, y.at) })
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
		func(h *heartRecord) bool { return h.hasECGOrPressure() },
		func(h *heartRecord) map[string]any { return h.row(q.who.Timezone) })
}

// findSignal finds the record that a signal belongs to.
func findSignal(q query, id func(h *heartRecord) int64) (*heartRecord, *answer) {
	wanted, given, ok := parseInt(q.form, "signalid")
	a := invalidParameter("signalid")
	switch {
	case !given:
		a = missingParameter("signalid")
	case ok && wanted != 0:
		for _, h := range q.who.records.hearts {
			if id(h) == wanted && h.created <= q.now.Unix() {
				return h, nil
			}
		}
	}
	return nil, &a
}

// getSignal is v2/heart get.
func getSignal(_ *Server, q query) answer {
	h, refused := findSignal(q, func(h *heartRecord) int64 { return h.ecg })
	if refused != nil {
		return *refused
	}
	return success(q.who.ecgSignal(h))
}

// getSoundList is v2/stetho list.
func getSoundList(_ *Server, q query) answer {
	return heartQuery(q,
		func(h *heartRecord) bool { return h.stetho != 0 },
		func(h *heartRecord) map[string]any { return h.soundRow(q.who.Timezone) })
}

// getSound is v2/stetho get.
func getSound(_ *Server, q query) answer {
	h, refused := findSignal(q, func(h *heartRecord) int64 { return h.stetho })
	if refused != nil {
		return *refused
	}
	return success(q.who.soundSignal(h))
}
