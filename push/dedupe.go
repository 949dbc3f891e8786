// SPDX-License-Identifier: MIT

package push

import (
	"sync"
	"time"

	"vitals2mqtt/withings"
)

const (
	// bedEventWindow is how long an identical bed event counts as a duplicate. The
	// Withings API repeats a notification that was answered too slowly after 10 s
	// and after up to 11 min.
	bedEventWindow = 10 * time.Minute
	// undatedBedEventWindow applies to bed events without a date: the next one has
	// the same content and is new.
	undatedBedEventWindow = time.Minute
	// duplicateWindow applies to everything else. It is short because correcting
	// or deleting a measurement sends the same notification as its arrival: a
	// duplicate costs one extra request, a missed hint leaves a wrong value.
	duplicateWindow = 2 * time.Second
	// maxSeen bounds the number of remembered notifications.
	maxSeen = 1024
)

// dedupe remembers recent notifications.
type dedupe struct {
	mu   sync.Mutex
	seen map[Notification]time.Time // without Received
}

func newDedupe() *dedupe { return &dedupe{seen: make(map[Notification]time.Time)} }

// record remembers a notification and reports whether it repeats a recent one.
func (s *dedupe) record(n Notification) (duplicate bool) {
	now, window := n.Received, duplicateWindow
	switch isBed := n.Category == withings.CategoryBedIn || n.Category == withings.CategoryBedOut; {
	case isBed && n.Start.IsZero() && n.End.IsZero() && n.Date.IsZero():
		window = undatedBedEventWindow
	case isBed:
		window = bedEventWindow
	}
	n.Received = time.Time{}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, known := s.seen[n]
	if known && now.Sub(at) < window && !now.Before(at) {
		return true
	}
	if !known && len(s.seen) >= maxSeen {
		s.dropOldestLocked()
	}
	s.seen[n] = now
	return false
}

// dropOldestLocked makes room for one notification. s.mu must be held.
func (s *dedupe) dropOldestLocked() {
	var oldest Notification
	first := true
	for n, at := range s.seen {
		if first || at.Before(s.seen[oldest]) {
			oldest, first = n, false
		}
	}
	delete(s.seen, oldest)
}
