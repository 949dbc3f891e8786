// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

func TestChartAnswerHasPictureTableAndPoints(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	answer := h.get(t, "alice/weight_kg/chart"+around)
	var got struct {
		From, To      int64
		SVG, Table    string
		Period, Query string
		Points        []struct {
			At   int64
			Text string
		}
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("%d %v", answer.Code, err)
	}
	if len(got.Points) != 3 || got.Points[2].At != lastTime().UnixMilli() || !strings.Contains(text(got.Table), "82.3 kg") ||
		got.Points[2].Text != "1 Mar 2026 08:00 · 81.4\u00a0kg" || !strings.HasPrefix(got.SVG, "<svg") ||
		got.Period != "20 Feb 2026 to 1 Mar 2026" {
		t.Errorf("%+v", got)
	}
	if want := "from=2026-02-20T00%3A00%3A00%2B01%3A00&to=2026-03-02T00%3A00%3A00%2B01%3A00"; got.Query != want {
		t.Errorf("query %s, want %s", got.Query, want)
	}
	// Some more is drawn on both sides.
	r := h.past.asked[0]
	if r.MaxPoints != 800 || !r.From.Before(time.UnixMilli(got.From)) || !r.To.After(time.UnixMilli(got.To)) {
		t.Errorf("asked for %+v", r)
	}
}

func TestDownloadsHaveExactValuesOfTheRange(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.units = units.Imperial
	body := h.get(t, "alice/weight_kg"+around).Body.String()
	links := regexp.MustCompile(`href="/values/(alice/weight_kg/data\.\w+\?[^"]*)"`).FindAllStringSubmatch(body, -1)
	if len(links) != 2 {
		t.Fatalf("links %q", links)
	}
	want := map[string]string{
		"text/csv; charset=utf-8": "time,weight_kg\n2026-02-27T08:00:00+01:00,81.9\n2026-02-28T08:00:00+01:00,82.25\n" +
			"2026-03-01T08:00:00+01:00,81.35\n",
		"application/json": `{"series":[{"key":"weight_kg","bucket":"none","points":[` +
			`{"time":"2026-02-27T08:00:00+01:00","value":81.9},{"time":"2026-02-28T08:00:00+01:00","value":82.25},` +
			`{"time":"2026-03-01T08:00:00+01:00","value":81.35}]}]}` + "\n",
	}
	for _, link := range links {
		h.past.asked = nil
		answer := h.get(t, html.UnescapeString(link[1]))
		if got := answer.Body.String(); got != want[answer.Header().Get("Content-Type")] {
			t.Errorf("%s: %s", link[1], got)
		}
		if got := answer.Header().Get("Content-Disposition"); !strings.HasPrefix(got,
			`attachment; filename="alice-weight_kg-2026-02-20-2026-03-02.`) {
			t.Errorf("%s", got)
		}
		if r := h.past.asked[0]; !r.From.Equal(time.Date(2026, 2, 20, 0, 0, 0, 0, h.zone)) || r.Bucket != history.BucketNone {
			t.Errorf("%s asks for %+v", link[1], r)
		}
	}
}

func TestCombinedValuesHaveTheirExtremes(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	series := history.Series{Bucket: history.BucketWeek}
	for i := range 120 {
		series.Points = append(series.Points, history.Point{
			Time: time.Date(2023, time.November, 6+7*i, 0, 0, 0, 0, h.zone), Count: 5,
			Min: exact(t, "70.1"), Mean: 71.25, Max: exact(t, "72.4"), Last: exact(t, "71"),
		})
	}
	h.past.series["weight_kg"] = series
	body := h.get(t, "alice/weight_kg?from=2023-11&to=2026-03-01").Body.String()
	wantTexts(t, body, "When Mean Lowest Highest", "Week of 16 Feb 2026 71.3 kg 70.1 kg 72.4 kg", "The newest 100 of 120 rows.")
	if !strings.Contains(body, `class="spread first"`) {
		t.Error("no band")
	}
	csv := h.get(t, "alice/weight_kg/data.csv?from=2023-11&to=2026-03-01").Body.String()
	if !strings.HasPrefix(csv, "time,weight_kg_min,weight_kg_mean,weight_kg_max\n2023-11-06T00:00:00+01:00,70.1,71.25,72.4\n") {
		t.Errorf("%.200s", csv)
	}
}

