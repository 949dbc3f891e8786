// SPDX-License-Identifier: MIT

package bridge

import "time"

// lateAfter is how long a scheduled poll may take before it counts as late: it
// waits for the rate limit of the application, or the Withings API is slow.
const lateAfter = time.Minute

// roundPace is how urgent the requests of the current round are, and how long
// scheduled polls take. It has no lock.
type roundPace struct {
	raise func()    // makes the current round more urgent; nil between rounds
	began time.Time // of the current scheduled poll, the zero time for none
	last  time.Duration
}

// hurry makes the current round more urgent, because what comes next waits for
// its end.
func (r *roundPace) hurry() {
	if r.raise != nil {
		r.raise()
	}
}

// late is how long the current or the last scheduled poll has taken, 0 if that
// is not late.
func (r *roundPace) late(now time.Time) time.Duration {
	late := r.last
	if !r.began.IsZero() {
		late = max(late, now.Sub(r.began))
	}
	if late < lateAfter {
		return 0
	}
	return late
}
