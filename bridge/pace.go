package bridge

import (
	"context"
	"time"

	"vitals2mqtt/withings"
)

// lateAfter is how long a scheduled poll may take before it counts as late: it
// waits for the rate limit of the application, or the Withings API is slow.
const lateAfter = time.Minute

// roundPace is how urgent the requests of the current round are, and how long
// scheduled polls take. It has no lock.
type roundPace struct {
	raise func()    // makes the current round more urgent; nil between rounds
	began time.Time // of the current scheduled poll, the zero time for none
	last  time.Duration
}

// beginRound returns the context of a round. Whatever a user or a notification
// has asked for goes before the scheduled polls of other profiles. The caller
// calls end.
func (p *poller) beginRound(ctx context.Context, reason string) (_ context.Context, end func()) {
	ctx, raise := withings.WithRaise(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.pace.raise = raise
	if reason == triggerSchedule || reason == triggerStart {
		p.pace.began = now
	}
	if due := p.hints.nextDue(); p.pace.began.IsZero() || !due.IsZero() && !due.After(now) {
		raise()
	}
	return ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.pace.began.IsZero() {
			p.pace.last = time.Since(p.pace.began)
		}
		p.pace.raise, p.pace.began = nil, time.Time{}
	}
}

// hurry makes the current round more urgent, because what comes next waits for
// its end.
func (r *roundPace) hurry() {
	if r.raise != nil {
		r.raise()
	}
}

// late is how long the current or the last scheduled poll has taken, 0 if that
// is not late.
func (r *roundPace) late(now time.Time) time.Duration {
	late := r.last
	if !r.began.IsZero() {
		late = max(late, now.Sub(r.began))
	}
	if late < lateAfter {
		return 0
	}
	return late
}
