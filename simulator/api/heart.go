// SPDX-License-Identifier: MIT

package api

import (
	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

func heartActions() map[string]action {
	return map[string]action{
		"list": {scope: withings.ScopeMetrics, parameters: timeRange("offset"), run: getHeartList},
		"get": {
			scope: withings.ScopeMetrics, parameters: []string{"signalid", "with_filtered", "with_intervals"}, run: getSignal,
		},
	}
}

func soundActions() map[string]action {
	return map[string]action{
		"list": {scope: withings.ScopeMetrics, parameters: timeRange("offset"), run: getSoundList},
		"get":  {scope: withings.ScopeMetrics, parameters: []string{"signalid"}, run: getSound},
	}
}

// heartList answers a list of those records that are part of it.
func heartList(q query, part func(h *people.HeartRecord) bool, row func(h *people.HeartRecord) map[string]any) response {
	var rows []listRow
	for _, h := range q.account.Records.Hearts {
		if part(h) {
			rows = append(rows, listRow{at: h.At, created: h.Created, body: row(h)})
		}
	}
	return listResponse(q, rows)
}

// getHeartList is v2/heart list.
func getHeartList(_ *Server, q query) response {
	return heartList(q,
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
	return heartList(q,
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
