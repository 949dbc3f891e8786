// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// fakeHistory returns what a test gives it, and keeps what it was asked.
type fakeHistory struct {
	series  history.Series
	nights  []history.Night
	records []history.Stored
	ecgs    []history.ECG
	curves  map[int64]sensors.Waveform
	err     error
	ranges  []history.Range
	filters []history.Filter
	from    time.Time
}

func (h *fakeHistory) Range(_ context.Context, r history.Range) (history.Series, error) {
	h.ranges = append(h.ranges, r)
	h.series.Key = r.Key
	return h.series, h.err
}

func (h *fakeHistory) Nights(_ context.Context, _ string, from, _ time.Time) ([]history.Night, error) {
	h.from = from
	return h.nights, h.err
}

func (h *fakeHistory) Records(_ context.Context, f history.Filter) iter.Seq2[history.Stored, error] {
	h.filters = append(h.filters, f)
	return func(yield func(history.Stored, error) bool) {
		if h.err != nil {
			yield(history.Stored{}, h.err)
			return
		}
		for _, rec := range h.records {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func (h *fakeHistory) ECGs(_ context.Context, _ string, from, _ time.Time) ([]history.ECG, error) {
	h.from = from
	return h.ecgs, h.err
}

func (h *fakeHistory) Waveform(_ context.Context, _ string, id int64) (sensors.Waveform, bool, error) {
	w, found := h.curves[id]
	return w, found, h.err
}

// berlin is the time zone of the tests.
func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// getHistory requests something of the past of the profile alice.
func getHistory(t *testing.T, h *fakeHistory, path string) (status int, body, logged string) {
	t.Helper()
	page := newHarness()
	handler := page.handler(t, func(o *web.Options) {
		o.History = h
		o.HistoryProfile = func(_ context.Context, slug string) (web.HistoryProfile, bool) {
			return web.HistoryProfile{User: "4711", Zone: berlin(t)}, slug == "alice"
		}
	})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, http.NoBody)
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, request)
	if !json.Valid(response.Body.Bytes()) {
		t.Errorf("%s: not JSON: %s", path, response.Body)
	}
	return response.Code, strings.TrimSpace(response.Body.String()), page.log.String()
}

func exact(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHistoryOfAKey(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, berlin(t))
	h := &fakeHistory{series: history.Series{Unit: "kg", Bucket: history.BucketDay, Points: []history.Point{{
		Time:  monday,
		Count: 3,
		Min:   exact(t, "80.1"),
		Mean:  80.43333333333,
		Max:   exact(t, "81"),
		Last:  exact(t, "80.25"),
	}}}}
	status, body, _ := getHistory(t, h,
		"/api/profiles/alice/history?key=weight_kg&from=2026-03-01&to=2026-03-03T08:00:00Z&bucket=day&points=5")
	want := `{"series":[{"key":"weight_kg","unit":"kg","bucket":"day","points":[` +
		`{"time":"2026-03-02T00:00:00+01:00","count":3,"min":80.1,"mean":80.4333,"max":81,"last":80.25}]}]}`
	if status != http.StatusOK || body != want {
		t.Errorf("%d\n%s\nwant\n%s", status, body, want)
	}
	asked := history.Range{
		User:      "4711",
		Key:       "weight_kg",
		From:      time.Date(2026, 3, 1, 0, 0, 0, 0, berlin(t)),
		To:        time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC),
		Bucket:    history.BucketDay,
		Zone:      berlin(t),
		MaxPoints: 5,
	}
	if len(h.ranges) != 1 || !h.ranges[0].From.Equal(asked.From) || !h.ranges[0].To.Equal(asked.To) {
		t.Fatalf("%+v", h.ranges)
	}
	h.ranges[0].From, h.ranges[0].To, h.ranges[0].Zone = asked.From, asked.To, asked.Zone
	if h.ranges[0] != asked {
		t.Errorf("asked for %+v, want %+v", h.ranges[0], asked)
	}
}

func TestHistoryWithoutBucketsHasValues(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{series: history.Series{Points: []history.Point{
		{Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Count: 1, Last: exact(t, "80.1")},
		{Time: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), Count: 1, Text: "deep"},
	}}}
	_, body, _ := getHistory(t, h, "/api/profiles/alice/history?key=weight_kg,sleep_state")
	for _, want := range []string{
		`"bucket":"none"`, `{"time":"2026-03-02T00:00:00Z","value":80.1}`, `{"time":"2026-03-03T00:00:00Z","value":"deep"}`,
		`"key":"sleep_state"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", body, want)
		}
	}
}

func TestHistoryRefusesWhatItCannotAnswer(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/api/profiles/carol/history?key=weight_kg":                           `{"error":"no such profile"}`,
		"/api/profiles/alice/history":                                         "key is missing",
		"/api/profiles/alice/history?key=wieght_kg":                           `did you mean \"weight_kg\"?`,
		"/api/profiles/alice/history?key=weight_kg&bucket=decade":             "use none, hour, day, week, month, year",
		"/api/profiles/alice/history?key=weight_kg&points=801":                "points must be a number from 1 to 800",
		"/api/profiles/alice/history?key=weight_kg&from=yesterday":            "from: ",
		"/api/profiles/alice/history?key=weight_kg&from=2026&to=2025":         "from is not before to",
		"/api/profiles/alice/history?key=" + strings.Repeat("weight_kg,", 11): "too many keys, at most 10",
		"/api/profiles/alice/records?kind=dreams":                             `unknown kind \"dreams\", use one of measures`,
		"/api/profiles/alice/records?limit=0":                                 "limit must be a number from 1 to 1000",
		"/api/profiles/alice/nights?to=later":                                 "to: ",
		"/api/profiles/alice/ecgs?from=2026&to=2025":                          "from is not before to",
		"/api/profiles/alice/ecgs/first":                                      "is a number",
		"/api/profiles/alice/ecgs/-5":                                         "is a number",
		"/api/profiles/carol/ecgs":                                            `{"error":"no such profile"}`,
		"/api/profiles/carol/ecgs/11":                                         `{"error":"no such profile"}`,
	} {
		h := &fakeHistory{}
		status, body, _ := getHistory(t, h, path)
		wantStatus := http.StatusBadRequest
		if strings.Contains(path, "carol") {
			wantStatus = http.StatusNotFound
		}
		if status != wantStatus || !strings.Contains(body, want) || len(h.ranges) > 0 {
			t.Errorf("%s: %d %s, want %s", path, status, body, want)
		}
	}
}

