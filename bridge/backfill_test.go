// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history/historytest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// backfill reads the past of user 1 and returns the sum of its steps.
func backfill(t *testing.T, cloud bridge.Cloud, archive bridge.Archive, set func(*bridge.Backfill)) (
	sum bridge.BackfillStep, refused []bridge.Refusal,
) {
	t.Helper()
	b := &bridge.Backfill{Cloud: cloud, Archive: archive, UserID: "1"}
	b.OnStep = func(step bridge.BackfillStep) {
		sum.Records += step.Records
		sum.Changed += step.Changed
		sum.Removed += step.Removed
	}
	if set != nil {
		set(b)
	}
	refused, err := b.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum, refused
}

func onlyMeasures(b *bridge.Backfill) { b.Kinds = []sensors.Kind{sensors.KindMeasures} }

// sinceDays reads the measures of some days.
func sinceDays(days int) func(*bridge.Backfill) {
	return func(b *bridge.Backfill) {
		onlyMeasures(b)
		b.Since = time.Now().AddDate(0, 0, -days)
	}
}

// stored counts the records of a kind in an archive.
func stored(t *testing.T, archive bridge.Archive, kind sensors.Kind) int {
	t.Helper()
	all, err := archive.Window(t.Context(), "1", sensors.Window{Kind: kind, Newest: 1000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// TestBackfillGoesOnWhereItStopped: at the last page that was stored. What it
// reads is no news, and the position of the polls stays.
func TestBackfillGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive := &historytest.Memory{}
		alice := newPagedCloud(time.Now(), 6)
		run := func(breakAt int64, records int, want ...string) {
			t.Helper()
			alice.breakAt, alice.requests = breakAt, nil
			sum, refused := backfill(t, alice, archive, onlyMeasures)
			if sum.Records != records || len(refused) != min(1, int(breakAt)) || !slices.Equal(alice.requests, want) {
				t.Errorf("%d records, refused %v, requests %v; want %v", sum.Records, refused, alice.requests, want)
			}
		}
		run(4, 4, "all 0", "all 1", "all 2", "all 3", "all 4")
		run(0, 3, "all 3", "all 4", "all 5")
		run(0, 6, "all 0", "all 1", "all 2", "all 3", "all 4", "all 5")
		if n := stored(t, archive, sensors.KindMeasures); n != 6 {
			t.Errorf("%d records in the archive", n)
		}
		untold, err := archive.Untold(t.Context(), "1")
		if err != nil || len(untold) != 0 {
			t.Errorf("%d records are news, %v", len(untold), err)
		}
		polls, err := archive.Cursor(t.Context(), "1", sensors.EndpointMeasures)
		if err != nil || polls != (sensors.Cursor{}) {
			t.Errorf("the polls continue at %+v, %v", polls, err)
		}
	})
}

// TestBackfillSinceFindsDeletions: in the range that it reads, and nowhere else.
func TestBackfillSinceFindsDeletions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive := &historytest.Memory{}
		alice := newPagedCloud(time.Now(), 60) // more than a year
		if sum, _ := backfill(t, alice, archive, onlyMeasures); sum.Changed != 60 {
			t.Fatalf("%d records changed, want all", sum.Changed)
		}
		<-time.After(time.Hour)
		alice.groups = slices.Delete(alice.groups, 55, 56)
		alice.groups = slices.Delete(alice.groups, 10, 11)
		if sum, _ := backfill(t, alice, archive, sinceDays(100)); sum.Removed != 1 || sum.Changed != 0 {
			t.Errorf("of a hundred days, %d records were removed and %d changed", sum.Removed, sum.Changed)
		}
		if sum, _ := backfill(t, alice, archive, sinceDays(500)); sum.Removed != 1 || sum.Changed != 0 {
			t.Errorf("of 500 days, %d records were removed and %d changed", sum.Removed, sum.Changed)
		}
		if n := stored(t, archive, sensors.KindMeasures); n != 58 {
			t.Errorf("%d records in the archive", n)
		}
	})
}

// TestBackfillSinceSkipsMonthsThatAreDone reads only the present ones again
// after an interruption.
func TestBackfillSinceSkipsMonthsThatAreDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive := &historytest.Memory{}
		<-time.After(time.Hour) // not at the border of two ranges
		var ranges []string
		broken := true
		alice := &fakeCloud{user: "1"}
		alice.measuresBetween = func(from, to time.Time) (withings.Measures, error) {
			ranges = append(ranges, from.Format(time.DateOnly)+"/"+to.Format(time.DateOnly))
			if broken && len(ranges) == 3 {
				return withings.Measures{}, errOutage
			}
			return withings.Measures{}, nil
		}
		since := func(b *bridge.Backfill) {
			onlyMeasures(b)
			b.Since = time.Date(1998, 5, 4, 12, 0, 0, 0, time.UTC)
		}
		_, refused := backfill(t, alice, archive, since)
		if len(refused) != 1 || refused[0].Endpoint != sensors.EndpointMeasures || !errors.Is(refused[0].Err, errOutage) {
			t.Errorf("refused %v", refused)
		}
		broken = false
		backfill(t, alice, archive, since)
		want := []string{
			"2000-01-01/2000-01-02", "1999-07-01/2000-01-01", "1999-01-01/1999-07-01",
			"2000-01-01/2000-01-02", "1999-01-01/1999-07-01", "1998-07-01/1999-01-01", "1998-05-04/1998-07-01",
		}
		if !slices.Equal(ranges, want) {
			t.Errorf("ranges %v, want %v", ranges, want)
		}
	})
}

