// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// showPast requests a view of the past of the profile alice in Berlin.
func showPast(t *testing.T, h *fakeHistory, path string, header ...string) (status int, body, logged string) {
	t.Helper()
	page := newHarness()
	handler := page.handler(t, func(o *web.Options) {
		o.History = h
		o.HistoryProfile = func(_ context.Context, slug string) (web.HistoryProfile, bool) {
			if slug != "alice" {
				return web.HistoryProfile{}, true // not signed in
			}
			return web.HistoryProfile{User: "4711", Zone: berlin(t)}, true
		}
	})
	answer := request(t, handler, http.MethodGet, path, header...)
	return answer.Code, answer.Body.String(), page.log.String()
}

// words are a page without markup, pictures and no-break spaces.
func words(body string) string {
	body = regexp.MustCompile(`(?s)<svg.*?</svg>`).ReplaceAllString(body, " ")
	body = regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(strings.ReplaceAll(body, "\u00a0", " "))), " ")
}

// wantWords checks what a page says.
func wantWords(t *testing.T, body string, wants ...string) {
	t.Helper()
	said := words(body)
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q:\n%s", want, said)
		}
	}
}

// sleepOf is a session of sleep that began at a time and lasted some hours.
func sleepOf(date string, start time.Time, hours float64, values map[string]int64) history.Night {
	rec := sensors.Record{
		Date:   date,
		Start:  start.Unix(),
		At:     start.Add(time.Duration(hours * float64(time.Hour))).Unix(),
		Device: "mat",
		Model:  "Sleep Monitor",
		Values: map[string]sensors.Value{},
	}
	for key, value := range values {
		rec.Values[key] = sensors.Number(decimal.FromInt(value))
	}
	return history.Night{Record: rec}
}

// inBerlin is a time in November 2026.
func inBerlin(t *testing.T, day, hour, minute int) time.Time {
	t.Helper()
	return time.Date(2026, 11, day, hour, minute, 0, 0, berlin(t))
}

// withNights is an archive with nights, of which it lists the records as well.
func withNights(nights ...history.Night) *fakeHistory {
	h := &fakeHistory{nights: nights}
	for _, night := range nights {
		part := history.PartNight
		if night.Nap {
			part = history.PartNap
		}
		h.records = append(h.records, history.Stored{Kind: sensors.KindNights, Part: part, Record: night.Record})
	}
	return h
}

// threeNights are two nights of three dates, the second of which has a nap.
func threeNights(t *testing.T) *fakeHistory {
	t.Helper()
	first := sleepOf("2026-11-26", inBerlin(t, 25, 23, 15), 7.5, map[string]int64{"sleep_total_duration_seconds": 25200})
	last := sleepOf("2026-11-28", inBerlin(t, 27, 23, 10), 8, map[string]int64{
		"sleep_total_duration_seconds": 24300,
		"sleep_score":                  81,
		"sleep_heart_rate_average_bpm": 58,
		"sleep_heart_rate_min_bpm":     51,
		"sleep_heart_rate_max_bpm":     72,
		"sleep_deep_duration_seconds":  5100,
	})
	for i, state := range []string{"light", "deep", "levitating"} {
		start := last.Start + int64(i)*3600
		last.Stages = append(last.Stages, sensors.Record{
			Start: start, At: start + 3600, Values: map[string]sensors.Value{"sleep_state": sensors.Text(state)},
		})
	}
	nap := sleepOf("2026-11-28", inBerlin(t, 28, 14, 0), 0.5, map[string]int64{"sleep_total_duration_seconds": 1200})
	nap.Nap = true
	return withNights(first, last, nap)
}

