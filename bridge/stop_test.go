// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// TestResponsesAfterStopAreDropped stops many profiles while all their requests
// are pending, and answers them afterwards.
func TestResponsesAfterStopAreDropped(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 40} {
		synctest.Test(t, func(t *testing.T) {
			c, profiles, answer := newCountingHarness(), manyProfiles(n), make(chan struct{})
			for i, p := range profiles {
				account, _ := p.Cloud.(*fakeCloud)
				devices, measures := account.devices, account.measures
				account.devices = func() (withings.Devices, error) { <-answer; return devices() }
				account.measures = func(since time.Time) (withings.Measures, error) {
					<-answer
					if i%2 == 1 {
						return withings.Measures{}, context.Canceled // as a canceled request does
					}
					return measures(since)
				}
			}
			b := c.bridge(t, profiles)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- b.Run(ctx) }()
			synctest.Wait()
			c.takeCounts()
			cancel()
			synctest.Wait()
			close(answer)
			if err := <-done; err != nil {
				t.Error(err)
			}
			if spent := c.takeCounts(); spent.saves+spent.documents > 0 || spent.published > 1 { // the health report
				t.Errorf("%d profiles: work after the stop: %+v", n, spent)
			}
			for slug, health := range b.Health().Profiles {
				for endpoint, state := range health.Endpoints {
					if state.Error != "" {
						t.Errorf("the stop counts as a failure of %s %s: %s", slug, endpoint, state.Error)
					}
				}
			}
			// The next start fetches the data.
			for _, p := range profiles {
				account, _ := p.Cloud.(*fakeCloud)
				account.measures = measuresOf(weighIn(1, 70_000, time.Now().Add(-2*time.Hour)))
			}
			runFor(t, c.bridge(t, profiles), time.Minute, nil)
			for _, p := range profiles {
				if c.publisher.get(c.tree.Value(p.Slug, "weight_kg")) != "70" {
					t.Errorf("%s has no weight after the next start", p.Slug)
				}
			}
		})
	}
}

// stoppingPublisher stops a run as soon as a value is published, and counts the
// events that are still sent.
type stoppingPublisher struct {
	countingPublisher

	value, event string // topics
	stop         func()
	sent         int
}

func (s *stoppingPublisher) Set(topic string, payload []byte) {
	s.countingPublisher.Set(topic, payload)
	if topic == s.value {
		s.counts.takeCounts()
		s.stop()
	}
}

func (s *stoppingPublisher) SendConfirmed(topic string, payload []byte, confirmed func()) {
	if topic == s.event {
		s.sent++
	}
	s.countingPublisher.SendConfirmed(topic, payload, confirmed)
}

// TestEventDuringStopIsStored stops the bridge while it applies a measurement.
// The event is stored with it, and the next start sends it once.
func TestEventDuringStopIsStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, account, start := newCountingHarness(), &fakeCloud{user: "1"}, time.Now()
		account.measures = measuresOf(weighIn(1, 70_000, start.Add(-2*time.Hour)))
		p := withKeys(profile("Alice", account), "weight_kg")
		runFor(t, c.bridge(t, []bridge.Profile{p}), time.Minute, nil)
		out := &stoppingPublisher{
			countingPublisher: countingPublisher{c.publisher, c},
			stop:              func() {},
			value:             c.tree.Value("alice", "weight_kg"),
			event:             c.tree.Event("alice"),
		}
		b := c.bridgeWith(t, out, p)
		ctx, cancel := context.WithCancel(t.Context())
		out.stop = func() { cancel(); <-b.Ended() }
		account.measures = measuresOf(weighIn(2, 71_000, time.Now()))
		if err := b.Run(ctx); err != nil {
			t.Error(err)
		}
		if got := c.storedEventGroups(t); out.sent != 0 || !slices.Equal(got, []int64{2}) {
			t.Errorf("%d events sent while stopping, and the events of %v stored", out.sent, got)
		}
		runFor(t, c.bridge(t, []bridge.Profile{p}), time.Minute, nil)
		if got := c.publisher.messages(c.tree.Event("alice")); len(got) != 1 {
			t.Errorf("sent %d times: %v", len(got), got)
		}
	})
}

// TestClockCorrectionSkipsTicks counts how often a schedule computes its next
// tick when the last one is decades ago.
func TestClockCorrectionSkipsTicks(t *testing.T) {
	t.Parallel()
	last, now := time.Unix(1, 0).UTC(), time.Date(2026, 11, 29, 7, 30, 1, 0, time.UTC)
	for name, test := range map[string]struct {
		schedule bridge.Schedule
		want     time.Time
	}{
		"every two seconds, in step": {everySchedule(2 * time.Second), time.Date(2026, 11, 29, 7, 30, 3, 0, time.UTC)},
		"daily":                      {dailySchedule{}, time.Date(2026, 11, 30, 6, 0, 0, 0, time.UTC)},
		"unevenly":                   {twiceDailySchedule{}, time.Date(2026, 11, 30, 6, 0, 0, 0, time.UTC)},
	} {
		asked := 0
		got := bridge.NextTick(countingSchedule{test.schedule, &asked}, last, now)
		if !got.Equal(test.want) || asked > 10 {
			t.Errorf("%s: %v after %d calls, want %v", name, got, asked, test.want)
		}
	}
	for _, schedule := range []bridge.Schedule{everySchedule(5 * time.Minute), twiceDailySchedule{}} {
		if got, want := bridge.NextTick(schedule, now, now), schedule.Next(now); !got.Equal(want) {
			t.Errorf("nothing missed: %v, want %v", got, want)
		}
	}
}

// countingSchedule counts the calls of a schedule.
type countingSchedule struct {
	bridge.Schedule

	asked *int
}

func (c countingSchedule) Next(after time.Time) time.Time {
	*c.asked++
	return c.Schedule.Next(after)
}

// twiceDailySchedule is at six and seven o'clock each day.
type twiceDailySchedule struct{}

func (twiceDailySchedule) Next(after time.Time) time.Time {
	day := after.Truncate(24 * time.Hour)
	for _, hour := range []time.Duration{6, 7, 30} {
		if at := day.Add(hour * time.Hour); at.After(after) {
			return at
		}
	}
	return day.Add(30 * time.Hour)
}
