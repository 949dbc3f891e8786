package push

import (
	"context"
	"errors"
	"fmt"
)

// Revoke removes all our subscriptions, those of former secrets too, for when the
// person leaves; nobody else's. It breaks off the audit under way, and none
// follows before SignedIn. It works without Run.
func (k *SubscriptionManager) Revoke(ctx context.Context) error {
	k.cancelAudits()
	if !k.acquire(ctx) {
		return fmt.Errorf("removing subscriptions: %w", context.Cause(ctx))
	}
	defer k.release()
	k.resetState()
	rows, err := k.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	var failed error
	asked := false
	for _, row := range rows {
		url := string(row.CallbackURL)
		if !row.Category.OK || normalizeURL(url) != normalizeURL(k.options.CallbackURL) && !k.isFormerURL(url) {
			continue
		}
		if asked && !sleep(ctx, revokePause) {
			return errors.Join(failed, fmt.Errorf("removing subscriptions: %w", context.Cause(ctx)))
		}
		asked = true
		category := Category(row.Category.N)
		switch err := k.options.Account.Unsubscribe(ctx, url, int(category)); {
		case err == nil || isGone(err):
		case classifyFailure(err) == failAll:
			return errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		default:
			failed = errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		}
	}
	return failed
}

func (k *SubscriptionManager) cancelAudits() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.revoked = true
	if k.cancelAudit != nil {
		k.cancelAudit()
	}
}

// resetState clears the state, when no audit writes to it any more.
func (k *SubscriptionManager) resetState() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lastErr, k.lastLoggedCause = nil, ""
	clear(k.categories)
}
