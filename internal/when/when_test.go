// SPDX-License-Identifier: MIT

package when_test

import (
	"testing"
	"time"

	"vitals2mqtt/internal/when"
)

func TestTimesAsUsersWriteThem(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, zone)
	for text, want := range map[string]string{
		"12h":                  "2026-04-01T00:00:00+02:00",
		"7d":                   "2026-03-25T12:00:00+01:00", // the clocks have changed since
		"2w":                   "2026-03-18T12:00:00+01:00",
		"6mo":                  "2025-10-01T12:00:00+02:00",
		"10y":                  "2016-04-01T12:00:00+02:00",
		"2025":                 "2025-01-01T00:00:00+01:00",
		"2025-07":              "2025-07-01T00:00:00+02:00",
		"2025-07-31":           "2025-07-31T00:00:00+02:00",
		"2025-07-31T08:30":     "2025-07-31T08:30:00+02:00",
		"2025-07-31T08:30:15Z": "2025-07-31T08:30:15Z",
	} {
		if got, err := when.Parse(text, now, zone); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		}
	}
	if got, err := when.Parse("", now, zone); err != nil || !got.IsZero() {
		t.Errorf("nothing: %v, %v", got, err)
	}
	for _, text := range []string{"yesterday", "7", "7x", "-7d", "2025-13-01", "31.1.2025", "9999999d"} {
		if got, err := when.Parse(text, now, zone); err == nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}
