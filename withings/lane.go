package withings

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// laneHold is how long a request of an account keeps the account's others back.
// One that is answered in time hands its connection on; behind one that is not,
// the others go ahead over connections of their own.
const laneHold = 2 * time.Second

// lane has the requests of one account go out one after the other, so that a poll
// of many endpoints takes one connection, and one handshake, over HTTP/1.1. The
// zero value is not usable; nil lets everybody through at once.
type lane struct {
	turn chan struct{}
	hold time.Duration
}

func newLane() *lane { return &lane{turn: make(chan struct{}, 1), hold: laneHold} }

// enter waits for a turn, until ctx ends. The caller calls leave when the answer is
// read; after a while, laneHold, the turn passes on without it.
func (l *lane) enter(ctx context.Context) (leave func(), err error) {
	if l == nil {
		return func() {}, nil
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for another request: %w", context.Cause(ctx))
	}
	pass := sync.OnceFunc(func() { <-l.turn })
	slow := time.AfterFunc(l.hold, pass)
	return func() {
		slow.Stop()
		pass()
	}, nil
}
