// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// TestEveryValueHasAPage opens the view of each row of the catalogue in both
// languages, with a past and without.
func TestEveryValueHasAPage(t *testing.T) {
	t.Parallel()
	broken := regexp.MustCompile(`%!|\bvalue\.[a-z_]+|no value>|NaN|Inf\b`)
	rows := 0
	h := newValueHarness(t)
	for _, row := range sensors.Catalogue() {
		if row.Scope != sensors.ScopeProfile || row.Platform != "sensor" && row.Platform != "binary_sensor" {
			continue
		}
		rows++
		h.values, h.past.series = nil, map[string]history.Series{}
		example := "12"
		switch {
		case len(row.Options) > 0:
			example = row.Options[0]
		case row.DeviceClass == "timestamp":
			example = "2026-03-01T07:00:00Z"
		case row.DeviceClass == "date":
			example = "2026-03-01"
		case row.Platform == "binary_sensor":
			example = "ON"
		}
		h.add(t, row.Key, example)
		if _, err := decimal.Parse(example); err == nil {
			h.values[0].Reading.Value = sensors.Number(exact(t, example))
			h.past.series[row.Key] = h.measured(t, "11", "13", example)
		} else {
			h.past.series[row.Key] = history.Series{Points: []history.Point{{Time: lastTime(), Count: 1, Text: example}}}
		}
		for _, language := range []string{"en", "de"} {
			h.language = language
			for _, path := range []string{around, "?from=2020&to=2021", "?range=day", "/data.csv", "/data.json?range=all"} {
				answer := h.get(t, "alice/"+row.Key+path)
				if found := broken.FindString(text(answer.Body.String())); answer.Code != http.StatusOK || found != "" {
					t.Errorf("%s%s (%s): %d %q", row.Key, path, language, answer.Code, found)
				}
			}
		}
	}
	if rows < 150 {
		t.Errorf("only %d rows", rows)
	}
}

// TestGapsOfTheDataStayGaps has blood pressure in groups of three, daily, and a
// holiday.
func TestGapsOfTheDataStayGaps(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	var series history.Series
	for day := range 20 {
		if day >= 8 && day < 14 {
			continue
		}
		for minute := range 3 {
			d := exact(t, "80")
			at := time.Date(2026, time.February, 1+day, 8, minute, 0, 0, h.zone)
			series.Points = append(series.Points, history.Point{Time: at, Count: 1, Min: d, Mean: 80, Max: d, Last: d})
		}
	}
	h.past.series["weight_kg"] = series
	body := h.get(t, "alice/weight_kg?from=2026-02-01&to=2026-02-21").Body.String()
	line := regexp.MustCompile(`class="line first" d="([^"]*)"`).FindStringSubmatch(body)
	if len(line) != 2 || strings.Count(line[1], "M") != 2 {
		t.Errorf("the line has other parts than before and after the holiday: %q", line)
	}
}
