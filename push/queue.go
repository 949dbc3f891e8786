package push

import "sync"

// queue hands notifications over, oldest first, to one reader. It never makes a
// writer wait and never grows: when it is full it remembers no more than who it was.
type queue struct {
	wake chan struct{} // holds one token while there may be something to take

	mu      sync.Mutex
	ring    []Notification
	first   int
	count   int
	changed map[string]Notification // by user: for known ones only, so their number is bounded
	closed  bool
}

// fate is what became of a notification.
type fate int

const (
	queued fate = iota
	folded      // its details are given up
	late        // nobody reads any more
)

func newQueue(limit int) *queue {
	return &queue{wake: make(chan struct{}, 1), ring: make([]Notification, limit), changed: make(map[string]Notification)}
}

func (q *queue) offer(n Notification) fate {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return late
	}
	defer q.knock()
	if q.count == len(q.ring) {
		q.changed[n.UserID] = Notification{UserID: n.UserID, Category: Anything, Received: n.Received}
		return folded
	}
	q.ring[(q.first+q.count)%len(q.ring)] = n
	q.count++
	return queued
}

// close lets deliver return when everything is taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.knock()
}

func (q *queue) knock() {
	select {
	case q.wake <- struct{}{}:
	default: // the reader will look anyway
	}
}

// deliver hands everything to one function until the queue is closed and empty.
func (q *queue) deliver(to func(Notification)) {
	for {
		n, more, open := q.take()
		switch {
		case more:
			to(n)
		case open:
			<-q.wake
		default:
			return
		}
	}
}

// take returns the next notification, and whether more can come when there is none.
func (q *queue) take() (n Notification, ok, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.count > 0 {
		n = q.ring[q.first]
		q.ring[q.first] = Notification{}
		q.first = (q.first + 1) % len(q.ring)
		q.count--
		return n, true, true
	}
	for user, n := range q.changed {
		delete(q.changed, user)
		return n, true, true
	}
	return Notification{}, false, !q.closed
}
