// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"fmt"
)

// backgroundKey marks a context.
type backgroundKey struct{}

// WithBackground marks the requests of a context as less urgent than all
// others: they wait behind them, though not for ever, and take no more than half
// of the budget. Of their pages, one at a time is in memory, until whoever reads
// them asks for the next: the histories of several accounts together are large.
func WithBackground(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

// acquirePage waits until a page in the background may be held; other pages need
// no permission.
func (c *Client) acquirePage(ctx context.Context) (release func(), err error) {
	if !isBackground(ctx) {
		return func() {}, nil
	}
	select {
	case c.backgroundPage <- struct{}{}:
		return func() { <-c.backgroundPage }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for another history: %w", context.Cause(ctx))
	}
}

func isBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }
