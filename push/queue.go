package push

import "sync"

// queue hands notifications over, oldest first, to one reader. It never makes a
// writer wait and never grows: when it is full it remembers no more than who it was.
type queue struct {
	wake chan struct{} // holds one token while there may be something to take

	mu         sync.Mutex
	buffer     []Notification
	first      int
	count      int
	overflowed map[string]Notification // by user: for known ones only, so their number is bounded
	closed     bool
}

// offerResult is what became of a notification.
type offerResult int

const (
	accepted  offerResult = iota
	coalesced             // its details are given up
	closed                // nobody reads any more
)

func newQueue(limit int) *queue {
	return &queue{wake: make(chan struct{}, 1), buffer: make([]Notification, limit), overflowed: make(map[string]Notification)}
}

func (q *queue) offer(n Notification) offerResult {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return closed
	}
	defer q.wakeReader()
	if q.count == len(q.buffer) {
		q.overflowed[n.UserID] = Notification{UserID: n.UserID, Category: AnyCategory, Received: n.Received}
		return coalesced
	}
	q.buffer[(q.first+q.count)%len(q.buffer)] = n
	q.count++
	return accepted
}

// close lets deliver return when everything is taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wakeReader()
}

func (q *queue) wakeReader() {
	select {
	case q.wake <- struct{}{}:
	default: // the reader will look anyway
	}
}

// deliver hands everything to one function until the queue is closed and empty.
func (q *queue) deliver(to func(Notification)) {
	for {
		n, more, open := q.next()
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

// next returns the next notification, and whether more can come when there is none.
func (q *queue) next() (n Notification, ok, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.count > 0 {
		n = q.buffer[q.first]
		q.buffer[q.first] = Notification{}
		q.first = (q.first + 1) % len(q.buffer)
		q.count--
		return n, true, true
	}
	for user, n := range q.overflowed {
		delete(q.overflowed, user)
		return n, true, true
	}
	return Notification{}, false, !q.closed
}
