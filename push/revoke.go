// SPDX-License-Identifier: MIT

package push

import (
	"context"
	"errors"
	"fmt"

	"vitals2mqtt/withings"
)

// Revoke removes the subscriptions of our callback URL and of its former
// secrets. It cancels the current audit, and there is none until OnSignIn is
// called. It works without Run.
func (m *SubscriptionManager) Revoke(ctx context.Context) error {
	m.state.revoke()
	if !m.acquire(ctx) {
		return fmt.Errorf("removing subscriptions: %w", context.Cause(ctx))
	}
	defer m.release()
	m.state.reset()
	rows, err := m.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	var failed error
	first := true
	for _, row := range rows {
		url := string(row.CallbackURL)
		if !row.Category.OK || normalizeURL(url) != normalizeURL(m.options.CallbackURL) && !m.isFormerURL(url) {
			continue
		}
		if !first && !sleep(ctx, revokePause) {
			return errors.Join(failed, fmt.Errorf("removing subscriptions: %w", context.Cause(ctx)))
		}
		first = false
		category := withings.Category(row.Category.N)
		switch err := m.options.Account.Unsubscribe(ctx, url, int(category)); {
		case err == nil || isGone(err):
		case classifyFailure(err) == failAll:
			return errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		default:
			failed = errors.Join(failed, fmt.Errorf("removing the subscription of %s: %w", category, err))
		}
	}
	return failed
}
