// SPDX-License-Identifier: MIT

package bridge_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// activityRow is the activity of a day, last updated by a tracker at a given
// time.
func activityRow(date, zone string, modified time.Time, count int64) withings.Activity {
	number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
	return withings.Activity{
		Date:     withings.Text(date),
		Timezone: withings.Text(zone),
		Modified: number(modified.Unix()),
		Model:    "ScanWatch 2",
		DeviceID: "watch",
		Brand:    number(1),
		Tracker:  withings.Flag{True: true, OK: true},
		Data: withings.FieldsOf(
			withings.Field{Name: "steps", Number: exact(count)}, withings.Field{Name: "distance", Number: exact(count)},
		),
	}
}

// activitiesOf returns the same rows for every range.
func activitiesOf(rows ...withings.Activity) func(time.Time, time.Time) (withings.Activities, error) {
	return func(time.Time, time.Time) (withings.Activities, error) { return withings.Activities{Rows: rows}, nil }
}

// stepsProfile is a rarely polled profile with totals of the day.
func stepsProfile(from bridge.Cloud) bridge.Profile {
	p := profile("Alice", from)
	p.Keys = []string{"activity_steps_today", "activity_distance_today"}
	p.Schedule = everySchedule(24 * time.Hour)
	return p
}

func inZone(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// totalCalls is the number of requests to a fakeCloud.
func (c *fakeCloud) totalCalls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for n := range maps.Values(c.calls) {
		sum += n
	}
	return sum
}

// TestTotalsResetAtLocalMidnight ends the day between two polls, in several
// time zones and on days on which the clocks change.
func TestTotalsResetAtLocalMidnight(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		zone, day, next string // next is the first moment of the day after
	}{
		"UTC−11":                   {"Pacific/Pago_Pago", "2026-03-03", "2026-03-04T00:00:00-11:00"},
		"UTC−8":                    {"America/Los_Angeles", "2026-03-03", "2026-03-04T00:00:00-08:00"},
		"UTC−3:30":                 {"America/St_Johns", "2026-01-03", "2026-01-04T00:00:00-03:30"},
		"UTC":                      {"UTC", "2026-03-03", "2026-03-04T00:00:00Z"},
		"UTC+1":                    {"Europe/Zurich", "2026-03-03", "2026-03-04T00:00:00+01:00"},
		"UTC+5:45":                 {"Asia/Kathmandu", "2026-03-03", "2026-03-04T00:00:00+05:45"},
		"UTC+14":                   {"Pacific/Kiritimati", "2025-12-31", "2026-01-01T00:00:00+14:00"},
		"before the clocks go on":  {"Europe/Zurich", "2026-03-28", "2026-03-29T00:00:00+01:00"},
		"after the clocks went on": {"Europe/Zurich", "2026-03-29", "2026-03-30T00:00:00+02:00"},
		"before they go back":      {"Europe/Zurich", "2026-10-24", "2026-10-25T00:00:00+02:00"},
		"after they went back":     {"Europe/Zurich", "2026-10-25", "2026-10-26T00:00:00+01:00"},
		"the antipodes, back":      {"Pacific/Auckland", "2026-04-05", "2026-04-06T00:00:00+12:00"},
		"the antipodes, on":        {"Pacific/Auckland", "2026-09-27", "2026-09-28T00:00:00+13:00"},
		"a day without a midnight": {"Africa/Cairo", "2026-04-23", "2026-04-24T01:00:00+03:00"},
		"a day with two midnights": {"America/Havana", "2026-10-31", "2026-11-01T00:00:00-04:00"},
		"before a leap day":        {"Europe/Zurich", "2028-02-28", "2028-02-29T00:00:00+01:00"},
		"after a leap day":         {"Europe/Zurich", "2028-02-29", "2028-03-01T00:00:00+01:00"},
		"a year without one":       {"Pacific/Auckland", "2027-02-28", "2027-03-01T00:00:00+13:00"},
		"a date that is left out":  {"Pacific/Apia", "2011-12-29", "2011-12-31T00:00:00+14:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				next, err := time.Parse(time.RFC3339, test.next)
				if err != nil {
					t.Fatal(err)
				}
				evening := next.Add(-40 * time.Minute)
				sleepUntil(evening)
				h := newHarness()
				alice := &fakeCloud{user: "1", activities: activitiesOf(activityRow(test.day, test.zone, evening, 4000))}
				runFor(t, h.bridge(t, stepsProfile(alice)), 0, func() {
					<-time.After(time.Second)
					before := alice.totalCalls()
					sleepUntil(next.Add(-time.Second))
					if got := h.publisher.get(h.tree.Value("alice", "activity_steps_today")); got != "4000" {
						t.Errorf("%s steps a second before midnight", got)
					}
					sleepUntil(next.Add(time.Millisecond))
					synctest.Wait()
					if got := h.publisher.get(h.tree.Value("alice", "activity_steps_today")); got != "0" {
						t.Errorf("%s steps at midnight", got)
					}
					// The detail topic and the snapshot change, too.
					want := `"last_reset":"` + next.In(inZone(t, test.zone)).Format(time.RFC3339) + `"`
					if got := h.publisher.get(h.tree.Detail("alice", "activity_steps_today")); !strings.Contains(got, want) {
						t.Errorf("%s lacks %s", got, want)
					}
					if got := h.publisher.get(h.tree.Snapshot("alice")); !strings.Contains(got, `"activity_steps_today":0`) {
						t.Errorf("snapshot %s", got)
					}
					if got := alice.totalCalls(); got != before {
						t.Errorf("%d requests were made for it", got-before)
					}
				})
			})
		})
	}
}

