// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// parseTime reads a moment, for example "2026-03-04T12:00:00+01:00".
func parseTime(t tester, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return moment
}

func loadZone(t tester, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return zone
}

// dayStart is the first second of a local day: not always at midnight, and not
// always the only midnight of the day. It uses only what a wall clock in the
// zone shows.
func dayStart(t tester, zone *time.Location, date string) time.Time {
	t.Helper()
	noon := parseTime(t, date+"T12:00:00Z")
	for at := noon.Add(-48 * time.Hour); at.Before(noon.Add(48 * time.Hour)); at = at.Add(time.Minute) {
		if at.In(zone).Format(time.DateOnly) == date {
			return at
		}
	}
	t.Fatalf("%s has no %s", zone, date)
	return time.Time{}
}

// activityRow is what a watch counted on a day, last at a moment.
func activityRow(date, zone string, modified time.Time, steps string) withings.Activity {
	return withings.Activity{
		Date: withings.Text(date), Timezone: withings.Text(zone), Modified: wireInt(modified.Unix()),
		DeviceID: "watch", Model: "ScanWatch 2", ModelID: wireInt(94), Brand: wireInt(1),
		Tracker: withings.Flag{True: true, OK: true},
		Data:    wireFields(map[string]string{"steps": steps, "hr_average": "71", "hr_zone_1": "60"}),
	}
}

// applyDays applies rows that were requested from a day before to a day after
// now.
func applyDays(s *store, now time.Time, rows ...withings.Activity) sensors.Update {
	return applyActivities(s, withings.Activities{Rows: rows}, now.Add(-24*time.Hour), now.Add(24*time.Hour),
		sensors.ApplyOptions{Now: now})
}

// tick moves a state on to a moment.
func tick(s *store, now time.Time) sensors.Update {
	return s.Tick(sensors.ApplyOptions{Now: now})
}

// wantSteps checks the steps of today and since when they are counted.
func wantSteps(t tester, what string, s *store, steps string, since time.Time) {
	t.Helper()
	r, ok := s.Current("activity_steps_today")
	if !ok || r.Value.String() != steps || !r.LastReset.Equal(since) || r.LastReset.IsZero() != since.IsZero() {
		t.Errorf("%s: %s steps since %s, want %s since %s", what,
			r.Value, r.LastReset.Format(time.RFC3339), steps, since.Format(time.RFC3339))
	}
}

// TestTodayInLocalZone has rows of three days, at a moment that is on another
// day in every zone that could be used by mistake.
func TestTodayInLocalZone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		row, account, fallback, now string
		steps, since                string // since "" is not looked at
	}{
		"the row's zone": {
			"Pacific/Auckland", "Europe/London", "UTC", "2026-03-04T12:00:00Z", "500", "2026-03-04T11:00:00Z",
		},
		"the row's, west": {
			"America/Los_Angeles", "Pacific/Auckland", "", "2026-03-05T07:00:00Z", "400", "2026-03-04T08:00:00Z",
		},
		"the account's zone": {
			"", "Pacific/Auckland", "Europe/Zurich", "2026-03-04T12:00:00Z", "500", "2026-03-04T11:00:00Z",
		},
		"the account's, west": {"", "America/Los_Angeles", "", "2026-03-05T07:00:00Z", "400", "2026-03-04T08:00:00Z"},
		"the fallback":        {"", "", "Pacific/Auckland", "2026-03-04T12:00:00Z", "500", ""},
		"the fallback, west":  {"", "", "America/Los_Angeles", "2026-03-05T07:00:00Z", "400", ""},
		"no zone known":       {"", "", "", "2026-03-04T23:59:59Z", "400", "2026-03-04T00:00:00Z"},
		"unknown zones":       {"Mars/Olympus", "", "", "2026-03-05T00:00:00Z", "500", "2026-03-05T00:00:00Z"},
		"the server's zone":   {"Local", "", "Pacific/Auckland", "2026-03-04T12:00:00Z", "500", ""},
		"half an hour":        {"Asia/Kolkata", "", "", "2026-03-04T18:29:59Z", "400", "2026-03-03T18:30:00Z"},
		"half an hour, later": {"Asia/Kolkata", "", "", "2026-03-04T18:30:00Z", "500", "2026-03-04T18:30:00Z"},
		"easternmost zone":    {"Pacific/Kiritimati", "", "", "2026-03-03T10:00:00Z", "400", "2026-03-03T10:00:00Z"},
		"westernmost zone":    {"Pacific/Pago_Pago", "", "", "2026-03-05T10:59:59Z", "400", "2026-03-04T11:00:00Z"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := parseTime(t, test.now)
			rules := sensors.ApplyOptions{Now: now}
			if test.fallback != "" {
				rules.Zone = loadZone(t, test.fallback)
			}
			s := newStore()
			applyMeasures(s, withings.Measures{Timezone: withings.Text(test.account)}, rules)
			applyActivities(s, withings.Activities{Rows: []withings.Activity{
				activityRow("2026-03-05", test.row, now, "500"),
				activityRow("2026-03-03", test.row, now, "300"),
				activityRow("2026-03-04", test.row, now, "400"),
			}}, now.Add(-48*time.Hour), now.Add(48*time.Hour), rules)
			wantReadings(t, s, map[string]string{"activity_steps_today": test.steps})
			if test.since != "" {
				wantSteps(t, name, s, test.steps, parseTime(t, test.since))
			}
		})
	}
}