func TestSleepShowsTheLastNight(t *testing.T) {
	t.Parallel()
	h := threeNights(t)
	for minute := range 30 {
		h.records = append(h.records, history.Stored{Kind: sensors.KindSlots, Record: sensors.Record{
			At:     inBerlin(t, 28, 1, minute).Unix(),
			Device: "mat",
			Fields: []sensors.Field{{
				Name: sensors.FieldNightHeartRate, Position: sensors.NoPosition,
				Value: sensors.Number(decimal.FromInt(int64(55 + minute%3))),
			}},
		}})
	}
	status, body, _ := showPast(t, h, "/sleep/alice?night=2026-11-28")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	wantWords(t, strings.ReplaceAll(body, " Nov 2026", " Nov"), // the year is said in other years
		"Sleep of Alice", "Sat 28 Nov", "6 h 45 min asleep", "In bed 23:10–07:10", "deep 1 h 25 min", "Score 81 points",
		"Heart rate 58 bpm (51–72)", "nap 14:00–14:30 (20 min)", "Fri 27 Nov not recorded", "Thu 26 Nov 23:15–06:45 7 h",
		"Recorded by Sleep Monitor",
	)
	for _, want := range []string{
		`class="night"`, "Heart rate (bpm)", ">55–57<", `class="stage deep"`, `class="stage unknown"`, `class="sleep current"`,
		`class="nap"`, `rel="prev" href="/sleep/alice?night=2026-11-26"`, `href="/sleep.css"`, `aria-current="true"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(body, `rel="next"`) || strings.Contains(words(body), "are not stored") {
		t.Error("the last night has one after it, or lacks something")
	}
	if strings.Count(body, `scope="row"`) != 14 {
		t.Errorf("%d rows", strings.Count(body, `scope="row"`))
	}
}

func TestSleepSaysHowToReadWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, body, _ := showPast(t, threeNights(t), "/sleep/alice")
	wantWords(t, body, "Heart rate and breathing of this night are not stored. vitals2mqtt backfill alice --minutes reads them.")
	_, body, _ = showPast(t, threeNights(t), "/sleep/alice?night=2026-11-26")
	wantWords(t, body, "Stages, heart rate and breathing of this night are not stored.")
	if strings.Contains(body, `class="night"`) || !strings.Contains(body, `rel="next" href="/sleep/alice?night=2026-11-28"`) {
		t.Error("a night without stages has a picture, or no next night")
	}
	_, body, _ = showPast(t, threeNights(t), "/sleep/alice?night=2026-11-27")
	wantWords(t, body, "No night was recorded for this date.")
	for _, want := range []string{"?night=2026-11-26", "?night=2026-11-28"} {
		if !strings.Contains(body, want) {
			t.Errorf("no link to %s", want)
		}
	}
}

// A night is shown by the clock of the place where it was.
func TestSleepUsesTheZoneOfTheNight(t *testing.T) {
	t.Parallel()
	night := sleepOf("2026-11-28", inBerlin(t, 28, 5, 0), 8, nil)
	night.Zone = "America/New_York"
	_, body, _ := showPast(t, withNights(night), "/sleep/alice")
	wantWords(t, body, "In bed 23:00–07:00")
	if strings.Contains(body, "05:00") {
		t.Error("the time of the person's usual zone is shown")
	}
}

// The night in which summer time ends has nine hours between 23:00 and 07:00.
func TestSleepOverChangeOfClock(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 10, 24, 23, 0, 0, 0, berlin(t))
	_, body, _ := showPast(t, withNights(sleepOf("2026-10-25", start, 9, nil)), "/sleep/alice?night=2026-10-25")
	wantWords(t, body, "In bed 23:00–07:00")
}

func TestSleepWithoutNights(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/sleep/alice", "/sleep/bob", "/sleep/alice?night=soon"} {
		status, body, _ := showPast(t, &fakeHistory{}, path)
		if status != http.StatusOK || strings.Contains(body, "<svg") {
			t.Errorf("%s: %d %s", path, status, body)
		}
		wantWords(t, body, "No nights.")
	}
	status, body, _ := showPast(t, &fakeHistory{}, "/sleep/carol", "Accept-Language", "de")
	if status != http.StatusNotFound {
		t.Errorf("an unknown person: %d", status)
	}
	wantWords(t, body, "Kein Profil heißt so.")
	status, body, logged := showPast(t, &fakeHistory{err: errors.New("disk on fire")}, "/sleep/alice")
	if status != http.StatusServiceUnavailable || strings.Contains(body, "fire") || !strings.Contains(logged, "disk on fire") {
		t.Errorf("%d %s, logged %s", status, body, logged)
	}
}

func TestSleepInGerman(t *testing.T) {
	t.Parallel()
	_, body, _ := showPast(t, threeNights(t), "/sleep/alice", "Accept-Language", "de-DE,de;q=0.9")
	wantWords(t, body, "Schlaf von Alice", "6 h 45 min geschlafen", "Im Bett 23:10–07:10", "Nickerchen 14:00–14:30")
}
