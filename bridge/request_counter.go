// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"sync"
	"time"
)

// RequestCounter counts requests to the Withings API, so that the use of the
// quota, 120 a minute, is visible. It does not limit requests; the client does.
type RequestCounter struct {
	mu     sync.Mutex
	recent []time.Time
	hour   [minutesPerHour]minuteCount // by minute modulo an hour
	totals map[string]int
}

const minutesPerHour = 60

// minuteCount is the number of requests in one minute, counted from 1970.
type minuteCount struct {
	minute   int64
	requests int
}

// NewRequestCounter returns a counter at zero.
func NewRequestCounter() *RequestCounter { return &RequestCounter{totals: map[string]int{}} }

// Count counts one request of a service and action.
func (b *RequestCounter) Count(service, action string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.dropOldLocked(now)
	b.recent = append(b.recent, now)
	minute := now.Unix() / int64(time.Minute/time.Second)
	at := &b.hour[minute%minutesPerHour]
	if at.minute != minute {
		*at = minuteCount{minute: minute}
	}
	at.requests++
	b.totals[service+"/"+action]++
}

// dropOldLocked drops requests older than a minute. b.mu must be held.
func (b *RequestCounter) dropOldLocked(now time.Time) {
	old := 0
	for old < len(b.recent) && now.Sub(b.recent[old]) >= time.Minute {
		old++
	}
	b.recent = b.recent[old:]
}

// LastMinute returns the number of requests in the last minute.
func (b *RequestCounter) LastMinute() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropOldLocked(time.Now())
	return len(b.recent)
}

// LastHour returns the number of requests in the last 60 minutes of the clock,
// and in the busiest of them.
func (b *RequestCounter) LastHour() (requests, busiest int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := time.Now().Unix()/int64(time.Minute/time.Second) - minutesPerHour
	for i := range b.hour {
		one := &b.hour[i]
		if one.minute > from {
			requests += one.requests
			busiest = max(busiest, one.requests)
		}
	}
	return requests, busiest
}

// Totals returns the requests since the start by "service/action".
func (b *RequestCounter) Totals() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.totals)
}
