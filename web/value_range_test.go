// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestUnknownValuesAndRangesSayWhatToDo(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	for _, test := range []struct {
		path   string
		status int
		wants  []string
	}{
		{"nobody/weight_kg", http.StatusNotFound, []string{`There is no profile "nobody".`}},
		{"alice/weigth_kg", http.StatusNotFound, []string{`There is no value "weigth_kg".`, "Did you mean Weight?"}},
		{"alice/qqqqqqqqqqqq", http.StatusNotFound, []string{`There is no value "qqqqqqqqqqqq".`}},
		{"alice/refresh", http.StatusNotFound, []string{`There is no value "refresh".`}},
		{"alice/weight_kg?range=fortnight", http.StatusBadRequest, []string{"Write range=day, week"}},
		{"alice/weight_kg?from=31.1.2026", http.StatusBadRequest, []string{"from=2026-01-31"}},
		{"alice/weight_kg?from=2026-02-01&to=2026-01-01", http.StatusBadRequest, []string{"Write range"}},
		{"alice/weight_kg?from=0001-01-01", http.StatusBadRequest, []string{"Write range"}},
		{"alice/weight_kg?from=2026&to=9999", http.StatusBadRequest, []string{"Write range"}},
		{"alice/weight_kg?range=day&from=2026", http.StatusBadRequest, []string{"Write range"}},
	} {
		answer := h.get(t, test.path)
		if answer.Code != test.status || !strings.Contains(answer.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d", test.path, answer.Code)
		}
		wantTexts(t, answer.Body.String(), test.wants...)
	}
	answer := h.get(t, "alice/weight_kg/chart?range=fortnight")
	if answer.Code != http.StatusBadRequest || !json.Valid(answer.Body.Bytes()) {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestNamedRangesBeginInTheZone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]func(to time.Time) time.Time{
		"day":     func(to time.Time) time.Time { return to.AddDate(0, 0, -1) },
		"week":    func(to time.Time) time.Time { return to.AddDate(0, 0, -7) },
		"month":   func(to time.Time) time.Time { return to.AddDate(0, -1, 0) },
		"quarter": func(to time.Time) time.Time { return to.AddDate(0, -3, 0) },
		"year":    func(to time.Time) time.Time { return to.AddDate(-1, 0, 0) },
		"all":     func(time.Time) time.Time { return time.Time{} },
	} {
		h := newValueHarness(t)
		answer := h.get(t, "alice/weight_kg/data.json?range="+name)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", name, answer.Code, answer.Body)
		}
		r := h.past.asked[0]
		if r.To.Location() != h.zone || !r.From.Equal(want(r.To)) {
			t.Errorf("%s: from %s to %s", name, r.From, r.To)
		}
	}
}

func TestUsualRangeReachesTheNewestValue(t *testing.T) {
	t.Parallel()
	now := time.Now() // clock: the ranges end now
	for age, want := range map[time.Duration]string{
		time.Hour: "month", 40 * 24 * time.Hour: "quarter", 200 * 24 * time.Hour: "year", 900 * 24 * time.Hour: "all",
	} {
		h := newValueHarness(t)
		h.values[0].MeasuredAt = now.Add(-age)
		body := h.get(t, "alice/weight_kg").Body.String()
		if !strings.Contains(body, `?range=`+want+`" aria-current="true"`) {
			t.Errorf("%s ago: not %s", age, want)
		}
	}
}