func TestHistoryFailuresAreLoggedAndNotShown(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"history?key=weight_kg", "nights", "records", "ecgs", "ecgs/11"} {
		status, body, logged := getHistory(t, &fakeHistory{err: errors.New("disk on fire")}, "/api/profiles/alice/"+path)
		if status != http.StatusServiceUnavailable || body != `{"error":"the archive cannot be read now"}` ||
			!strings.Contains(logged, "disk on fire") {
			t.Errorf("%s: %d %s, logged %s", path, status, body, logged)
		}
	}
}

func TestNightsHaveValuesAndStages(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC).Unix()
	h := &fakeHistory{nights: []history.Night{{
		Record: sensors.Record{
			Start:  start,
			At:     start + 28800,
			Date:   "2026-03-02",
			Model:  "Sleep Monitor",
			Values: map[string]sensors.Value{"sleep_score": sensors.Number(decimal.FromInt(80))},
		},
		Stages: []sensors.Record{{
			Start:  start,
			At:     start + 600,
			Values: map[string]sensors.Value{"sleep_state": sensors.Text("light")},
		}},
	}}}
	_, body, _ := getHistory(t, h, "/api/profiles/alice/nights?from=2026-03-01&to=2026-03-03")
	want := `{"nights":[{"date":"2026-03-02","nap":false,"start":"2026-03-01T23:00:00+01:00","end":"2026-03-02T07:00:00+01:00",` +
		`"device":"Sleep Monitor","values":{"sleep_score":80},"stages":[{"start":"2026-03-01T23:00:00+01:00",` +
		`"end":"2026-03-01T23:10:00+01:00","state":"light"}]}]}`
	if body != want {
		t.Errorf("%s\nwant\n%s", body, want)
	}
	if _, _, _ = getHistory(t, h, "/api/profiles/alice/nights?from=2010&to=2026-03-03"); h.from.Year() != 2025 {
		t.Errorf("more than ten years of nights are read, from %v", h.from)
	}
}

// TestRecordsOfASecondAreNotSeparated follows "next" to the end.
func TestRecordsOfASecondAreNotSeparated(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Unix()
	record := func(id, at int64, part string) history.Stored {
		return history.Stored{Kind: sensors.KindNights, Part: part, Record: sensors.Record{ID: id, At: at, Start: at - 60}}
	}
	h := &fakeHistory{records: []history.Stored{
		record(1, at, "night"), record(2, at, ""), record(3, at, "nap"), record(4, at+1, "night"),
	}}
	_, body, _ := getHistory(t, h, "/api/profiles/alice/records?limit=1&kind=nights&key=sleep_score&from=7d")
	var got struct {
		Records []struct {
			ID     int64
			Time   string
			Source string
			Nap    bool
		}
		Next string
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Records) != 2 || got.Records[1].ID != 3 || !got.Records[1].Nap || got.Next != "2026-03-01T09:00:01+01:00" ||
		got.Records[0].Source != "cloud" {
		t.Errorf("%s", body)
	}
	filter := h.filters[0]
	if diff := cmp.Diff([]string{"sleep_score"}, filter.Keys); diff != "" || filter.User != "4711" || filter.From.IsZero() {
		t.Errorf("%+v", filter)
	}
}

// TestHistoryNeedsThePassword tries each route without it.
func TestHistoryNeedsThePassword(t *testing.T) {
	t.Parallel()
	handler := newHarness().handler(t, func(o *web.Options) {
		o.Password = secret.New("pass")
		o.History = &fakeHistory{}
		o.HistoryProfile = func(context.Context, string) (web.HistoryProfile, bool) { return web.HistoryProfile{}, true }
	})
	for _, path := range []string{"history?key=weight_kg", "nights", "records", "ecgs", "ecgs/11"} {
		request := httptest.NewRequestWithContext(
			t.Context(), http.MethodGet, "http://localhost/api/profiles/alice/"+path, http.NoBody)
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		if response.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, response.Code)
		}
	}
}
