package withings

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// maxQueueHold is how long a request of an account keeps the account's others
// back. If the response arrives in time, the next request reuses its
// connection; otherwise the others use connections of their own.
const maxQueueHold = 2 * time.Second

// requestQueue sends the requests of one account one after the other, so that a
// poll of many endpoints takes one connection, and one handshake, over
// HTTP/1.1. The zero value is not usable; nil does not queue.
type requestQueue struct {
	slot    chan struct{}
	maxHold time.Duration
}

func newRequestQueue() *requestQueue {
	return &requestQueue{slot: make(chan struct{}, 1), maxHold: maxQueueHold}
}

// acquire waits for a turn, until ctx ends. The caller releases it when the
// response is read; after maxQueueHold the turn passes on regardless.
func (l *requestQueue) acquire(ctx context.Context) (leave func(), err error) {
	if l == nil {
		return func() {}, nil
	}
	select {
	case l.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a request of the same profile: %w", context.Cause(ctx))
	}
	pass := sync.OnceFunc(func() { <-l.slot })
	slow := time.AfterFunc(l.maxHold, pass)
	return func() {
		slow.Stop()
		pass()
	}, nil
}
