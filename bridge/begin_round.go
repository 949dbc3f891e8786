// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/withings"
)

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
