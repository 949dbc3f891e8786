package bridge

import "time"

// StepClock moves the clock on the wall, as seen from a profile that waits for
// its next poll: a bubble has no clock that can be set.
func (b *Bridge) StepClock(slug string, forward time.Duration) {
	p := b.bySlug[slug]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nextPoll = p.nextPoll.Add(-forward)
}

// NextPoll is the moment of the next poll as it is kept.
func (b *Bridge) NextPoll(slug string) time.Time { return b.bySlug[slug].nextPollTime() }

// NextTick is the tick of a schedule that a profile waits for.
func NextTick(schedule Schedule, last, now time.Time) time.Time { return nextTick(schedule, last, now) }

// Ended is closed when the end of Run has come.
func (b *Bridge) Ended() <-chan struct{} { return b.stopping }
