// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// Run polls every profile on its schedule until the context ends, and then
// returns nil: failed requests are published, never fatal.
func (b *Bridge) Run(ctx context.Context) error {
	defer b.stop.stop() // AfterFunc may run its function only after this return
	defer context.AfterFunc(ctx, b.stop.stop)()
	var group errgroup.Group
	for _, p := range b.pollers {
		loop := &pollLoop{poller: p}
		group.Go(func() error { return loop.run(ctx) })
	}
	group.Go(func() error { return dayTimer(b.pollers).run(ctx) })
	group.Go(func() error { return b.runHealthReports(ctx) })
	return group.Wait()
}

// Once fetches one profile a single time, or all with an empty slug, with the
// past that the archive lacks, and returns the errors.
func (b *Bridge) Once(ctx context.Context, slug string) error {
	return OnceIf(ctx, b, slug, func() bool { return true })
}

// OnceIf is b.Once, but reads the past only if wanted says so after the current
// values have been fetched: years of it take minutes.
func OnceIf(ctx context.Context, b *Bridge, slug string, wanted func() bool) error {
	pollers := b.pollers
	if slug != "" {
		p, ok := b.bySlug[slug]
		if !ok {
			return fmt.Errorf("%w: %q", ErrUnknownProfile, slug)
		}
		pollers = []*poller{p}
	}
	var failed []error
	for _, p := range pollers {
		if err := p.sync(ctx, triggerOnce); err != nil {
			failed = append(failed, &ProfileError{p.Slug, err})
		}
	}
	if wanted() {
		for _, p := range pollers {
			if err := (historyFill{p}).run(ctx); err != nil {
				failed = append(failed, &ProfileError{p.Slug, err})
			}
			waveformFill{p}.run(ctx)
		}
	}
	b.PublishPendingDevices()
	b.publishHealth()
	return errors.Join(failed...)
}

// Flush stores the tokens that could not be stored before.
func (b *Bridge) Flush(ctx context.Context) error {
	var failed []error
	for _, p := range b.pollers {
		failed = append(failed, p.Cloud.Flush(ctx))
	}
	return errors.Join(failed...)
}

// PublishPendingDevices publishes the known devices, without waiting for the
// profiles whose devices are unknown.
func (b *Bridge) PublishPendingDevices() { b.devices.publishPending() }

// publishHealth publishes and logs the verdict: the health report, and the
// diagnostics of each profile.
func (b *Bridge) publishHealth() {
	verdict := b.Verdict()
	b.reporter.report(verdict, time.Now())
	for _, p := range b.pollers {
		p.mu.Lock()
		// Before the first round ends nothing is known: what the broker retains from
		// before a restart stays, so that no entity is off for a moment.
		if !p.plan.lastRound.IsZero() {
			p.topics.publishFindings(verdict.Of(p.Slug))
			p.state.save()
		}
		p.mu.Unlock()
	}
	b.publisher.Set(b.site.Tree.BridgeHealth(), encode(boundedHealth{b}.report(verdict)))
}

// runHealthReports publishes the health report when something has changed, and
// once a minute, because some things change without a poll: the request count,
// and accounts that become stale.
func (b *Bridge) runHealthReports(ctx context.Context) error {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	b.publishHealth()
	changed, otherChanged := b.healthChanged, b.factsChanged
	var pause <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			if b.healthChanged.take() {
				b.publishHealth()
			}
			return nil
		case <-changed:
			b.publishHealth()
			changed, otherChanged, pause = nil, nil, time.After(boundedHealth{b}.interval())
		case <-otherChanged:
			b.publishHealth()
			changed, otherChanged, pause = nil, nil, time.After(boundedHealth{b}.interval())
		case <-pause:
			changed, otherChanged, pause = b.healthChanged, b.factsChanged, nil
		case now := <-ticker.C:
			for _, p := range b.pollers {
				p.mu.Lock()
				p.topics.publishStatus(now)
				p.topics.publishPush(now)
				p.mu.Unlock()
				p.auditIfNeeded(now)
			}
			b.publishHealth()
		}
	}
}
