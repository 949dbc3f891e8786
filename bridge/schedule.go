// SPDX-License-Identifier: MIT

package bridge

import "time"

// intervalSlack is how much earlier than its interval an endpoint may be
// fetched: polls are not exact to the second.
const intervalSlack = time.Minute

// nextTick is the first tick after now of a schedule that continues from last.
// Most of the ticks in between are skipped without computing them: last can be
// decades ago when the clock is set for the first time.
func nextTick(schedule Schedule, last, now time.Time) time.Time {
	due := schedule.Next(last)
	if behind := now.Sub(due); behind > 0 {
		step := schedule.Next(due).Sub(due)
		due = schedule.Next(due.Add(behind.Truncate(step)))
	}
	for !due.After(now) {
		due = schedule.Next(due) // the steps are not all the same
	}
	return due
}
