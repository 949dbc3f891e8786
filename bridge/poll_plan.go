package bridge

import (
	"time"

	"vitals2mqtt/withings"
)

const (
	// refreshCooldown keeps a chatty automation from using up the quota.
	refreshCooldown = 5 * time.Second
	// firstRetryDelay is how soon the first failure is retried when the schedule
	// would take longer; a lasting outage falls back to the schedule.
	firstRetryDelay = time.Minute
	// maxStagger is how far the polls of several profiles are apart at most: a poll
	// at six in the morning must not become one at noon.
	maxStagger = 5 * time.Minute
)

// pollPlan says when the next poll of a profile is due. It has no lock.
type pollPlan struct {
	schedule, relaxedSchedule Schedule
	stagger                   float64

	relaxed      bool      // the next poll was planned by the relaxed schedule
	next         time.Time // the next poll
	lastRound    time.Time // the end of the last round
	retryAt      time.Time // a poll before the schedule, the zero time for none
	failedRounds int
}

func newPollPlan(profile Profile, stagger float64) pollPlan {
	return pollPlan{schedule: profile.Schedule, relaxedSchedule: profile.RelaxedSchedule, stagger: stagger}
}

// advance plans the next poll after now, and returns the scheduled moment it was
// derived from. The polls of different profiles are spread over the interval.
// reliable says that notifications announce new data meanwhile.
// Only the wall clock counts: the monotonic one does not see a clock that was
// set, and a schedule that adds to its argument keeps both.
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

// finishRound records the errors of a round, and plans a retry where one is due.
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
		p.retryAt = now.Add(max(wait, firstRetryDelay)) // a wait of a second must not poll every second
	}
}