// TestBackfillWaitsForTheCloud: it is no reason to give up an endpoint.
func TestBackfillWaitsForTheCloud(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, busy := time.Now(), 2
		alice := &fakeCloud{user: "1"}
		alice.measures = func(time.Time) (withings.Measures, error) {
			if busy--; busy >= 0 {
				return withings.Measures{}, &withings.Error{Class: withings.Limited, RetryAfter: time.Minute}
			}
			return withings.Measures{}, nil
		}
		if _, refused := backfill(t, alice, &historytest.Memory{}, onlyMeasures); len(refused) != 0 {
			t.Errorf("refused %v", refused)
		}
		if took := time.Since(start); took != 2*time.Minute {
			t.Errorf("it took %v", took)
		}
	})
}

// TestBackfillOfMinutes reads every day and every night of the archive once.
func TestBackfillOfMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive := &historytest.Memory{}
		number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
		var requests []string
		alice := &fakeCloud{user: "1"}
		alice.nights = func(time.Time) (nights withings.Nights, _ error) {
			for day := int64(1); day <= 3; day++ {
				end := time.Date(1999, 12, int(day), 6, 0, 0, 0, time.UTC).Unix()
				nights.Series = append(nights.Series, withings.Night{
					ID: number(day), Start: number(end - 3600), End: number(end), Modified: number(end), Model: number(32),
					Completed: withings.Flag{True: true, OK: true}, Timezone: "UTC",
					Data: withings.NightData{Fields: withings.FieldsOf(withings.Field{Name: "total_sleep_time", Number: exact(3000)})},
				})
			}
			return nights, nil
		}
		alice.days = func(time.Time) (days withings.Activities, _ error) {
			for _, date := range []withings.Text{"1999-12-01", "1999-12-02", "1999-12-03"} {
				days.Rows = append(days.Rows, withings.Activity{
					Date: date, Timezone: "Europe/Berlin", Modified: number(944300000),
					Data: withings.FieldsOf(withings.Field{Name: "steps", Number: exact(4000)}),
				})
			}
			return days, nil
		}
		alice.intraday = func(from, to time.Time) (withings.Intraday, error) {
			requests = append(requests, "day "+from.UTC().Format("02T15")+" "+to.Sub(from).String())
			slot := withings.Slot{Data: withings.FieldsOf(withings.Field{Name: "heart_rate", Number: exact(61)})}
			return withings.Intraday{Series: withings.Slots{from.Unix() + 60: slot}}, nil
		}
		alice.stages = func(from, _ time.Time) (withings.Stages, error) {
			requests = append(requests, "night "+from.UTC().Format("02T15"))
			return withings.Stages{Series: withings.List[withings.Stage]{{
				Start: number(from.Unix()), End: number(from.Unix() + 600), State: number(1),
				Series: []withings.Samples{{Name: "hr", Values: []withings.Sample{{At: from.Unix() + 60, Value: exact(51).Decimal}}}},
			}}}, nil
		}
		minutes := func(b *bridge.Backfill) {
			b.Minutes = true
			b.Since = time.Date(1999, 12, 2, 0, 0, 0, 0, time.UTC)
			b.Kinds = []sensors.Kind{sensors.KindSounds}
		}
		backfill(t, alice, archive, nil)
		backfill(t, alice, archive, minutes)
		if want := []string{"day 02T23 24h0m0s", "day 01T23 24h0m0s", "night 03T05", "night 02T05"}; !slices.Equal(requests, want) {
			t.Errorf("requests %v, want %v", requests, want)
		}
		for kind, want := range map[sensors.Kind]int{sensors.KindSlots: 4, sensors.KindStage: 2, sensors.KindSeries: 2} {
			if n := stored(t, archive, kind); n != want {
				t.Errorf("%d records of %s, want %d", n, kind, want)
			}
		}
		requests = nil
		backfill(t, alice, archive, minutes)
		if want := []string{"day 02T23 24h0m0s", "day 01T23 24h0m0s"}; !slices.Equal(requests, want) {
			t.Errorf("requests %v of nights that were read", requests)
		}
	})
}

// TestBackfillStops: without an account, when its records would belong to
// somebody else, and when the user wants it to.
func TestBackfillStops(t *testing.T) {
	t.Parallel()
	group := measuresOf(weighIn(1, 70000, time.Unix(944000000, 0)))
	for name, row := range map[string]struct {
		cloud *fakeCloud
		stop  bool
	}{
		"signed out":      {cloud: &fakeCloud{user: "1", measures: failing[withings.Measures](withings.ErrSignIn)}},
		"another account": {cloud: &fakeCloud{user: "2", measures: group}},
		"stopped":         {cloud: &fakeCloud{user: "1", measures: group}, stop: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive := &historytest.Memory{}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if row.stop {
				cancel()
			}
			b := &bridge.Backfill{Cloud: row.cloud, Archive: archive, UserID: "1"}
			if _, err := b.Run(ctx); err == nil || row.stop && !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if n := stored(t, archive, sensors.KindMeasures); n != 0 {
				t.Errorf("%d records were stored", n)
			}
		})
	}
}
