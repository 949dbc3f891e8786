// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"sync"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// sync fetches all due endpoints concurrently, so that one that fails or hangs
// does not hold up the others.
func (p *poller) sync(ctx context.Context, reason string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	log := p.log.With().Str("profile", p.Slug).Str("reason", reason).Logger()
	p.mu.Lock()
	p.plan.alive = time.Now()
	p.mu.Unlock()
	archiveLoader{p}.catchUp(ctx)
	all := endpoints()
	failed := make([]error, len(all)) // by endpoint, so that they can be set concurrently
	// A refresh or a sign-in ignores the pause after a refusal.
	ctx = withings.WithSharedRefresh(ctx, reason != triggerSchedule && reason != triggerHint)
	ctx, end := p.beginRound(ctx, reason)
	defer end()
	p.tick()
	p.startPoll(reason)
	defer p.collectKeys(ctx)()
	for step := range stepsOfRound {
		var group sync.WaitGroup
		for i, e := range all {
			if ctx.Err() == nil && p.claimFetch(e, step, reason) {
				group.Go(func() { failed[i] = endpointSync{p}.syncEndpoint(ctx, e) })
			}
		}
		group.Wait()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	failures := map[sensors.Endpoint]error{}
	for i, e := range all {
		failures[e.name] = failed[i]
	}
	err := newRoundError(failures)
	p.finishRound(failed, reason)
	log.Debug().Err(err).Msg("round ended")
	return err
}

// tick advances the state to now: a new day may have begun.
func (p *poller) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roundStart = time.Now()
	update := p.state.Sensors.Tick(p.applyOptionsLocked(sensors.Cursor{}))
	changed := len(update.Changed)+len(update.Gone) > 0
	p.state.dirty = changed || p.state.dirty
	p.publishLocked(update)
	if changed {
		p.topics.publishDevices() // bed presence may have ended
		p.state.save()
	}
}

// maxDocumentDelay is how long the first values of a key wait at most for those
// of other endpoints, which may hang.
const maxDocumentDelay = 2 * time.Second

// collectKeys lets the keys that get their first value wait until the returned
// function is called, so that the document that announces them is built once. At
// the end of the context the next start publishes them.
func (p *poller) collectKeys(ctx context.Context) (end func()) {
	announce := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.topics.collecting = false; ctx.Err() == nil {
			p.topics.publishDocument()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topics.collecting = true
	ended := make(chan struct{})
	var late sync.WaitGroup
	late.Go(func() {
		timer := time.NewTimer(maxDocumentDelay)
		defer timer.Stop()
		select {
		case <-timer.C:
			announce()
		case <-ended:
		}
	})
	return func() {
		close(ended)
		late.Wait()
		announce()
	}
}

// finishRound plans a retry if needed, publishes the outcome of a round and
// stores the state.
func (p *poller) finishRound(failed []error, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.plan.finishRound(failed, p.endpoints.needsSignIn(), now)
	if p.consent.observe(p.Cloud.State()) {
		if p.OnSignIn != nil {
			p.OnSignIn()
		}
		if p.endpoints.hasPaused(now) {
			p.endpoints.endPauses()
			p.plan.retryAt = now.Add(refreshCooldown)
		}
	}
	p.topics.clearAbsent()
	p.topics.publishDiagnostics(now)
	p.topics.publishStatus(now)
	p.topics.publishDocument()
	p.state.save()
	p.logPublishedLocked(reason)
}