func TestAxisHasTheUnitsOfTheReader(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.units = units.Imperial
	h.add(t, "sleep_total_duration_seconds", "20700")
	h.past.series["sleep_total_duration_seconds"] = h.measured(t, "18000", "28800", "20700")
	wantTexts(t, h.get(t, "alice/weight_kg"+around).Body.String(), "179.3 lb", "181 lb")
	wantTexts(t, h.get(t, "alice/sleep_total_duration_seconds"+around).Body.String(), "5 h 45 min", "7 h")
}

func TestReplacedDeviceIsMarked(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	series := h.past.series["weight_kg"]
	series.Replacements = []history.Replacement{{At: lastTime().AddDate(0, 0, -1), Device: "Body Scan"}}
	h.past.series["weight_kg"] = series
	body := h.get(t, "alice/weight_kg"+around).Body.String()
	if !strings.Contains(body, `<path class="break"`) || strings.Count(body, `class="line first" d="M`) != 1 {
		t.Error("no mark, or not one line")
	}
	wantTexts(t, body, "since 28 Feb 2026: Body Scan")
	if !h.past.asked[0].Replacements {
		t.Error("not asked for")
	}
}

// TestTrendDependsOnTheDaysBefore shows that a range does not begin the trend
// anew.
func TestTrendDependsOnTheDaysBefore(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.get(t, "alice/weight_kg"+around)
	r := h.past.asked[len(h.past.asked)-1]
	latest := time.Date(2026, time.February, 20-sensors.TrendDays, 0, 0, 0, 0, h.zone)
	if r.Bucket != history.BucketDay || r.From.After(latest) {
		t.Errorf("the trend is computed from %+v", r)
	}
}

func TestTotalsAreBarsOfWholeDays(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "activity_steps_today", "5230")
	h.past.series["activity_steps_today"] = h.measured(t, "9000", "5230")
	body := h.get(t, "alice/activity_steps_today"+around).Body.String()
	if !strings.Contains(body, `class="bars first few"`) || strings.Contains(body, "range=day\"") {
		t.Errorf("no bars, or a range of a day: %s", body)
	}
	wantTexts(t, body, "Steps today, day by day", "1 Mar 2026 5 230 steps")
	if r := h.past.asked[0]; r.Bucket != history.BucketDay {
		t.Errorf("asked by %q", r.Bucket)
	}
	h.past.asked = nil
	csv := h.get(t, "alice/activity_steps_today/data.csv?range=week").Body.String()
	if want := "time,activity_steps_today\n2026-02-28T08:00:00+01:00,9000\n2026-03-01T08:00:00+01:00,5230\n"; csv != want {
		t.Errorf("%q", csv)
	}
	r := h.past.asked[0]
	if r.From.Format("15:04:05") != "00:00:00" || r.To.Format("15:04:05") != "00:00:00" || !r.From.Equal(r.To.AddDate(0, 0, -7)) {
		t.Errorf("a week is from %s to %s", r.From, r.To)
	}
}

// TestDownloadIsSafeInSpreadsheets: a text that was imported can begin like a
// formula.
func TestDownloadIsSafeInSpreadsheets(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	for _, text := range []string{"=1+1", "+x", "-x", "@x", "\tx", "'x"} {
		h.past.series["sleep_state"] = history.Series{Points: []history.Point{{Time: lastTime(), Count: 1, Text: text}}}
		rows, err := csv.NewReader(h.get(t, "alice/sleep_state/data.csv"+around).Body).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][1] != "'"+text {
			t.Errorf("%q is downloaded as %q, %v", text, rows, err)
		}
	}
}
