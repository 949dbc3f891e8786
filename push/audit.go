// SPDX-License-Identifier: MIT

package push

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// Run audits at once and then periodically until the context ends. It returns
// nil.
func (m *SubscriptionManager) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := m.runAudit(ctx)
		m.state.schedule(time.Now().Add(wait))
		if m.options.OnChange != nil {
			m.options.OnChange()
		}
		m.waitForNextAudit(ctx, wait)
	}
	return nil
}

// waitForNextAudit waits for a time, or shorter if an audit is requested.
func (m *SubscriptionManager) waitForNextAudit(ctx context.Context, wait time.Duration) {
	end := time.Now().Add(wait)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	requests := m.auditRequests
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.signIns:
			return
		case <-timer.C:
			return
		case <-requests:
			requests = nil
			if soon := m.state.earliestRequested(); soon.Before(end) {
				m.state.schedule(soon)
				timer.Reset(time.Until(soon))
			}
		}
	}
}

// runAudit audits once, and returns the time until the next audit.
func (m *SubscriptionManager) runAudit(ctx context.Context) time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !m.acquire(ctx) {
		return 0
	}
	defer m.release()
	wanted, needsProof := m.state.begin(wantedCategories(m.options.WantedCategories(), nil), cancel)
	if len(wanted) == 0 {
		return idleInterval
	}
	err := m.audit(ctx, wanted, needsProof)
	if ctx.Err() != nil {
		return 0 // stopped or revoked, which is no failure
	}
	wait, changed := m.state.finish(err)
	switch {
	case changed && err != nil:
		m.log.Warn().Str("error", m.maskSecret(err)).Str("cause", Cause(err)).
			Stringer("again_in", wait.Round(time.Second)).
			Msg("subscription audit failed")
	case changed:
		m.log.Info().Msg("subscription audit recovered")
	}
	return wait
}

// audit compares and repairs. What concerns one category only is recorded with
// it; the error is what kept the rest from being done.
func (m *SubscriptionManager) audit(ctx context.Context, wanted []withings.Category, needsProof bool) error {
	if m.options.Probe != nil {
		if err := m.options.Probe(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
	}
	rows, err := m.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	plan := planAudit(rows, m.options.CallbackURL, m.isFormerURL, wanted)
	m.applyListing(plan, needsProof)
	todo := plan.missing
	if needsProof && len(plan.present) > 0 {
		todo = slices.Concat(plan.present[:1], todo)
	}
	for i, category := range todo {
		if i > 0 && !sleep(ctx, subscribePause) {
			return ctx.Err()
		}
		if err := m.subscribe(ctx, category); err != nil {
			return err
		}
	}
	m.state.set(Subscribed, "", plan.present...)
	m.removeFormer(ctx, plan.former)
	return nil
}

// applyListing records what the list shows. While the callback URL needs proof,
// the presence of a subscription proves nothing.
func (m *SubscriptionManager) applyListing(plan auditPlan, needsProof bool) {
	if !needsProof {
		m.state.set(Subscribed, "", plan.present...)
	}
	for _, category := range plan.missing {
		if m.state.status(category) == Subscribed {
			m.log.Warn().Stringer("category", category).Msg("subscription missing; resubscribing")
			m.state.set(Pending, "", category)
		}
	}
}

// subscribe subscribes one category. It returns an error if the others would
// fail as well.
func (m *SubscriptionManager) subscribe(ctx context.Context, category withings.Category) error {
	err := m.options.Account.Subscribe(ctx, m.options.CallbackURL, int(category))
	switch {
	case err == nil:
		m.state.set(Subscribed, "", category)
		m.state.recordProof()
		m.log.Info().Stringer("category", category).Msg("subscribed")
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	switch classifyFailure(err) {
	case failCategory:
		m.recordCategoryFailure(category, Refused, err)
		return nil
	case failUntilConsent:
		m.recordCategoryFailure(category, NotGranted, err)
		m.state.recordNotGranted(category)
		return nil
	case failAll:
	}
	return fmt.Errorf("subscribing to %s: %w", category, err)
}

// recordCategoryFailure records what concerns one category, and logs it once.
func (m *SubscriptionManager) recordCategoryFailure(category withings.Category, status Status, err error) {
	if now := m.state.status(category); now != Refused && now != NotGranted {
		m.log.Warn().Stringer("category", category).Str("error", m.maskSecret(err)).Str("cause", Cause(err)).
			Msg("subscribing failed")
	}
	m.state.set(status, Cause(err), category)
}

// removeFormer removes our subscriptions with another secret, once the new ones
// are made. What cannot be removed is left for the next audit: it does no harm.
func (m *SubscriptionManager) removeFormer(ctx context.Context, formers []formerSubscription) {
	for i, former := range formers {
		switch m.state.status(former.category) {
		case Pending, Failing, Refused:
			continue // there is no new one
		case Subscribed, NotGranted:
		}
		if i > 0 && !sleep(ctx, revokePause) {
			return
		}
		switch err := m.options.Account.Unsubscribe(ctx, former.url, int(former.category)); {
		case ctx.Err() != nil:
			return
		case err == nil || isGone(err):
			m.log.Info().Stringer("category", former.category).Msg("removed subscription of former callback URL")
		default:
			m.log.Debug().Str("cause", Cause(err)).Msg("could not remove subscription of former callback URL")
		}
	}
}
