// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/web"
)

// calendarHistory is a night, a nap, a record of the same night and a workout.
func calendarHistory(t *testing.T) *fakeHistory {
	t.Helper()
	at := func(clock string) int64 {
		moment, err := time.Parse(time.RFC3339, "2026-03-02T"+clock+":00Z")
		if err != nil {
			t.Fatal(err)
		}
		return moment.Unix()
	}
	record := func(kind sensors.Kind, id int64, part, start, end string, values map[string]sensors.Value) history.Stored {
		return history.Stored{Kind: kind, Part: part, Record: sensors.Record{
			ID: id, Start: at(start), At: at(end), Modified: at("12:00"), Asleep: 1500, Values: values,
		}}
	}
	return &fakeHistory{records: []history.Stored{
		record(sensors.KindNights, 1, history.PartNight, "00:10", "07:00", map[string]sensors.Value{
			"sleep_total_duration_seconds": sensors.Number(exact(t, "23100")),
			"sleep_score":                  sensors.Number(exact(t, "82")),
		}),
		record(sensors.KindNights, 2, "", "00:12", "07:01", nil),
		record(sensors.KindWorkouts, 1, "", "09:00", "09:45", map[string]sensors.Value{
			"workout_type":     sensors.Text("run"),
			"workout_distance": sensors.Number(exact(t, "5230")),
			"workout_steps":    sensors.Number(exact(t, "0")),
		}),
		record(sensors.KindNights, 3, history.PartNap, "13:00", "13:30", nil),
	}}
}

// calendarPage is a page with calendars.
func calendarPage(t *testing.T, h *fakeHistory, set ...func(*web.Options)) http.Handler {
	t.Helper()
	return newHarness().handler(t, func(o *web.Options) {
		o.History = h
		o.HistoryProfile = func(_ context.Context, slug string) (web.HistoryProfile, bool) {
			return web.HistoryProfile{Name: "Alice", User: "4711", Units: units.Imperial, Zone: berlin(t)}, slug == "alice"
		}
		o.CalendarKey = func(slug string) string { return "key-of-" + slug }
		for _, change := range set {
			change(o)
		}
	})
}

func getFrom(t *testing.T, handler http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, request)
	return response
}

// TestCalendarIsReadByAnotherProgram decodes the stream with a library.
func TestCalendarIsReadByAnotherProgram(t *testing.T) {
	t.Parallel()
	h := calendarHistory(t)
	handler := calendarPage(t, h)
	response := getFrom(t, handler, "/calendar/alice.ics?key=key-of-alice", "Accept-Language", "de")
	if response.Code != http.StatusOK || response.Header().Get("Content-Type") != "text/calendar; charset=utf-8" ||
		response.Header().Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("%d %v", response.Code, response.Header())
	}
	decoded, err := ical.NewDecoder(response.Body).Decode()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	uids := map[string]bool{}
	for _, event := range decoded.Events() {
		start, err := event.DateTimeStart(time.UTC)
		if err != nil {
			t.Error(err)
		}
		end, err := event.DateTimeEnd(time.UTC)
		if err != nil {
			t.Error(err)
		}
		text := func(name string) string {
			value, err := event.Props.Text(name)
			if err != nil {
				t.Error(err)
			}
			return value
		}
		uids[text(ical.PropUID)] = true
		got = append(got, strings.Join([]string{
			start.Format("15:04"), end.Format("15:04"), text(ical.PropSummary), text(ical.PropDescription),
		}, "|"))
	}
	const want = "00:10|07:00|Schlaf, 6 h 25 min|Schlafwert: 82 Punkte\n" +
		"09:00|09:45|Laufen|3,25 mi\n" +
		"13:00|13:30|Nickerchen, 25 min|"
	if all := strings.Join(got, "\n"); all != want {
		t.Errorf("events:\n%s\nwant:\n%s", all, want)
	}
	if len(uids) != 3 || uids[""] {
		t.Errorf("the ids are %v", uids)
	}
	if filter := h.filters[0]; filter.User != "4711" || time.Since(filter.From) < 399*24*time.Hour { // clock: the page's own
		t.Errorf("asked for %+v", filter)
	}
}

func TestCalendarKeyIsTheOnlyPassword(t *testing.T) {
	t.Parallel()
	handler := calendarPage(t, calendarHistory(t), func(o *web.Options) { o.Password = secret.New("hunter2") })
	for path, want := range map[string]int{
		"/calendar/alice.ics?key=key-of-alice": http.StatusOK,
		"/calendar/alice.ics?key=key-of-bob":   http.StatusNotFound,
		"/calendar/alice.ics?key=":             http.StatusNotFound,
		"/calendar/alice.ics":                  http.StatusNotFound,
		"/calendar/carol.ics?key=key-of-carol": http.StatusNotFound,
		"/calendar/alice?key=key-of-alice":     http.StatusNotFound,
		"/api/profiles/alice/calendar":         http.StatusUnauthorized,
	} {
		if got := getFrom(t, handler, path).Code; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet,
		"http://rebound.example/calendar/alice.ics?key=key-of-alice", http.NoBody)
	response := httptest.NewRecorder()
	if handler.ServeHTTP(response, request); response.Code != http.StatusMisdirectedRequest {
		t.Errorf("an untrusted host name gets %d", response.Code)
	}
}

func TestCalendarsAreOffByDefault(t *testing.T) {
	t.Parallel()
	handler := calendarPage(t, calendarHistory(t), func(o *web.Options) { o.CalendarKey = nil })
	for _, path := range []string{"/calendar/alice.ics?key=key-of-alice", "/calendar/alice.ics", "/api/profiles/alice/calendar"} {
		if got := getFrom(t, handler, path).Code; got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
}

func TestUnchangedCalendarIsNotSentAgain(t *testing.T) {
	t.Parallel()
	h := calendarHistory(t)
	handler := calendarPage(t, h)
	const path = "/calendar/alice.ics?key=key-of-alice"
	tag := getFrom(t, handler, path).Header().Get("ETag")
	if tag == "" || getFrom(t, handler, path, "If-None-Match", tag).Code != http.StatusNotModified {
		t.Errorf("the same calendar with the tag %s is sent again", tag)
	}
	h.records = h.records[1:]
	if got := getFrom(t, handler, path, "If-None-Match", tag).Code; got != http.StatusOK {
		t.Errorf("a changed calendar gets %d", got)
	}
	h.err = errors.New("disk of Alice failed")
	if response := getFrom(t, handler, path); response.Code != http.StatusServiceUnavailable ||
		strings.Contains(response.Body.String(), "Alice") {
		t.Errorf("%d %s", response.Code, response.Body)
	}
}

func TestCalendarAddress(t *testing.T) {
	t.Parallel()
	handler := calendarPage(t, calendarHistory(t))
	const want = `{"url":"http://localhost/calendar/alice.ics?key=key-of-alice"}`
	if got := strings.TrimSpace(getFrom(t, handler, "/api/profiles/alice/calendar").Body.String()); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := getFrom(t, handler, "/api/profiles/carol/calendar").Code; got != http.StatusNotFound {
		t.Errorf("an unknown profile gets %d", got)
	}
	handler = calendarPage(t, calendarHistory(t), func(o *web.Options) { o.BaseURL = "https://home.example/vitals/" })
	body := getFrom(t, handler, "/vitals/api/profiles/alice/calendar").Body.String()
	if !strings.Contains(body, `"https://home.example/vitals/calendar/alice.ics?key=key-of-alice"`) {
		t.Errorf("behind a proxy: %s", body)
	}
}
