// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// aligned is a schedule aligned to the wall clock.
type aligned time.Duration

func (a aligned) Next(after time.Time) time.Time {
	return after.Truncate(time.Duration(a)).Add(time.Duration(a))
}

func TestPlanFollowsScheduleAndReliability(t *testing.T) {
	t.Parallel()
	now := epoch().Add(time.Second)
	p := newPollPlan(Profile{Schedule: aligned(5 * time.Minute), RelaxedSchedule: aligned(time.Hour)}, 0.5)
	due := p.advance(now, now, false)
	if want := epoch().Add(5 * time.Minute); due != want || p.next != want.Add(150*time.Second) || p.relaxed {
		t.Errorf("due %v, next %v, relaxed %v", due, p.next, p.relaxed)
	}
	due = p.advance(now, now, true)
	if want := epoch().Add(time.Hour); due != want || p.next != want.Add(maxStagger/2) || !p.relaxed {
		t.Errorf("relaxed: due %v, next %v, relaxed %v", due, p.next, p.relaxed)
	}
	if p.advance(now.Add(24*time.Hour), now, false) != epoch().Add(5*time.Minute) {
		t.Errorf("after the clock was set back, the next poll is at %v", p.next)
	}
}

func TestPlanRetriesFirstFailure(t *testing.T) {
	t.Parallel()
	now := epoch()
	p := newPollPlan(Profile{Schedule: aligned(time.Hour)}, 0)
	round := func(needsSignIn bool, err error) time.Time {
		p.finishRound([]error{nil, err}, needsSignIn, now)
		p.advance(now, now, false)
		return p.next
	}
	later, retry := now.Add(time.Hour), now.Add(firstRetryDelay)
	outage := errors.New("outage")
	throttled := &withings.Error{Class: withings.Temporary, RetryAfter: 10 * time.Minute}
	for _, step := range []struct {
		what        string
		err         error
		needsSignIn bool
		want        time.Time
	}{
		{"a success", nil, false, later},
		{"the first failure", outage, false, retry},
		{"the second", outage, false, later},
		{"a success again", nil, false, later},
		{"a sign-in needed", outage, true, later},
		{"the cloud names a time", throttled, false, now.Add(10 * time.Minute)},
		{"a short one", &withings.Error{Class: withings.Temporary, RetryAfter: time.Second}, false, retry},
	} {
		if got := round(step.needsSignIn, step.err); got != step.want {
			t.Errorf("after %s, the next poll is at %v, want %v", step.what, got, step.want)
		}
	}
	if p.lastRound != now {
		t.Errorf("the last round was at %v", p.lastRound)
	}
}

func TestConsentWatchNoticesChanges(t *testing.T) {
	t.Parallel()
	var w consentWatch
	for _, step := range []struct {
		user   string
		scopes []string
		want   bool
	}{
		{"", nil, false},
		{"1", []string{"b", "a"}, false}, // the first
		{"1", []string{"a", "b"}, false},
		{"1", []string{"a"}, true},
		{"", nil, false},
		{"1", []string{"a"}, false},
		{"2", []string{"a"}, true},
	} {
		if got := w.observe(withings.AccountState{UserID: step.user, Scopes: step.scopes}); got != step.want {
			t.Errorf("%+v: %v", step, got)
		}
	}
}
