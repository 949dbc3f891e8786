// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"sync"
	"time"
)

// How often the loop of a profile checks for changes from outside.
const (
	// signInCheckInterval is how often a profile that needs a sign-in checks
	// whether another process has signed it in.
	signInCheckInterval = 5 * time.Second
	// clockCheckInterval is how often the wall clock is read while waiting for a
	// poll: it may have been set, or the machine may have slept.
	clockCheckInterval = time.Minute
)

// pollLoop runs the rounds of one poller: on schedule, on hints, on request,
// and after a sign-in.
type pollLoop struct {
	*poller

	planned time.Time // when the next poll is scheduled, without offset or retry
	// version is the token version from before the last round.
	version string
}

// run polls until the context ends.
func (l *pollLoop) run(ctx context.Context) error {
	l.version = l.tokenVersion(ctx)
	_ = l.syncApart(ctx, triggerStart)
	l.planned = time.Now()
	reason := triggerStart
	var fill sync.WaitGroup
	defer fill.Wait()
	for ctx.Err() == nil {
		if reason != triggerHint { // a hint fetches only a few endpoints: the next poll stays due
			l.planNext()
			historyFill{l.poller}.start(ctx, &fill)
		}
		waveformFill{l.poller}.start(ctx, &fill)
		reason = l.wait(ctx)
		if reason == "" {
			break
		}
		// A request during a fetch waits for the next one, because the current one
		// may have read older data.
		notify, requested := l.refresh.take()
		l.version = l.tokenVersion(ctx)
		if reason == triggerSignIn && l.OnSignIn != nil {
			l.OnSignIn()
		}
		if requested {
			reason = triggerRequest
		}
		notify(l.syncApart(ctx, reason))
	}
	notify, _ := l.refresh.take()
	notify(context.Cause(ctx))
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hints.cancelWaiters(time.Now(), context.Cause(ctx))
	return nil
}

// syncApart runs a round in a goroutine of its own: a round needs a large stack,
// which the loop would keep while it waits for the next one.
func (l *pollLoop) syncApart(ctx context.Context, reason string) error {
	done := make(chan error, 1)
	go func() { done <- l.sync(ctx, reason) }()
	return <-done
}

// planNext plans the next poll.
func (l *pollLoop) planNext() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.planned = l.plan.advance(l.planned, now, l.push.isReliable(now))
	l.healthChanged.raise() // after each round, now that the next is known
}

// wait blocks until it is time to fetch and returns the reason, or "" when the
// context ends.
func (l *pollLoop) wait(ctx context.Context) (reason string) {
	timer := time.NewTimer(time.Until(l.nextPoll()))
	defer timer.Stop()
	clock := time.NewTicker(clockCheckInterval)
	defer clock.Stop()
	var signIn <-chan time.Time
	if l.needsConsent() {
		l.rebase(ctx)
		ticker := time.NewTicker(signInCheckInterval)
		defer ticker.Stop()
		signIn = ticker.C
	}
	hint := time.NewTimer(0)
	defer hint.Stop()
	// Several of these may be due at the same time, and select picks any of them.
	// A sign-in takes precedence over a poll, and a poll, which fetches more, over
	// a hint.
	poll := func() string {
		if signIn != nil && l.tokenVersion(ctx) != l.version {
			return triggerSignIn
		}
		return triggerSchedule
	}
	for {
		l.markAlive()
		hint.Reset(untilHint(l.nextHint()))
		select {
		case <-ctx.Done():
			return ""
		case <-timer.C:
			return poll()
		case <-l.wakeups:
		case <-hint.C:
			next, now := l.nextHint(), time.Now()
			switch {
			case !l.nextPoll().After(now):
				return poll()
			case !next.IsZero() && !next.After(now):
				return triggerHint
			}
		case <-clock.C:
			if !l.nextPoll().After(time.Now()) || l.needsNormalSchedule() {
				return poll()
			}
		case task := <-l.tasks:
			task(ctx)
			l.rebase(ctx)
		case <-l.refresh.requested:
			if l.waitForCooldown(ctx) {
				return triggerRequest
			}
			return ""
		case <-signIn:
			if l.tokenVersion(ctx) != l.version {
				return triggerSignIn
			}
		}
	}
}

// markAlive records that the loop has not stopped.
func (l *pollLoop) markAlive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plan.alive = time.Now()
}

// needsNormalSchedule reports whether notifications were reliable when the poll
// was planned and no longer are, so that missed data must be fetched now.
func (l *pollLoop) needsNormalSchedule() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.plan.relaxed && !l.push.isReliable(time.Now())
}

// untilHint is how long to wait for the next hint; very long for none.
func untilHint(due time.Time) time.Duration {
	if due.IsZero() {
		return 24 * time.Hour
	}
	return max(0, time.Until(due))
}

// tokenVersion is the version of the stored token, "" when it cannot change.
func (l *pollLoop) tokenVersion(ctx context.Context) string {
	if l.TokenVersion == nil {
		return ""
	}
	return l.TokenVersion(ctx)
}

// rebase makes the current token version the one that a sign-in will change,
// because a round may have refreshed the token. While a sign-in is needed, the
// version from before the round stays, so that a sign-in during the round is
// noticed.
func (l *pollLoop) rebase(ctx context.Context) {
	l.mu.Lock()
	needed := l.endpoints.needsSignIn()
	l.mu.Unlock()
	if !needed {
		l.version = l.tokenVersion(ctx)
	}
}

// needsConsent reports whether a sign-in may make refused endpoints available.
func (l *pollLoop) needsConsent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.endpoints.needsSignIn() || l.endpoints.hasPaused(time.Now())
}

// waitForCooldown delays a requested fetch until refreshCooldown after the last
// round. It returns false if the context ends first.
func (l *pollLoop) waitForCooldown(ctx context.Context) bool {
	l.mu.Lock()
	delay := time.Until(l.plan.lastRound.Add(refreshCooldown))
	l.mu.Unlock()
	if delay <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (l *pollLoop) nextPoll() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.plan.next
}

func (l *pollLoop) nextHint() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hints.nextDue()
}
