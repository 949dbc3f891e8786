package push

import (
	"sync"
	"time"
)

const (
	// bedEventWindow is how long the same bed event is taken for a repetition: the cloud
	// repeats what was answered too slowly after 10 s and after up to 11 min.
	bedEventWindow = 10 * time.Minute
	// undatedBedEventWindow is the same for bed events that name no moment: the next one has
	// the same words and is news.
	undatedBedEventWindow = time.Minute
	// duplicateWindow is the same for everything else. It is short because whoever corrects
	// or deletes a measurement is told of in the very words of its arrival; a
	// repetition costs one question too many, a lost hint a wrong value for long.
	duplicateWindow = 2 * time.Second
	// maxSeen bounds what is remembered.
	maxSeen = 1024
)

// dedupe remembers what came in lately.
type dedupe struct {
	mu     sync.Mutex
	recent *lru[Notification, time.Time]
}

func newDedupe() *dedupe { return &dedupe{recent: newLRU[Notification, time.Time](maxSeen)} }

// Seen says whether the same notification was new a short time ago.
func (s *dedupe) Seen(n Notification) bool {
	now, span := n.Received, duplicateWindow
	switch isBed := n.Category == BedIn || n.Category == BedOut; {
	case isBed && n.Start.IsZero() && n.End.IsZero() && n.Date.IsZero():
		span = undatedBedEventWindow
	case isBed:
		span = bedEventWindow
	}
	n.Received = time.Time{}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.recent.get(n); known && now.Sub(at) < span && !now.Before(at) {
		return true
	}
	s.recent.put(n, now)
	return false
}
