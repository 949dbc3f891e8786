// SPDX-License-Identifier: MIT

package display_test

import (
	"testing"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

func TestAccept(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]display.Language{
		"":                       display.English,
		"de":                     display.German,
		"de-AT,de;q=0.9,en;q=.8": display.German,
		"en-GB,de;q=0.9":         display.English,
		"fr,de;q=0.3":            display.German,
		"fr":                     display.English,
		"*":                      display.English,
		"de;q=0":                 display.English,
		"en;q=0.2, de;q=0.4":     display.German,
		"de;q=x":                 display.German,
	} {
		if got := display.Accept(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 30, 0, 30, 0, 0, berlin) // the day after the clocks change
	for _, row := range []struct {
		at              time.Time
		english, german string
	}{
		{now.Add(-5 * time.Minute), "00:25", "00:25"},
		{now.Add(-time.Hour), "yesterday", "gestern"},
		{time.Date(2026, 3, 29, 0, 0, 0, 0, berlin), "yesterday", "gestern"},
		{time.Date(2026, 3, 28, 23, 59, 0, 0, berlin), "Saturday", "Samstag"},
		{time.Date(2026, 3, 24, 0, 0, 0, 0, berlin), "Tuesday", "Dienstag"},
		{time.Date(2026, 3, 23, 23, 0, 0, 0, berlin), "23 Mar", "23. März"},
		{time.Date(2025, 12, 24, 8, 0, 0, 0, berlin), "24 Dec 2025", "24. Dez. 2025"},
		{time.Date(2024, 5, 1, 8, 0, 0, 0, berlin), "May 2024", "Mai 2024"},
		{time.Time{}, "never", "nie"},
	} {
		if got := display.English.When(row.at, now); got != row.english {
			t.Errorf("%s: %q, want %q", row.at, got, row.english)
		}
		if got := display.German.When(row.at, now); got != row.german {
			t.Errorf("%s: %q, want %q", row.at, got, row.german)
		}
	}
}

func TestReaderReads(t *testing.T) {
	t.Parallel()
	const gap, thin = "\u00a0", "\u202f"
	for _, row := range []struct {
		key, value      string
		english, german string
	}{
		{"weight_kg", "69.415", "69.4" + gap + "kg", "69,4" + gap + "kg"},
		{"weight_change_30d_kg", "-0.824", "\u22120.82" + gap + "kg", "\u22120,82" + gap + "kg"},
		{"activity_steps_today", "12345", "12" + thin + "345" + gap + "steps", "12" + thin + "345" + gap + "Schritte"},
		{"sleep_total_duration_seconds", "24300", "6" + gap + "h 45" + gap + "min", "6" + gap + "h 45" + gap + "min"},
		{"sleep_nap_count", "1", "1" + gap + "time", "1" + gap + "Mal"},
	} {
		sensor, known := sensors.Lookup(row.key)
		number, err := decimal.Parse(row.value)
		if !known || err != nil {
			t.Fatalf("%s: %t, %v", row.key, known, err)
		}
		for language, want := range map[display.Language]string{
			display.English: row.english, display.German: row.german,
		} {
			reader := display.Reader{Language: language, Units: units.Metric}
			if got := reader.Read(sensor, sensors.Number(number)).String(); got != want {
				t.Errorf("%s in %s: %q, want %q", row.key, language, got, want)
			}
		}
	}
}
