package bridge

import (
	"maps"
	"sync"
	"time"
)

// RequestCounter counts requests to the cloud, so that the quota of 120 a minute is
// visible. It does not limit anything: the client does.
type RequestCounter struct {
	mu     sync.Mutex
	recent []time.Time
	totals map[string]int
}

// NewRequestCounter returns an empty count.
func NewRequestCounter() *RequestCounter { return &RequestCounter{totals: map[string]int{}} }

// Count notes one request of a service and action.
func (b *RequestCounter) Count(service, action string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.dropOldLocked(now)
	b.recent = append(b.recent, now)
	b.totals[service+"/"+action]++
}

// dropOldLocked drops what is older than a minute.
func (b *RequestCounter) dropOldLocked(now time.Time) {
	old := 0
	for old < len(b.recent) && now.Sub(b.recent[old]) >= time.Minute {
		old++
	}
	b.recent = b.recent[old:]
}

// LastMinute returns how many requests the last minute saw.
func (b *RequestCounter) LastMinute() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropOldLocked(time.Now())
	return len(b.recent)
}

// Totals returns the requests since the start by "service/action".
func (b *RequestCounter) Totals() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.totals)
}
