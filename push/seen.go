package push

import (
	"sync"
	"time"
)

const (
	// memory is how long the same bed event is taken for a repetition: the cloud
	// repeats what was answered too slowly after 10 s and after up to 11 min.
	memory = 10 * time.Minute
	// shortMemory is the same for bed events that name no moment: the next one has
	// the same words and is news.
	shortMemory = time.Minute
	// burst is the same for everything else. It is short because whoever corrects
	// or deletes a measurement is told of in the very words of its arrival; a
	// repetition costs one question too many, a lost hint a wrong value for long.
	burst = 2 * time.Second
	// mostSeen bounds what is remembered.
	mostSeen = 1024
)

// seen remembers what came in lately.
type seen struct {
	mu     sync.Mutex
	before *bounded[Notification, time.Time]
}

func newSeen() *seen { return &seen{before: newBounded[Notification, time.Time](mostSeen)} }

// again says whether the same notification was new a short time ago.
func (s *seen) again(n Notification) bool {
	now, span := n.Received, burst
	switch bed := n.Category == BedIn || n.Category == BedOut; {
	case bed && n.Start.IsZero() && n.End.IsZero() && n.Date.IsZero():
		span = shortMemory
	case bed:
		span = memory
	}
	n.Received = time.Time{}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.before.get(n); known && now.Sub(at) < span && !now.Before(at) {
		return true
	}
	s.before.put(n, now)
	return false
}
