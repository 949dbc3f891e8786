// SPDX-License-Identifier: MIT

package homeassistant_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/homeassistant"
)

// at is a time of 2026 in UTC.
func at(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
}

// measured is an hour with one measurement.
func measured(hour time.Time, value float64) homeassistant.Point {
	return homeassistant.Point{
		Start: hour,
		End:   hour.Add(time.Hour),
		Min:   value,
		Mean:  value,
		Max:   value,
		Last:  value,
	}
}

func mean(hour time.Time, value float64) homeassistant.Row {
	return homeassistant.Row{Start: hour, Mean: value, Min: value, Max: value}
}

func TestOnlyHoursBeforeHomeAssistantsOwn(t *testing.T) {
	t.Parallel()
	now := at(9, 10, 12).Add(17 * time.Minute)
	points := []homeassistant.Point{
		measured(at(9, 1, 7), 80.5), measured(at(9, 2, 7), 80.25), measured(at(9, 10, 9), 80), measured(at(9, 10, 10), 79.9),
		measured(at(9, 10, 11), 79.8), measured(at(9, 10, 12), 79.7),
	}
	for name, c := range map[string]struct {
		limits homeassistant.Limits
		want   []homeassistant.Row
	}{
		"two hours old": {
			homeassistant.Limits{Now: now},
			[]homeassistant.Row{
				mean(at(9, 1, 7), 80.5), mean(at(9, 2, 7), 80.25), mean(at(9, 10, 9), 80), mean(at(9, 10, 10), 79.9),
			},
		},
		"before its own": {
			homeassistant.Limits{Now: now, Before: at(9, 2, 7)},
			[]homeassistant.Row{mean(at(9, 1, 7), 80.5)},
		},
		"its own is too new": {
			homeassistant.Limits{Now: now, Before: at(9, 10, 12), Since: at(9, 10, 10)},
			[]homeassistant.Row{mean(at(9, 10, 10), 79.9)},
		},
		"since": {
			homeassistant.Limits{Now: now, Since: at(9, 1, 8), Before: at(9, 10, 9)},
			[]homeassistant.Row{mean(at(9, 2, 7), 80.25)},
		},
		"none": {homeassistant.Limits{Now: now, Before: at(9, 1, 7)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, homeassistant.MeanRows(points, c.limits)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHoldRepeatsUntilTheNextMeasurement(t *testing.T) {
	t.Parallel()
	points := []homeassistant.Point{measured(at(9, 1, 7), 80), measured(at(9, 1, 10), 81), measured(at(9, 3, 0), 82)}
	points[0].Mean, points[0].Max = 79, 84 // the last of the hour is repeated
	limits := homeassistant.Limits{Now: at(9, 9, 0), Before: at(9, 3, 2), Hold: 3 * time.Hour, Since: at(9, 1, 7)}
	want := []homeassistant.Row{
		{Start: at(9, 1, 7), Mean: 79, Min: 80, Max: 84},
		mean(at(9, 1, 8), 80), mean(at(9, 1, 9), 80), mean(at(9, 1, 10), 81), mean(at(9, 1, 11), 81),
		mean(at(9, 1, 12), 81), mean(at(9, 1, 13), 81), mean(at(9, 3, 0), 82), mean(at(9, 3, 1), 82),
	}
	if diff := cmp.Diff(want, homeassistant.MeanRows(points, limits)); diff != "" {
		t.Error(diff)
	}
	// What is held reaches into the range that is asked for.
	limits.Since = at(9, 1, 12)
	if diff := cmp.Diff(want[5:], homeassistant.MeanRows(points, limits)); diff != "" {
		t.Error(diff)
	}
}

// TestRowsAreOrderedAndOutsideOfHomeAssistants draws measurements and limits.
func TestRowsAreOrderedAndOutsideOfHomeAssistants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := at(1, 1, 0)
		var points []homeassistant.Point
		hour := 0
		for _, gap := range rapid.SliceOfN(rapid.IntRange(1, 60), 0, 30).Draw(t, "gaps") {
			hour += gap
			points = append(points, measured(start.Add(time.Duration(hour)*time.Hour), float64(gap)))
		}
		limits := homeassistant.Limits{
			Now:    start.Add(time.Duration(rapid.IntRange(0, 100_000).Draw(t, "now")) * time.Minute),
			Before: start.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "before")) * time.Hour),
			Hold:   time.Duration(rapid.IntRange(0, 100).Draw(t, "hold")) * time.Hour,
		}
		var previous time.Time
		for _, row := range homeassistant.MeanRows(points, limits) {
			switch {
			case !row.Start.After(previous):
				t.Fatalf("%v after %v", row.Start, previous)
			case !row.Start.Before(limits.Before):
				t.Fatalf("%v is not before %v", row.Start, limits.Before)
			case limits.Now.Sub(row.Start) < 2*time.Hour:
				t.Fatalf("%v is not two hours before %v", row.Start, limits.Now)
			case !row.Start.Equal(row.Start.Truncate(time.Hour)):
				t.Fatalf("%v is not a full hour", row.Start)
			}
			previous = row.Start
		}
	})
}

// day is the total of a local day.
func day(zone *time.Location, month time.Month, number int, total float64) homeassistant.Point {
	return homeassistant.Point{
		Start: time.Date(2026, month, number, 0, 0, 0, 0, zone),
		End:   time.Date(2026, month, number+1, 0, 0, 0, 0, zone),
		Last:  total,
	}
}

func TestTotalsRunUpDayByDay(t *testing.T) {
	t.Parallel()
	berlin := location(t, "Europe/Berlin")
	points := []homeassistant.Point{
		day(berlin, 3, 28, 1000), day(berlin, 3, 29, 2000) /* 23 hours */, day(berlin, 3, 31, 4000), day(berlin, 4, 1, 8000),
	}
	want := []homeassistant.Row{
		{Start: at(3, 28, 22), State: 1000, Sum: 1000, LastReset: at(3, 27, 23)},
		{Start: at(3, 29, 21), State: 2000, Sum: 3000, LastReset: at(3, 28, 23)},
		{Start: at(3, 31, 21), State: 4000, Sum: 7000, LastReset: at(3, 30, 22)},
	}
	limits := homeassistant.Limits{Now: time.Date(2026, 4, 1, 23, 59, 0, 0, berlin)}
	if diff := cmp.Diff(want, homeassistant.SumRows(points, limits)); diff != "" {
		t.Error(diff)
	}
	// The sum counts all days, whatever is asked for.
	limits.Since = at(3, 30, 0)
	if diff := cmp.Diff(want[2:], homeassistant.SumRows(points, limits)); diff != "" {
		t.Error(diff)
	}
}

// TestTotalsStayInTheirDay is for zones that are not whole hours from UTC.
func TestTotalsStayInTheirDay(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "UTC", "America/Los_Angeles"} {
		zone := location(t, name)
		p := day(zone, 6, 5, 100)
		rows := homeassistant.SumRows([]homeassistant.Point{p}, homeassistant.Limits{Now: at(9, 1, 0)})
		if len(rows) != 1 || rows[0].Start.Before(p.Start) || !rows[0].Start.Before(p.End) ||
			!rows[0].Start.Equal(rows[0].Start.Truncate(time.Hour)) {
			t.Errorf("%s: %+v of %+v", name, rows, p)
		}
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
