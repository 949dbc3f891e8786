// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"html"
	"iter"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/web"
)

// valuesPast is an archive of some series.
type valuesPast struct {
	web.History // of what the view of a value does not ask for

	series  map[string]history.Series
	records []history.Stored
	err     error
	asked   []history.Range
	filters []history.Filter
}

func (p *valuesPast) Range(_ context.Context, r history.Range) (history.Series, error) {
	p.asked = append(p.asked, r)
	series := p.series[r.Key]
	series.Key = r.Key
	if r.Bucket == history.BucketDay {
		series.Bucket = r.Bucket
	}
	return series, p.err
}

func (p *valuesPast) Nights(context.Context, string, time.Time, time.Time) ([]history.Night, error) {
	return nil, p.err
}

func (p *valuesPast) Records(_ context.Context, f history.Filter) iter.Seq2[history.Stored, error] {
	p.filters = append(p.filters, f)
	return func(yield func(history.Stored, error) bool) {
		for _, rec := range p.records {
			if !yield(rec, p.err) {
				return
			}
		}
	}
}

// valueHarness is a page with one profile, and its archive.
type valueHarness struct {
	values   []web.Value
	past     *valuesPast
	zone     *time.Location
	units    units.System
	read     bool // the history
	archived bool
	language string
	page     http.Handler // once it was asked for
}

// newValueHarness has a weight and its past.
func newValueHarness(t *testing.T) *valueHarness {
	t.Helper()
	h := &valueHarness{zone: berlin(t), read: true, archived: true, past: &valuesPast{series: map[string]history.Series{}}}
	h.add(t, "weight_kg", "81.35")
	h.past.series["weight_kg"] = h.measured(t, "81.9", "82.25", "81.35")
	return h
}

// lastTime is when the last value was measured: 1 March 2026 8:00 in Berlin.
func lastTime() time.Time { return time.Date(2026, time.March, 1, 7, 0, 0, 0, time.UTC) }

// add adds a current value.
func (h *valueHarness) add(t *testing.T, key, text string) {
	t.Helper()
	row, _ := sensors.Lookup(key)
	value := sensors.Text(text)
	if row.Unit != "" {
		value = sensors.Number(exact(t, text))
	}
	h.values = append(h.values, web.Value{
		Key: key, Name: row.Name, Text: text, Unit: row.Unit, MeasuredAt: lastTime(), Device: "Body+", Row: row,
		Reading: sensors.Reading{Key: key, Value: value, MeasuredAt: lastTime(), ReceivedAt: lastTime().Add(90 * time.Second)},
	})
}

// measured is a series of values a day apart, which ends with the last one.
func (h *valueHarness) measured(t *testing.T, values ...string) (series history.Series) {
	t.Helper()
	for i, text := range values {
		d := exact(t, text)
		at := lastTime().AddDate(0, 0, i+1-len(values)).In(h.zone)
		series.Points = append(series.Points, history.Point{Time: at, Count: 1, Min: d, Mean: d.Float(), Max: d, Last: d})
	}
	return series
}

// get requests a path below /values/.
func (h *valueHarness) get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	if h.page == nil {
		h.page = h.handler(t)
	}
	return request(t, h.page, http.MethodGet, "/values/"+path, "Accept-Language", h.language)
}

func (h *valueHarness) handler(t *testing.T) http.Handler {
	t.Helper()
	return newHarness().handler(t, func(o *web.Options) {
		o.Overview = func() web.Overview {
			return web.Overview{Profiles: []web.Profile{
				{Slug: "alice", Name: "Alice", Values: h.values, HistoryRead: h.read, Units: h.units, Zone: h.zone},
			}}
		}
		o.Published = func(profile string, row sensors.Sensor) web.Publication {
			return web.Publication{Topics: []string{"base/" + profile + "/" + row.Key}, EntityID: "sensor." + profile + "_" + row.Key}
		}
		if h.archived {
			o.History = h.past
			o.HistoryProfile = func(_ context.Context, slug string) (web.HistoryProfile, bool) {
				return web.HistoryProfile{User: "4711", Zone: h.zone}, slug == "alice"
			}
		}
	})
}

// around is a range of some days around the values.
const around = "?from=2026-02-20&to=2026-03-02"

// text is the text of a page, without its tags.
func text(body string) string {
	plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(plain)), " ")
}

func wantTexts(t *testing.T, body string, wants ...string) {
	t.Helper()
	plain := text(body)
	for _, want := range wants {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is missing in\n%s", want, plain)
		}
	}
}

func TestValuePageShowsValueChartTableAndDetails(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "weight_change_30d_kg", "-0.44")
	h.add(t, "weight_goal", "78")
	number := 2
	h.values[0].Reading.Attribution = &number
	h.past.records = []history.Stored{{Kind: sensors.KindMeasures, Record: sensors.Record{
		ID: 9, At: lastTime().Unix(), Values: map[string]sensors.Value{"weight_kg": sensors.Number(exact(t, "81.35"))},
	}}}
	answer := h.get(t, "alice/weight_kg"+around)
	body := answer.Body.String()
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, body)
	}
	wantTexts(t, body, "81.4 kg", "1 Mar 2026 08:00", "down 0.4 kg in 30 days", "Goal 78.0 kg", "Trend",
		"When Weight 1 Mar 2026 08:00 81.4 kg 28 Feb 2026 08:00 82.3 kg 27 Feb 2026 08:00 81.9 kg",
		"Exact value 81.35", "Unit kg", "Measured at 2026-03-01T08:00:00+01:00", "Received at 2026-03-01T08:01:30+01:00",
		"Device Body+", "Attribution entered by hand", "MQTT topics base/alice/weight_kg", "Entity sensor.alice_weight_kg",
		`"weight_kg": 81.35`)
	for _, want := range []string{
		`<svg xmlns="http://www.w3.org/2000/svg" class="chart"`, `class="line trend"`, `class="goal"`, `<th scope="row">`,
		`aria-label="Weight, 20 Feb 2026 to 1 Mar 2026. Lowest 81.4` + "\u00a0" + `kg, highest 82.3` + "\u00a0" + `kg."`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if found := regexp.MustCompile(`\sstyle=|<script>|\son\w+=`).FindString(body); found != "" {
		t.Errorf("the page has %q, which its policy forbids", found)
	}
}

func TestValuePageIsGermanForGermans(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.language = "de-AT,en;q=0.5"
	h.add(t, "weight_change_30d_kg", "0.4")
	wantTexts(t, h.get(t, "alice/weight_kg"+around).Body.String(), "kg mehr als vor 30 Tagen", "3 Monate", "Einzelheiten")
}

func TestBloodPressureIsOneChart(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "systolic_blood_pressure_mmhg", "128")
	h.add(t, "diastolic_blood_pressure_mmhg", "82")
	h.add(t, "heart_pulse_bpm", "61")
	h.past.series["systolic_blood_pressure_mmhg"] = h.measured(t, "130", "128")
	h.past.series["diastolic_blood_pressure_mmhg"] = h.measured(t, "84", "82")
	pulses := h.measured(t, "99", "60", "61")
	h.past.series["heart_pulse_bpm"] = pulses
	for _, key := range []string{"systolic_blood_pressure_mmhg", "diastolic_blood_pressure_mmhg"} {
		body := h.get(t, "alice/"+key+around).Body.String()
		wantTexts(t, body, "Blood pressure 128/82 mmHg", "When Systolic Diastolic Pulse",
			"1 Mar 2026 08:00 128 mmHg 82 mmHg 61 bpm 28 Feb 2026")
		if strings.Contains(text(body), "99 bpm") {
			t.Error("a pulse of another measurement is shown")
		}
		for _, class := range []string{"line first", "line second", "line third"} {
			if !strings.Contains(body, class) {
				t.Errorf("%s: no %s", key, class)
			}
		}
	}
	wantTexts(t, h.get(t, "alice/heart_pulse_bpm"+around).Body.String(), "Heart pulse 61 bpm", "99 bpm")
}

func TestPulseWithoutBloodPressureIsAlone(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "heart_pulse_bpm", "61")
	h.past.series["heart_pulse_bpm"] = h.measured(t, "60", "61")
	body := h.get(t, "alice/heart_pulse_bpm"+around).Body.String()
	if strings.Contains(body, "line second") || strings.Contains(text(body), "Blood pressure") {
		t.Error("a blood pressure is shown that nobody measures")
	}
}

func TestRecordOfATotalIsThatOfItsDay(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "activity_steps_today", "5230")
	h.values[1].Reading.Date = "2026-03-01"
	h.get(t, "alice/activity_steps_today"+around)
	h.get(t, "alice/weight_kg"+around)
	midnight := time.Date(2026, time.March, 1, 0, 0, 0, 0, h.zone)
	for i, want := range []history.Filter{
		{User: "4711", Keys: []string{"activity_steps_today"}, From: midnight, To: midnight.AddDate(0, 0, 1)},
		{User: "4711", Keys: []string{"weight_kg"}, From: lastTime(), To: lastTime().Add(time.Second)},
	} {
		got := h.past.filters[i]
		if !got.From.Equal(want.From) || !got.To.Equal(want.To) || got.Keys[0] != want.Keys[0] || got.User != want.User {
			t.Errorf("asked for %+v, want %+v", got, want)
		}
	}
}

