// SPDX-License-Identifier: MIT

package config_test

import (
	"testing"
	"time"

	"vitals2mqtt/config"
)

func TestParseSchedule(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 2, 10, 7, 30, 0, time.UTC) // a Monday
	for spec, want := range map[string]string{
		"@every 5m":                           "2026-03-02T10:12:30Z",
		"  @every 1s ":                        "2026-03-02T10:07:31Z",
		"TZ=UTC @hourly":                      "2026-03-02T11:00:00Z",
		"CRON_TZ=UTC */15 * * * *":            "2026-03-02T10:15:00Z",
		"CRON_TZ=UTC 30 6 * * mon-fri":        "2026-03-03T06:30:00Z",
		"CRON_TZ=UTC 0 0 29 2 *":              "2028-02-29T00:00:00Z",
		"CRON_TZ=Asia/Kolkata 0 6 * * *":      "2026-03-03T00:30:00Z",
		"CRON_TZ=UTC   0,30 6-8,20 1 JAN ?":   "2027-01-01T06:00:00Z",
		"CRON_TZ=America/New_York 30 2 8 3 *": "2027-03-08T07:30:00Z", // the 8th of March 2026 has no 2:30 there
	} {
		s, err := config.ParseSchedule(spec)
		if err != nil {
			t.Errorf("%q: %v", spec, err)
			continue
		}
		if got := s.Next(start).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%q: next is %s, want %s", spec, got, want)
		}
	}
}

func TestParseScheduleRefuses(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{
		"", " ", "TZ=", "CRON_TZ=", "TZ=UTC", "TZ=UTC ", "TZ= * * * * *", "CRON_TZ=UTC\t* * * * *", "TZ=../x * * * * *",
		"@every", "@every ", "@every 0s", "@every -5m", "@every 999ms", "@every 5", "@EVERY 5m", "@never", "* * * *",
		"* * * * * *", "60 * * * *", "* 24 * * *", "0 0 31 4 *", "0 0 30 2 *", ", * * * *", "1, * * * *", "*/0 * * * *",
		"5-1 * * * *", "1-2-3 * * * *", "1/2/3 * * * *", "CRON_TZ=UTC TZ=UTC", "* * * * mon-xxx",
	} {
		if s, err := config.ParseSchedule(spec); err == nil {
			t.Errorf("%q was accepted as %v", spec, s)
		}
	}
}
