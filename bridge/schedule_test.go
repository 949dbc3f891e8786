// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// dailySchedule is the schedule "0 6 * * *" in UTC.
type dailySchedule struct{}

func (dailySchedule) Next(after time.Time) time.Time {
	next := time.Date(after.Year(), after.Month(), after.Day(), 6, 0, 0, 0, time.UTC)
	if !next.After(after) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// recordingCloud records when measures are requested.
type recordingCloud struct {
	fakeCloud
	start time.Time
	mu    sync.Mutex
	asked []time.Duration
	fail  func(n int) error
}

func newRecordingCloud(user string, fail func(n int) error) *recordingCloud {
	w := &recordingCloud{start: time.Now(), fail: fail}
	w.user = user
	w.measures = func(time.Time) (withings.Measures, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.asked = append(w.asked, time.Since(w.start))
		if w.fail == nil {
			return withings.Measures{}, nil
		}
		return withings.Measures{}, w.fail(len(w.asked))
	}
	return w
}

func (w *recordingCloud) times() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

func TestRequestsDoNotDelaySchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newRecordingCloud("1", nil)
		b := newHarness().bridge(t, profile("Alice", alice))
		runFor(t, b, 0, func() {
			for range 60 {
				<-time.After(30 * time.Second)
				if err := b.Refresh("alice", "", nil); err != nil {
					t.Fatal(err)
				}
			}
			<-time.After(time.Second)
			before := len(alice.times())
			<-time.After(15 * time.Minute)
			if got := len(alice.times()) - before; got != 3 {
				t.Errorf("%d polls in the quarter of an hour after the requests, want 3", got)
			}
		})
	})
}

// TestNextTickIgnoresMonotonicClock has times with a monotonic reading, which
// would keep the next poll in the past after the wall clock was set forward. A
// bubble has no monotonic clock.
func TestNextTickIgnoresMonotonicClock(t *testing.T) {
	t.Parallel()
	b := newHarness().bridge(t, profile("Alice", &fakeCloud{user: "1"}))
	runFor(t, b, 0, func() {
		for b.NextPoll("alice").IsZero() {
			<-time.After(time.Millisecond)
		}
	})
	if next := b.NextPoll("alice"); strings.Contains(next.String(), "m=") {
		t.Errorf("the next poll is at %s", next)
	}
}

func TestSteppedClockDelaysNoPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newRecordingCloud("1", nil)
		p := profile("Alice", alice)
		p.Schedule = dailySchedule{}
		b := newHarness().bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Hour)
			b.StepClock("alice", 12*time.Hour)
			<-time.After(2 * time.Minute)
			if got := alice.times(); len(got) != 2 {
				t.Errorf("polled at %v; want a poll soon after the clock passed the next one", got)
			}
		})
	})
}

func TestStaggerIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var profiles []bridge.Profile
		var clouds []*recordingCloud
		for _, name := range []string{"Alice", "Bob"} {
			clouds = append(clouds, newRecordingCloud(name, nil))
			p := profile(name, clouds[len(clouds)-1])
			p.Schedule = dailySchedule{}
			profiles = append(profiles, p)
		}
		runFor(t, newHarness().bridge(t, profiles...), 24*time.Hour, nil)
		for i, at := range []time.Duration{6 * time.Hour, 6*time.Hour + 150*time.Second} {
			if want := []time.Duration{0, at}; !slices.Equal(clouds[i].times(), want) {
				t.Errorf("%s was polled at %v, want %v", profiles[i].Name, clouds[i].times(), want)
			}
		}
	})
}