// TestDayChangesAtLocalMidnight follows a day and a night in many places, also
// those on which the clocks change, without any response.
func TestDayChangesAtLocalMidnight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		zone, first, second string
		hours               time.Duration // length of the second day
	}{
		"plain":                    {"Europe/Zurich", "2026-03-03", "2026-03-04", 24},
		"spring":                   {"Europe/Zurich", "2026-03-28", "2026-03-29", 23},
		"autumn":                   {"Europe/Zurich", "2026-10-24", "2026-10-25", 25},
		"autumn in the south":      {"Pacific/Auckland", "2026-04-04", "2026-04-05", 25},
		"spring in the south":      {"Pacific/Auckland", "2026-09-26", "2026-09-27", 23},
		"after that":               {"Pacific/Auckland", "2026-09-27", "2026-09-28", 24},
		"São Paulo":                {"America/Sao_Paulo", "2026-11-01", "2026-11-02", 24},
		"São Paulo, autumn":        {"America/Sao_Paulo", "2018-02-17", "2018-02-18", 24},
		"two midnights":            {"America/Havana", "2026-10-31", "2026-11-01", 25},
		"no midnight, east":        {"Africa/Cairo", "2026-04-23", "2026-04-24", 23},
		"New York":                 {"America/New_York", "2026-03-07", "2026-03-08", 23},
		"half an hour":             {"Asia/Kolkata", "2026-03-03", "2026-03-04", 24},
		"three quarters":           {"Asia/Kathmandu", "2026-03-03", "2026-03-04", 24},
		"to a leap day":            {"Europe/Zurich", "2028-02-28", "2028-02-29", 24},
		"from a leap day":          {"Europe/Zurich", "2028-02-29", "2028-03-01", 24},
		"no leap year":             {"America/New_York", "2027-02-28", "2027-03-01", 24},
		"over the end of the year": {"Pacific/Kiritimati", "2025-12-31", "2026-01-01", 24},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone := loadZone(t, test.zone)
			first, second := dayStart(t, zone, test.first), dayStart(t, zone, test.second)
			end := second.Add(test.hours * time.Hour)
			s := newStore()
			applyDays(s, first.Add(10*time.Hour), activityRow(test.first, test.zone, first.Add(10*time.Hour), "4000"))
			// Nothing happens before midnight, neither at the server's nor at
			// UTC's.
			for at := first.Add(11 * time.Hour); at.Before(second); at = at.Add(time.Hour) {
				if u := tick(s, at); len(u.Changed)+len(u.Gone) != 0 {
					t.Fatalf("at %v: changed %v, gone %v", at.In(zone), changedKeys(u), u.Gone)
				}
			}
			tick(s, second.Add(-time.Second))
			wantSteps(t, "a second before midnight", s, "4000", first)
			wantReadings(t, s, map[string]string{
				"activity_heart_rate_average_bpm_today":    "71",
				"activity_heart_rate_zone_1_seconds_today": "60",
			})

			u := tick(s, second)
			wantKeys(t, "changed", changedKeys(u), "activity_heart_rate_zone_1_seconds_today", "activity_steps_today")
			wantKeys(t, "gone", u.Gone, "activity_heart_rate_average_bpm_today")
			wantSteps(t, "at midnight", s, "0", second)
			r, _ := s.Current("activity_steps_today")
			local := r.LastReset.Format(time.RFC3339) == r.LastReset.In(zone).Format(time.RFC3339)
			if r.Date != test.second || !r.MeasuredAt.Equal(second) || !local {
				t.Errorf("reading %+v", r)
			}
			// And nothing more until the next one.
			for at := second.Add(time.Hour); at.Before(end); at = at.Add(time.Hour) {
				if u := tick(s, at); len(u.Changed)+len(u.Gone) != 0 {
					t.Fatalf("at %v: changed %v, gone %v", at.In(zone), changedKeys(u), u.Gone)
				}
			}
			applyDays(s, end.Add(-time.Second), activityRow(test.second, test.zone, end.Add(-time.Hour), "70"))
			wantSteps(t, "the last second", s, "70", second)
			tick(s, end)
			wantSteps(t, "midnight again", s, "0", end)
		})
	}
}

