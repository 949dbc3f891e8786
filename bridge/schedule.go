package bridge

import "time"

// intervalSlack is how much sooner than its interval an endpoint may be fetched:
// polls do not come to the second.
const intervalSlack = time.Minute

// nextTick is the first tick of a schedule after now, of those that follow last.
// Most of the ticks in between are skipped: last can be decades ago when the
// clock is set right for the first time.
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
