// SPDX-License-Identifier: MIT

package push

import (
	"maps"
	"sync"
	"time"
)

// Refusal is why a request was rejected or ignored.
type Refusal string

// The reasons for which requests are rejected or ignored.
const (
	RefusedPath        Refusal = "path"         // not the callback path, or a wrong secret
	RefusedMethod      Refusal = "method"       // neither HEAD, GET nor POST
	RefusedSource      Refusal = "source"       // outside of the allowed networks
	RefusedRate        Refusal = "rate"         // beyond the rate limit
	RefusedSize        Refusal = "size"         // the body is too large
	RefusedSlow        Refusal = "slow"         // the body came too slowly, or broke off
	RefusedType        Refusal = "content_type" // not a form
	RefusedForm        Refusal = "form"         // no user or no category
	RefusedUser        Refusal = "user"         // an unknown user id
	RefusedStopping    Refusal = "stopping"     // the program is shutting down
	RefusedConnections Refusal = "crowded"      // beyond the connection limit
)

// Stats counts what came in since the start.
type Stats struct {
	// Received counts the notifications for known users, including Duplicates.
	Received   uint64 `json:"received"`
	Duplicates uint64 `json:"duplicates"`
	// Dropped counts those that were coalesced because the queue was full; their
	// users get one notification of AnyCategory.
	Dropped uint64 `json:"dropped"`
	// Probes counts the HEAD, GET and empty POST requests.
	Probes  uint64             `json:"probes"`
	Refused map[Refusal]uint64 `json:"refused"`
	// Last is the time of the last notification by user id. It is private.
	Last map[string]time.Time `json:"-"`
}

// statsCounter collects Stats.
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

// recordRefusal counts a refusal and returns how many there were of its kind.
func (c *statsCounter) recordRefusal(why Refusal) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Refused[why]++
	return c.stats.Refused[why]
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

// recordDropped counts a coalesced notification and returns how many there
// were.
func (c *statsCounter) recordDropped() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Dropped++
	return c.stats.Dropped
}

func (c *statsCounter) snapshot() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.stats
	stats.Refused, stats.Last = maps.Clone(stats.Refused), maps.Clone(stats.Last)
	return stats
}
