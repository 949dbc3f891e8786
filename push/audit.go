package push

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// runAudit is one audit, and returns how long to wait for the next.
func (k *SubscriptionManager) runAudit(ctx context.Context) time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !k.acquire(ctx) {
		return 0
	}
	defer k.release()
	wanted, doubt := k.beginAudit(cancel)
	if len(wanted) == 0 {
		return idleInterval
	}
	err := k.audit(ctx, wanted, doubt)
	if ctx.Err() != nil {
		return 0 // stopped, or revoked: what is half done is not a failure
	}
	return k.finishAudit(err)
}

func (k *SubscriptionManager) acquire(ctx context.Context) bool {
	select {
	case k.sem <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (k *SubscriptionManager) release() { <-k.sem }

// beginAudit notes what is wanted now; nothing is when the keeper was revoked.
func (k *SubscriptionManager) beginAudit(cancel context.CancelFunc) (wanted []Category, doubt bool) {
	wishing := wantedCategories(k.options.WantedCategories(), nil)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cancelAudit, k.auditStarted, k.auditConsent = cancel, time.Now(), k.consentCount
	if k.revoked {
		return nil, false
	}
	before := k.categories
	k.categories = make(map[Category]categoryStatus, len(wishing))
	for _, category := range wishing {
		k.categories[category] = categoryStatus{status: Pending}
		if at, known := before[category]; known {
			k.categories[category] = at
		}
		if k.notGranted[category] {
			k.categories[category] = categoryStatus{NotGranted, causeOfStatus(&withings.Error{Status: statusScope})}
		} else if k.categories[category].status == NotGranted {
			k.categories[category] = categoryStatus{status: Pending}
		}
	}
	return wantedCategories(wishing, k.notGranted), k.needsProof
}

// audit compares and repairs. What concerns one category only is noted with it;
// the error is what kept the rest from being done.
func (k *SubscriptionManager) audit(ctx context.Context, wanted []Category, doubt bool) error {
	if k.options.Probe != nil {
		if err := k.options.Probe(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
	}
	rows, err := k.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	plan := planAudit(rows, k.options.CallbackURL, k.isFormerURL, wanted)
	k.applyListing(plan, doubt)
	todo := plan.missing
	if doubt && len(plan.present) > 0 {
		todo = slices.Concat(plan.present[:1], todo)
	}
	for i, category := range todo {
		if i > 0 && !sleep(ctx, subscribePause) {
			return ctx.Err()
		}
		if err := k.subscribe(ctx, category); err != nil {
			return err
		}
	}
	k.setStatus(plan.present, Subscribed, "")
	k.removeFormer(ctx, plan.former)
	return nil
}

// applyListing takes over what the list says. While the address is in doubt the list
// proves nothing.
func (k *SubscriptionManager) applyListing(found auditPlan, doubt bool) {
	if !doubt {
		k.setStatus(found.present, Subscribed, "")
	}
	for _, category := range found.missing {
		if k.statusOf(category) == Subscribed {
			k.log.Warn().Stringer("category", category).Msg("the cloud has dropped a subscription: it is made again")
			k.setStatus([]Category{category}, Pending, "")
		}
	}
}

// subscribe makes one subscription. It returns an error when the others would
// fail as well.
func (k *SubscriptionManager) subscribe(ctx context.Context, category Category) error {
	err := k.options.Account.Subscribe(ctx, k.options.CallbackURL, int(category))
	one := []Category{category}
	switch {
	case err == nil:
		k.setStatus(one, Subscribed, "")
		k.mu.Lock()
		k.needsProof = false
		k.mu.Unlock()
		k.log.Info().Stringer("category", category).Msg("subscribed to notifications")
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	switch classifyFailure(err) {
	case failCategory:
		k.logCategoryFailure(category, err)
		k.setStatus(one, Refused, Cause(err))
		return nil
	case failUntilConsent:
		k.logCategoryFailure(category, err)
		k.setStatus(one, NotGranted, Cause(err))
		k.markNotGranted(category)
		return nil
	case failAll:
	}
	return fmt.Errorf("subscribing to %s: %w", category, err)
}

// markNotGranted remembers what the consent does not include, unless there has been
// another consent since the question.
func (k *SubscriptionManager) markNotGranted(category Category) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.auditConsent == k.consentCount {
		k.notGranted[category] = true
	}
}

// logCategoryFailure logs what concerns one category, when it is news.
func (k *SubscriptionManager) logCategoryFailure(category Category, err error) {
	if now := k.statusOf(category); now != Refused && now != NotGranted {
		k.log.Warn().Stringer("category", category).Str("error", k.maskSecret(err)).Str("cause", Cause(err)).
			Msg("cannot subscribe to one kind of notifications")
	}
}

// removeFormer removes our subscriptions with another secret, now that the new ones
// stand. What cannot be removed is left for the next audit: it does no harm.
func (k *SubscriptionManager) removeFormer(ctx context.Context, formers []formerSubscription) {
	for i, former := range formers {
		switch k.statusOf(former.category) {
		case Pending, Failing, Refused:
			continue // the new one does not stand
		case Subscribed, NotGranted:
		}
		if i > 0 && !sleep(ctx, revokePause) {
			return
		}
		switch err := k.options.Account.Unsubscribe(ctx, former.url, int(former.category)); {
		case ctx.Err() != nil:
			return
		case err == nil || isGone(err):
			k.log.Info().Stringer("category", former.category).Msg("removed the subscription of a former notification address")
		default:
			k.log.Debug().Str("cause", Cause(err)).Msg("cannot remove the subscription of a former notification address")
		}
	}
}

// finishAudit notes the outcome of an audit.
func (k *SubscriptionManager) finishAudit(err error) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait, cause := k.nextWaitLocked(err), Cause(err)
	k.lastErr = err
	if failure, isAPIError := errors.AsType[*withings.Error](err); isAPIError && failure.Status == statusUnreachable {
		k.needsProof = true // what stands in the list is not reached either
	}
	if err == nil {
		k.lastAudit = time.Now()
	}
	for category, at := range k.categories {
		if err != nil && (at.status == Pending || at.status == Failing || at.status == Subscribed && isUnreachable(err)) {
			k.categories[category] = categoryStatus{Failing, cause}
		}
	}
	switch {
	case err != nil && cause != k.lastLoggedCause:
		k.log.Warn().Str("error", k.maskSecret(err)).Str("cause", cause).Stringer("again_in", wait.Round(time.Second)).
			Msg("notifications cannot be relied on")
	case err == nil && k.lastLoggedCause != "":
		k.log.Info().Msg("subscriptions are as they should be again")
	}
	k.lastLoggedCause = cause
	return wait
}

func (k *SubscriptionManager) setStatus(categories []Category, status Status, cause string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, category := range categories {
		k.categories[category] = categoryStatus{status, cause}
	}
}

// statusOf is "" for a category that is not wanted.
func (k *SubscriptionManager) statusOf(category Category) Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.categories[category].status
}

// sleep waits, or returns false when the context has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
