// SPDX-License-Identifier: MIT

package bridge

import (
	"iter"
	"time"

	"vitals2mqtt/sensors"
)

// monthsPerRequest is how many months are read at once: the cloud is said to
// answer for 200 days at most.
const monthsPerRequest = 6

// monthsBack lists the ranges from a time on, the newest first. They begin and
// end where a month does, so that they are the same the next time.
func monthsBack(since, now time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(from, to time.Time) bool) {
		to := now.UTC()
		month := (int(to.Month()) - 1) / monthsPerRequest * monthsPerRequest
		for from := time.Date(to.Year(), time.Month(month+1), 1, 0, 0, 0, 0, time.UTC); ; from = from.AddDate(
			0, -monthsPerRequest, 0) {
			if !from.After(since) {
				yield(since.UTC(), to)
				return
			}
			if !yield(from, to) {
				return
			}
			to = from
		}
	}
}

// spanOf is when the first and the last of records were measured, the zero time
// without any.
func spanOf(records []sensors.Record) (oldest, newest time.Time) {
	for _, rec := range records {
		at := time.Unix(rec.At, 0).UTC()
		if rec.At == 0 {
			continue
		}
		oldest, newest = earlierOf(oldest, at), laterOf(newest, at)
	}
	return oldest, newest
}
