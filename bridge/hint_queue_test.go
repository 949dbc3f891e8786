// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// epoch is the time at which the unit tests start.
func epoch() time.Time { return time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC) }

const measures = sensors.EndpointMeasures

func TestHintIsDueAfterCoalesceWindow(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	if !q.nextDue().IsZero() || q.isDue(measures, now) {
		t.Error("an empty queue has something due")
	}
	q.add(measures, now, now.Add(-time.Hour), now, requestBackoff())
	if !q.isDue(measures, now) || q.nextDue() != now {
		t.Errorf("a hint after an hour without a fetch is due at %v, want at once", q.nextDue())
	}
	q = newHintQueue()
	q.add(measures, now, now.Add(-time.Second), now, requestBackoff())
	if want := now.Add(time.Second); q.nextDue() != want || q.isDue(measures, now) {
		t.Errorf("a hint a second after a fetch is due at %v, want %v", q.nextDue(), want)
	}
}

func TestHintWithoutNewsIsRetriedThenDropped(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now, time.Time{}, now, requestBackoff())
	for _, delay := range retryDelays() {
		q.onData(measures, false, now, now)
		if want := now.Add(delay); q.nextDue() != want {
			t.Fatalf("due at %v, want %v", q.nextDue(), want)
		}
		q.onData(measures, false, now.Add(time.Second), now.Add(time.Second)) // a scheduled poll uses up no delay
		now = now.Add(delay)
	}
	q.onData(measures, false, now, now)
	if !q.nextDue().IsZero() {
		t.Errorf("after all delays the hint is still due at %v", q.nextDue())
	}
}

func TestHintIsDroppedByNews(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now, time.Time{}, now, requestBackoff())
	q.onData(measures, true, now, now)
	if !q.nextDue().IsZero() {
		t.Error("a hint is kept after its data has arrived")
	}
}

func TestHintDuringFetchSurvivesNews(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now.Add(time.Second), now, now.Add(time.Second), requestBackoff())
	q.onData(measures, true, now, now.Add(2*time.Second))
	if want := now.Add(2*time.Second + coalesceWindow); q.nextDue() != want {
		t.Errorf("due at %v, want %v", q.nextDue(), want)
	}
}

func TestFailedHintBacksOff(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now, time.Time{}, now, requestBackoff())
	err := &withings.Error{Class: withings.Temporary}
	for _, want := range []time.Duration{
		10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second,
		320 * time.Second, 640 * time.Second, maxBackoff, maxBackoff, maxBackoff,
	} {
		if q.onError(measures, err, now); q.nextDue() != now.Add(want) {
			t.Errorf("due after %v, want %v", q.nextDue().Sub(now), want)
		}
	}
	// A newer hint does not shorten the back-off.
	due := q.nextDue()
	if q.add(measures, now, time.Time{}, now, requestBackoff()); q.nextDue() != due {
		t.Errorf("a further hint is due at %v, want %v", q.nextDue(), due)
	}
	q.onError(sensors.EndpointNights, err, now)
	if len(q.pending) != 1 {
		t.Error("a failure without a hint queues a hint")
	}
}

func TestRefusalCancelsHint(t *testing.T) {
	t.Parallel()
	for _, refusal := range []error{&withings.Error{Class: withings.Forbidden}, withings.ErrSignIn} {
		now := epoch()
		q := newHintQueue()
		q.add(measures, now, time.Time{}, now, requestBackoff())
		var got error
		q.wait(measures, now, func(err error) { got = err })
		q.onError(measures, refusal, now)
		if len(q.pending) != 0 || !errors.Is(got, refusal) {
			t.Errorf("after %v, %d hints remain, and the waiter got %v", refusal, len(q.pending), got)
		}
	}
}

func TestWaitersAreNotifiedOfLaterFetches(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now, time.Time{}, now, requestBackoff())
	notified := 0
	q.wait(measures, now, func(error) { notified++ })
	if q.notify(measures, now.Add(-time.Second), nil); notified != 0 {
		t.Error("a fetch that began before the request was reported")
	}
	q.notify(measures, now, nil)
	q.notify(measures, now, nil)
	if notified != 1 {
		t.Errorf("notified %d times, want once", notified)
	}
	for range maxWaiters {
		q.wait(measures, now, func(error) { notified++ })
	}
	var refused error
	if q.wait(measures, now, func(err error) { refused = err }); !errors.Is(refused, errTooManyRequests) {
		t.Errorf("a waiter beyond the limit gets %v", refused)
	}
	if q.cancelWaiters(now, errTooManyRequests); notified != 1+maxWaiters {
		t.Errorf("%d waiters were notified at the stop, want %d", notified-1, maxWaiters)
	}
}

func TestNotificationMarksHint(t *testing.T) {
	t.Parallel()
	now := epoch()
	q := newHintQueue()
	q.add(measures, now, time.Time{}, now, requestBackoff())
	if _, ok := q.notifiedAt(measures); ok {
		t.Error("a request counts as a notification")
	}
	q.markNotified(measures)
	if at, ok := q.notifiedAt(measures); !ok || at != now {
		t.Errorf("notified at %v (%v), want %v", at, ok, now)
	}
}

func TestBackoffOfDailyTotals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		endpoint      sensors.Endpoint
		span, relaxed bool
		sinceAnswer   time.Duration
		interval      time.Duration
		retries       int
	}{
		{sensors.EndpointActivity, false, false, time.Hour, coalesceWindow, 0},
		{sensors.EndpointActivity, false, true, time.Hour, relaxedFetchInterval, 0},
		{sensors.EndpointWorkouts, false, true, time.Hour, relaxedFetchInterval, 0},
		{sensors.EndpointWorkouts, true, true, time.Hour, coalesceWindow, 3},
		{measures, false, true, time.Hour, coalesceWindow, 3},
		{measures, false, false, time.Second, coalesceWindow, 1},
	} {
		got := backoffFor(test.endpoint, test.span, test.relaxed, test.sinceAnswer)
		if got.minInterval != test.interval || len(got.delays) != test.retries {
			t.Errorf("%+v: interval %v and %d retries", test, got.minInterval, len(got.delays))
		}
	}
}

// TestLaterHintIsRetriedAnew has a second hint while the first is pending. It
// brings its own delays if it belongs to another burst and has more of them.
func TestLaterHintIsRetriedAnew(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		first, second []time.Duration
		after, want   time.Duration
	}{
		{"the same burst", lastRetryDelays(), retryDelays(), minFetchInterval - 1, lastRetryDelays()[0]},
		{"another burst", lastRetryDelays(), retryDelays(), minFetchInterval, retryDelays()[0]},
		{"another burst with fewer", retryDelays(), lastRetryDelays(), minFetchInterval, retryDelays()[0]},
		{"the same burst after none", nil, retryDelays(), time.Second, retryDelays()[0]},
	} {
		now := epoch()
		q := newHintQueue()
		q.add(measures, now, time.Time{}, now, backoff{coalesceWindow, test.first})
		now = now.Add(test.after)
		q.add(measures, now, time.Time{}, now, backoff{coalesceWindow, test.second})
		q.onData(measures, false, now, now)
		if got := q.nextDue().Sub(now); got != test.want {
			t.Errorf("%s: the next fetch is after %v, want %v", test.name, got, test.want)
		}
	}
}
