// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"sync"
	"time"

	"vitals2mqtt/health"
)

// historyFill reads the whole history of one poller's endpoints once, beside its
// polls, which go on meanwhile.
type historyFill struct{ *poller }

// start runs the fill in a goroutine of the group, if it is due.
func (p historyFill) start(ctx context.Context, group *sync.WaitGroup) {
	if !p.claim() {
		return
	}
	group.Go(func() {
		_ = p.fill(ctx) // recorded at the endpoints
		p.release()
	})
}

// run runs the fill, if it is due, and returns when it has ended.
func (p historyFill) run(ctx context.Context) error {
	if !p.claim() {
		return nil
	}
	defer p.release()
	return p.fill(ctx)
}

// claim reports whether a history is to be read and nobody does, and records
// that the caller will.
func (p historyFill) claim() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.filling || p.endpoints.needsSignIn() || p.state.UserID == "" {
		return false
	}
	for _, e := range endpoints() {
		p.filling = p.filling || p.isDueLocked(e)
	}
	return p.filling
}

func (p historyFill) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filling = false
}

// isDueLocked reports whether the history of an endpoint is to be read: not of
// one that has not answered yet, or is refused. p.mu must be held.
func (p historyFill) isDueLocked(e endpoint) bool {
	state := p.endpoints[e.name]
	return e.history != nil && state != nil && state.failure == nil && !state.lastSuccess.IsZero() &&
		!p.state.isBackfilled(e.name)
}

// isDoneLocked reports whether every history has been read that the account has
// access to. p.mu must be held.
func (p historyFill) isDoneLocked() bool {
	for _, e := range endpoints() {
		state, needed := p.endpoints[e.name]
		if e.history == nil || !needed || p.state.isBackfilled(e.name) {
			continue
		}
		if state.failure == nil || failureClassOf(state.failure).facts() != health.FailureForbidden {
			return false
		}
	}
	return true
}

// fill reads the histories one after the other. One that fails is read after
// the next poll, from where it stopped.
func (p historyFill) fill(ctx context.Context) error {
	var failed []error
	for _, e := range endpoints() {
		p.mu.Lock()
		due := p.isDueLocked(e)
		p.mu.Unlock()
		if due && ctx.Err() == nil {
			_, err := endpointSync(p).read(ctx, e, e.history, false)
			if !errors.Is(err, errCursorChanged) { // then another fill follows
				failed = append(failed, err)
			}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topics.clearAbsent()
	p.topics.publishDiagnostics(time.Now())
	p.topics.publishDocument()
	p.state.save()
	p.logPublishedLocked(triggerHistory)
	err := errors.Join(failed...)
	if err == nil {
		p.log.Debug().Str("profile", p.Slug).Msg("history read")
	}
	return err
}
