// SPDX-License-Identifier: MIT

package bridge

import "sync"

// refreshQueue collects the requests for a fetch of all endpoints. Requests
// that arrive during a fetch share the next one.
type refreshQueue struct {
	requested signal

	mu      sync.Mutex
	waiters []func(error)
}

func newRefreshQueue() *refreshQueue { return &refreshQueue{requested: newSignal()} }

// add requests a fetch; done, which may be nil, is called with its outcome.
func (q *refreshQueue) add(done func(error)) {
	if done != nil && !q.wait(done) {
		done(errTooManyRequests)
		return
	}
	q.requested.raise()
}

func (q *refreshQueue) wait(done func(error)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiters) >= maxWaiters {
		return false
	}
	q.waiters = append(q.waiters, done)
	return true
}

// take empties the queue, and reports whether a fetch was requested. It lowers
// the signal first, so that a request in between raises it again. notify
// reports the outcome to all waiters.
func (q *refreshQueue) take() (notify func(error), requested bool) {
	requested = q.requested.take()
	q.mu.Lock()
	defer q.mu.Unlock()
	waiters := q.waiters
	q.waiters = nil
	return func(err error) {
		for _, done := range waiters {
			done(err)
		}
	}, requested
}
