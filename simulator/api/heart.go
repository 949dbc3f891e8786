package api

import (
	"cmp"
	"slices"

	"vitals2mqtt/simulator/people"
)

// heartQuery is what both lists have in common.
func heartQuery(
	q query, part func(h *people.HeartRecord) bool, row func(h *people.HeartRecord) map[string]any,
) response {
	filter, wrong := parseTimeRange(q.form)
	offset := 0
	if wrong == "" {
		offset, wrong = parseOffset(q.form)
	}
	if wrong != "" {
		return invalidParameter(wrong)
	}
	rows := []*people.HeartRecord{}
	for _, h := range q.account.Records.Hearts {
		outside := filter.byFrom && h.At < filter.from || filter.byTo && h.At > filter.to
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
func getHeartList(_ *Server, q query) response {
	return heartQuery(q,
		func(h *people.HeartRecord) bool { return h.HasECGOrPressure() },
		func(h *people.HeartRecord) map[string]any { return h.Row(q.account.Timezone) })
}

// findSignal finds the record of a signal.
func findSignal(q query, id func(h *people.HeartRecord) int64) (*people.HeartRecord, *response) {
	wanted, given, ok := parseInt(q.form, "signalid")
	a := invalidParameter("signalid")
	switch {
	case !given:
		a = missingParameter("signalid")
	case ok && wanted != 0:
		for _, h := range q.account.Records.Hearts {
			if id(h) == wanted && h.Created <= q.now.Unix() {
				return h, nil
			}
		}
	}
	return nil, &a
}

// getSignal is v2/heart get.
func getSignal(_ *Server, q query) response {
	h, refused := findSignal(q, func(h *people.HeartRecord) int64 { return h.ECG })
	if refused != nil {
		return *refused
	}
	return success(q.account.ECGSignal(h))
}

// getSoundList is v2/stetho list.
func getSoundList(_ *Server, q query) response {
	return heartQuery(q,
		func(h *people.HeartRecord) bool { return h.Stetho != 0 },
		func(h *people.HeartRecord) map[string]any { return h.SoundRow(q.account.Timezone) })
}

// getSound is v2/stetho get.
func getSound(_ *Server, q query) response {
	h, refused := findSignal(q, func(h *people.HeartRecord) int64 { return h.Stetho })
	if refused != nil {
		return *refused
	}
	return success(q.account.SoundSignal(h))
}
