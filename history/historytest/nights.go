// SPDX-License-Identifier: MIT

package historytest

import (
	"strconv"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
)

// session is an invented sleep session that ends at a moment.
func session(id int64, end time.Time, asleep time.Duration) sensors.Record {
	seconds := strconv.FormatInt(int64(asleep.Seconds()), 10)
	return sensors.Record{
		ID:       id,
		At:       end.Unix(),
		Start:    end.Add(-asleep).Unix(),
		Created:  end.Unix(),
		Modified: end.Unix(),
		Date:     end.Format(time.DateOnly),
		Zone:     "UTC",
		Class:    32,
		Fields: []sensors.Field{
			{Name: "total_sleep_time", Position: sensors.NoPosition, Value: number(seconds)},
			{Name: "end_hour", Position: sensors.NoPosition, Value: number(strconv.Itoa(end.Hour()))},
		},
	}
}

// nights is a page of sleep sessions.
func nights(records ...sensors.Record) sensors.Batch { return batchOf(sensors.KindNights, records...) }

func testWindowOfLastNight(t *testing.T, a bridge.Archive) {
	t.Helper()
	morning := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	apply(t, a, nights(session(1, morning, 7*time.Hour), session(2, morning.Add(8*time.Hour), time.Hour)), since())
	apply(t, a, nights(session(3, morning.Add(-day), 8*time.Hour)), since())
	last := sensors.Window{Kind: sensors.KindNights, Night: true}
	expectWindow(t, a, last, "1 = 25200", "2 = 3600")

	nap := session(4, morning.Add(day+8*time.Hour), time.Hour) // a nap alone is no night
	apply(t, a, nights(nap), since())
	expectWindow(t, a, last, "1 = 25200", "2 = 3600")

	moved := session(1, morning.Add(-2*day), 7*time.Hour)
	moved.Modified = morning.Unix() + 1
	apply(t, a, nights(moved), since())
	expectWindow(t, a, last, "3 = 28800")

	pending := session(5, morning.Add(2*day), 8*time.Hour)
	pending.Pending = true
	apply(t, a, nights(pending), since())
	expectWindow(t, a, last, "3 = 28800")
	pending.Pending, pending.Modified = false, pending.Modified+1
	apply(t, a, nights(pending), since())
	expectWindow(t, a, last, "5 = 28800")
	all := nights(moved).Covering(noon().Add(-365*day), noon().Add(9*day))
	apply(t, a, all, trusting())
	expectWindow(t, a, last, "1 = 25200")
}

func testMovedNight(t *testing.T, a bridge.Archive) {
	t.Helper()
	morning := time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC)
	longer, shorter := session(1, morning, 5*time.Hour), session(2, morning.Add(4*time.Hour), 4*time.Hour)
	apply(t, a, nights(longer, shorter), since())
	longer = session(1, morning.Add(-2*day), 5*time.Hour)
	longer.Modified = morning.Unix() + 1
	apply(t, a, nights(longer), since()) // the shorter one is the night now
	apply(t, a, nights(session(3, morning.Add(-day), 5*time.Hour)), since())
	expectWindow(t, a, sensors.Window{Kind: sensors.KindNights, Night: true}, "2 = 14400")
}

func testPending(t *testing.T, a bridge.Archive) {
	t.Helper()
	pending := session(1, noon(), 8*time.Hour)
	pending.Pending = true
	apply(t, a, nights(pending), since())
	expectWindow(t, a, sensors.Window{
		Kind:      sensors.KindNights,
		Newest:    9,
		PerField:  9,
		PerDevice: 9,
		Night:     true,
		Held:      9,
	})
}

func testWindowTogether(t *testing.T, a bridge.Archive) {
	t.Helper()
	// Another account comes first: an id is not a small number by chance.
	if _, err := a.Apply(t.Context(), "2002", batch(weighIn(9, noon(), "55")), since(), sensors.Progress{}); err != nil {
		t.Fatal(err)
	}
	for i := range int64(4) {
		rec := weighIn(i+1, noon().Add(time.Duration(i)*time.Hour), "71")
		if i < 2 {
			rec.Fields = append(rec.Fields, sensors.Field{
				Name:     "76",
				Position: 7,
				Value:    number("55"),
			})
		}
		if i == 2 { // an arm
			rec.Fields = append(rec.Fields, sensors.Field{
				Name:     "76",
				Position: 2,
				Value:    number("5"),
			})
		}
		apply(t, a, batch(rec), since())
	}
	alone := weighIn(5, noon().Add(day), "56")
	alone.Fields[0].Name, alone.Fields[0].Position = "76", 7
	apply(t, a, batch(alone), since())
	w := sensors.Window{
		Kind:     sensors.KindMeasures,
		PerField: 1,
		Together: [][]string{{"1", "76"}, {"1", "4711"}},
	}
	expectWindow(t, a, w, "2 = 71", "3 = 71", "4 = 71", "5 = 56")
	w.Together = [][]string{{"1", "76"}}
	w.PerField = 2
	expectWindow(t, a, w, "1 = 71", "2 = 71", "3 = 71", "4 = 71", "5 = 56")
}

func testWindowOfDevices(t *testing.T, a bridge.Archive) {
	t.Helper()
	for i, name := range []string{"mat-1", "mat-2", "", "mat-1", "mat-1"} {
		rec := sensors.Record{
			ID:     -int64(i) - 1,
			At:     noon().Add(time.Duration(i) * time.Hour).Unix(),
			Device: name,
			Fields: []sensors.Field{{Name: sensors.FieldInBed, Position: sensors.NoPosition, Value: number("1")}},
		}
		apply(t, a, batchOf(sensors.KindBeds, rec), since())
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindBeds, PerDevice: 2}, "-2 = 1", "-3 = 1", "-4 = 1", "-5 = 1")
}

func testWindowOfLastDays(t *testing.T, a bridge.Archive) {
	t.Helper()
	for i := range int64(3) { // the older a day, the later it was counted
		rec := sensors.Record{
			ID:     -20260301 - i,
			At:     noon().Add(-time.Duration(i) * time.Hour).Unix(),
			Start:  noon().Add(time.Duration(i) * day).Unix(),
			Date:   noon().Add(time.Duration(i) * day).Format(time.DateOnly),
			Fields: []sensors.Field{{Name: "steps", Position: sensors.NoPosition, Value: number("8")}},
		}
		apply(t, a, batchOf(sensors.KindDays, rec), since())
	}
	expectWindow(t, a, sensors.Window{Kind: sensors.KindDays, Newest: 1}, "-20260303 = 8")
	expectWindow(t, a, sensors.Window{Kind: sensors.KindDays, PerField: 1}, "-20260303 = 8")
}
