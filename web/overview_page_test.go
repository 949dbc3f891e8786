// SPDX-License-Identifier: MIT

package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// valueOf is a current value of the catalogue.
func valueOf(t *testing.T, key, text string, at time.Time) web.Value {
	t.Helper()
	row, known := sensors.Lookup(key)
	if !known {
		t.Fatalf("no row %s", key)
	}
	value := sensors.Text(text)
	if number, err := decimal.Parse(text); err == nil {
		value = sensors.Number(number)
	}
	return web.Value{
		Key: key, Name: row.Name, Text: text, Unit: row.Unit, Group: web.GroupOf(row), MeasuredAt: at, Device: "Body Cardio",
		Row: row, Reading: sensors.Reading{Key: key, Value: value, MeasuredAt: at},
	}
}

// plainText is what a page says, without tags.
func plainText(body string) string {
	text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " "))
	return strings.Join(strings.Fields(text), " ")
}

func TestOverviewSaysWhatPeopleSay(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	h := newHarness()
	missing, _ := sensors.Lookup("spo2_pct")
	alice := &h.overview.Profiles[0]
	alice.Values = nil
	for key, text := range map[string]string{
		"weight_kg": "69.415", "weight_change_30d_kg": "-0.44", "sleep_total_duration_seconds": "24300",
		"sleep_start": "2026-02-28T22:41:00Z", "sleep_end": "2026-03-01T06:20:00Z", "sleep_score": "84",
		"sleep_deep_duration_seconds": "5100", "systolic_blood_pressure_mmhg": "128",
		"diastolic_blood_pressure_mmhg": "82", "heart_pulse_bpm": "64", "activity_steps_today": "6412", "step_goal": "10000",
	} {
		alice.Values = append(alice.Values, valueOf(t, key, text, at))
	}
	alice.Missing = []web.Missing{{Row: missing, Reason: "never_delivered"}}
	alice.Devices = []web.Device{{Model: "Body Cardio", Battery: "low", LastSession: at}}
	page := h.handler(t, nil)
	for language, wants := range map[string][]string{
		"en": {
			"Weight", "69.4 kg", "down 0.4 kg in 30 days", "Last night", "6 h 45 min", "deep 1 h 25 min",
			"22:41 – 06:20 · score 84 points", "Blood pressure", "128/82 mmHg", "pulse 64 bpm",
			"Steps today", "6 412", "goal 10 000", "Heart 3 of 4 values", "1 without a value: why?", "SpO2 never received",
			"Body Cardio · battery low ·",
		},
		"de": {
			"Gewicht", "69,4 kg", "0,4 kg weniger in 30 Tagen", "Letzte Nacht", "tief 1 h 25 min", "Blutdruck", "Puls 64",
			"Ziel 10 000", "Herz 3 von 4 Werten", "nie erhalten", "Batterie schwach",
		},
	} {
		text := plainText(request(t, page, http.MethodGet, "/", "Accept-Language", language).Body.String())
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the overview does not say %q: %s", language, want, text)
			}
		}
	}
	body := request(t, page, http.MethodGet, "/").Body.String()
	for _, want := range []string{
		`<meter min="0" max="100" value="64"`, `href="/sleep/alice"`, `href="/heart/alice"`, `data-fold="alice-heart"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the overview lacks %s", want)
		}
	}
}

func TestSteadyAndRisingWeight(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	for change, want := range map[string]string{
		"0.09": "steady in 30 days", "-0.09": "steady in 30 days", "0.1": "up 0.1 kg in 30 days", "1.26": "up 1.3 kg in 30 days",
	} {
		h := newHarness()
		h.overview.Profiles[0].Values = []web.Value{
			valueOf(t, "weight_kg", "69.4", at), valueOf(t, "weight_change_30d_kg", change, at),
		}
		if text := plainText(request(t, h.handler(t, nil), http.MethodGet, "/").Body.String()); !strings.Contains(text, want) {
			t.Errorf("a change of %s kg: the overview does not say %q: %s", change, want, text)
		}
	}
}

// A region that is replaced itself is not read aloud by every screen reader.
func TestHeadlineIsReplacedInsideItsLiveRegion(t *testing.T) {
	t.Parallel()
	body := request(t, newHarness().handler(t, nil), http.MethodGet, "/").Body.String()
	if !regexp.MustCompile(`<div aria-live="polite"><div [^>]*data-live="headline"`).MatchString(body) {
		t.Error("the headline is not inside of a live region")
	}
	if tag := regexp.MustCompile(`<[^>]*(aria-live[^>]*data-live|data-live[^>]*aria-live)[^>]*>`).FindString(body); tag != "" {
		t.Errorf("a live region is replaced: %s", tag)
	}
}
