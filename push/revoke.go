package push

import (
	"context"
	"errors"
	"fmt"
)

// Revoke removes all our subscriptions, those of former secrets too, for when the
// person leaves; nobody else's. It breaks off the audit under way, and none
// follows before SignedIn. It works without Run.
func (k *Keeper) Revoke(ctx context.Context) error {
	k.retire()
	if !k.enter(ctx) {
		return fmt.Errorf("removing subscriptions: %w", context.Cause(ctx))
	}
	defer k.leave()
	k.forget()
	rows, err := k.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	var failed error
	asked := false
	for _, row := range rows {
		url := string(row.CallbackURL)
		if !row.Category.OK || normal(url) != normal(k.options.CallbackURL) && !k.was(url) {
			continue
		}
		if asked && !pause(ctx, revokePause) {
			return errors.Join(failed, fmt.Errorf("removing subscriptions: %w", context.Cause(ctx)))
		}
		asked = true
		category := Category(row.Category.N)
		switch err := k.options.Account.Unsubscribe(ctx, url, int(category)); {
		case err == nil || gone(err):
		case judge(err) == sweeping:
			return errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		default:
			failed = errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		}
	}
	return failed
}

func (k *Keeper) retire() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.retired = true
	if k.cancel != nil {
		k.cancel()
	}
}

// forget clears the state, when no audit writes to it any more.
func (k *Keeper) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trouble, k.told = nil, ""
	clear(k.standing)
}
