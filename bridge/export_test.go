// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// StepClock moves the wall clock, as seen by a profile that waits for its next
// poll, because the clock of a bubble cannot be set.
func (b *Bridge) StepClock(slug string, forward time.Duration) {
	p := b.bySlug[slug]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan.next = p.plan.next.Add(-forward)
}

// NextPoll is when the next poll of a profile is due.
func (b *Bridge) NextPoll(slug string) time.Time {
	p := b.bySlug[slug]
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.plan.next
}

// NextTick exports nextTick.
func NextTick(schedule Schedule, last, now time.Time) time.Time { return nextTick(schedule, last, now) }

// Ended returns a channel that is closed when Run is about to return.
func (b *Bridge) Ended() <-chan struct{} { return b.stop.ch }

// TickAt moves a profile to the day of another clock, as if the clock had been
// set past midnight, because the clock of a bubble cannot be set.
func (b *Bridge) TickAt(slug string, now time.Time) {
	p := b.bySlug[slug]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.publishLocked(p.state.Sensors.Tick(sensors.ApplyOptions{Now: now, Zone: p.Zone}))
}

// Poll polls a profile once as on schedule, and reports its health.
func (b *Bridge) Poll(ctx context.Context, slug string) error {
	err := b.bySlug[slug].sync(ctx, triggerSchedule)
	b.publishHealth()
	return err
}
