// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/withings"
)

const (
	// refreshCooldown keeps a frequent automation from using up the quota.
	refreshCooldown = 5 * time.Second
	// firstRetryDelay is how soon the first failure is retried, if the schedule
	// would take longer; during a lasting outage the schedule applies.
	firstRetryDelay = time.Minute
	// maxStagger is how far the polls of several profiles are spread at most: a
	// poll at six in the morning must not move to noon.
	maxStagger = 5 * time.Minute
)

// pollPlan says when the next poll of a profile is due. It has no lock.
type pollPlan struct {
	schedule, relaxedSchedule Schedule
	stagger                   float64

	relaxed      bool      // the next poll was planned by the relaxed schedule
	next         time.Time // the next poll
	lastRound    time.Time // when the last round ended
	alive        time.Time // when the loop or a round last went on
	retryAt      time.Time // a poll before the schedule, the zero time for none
	failedRounds int
}

func newPollPlan(profile Profile, stagger float64) pollPlan {
	return pollPlan{schedule: profile.Schedule, relaxedSchedule: profile.RelaxedSchedule, stagger: stagger}
}

// advance plans the next poll after now, and returns the scheduled time without
// the offset that spreads the polls of different profiles. reliable says that
// notifications announce new data in the meantime. Only the wall clock counts:
// the monotonic clock does not notice that the clock was set, and a schedule
// that adds to its argument keeps both readings.
func (p *pollPlan) advance(last, now time.Time, reliable bool) time.Time {
	last, now = last.Round(0), now.Round(0)
	if last.After(now) {
		last = now // polled before the schedule, or the clock was set back
	}
	schedule := p.schedule
	if p.relaxed = reliable && p.relaxedSchedule != nil; p.relaxed {
		schedule = p.relaxedSchedule
	}
	due := nextTick(schedule, last, now)
	offset := time.Duration(p.stagger * float64(min(schedule.Next(due).Sub(due), maxStagger)))
	p.next = due.Add(offset)
	if !p.retryAt.IsZero() && p.retryAt.Before(p.next) {
		p.next = p.retryAt
	}
	return due
}

// overdueAfter is how late a poll may be before the program itself must hang:
// requests to an API that hangs time out long before.
const overdueAfter = 15 * time.Minute

// isOverdue reports whether a poll hangs. A poll can also be late because the
// machine slept or the clock was set; the loop notices that within a minute.
func (p *pollPlan) isOverdue(now time.Time) bool {
	return !p.next.IsZero() && now.Sub(p.next) > overdueAfter && now.Sub(p.alive) > overdueAfter
}

// finishRound records the errors of a round, and plans a retry if one is
// needed.
func (p *pollPlan) finishRound(failed []error, needsSignIn bool, now time.Time) {
	p.lastRound, p.retryAt = now, time.Time{}
	wait, anyFailed := time.Duration(0), false
	for _, err := range failed {
		wait = max(wait, withings.RetryAfter(err))
		anyFailed = anyFailed || err != nil
	}
	if !anyFailed {
		p.failedRounds = 0
	} else if p.failedRounds++; p.failedRounds == 1 && !needsSignIn {
		p.retryAt = now.Add(firstRetryDelay)
	}
	if wait > 0 {
		p.retryAt = now.Add(max(wait, firstRetryDelay)) // a short Retry-After must not cause a poll every second
	}
}