// TestDayStartAtAnyMoment compares with a wall clock.
func TestDayStartAtAnyMoment(t *testing.T) {
	t.Parallel()
	// No day of these began without a midnight west of Greenwich in these years.
	zones := []string{
		"Pacific/Auckland", "America/New_York", "Europe/Zurich", "Asia/Tokyo", "Australia/Lord_Howe", "America/St_Johns",
		"Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu", "America/Los_Angeles", "UTC",
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(zones).Draw(t, "zone")
		zone := loadZone(t, name)
		counting := parseTime(t, "2024-01-01T00:00:00Z").
			Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "minute")) * time.Minute)
		// Less than two days, whatever the clocks do: after that the tracker is
		// silent.
		now := counting.Add(time.Duration(rapid.IntRange(0, 47*60*60).Draw(t, "seconds later")) * time.Second)
		date, today := counting.In(zone).Format(time.DateOnly), now.In(zone).Format(time.DateOnly)
		s := newStore()
		applyDays(s, counting, activityRow(date, name, counting, "1234"))
		tick(s, now)
		steps := "0"
		if date == today {
			steps = "1234"
		}
		wantSteps(t, now.In(zone).String(), s, steps, dayStart(t, zone, today))
	})
}

// TestBestSourceOfADay has every order of the rows.
func TestBestSourceOfADay(t *testing.T) {
	t.Parallel()
	now := noon()
	source := func(steps, device string, brand int64, tracker bool, ago time.Duration) withings.Activity {
		row := activityRow("2026-03-04", "Europe/Zurich", now.Add(-ago), steps)
		row.DeviceID, row.Brand, row.Tracker.True = withings.Text(device), wireInt(brand), tracker
		return row
	}
	watch, phone := source("10", "watch", 1, true, 5*time.Hour), source("20", "phone", 1, false, 3*time.Hour)
	app := source("30", "", 18, false, time.Hour)
	later := source("31", "", 18, false, time.Minute)
	silent := source("40", "old", 1, true, 0)
	silent.Modified = withings.Int{}
	bare := app
	bare.Tracker, bare.Brand, bare.Modified = withings.Flag{}, withings.Int{}, withings.Int{}
	yesterday := activityRow("2026-03-03", "Europe/Zurich", now, "9")
	tests := map[string]struct {
		rows  []withings.Activity
		steps string
	}{
		"a tracker before the rest":  {[]withings.Activity{watch, phone, app, later}, "10"},
		"the vendor's before an app": {[]withings.Activity{phone, app, later, bare}, "20"},
		"of two apps the newest":     {[]withings.Activity{app, later}, "31"},
		"an app without values":      {[]withings.Activity{bare, app}, "30"},
		"of two watches the newest":  {[]withings.Activity{silent, watch}, "10"},
		"row of another day":         {[]withings.Activity{yesterday, app}, "30"},
		"a tracker without values":   {[]withings.Activity{silent, phone}, "40"},
		"one without values":         {[]withings.Activity{bare}, "30"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, order := range permutations(test.rows) {
				s := newStore()
				applyDays(s, now, order...)
				wantReadings(t, s, map[string]string{"activity_steps_today": test.steps})
			}
		})
	}
}

// permutations lists every order of a few rows.
func permutations[T any](rows []T) [][]T {
	if len(rows) < 2 {
		return [][]T{rows}
	}
	var all [][]T
	for i, row := range rows {
		for _, rest := range permutations(slices.Delete(slices.Clone(rows), i, i+1)) {
			all = append(all, append([]T{row}, rest...))
		}
	}
	return all
}
