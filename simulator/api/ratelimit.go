// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"time"
)

// window holds the moments of the last sliding minute.
type window struct{ at []time.Time }

// count drops what is older than a minute and returns how many are left.
func (w *window) count(now time.Time) int {
	old := 0
	for old < len(w.at) && now.Sub(w.at[old]) >= time.Minute {
		old++
	}
	w.at = w.at[old:]
	return len(w.at)
}

// add records one more and returns how many the minute up to now holds.
func (w *window) add(now time.Time) int {
	n := w.count(now) + 1
	w.at = append(w.at, now)
	return n
}

// countRequestLocked counts by the real time, as the limit does: moving the
// cloud's clock must not affect it.
func (c *Server) countRequestLocked(names ...string) {
	for _, name := range names {
		c.requests[name]++
	}
	c.busiest = max(c.busiest, c.traffic.add(time.Now()))
}

// rejectForRateLimitLocked reports whether the application has used up its
// minute, and counts the request otherwise.
func (c *Server) rejectForRateLimitLocked() bool {
	limit := cmp.Or(c.perMinute, 120)
	if limit < 0 {
		return false
	}
	if c.limiter.count(time.Now()) >= limit {
		return true
	}
	c.limiter.add(time.Now())
	return false
}
