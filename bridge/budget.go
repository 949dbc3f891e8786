package bridge

import (
	"maps"
	"sync"
	"time"
)

// Budget counts requests to the cloud, so that the quota of 120 a minute is
// visible. It does not limit anything: the client does.
type Budget struct {
	mu     sync.Mutex
	recent []time.Time
	total  map[string]int
}

// NewBudget returns an empty count.
func NewBudget() *Budget { return &Budget{total: map[string]int{}} }

// Count notes one request of a service and action.
func (b *Budget) Count(service, action string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.forget(now)
	b.recent = append(b.recent, now)
	b.total[service+"/"+action]++
}

// forget drops what is older than a minute.
func (b *Budget) forget(now time.Time) {
	old := 0
	for old < len(b.recent) && now.Sub(b.recent[old]) >= time.Minute {
		old++
	}
	b.recent = b.recent[old:]
}

// Minute returns how many requests the last minute saw.
func (b *Budget) Minute() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget(time.Now())
	return len(b.recent)
}

// Totals returns the requests since the start by "service/action".
func (b *Budget) Totals() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.total)
}
