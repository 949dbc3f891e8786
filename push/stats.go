package push

import (
	"maps"
	"sync"
	"time"
)

// Refusal is why something that came in was of no use.
type Refusal string

// The reasons for which requests are refused or passed over.
const (
	RefusedPath        Refusal = "path"         // not our address, or not our secret
	RefusedMethod      Refusal = "method"       // neither HEAD, GET nor POST
	RefusedSource      Refusal = "source"       // from outside of the allowed networks
	RefusedRate        Refusal = "rate"         // too many at once
	RefusedSize        Refusal = "size"         // the body is too large
	RefusedSlow        Refusal = "slow"         // the body came too slowly, or broke off
	RefusedType        Refusal = "content_type" // not a form
	RefusedForm        Refusal = "form"         // no user or no category
	RefusedUser        Refusal = "user"         // nobody we know
	RefusedStopping    Refusal = "stopping"     // the program ends
	RefusedConnections Refusal = "crowded"      // more connections than can be held: hung up on
)

// Stats counts what came in since the start.
type Stats struct {
	// Received are the notifications for people we know, Duplicates among them.
	Received   uint64 `json:"received"`
	Duplicates uint64 `json:"duplicates"`
	// Dropped are those whose details were given up because the queue was full;
	// their people get one notification of Anything.
	Dropped uint64 `json:"dropped"`
	// Probes are the HEAD, GET and empty POST requests.
	Probes  uint64             `json:"probes"`
	Refused map[Refusal]uint64 `json:"refused"`
	// Last is when the last notification of each user id came in. It is private.
	Last map[string]time.Time `json:"-"`
}

// statsCounter is a Stats that many write to.
type statsCounter struct {
	mu    sync.Mutex
	stats Stats
}

func newStatsCounter() *statsCounter {
	return &statsCounter{stats: Stats{Refused: make(map[Refusal]uint64), Last: make(map[string]time.Time)}}
}

func (c *statsCounter) recordProbe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Probes++
}

// recordRefusal counts a refusal and says whether it is the first of its kind.
func (c *statsCounter) recordRefusal(why Refusal) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Refused[why]++
	return c.stats.Refused[why] == 1
}

func (c *statsCounter) recordNotification(n Notification, duplicate bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Received++
	if duplicate {
		c.stats.Duplicates++
	}
	c.stats.Last[n.UserID] = n.Received
}

// recordDropped counts a notification whose details are given up, and says whether it is
// the first.
func (c *statsCounter) recordDropped() (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Dropped++
	return c.stats.Dropped == 1
}

func (c *statsCounter) snapshot() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.stats
	stats.Refused, stats.Last = maps.Clone(stats.Refused), maps.Clone(stats.Last)
	return stats
}