// The record of a pulse is its own, although its chart is that of the blood
// pressure; that of a computed value is what it is computed from.
func TestRecordHasTheKeyOfTheValue(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	for _, key := range []string{"systolic_blood_pressure_mmhg", "heart_pulse_bpm", "pulse_pressure_mmhg"} {
		h.add(t, key, "61")
	}
	for key, want := range map[string]string{
		"heart_pulse_bpm":              "heart_pulse_bpm",
		"systolic_blood_pressure_mmhg": "systolic_blood_pressure_mmhg",
		"pulse_pressure_mmhg":          "systolic_blood_pressure_mmhg",
	} {
		h.past.filters = nil
		h.get(t, "alice/"+key+around)
		if len(h.past.filters) != 1 || !slices.Equal(h.past.filters[0].Keys, []string{want}) {
			t.Errorf("%s: asked for %+v", key, h.past.filters)
		}
	}
}

func TestTextsHaveATableOnly(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "sleep_state", "rem")
	h.past.series["sleep_state"] = history.Series{Points: []history.Point{{Time: lastTime(), Count: 1, Text: "deep"}}}
	body := h.get(t, "alice/sleep_state"+around).Body.String()
	wantTexts(t, body, "Sleep state REM", "1 Mar 2026 08:00 deep")
	if strings.Contains(body, `id="chart"`) {
		t.Error("there is a chart")
	}
	if answer := h.get(t, "alice/sleep_state/chart"+around); answer.Code != http.StatusNotFound {
		t.Errorf("the chart is %d", answer.Code)
	}
}

func TestComputedAndUnkeptValuesSaySo(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.add(t, "bmi", "24.1")
	h.add(t, "sleep_nap_count", "1")
	wantTexts(t, h.get(t, "alice/bmi"+around).Body.String(), "Body mass index 24.1", "what it is computed from: Weight", "82.3 kg")
	body := h.get(t, "alice/sleep_nap_count").Body.String()
	wantTexts(t, body, "1 time", "Only the current value is known")
	if strings.Contains(body, `id="chart"`) || strings.Contains(body, "range=year") {
		t.Error("an unkept value has a chart or ranges")
	}
	h.add(t, "last_measured", "2026-03-01T07:00:00Z")
	wantTexts(t, h.get(t, "alice/last_measured").Body.String(), "Only the current value is known")
}

func TestValueWithoutCurrentOneShowsThePast(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.values = nil
	wantTexts(t, h.get(t, "alice/weight_kg"+around).Body.String(), "Weight No value", "82.3 kg")
}

func TestUnreadableArchiveLeavesTheCurrentValue(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.past.err = errors.New("disk gone")
	answer := h.get(t, "alice/weight_kg")
	wantTexts(t, answer.Body.String(), "81.4 kg", "The history cannot be read now.")
	for _, path := range []string{"/chart", "/data.csv", "/data.json"} {
		answer := h.get(t, "alice/weight_kg"+path)
		if answer.Code != http.StatusServiceUnavailable || strings.Contains(answer.Body.String(), "disk") {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
}

func TestFirstFillAndNoArchiveAreSaid(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.read = false
	wantTexts(t, h.get(t, "alice/weight_kg"+around).Body.String(), "The past is still being read")
	h.archived, h.page = false, nil
	body := h.get(t, "alice/weight_kg").Body.String()
	wantTexts(t, body, "81.4 kg")
	if strings.Contains(body, "range=year") || strings.Contains(body, "still being read") {
		t.Error("without an archive there are ranges")
	}
}

func TestHostileNamesAreEscapedInTheView(t *testing.T) {
	t.Parallel()
	h := newValueHarness(t)
	h.values[0].Device = `"><script>alert(1)</script>`
	for _, path := range []string{"alice/weight_kg" + around, "alice/%3Cscript%3E", "%3Cscript%3E/weight_kg"} {
		if body := h.get(t, path).Body.String(); strings.Contains(strings.ToLower(body), "<script>") {
			t.Errorf("%s: %s", path, body)
		}
	}
}
