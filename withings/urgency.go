// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"sync"
)

// urgency orders the requests that wait for their turn, the most urgent first.
type urgency int

const (
	// urgencyApplication is for calls of the application itself, which are rare: a
	// consent code is valid for thirty seconds.
	urgencyApplication urgency = iota
	// urgencyToken is for the refresh of a token: the store is locked meanwhile, and
	// everything else of the profile waits for it.
	urgencyToken
	// urgencyRaised is for news that a notification has announced, and for what a
	// user has requested.
	urgencyRaised
	// urgencyPoll is for scheduled polls.
	urgencyPoll
	// urgencyBackground is for histories.
	urgencyBackground

	urgencies = int(urgencyBackground) + 1
)

// maxPassed is how many turns in a row go to more urgent requests while one of
// this urgency waits; the next turn is its own. Nothing waits for ever, and a
// notification does not wait for the tokens of a thousand profiles.
func (u urgency) maxPassed() int {
	if u <= urgencyRaised {
		return 3
	}
	return 9
}

// raiseKey holds the channel of a context that is closed by raise.
type raiseKey struct{}

// WithRaise returns a context for the requests of a poll. After raise, those
// that wait for their turn and those that follow go before the polls of other
// profiles. It may be called more than once and at any time.
func WithRaise(ctx context.Context) (_ context.Context, raise func()) {
	raised := make(chan struct{})
	return context.WithValue(ctx, raiseKey{}, raised), sync.OnceFunc(func() { close(raised) })
}

// raisedFrom returns a channel that is closed when the requests of a context are
// raised; nil if they never are.
func raisedFrom(ctx context.Context) <-chan struct{} {
	raised, _ := ctx.Value(raiseKey{}).(chan struct{})
	return raised
}

// urgencyFrom returns the urgency of the requests of a context.
func urgencyFrom(ctx context.Context) urgency {
	if isBackground(ctx) {
		return urgencyBackground
	}
	select {
	case <-raisedFrom(ctx):
		return urgencyRaised
	default:
		return urgencyPoll
	}
}