// TestTotalsResetOnRelaxedSchedule has rare polls because of notifications.
func TestTotalsResetOnRelaxedSchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		midnight := time.Date(2026, 3, 3, 23, 0, 0, 0, time.UTC)
		evening := midnight.Add(-150 * time.Minute)
		sleepUntil(evening)
		h := newHarness()
		alice := &fakeCloud{user: "1", activities: activitiesOf(activityRow("2026-03-03", "Europe/Zurich", evening, 4000))}
		p, _ := withPush(stepsProfile(alice))
		p.Schedule, p.RelaxedSchedule = everySchedule(5*time.Minute), everySchedule(time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 46, Received: time.Now()})
			sleepUntil(midnight.Add(-20 * time.Minute))
			before := alice.callCount("activities")
			sleepUntil(midnight.Add(time.Millisecond))
			synctest.Wait()
			got := h.publisher.get(h.tree.Value("alice", "activity_steps_today"))
			if got != "0" || alice.callCount("activities") != before {
				t.Errorf("%s steps after %d polls in the last twenty minutes", got, alice.callCount("activities")-before)
			}
		})
	})
}

// TestDayChangeIsStored expects the same values after a restart.
func TestDayChangeIsStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		evening := time.Date(2026, 3, 3, 22, 30, 0, 0, time.UTC)
		sleepUntil(evening)
		h := newHarness()
		alice := &fakeCloud{user: "1", activities: activitiesOf(activityRow("2026-03-03", "Europe/Zurich", evening, 4000))}
		runFor(t, h.bridge(t, stepsProfile(alice)), time.Hour, nil)
		again := newHarness()
		again.store, again.archive = h.store, h.archive
		again.bridge(t, stepsProfile(alice))
		if got := again.publisher.get(h.tree.Value("alice", "activity_steps_today")); got != "0" {
			t.Errorf("%s steps from the stored state", got)
		}
	})
}

// TestClockSetOverMidnightIsNoticed expects the new day within a minute,
// although the timer for the next midnight is far from due.
func TestClockSetOverMidnightIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		morning := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
		sleepUntil(morning)
		h := newHarness()
		yesterday := activityRow("2026-03-03", "Europe/Zurich", morning.Add(-11*time.Hour), 4000)
		today := activityRow("2026-03-04", "Europe/Zurich", morning, 70)
		alice := &fakeCloud{user: "1", activities: activitiesOf(yesterday, today)}
		b := h.bridge(t, stepsProfile(alice))
		runFor(t, b, 0, func() {
			<-time.After(time.Second)
			topic := h.tree.Value("alice", "activity_steps_today")
			b.TickAt("alice", morning.Add(-12*time.Hour)) // as before the clock was set
			if got := h.publisher.get(topic); got != "4000" {
				t.Fatalf("%s steps by a clock of yesterday", got)
			}
			<-time.After(time.Minute)
			synctest.Wait()
			if got := h.publisher.get(topic); got != "70" || alice.callCount("activities") != 1 {
				t.Errorf("%s steps a minute later, after %d polls", got, alice.callCount("activities"))
			}
		})
	})
}

// TestOnlyActiveTrackerStartsAtZero returns a row from outside the requested
// range.
func TestOnlyActiveTrackerStartsAtZero(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		date, steps string
		why         bridge.Reason
	}{
		"today":          {"2026-03-04", "4000", bridge.ReasonCurrent},
		"yesterday":      {"2026-03-03", "0", bridge.ReasonCurrent},
		"two days":       {"2026-03-02", "0", bridge.ReasonCurrent},
		"three days":     {"2026-03-01", "", bridge.ReasonTrackerSilent},
		"ten months":     {"2025-05-04", "", bridge.ReasonTrackerSilent},
		"ten years away": {"2036-03-04", "", bridge.ReasonNeverDelivered},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(now)
				h := newHarness()
				counted, err := time.Parse(time.DateOnly, test.date)
				if err != nil {
					t.Fatal(err)
				}
				row := activityRow(test.date, "Europe/Zurich", counted, 4000)
				p := stepsProfile(&fakeCloud{user: "1", activities: activitiesOf(row)})
				runFor(t, h.bridge(t, p), time.Minute, nil)
				for _, key := range p.Keys {
					for _, topic := range []string{h.tree.Value("alice", key), h.tree.Detail("alice", key)} {
						if got := h.publisher.get(topic); test.steps == "" && got != "" {
							t.Errorf("%s %s", topic, got)
						}
					}
					if got := h.publisher.get(h.tree.Value("alice", key)); got != test.steps {
						t.Errorf("%s is %q, want %q", key, got, test.steps)
					}
				}
				whys, err := h.stored().Explain(t.Context(), p, withings.Token{UserID: "1"})
				if err != nil {
					t.Fatal(err)
				}
				at := slices.IndexFunc(whys, func(w bridge.Explanation) bool { return w.Key == "activity_steps_today" })
				if whys[at].Reason != test.why {
					t.Errorf("reason %s, want %s", whys[at].Reason, test.why)
				}
			})
		})
	}
}

// TestSilentTrackerLosesItsTotals expects no totals from the midnight on that
// ends the second whole day without a row, until the next row.
func TestSilentTrackerLosesItsTotals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		evening := time.Date(2026, 3, 3, 22, 30, 0, 0, time.UTC)
		sleepUntil(evening)
		h := newHarness()
		rows := []withings.Activity{activityRow("2026-03-03", "Europe/Zurich", evening, 4000)}
		alice := &fakeCloud{user: "1", activities: func(time.Time, time.Time) (withings.Activities, error) {
			return withings.Activities{Rows: rows}, nil
		}}
		b := h.bridge(t, stepsProfile(alice))
		runFor(t, b, 0, func() {
			topic := h.tree.Value("alice", "activity_steps_today")
			for day, want := range []string{"4000", "0", "0", "", ""} {
				sleepUntil(evening.Add(time.Duration(day)*24*time.Hour + time.Minute))
				if got := h.publisher.get(topic); got != want {
					t.Errorf("%q steps after %d days, want %q", got, day, want)
				}
			}
			if got := h.publisher.get(h.tree.Snapshot("alice")); strings.Contains(got, "activity") {
				t.Errorf("snapshot %s", got)
			}
			rows = append(rows, activityRow("2026-03-07", "Europe/Zurich", time.Now(), 12))
			if err := b.Refresh("alice", "", nil); err != nil {
				t.Fatal(err)
			}
			<-time.After(10 * time.Second)
			if got := h.publisher.get(topic); got != "12" {
				t.Errorf("%q steps after the next row", got)
			}
		})
	})
}
