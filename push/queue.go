// SPDX-License-Identifier: MIT

package push

import (
	"sync"

	"vitals2mqtt/withings"
)

// queue passes notifications to one reader, oldest first. It never blocks a
// writer and never grows: when it is full it keeps one notification of
// AnyCategory per user.
type queue struct {
	wake chan struct{} // holds a token while there may be something to read

	mu         sync.Mutex
	buffer     []Notification // at most limit
	limit      int
	overflowed map[string]Notification // by user id, of which there are few: only known ones get here
	closed     bool
}

// offerResult is what became of a notification.
type offerResult int

const (
	accepted  offerResult = iota
	coalesced             // its details are lost
	closed                // there is no reader any more
)

func newQueue(limit int) *queue {
	return &queue{wake: make(chan struct{}, 1), limit: limit, overflowed: make(map[string]Notification)}
}

func (q *queue) offer(n Notification) offerResult {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return closed
	}
	defer signal(q.wake)
	if len(q.buffer) >= q.limit {
		q.overflowed[n.UserID] = Notification{UserID: n.UserID, Category: withings.CategoryAny, Received: n.Received}
		return coalesced
	}
	q.buffer = append(q.buffer, n)
	return accepted
}

// close makes deliver return once everything is read.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	signal(q.wake)
}

// signal leaves a token unless there is one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// deliver passes everything to a function until the queue is closed and empty.
func (q *queue) deliver(to func(Notification)) {
	for {
		n, ok, open := q.next()
		switch {
		case ok:
			to(n)
		case open:
			<-q.wake
		default:
			return
		}
	}
}

// next returns the next notification, and whether more can come if there is
// none.
func (q *queue) next() (n Notification, ok, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.buffer) > 0 {
		n, q.buffer = q.buffer[0], q.buffer[1:]
		return n, true, true
	}
	for user, n := range q.overflowed {
		delete(q.overflowed, user)
		return n, true, true
	}
	return Notification{}, false, !q.closed
}
