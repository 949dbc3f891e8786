// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"iter"
	"time"

	"vitals2mqtt/sensors"
)

// batches are the decoded responses of one reading of an endpoint, in order.
// After an error there are no more.
type batches = iter.Seq2[sensors.Batch, error]

// fetchFunc fetches an endpoint, a page at a time, so that a history of many
// years is never in memory.
type fetchFunc func(ctx context.Context, cloud Cloud, q query) batches

// How far back endpoints without a cursor are read.
const (
	// shortWindow is the usual range for sleep stages and the slots of a day: a
	// watch may not have uploaded for a while. At the start, and after a gap of
	// nearly that length, it is longWindow, the most that one request can cover.
	shortWindow = 6 * time.Hour
	longWindow  = 24 * time.Hour
	// rereadWindow is the range that is reread in full, to detect deletions.
	rereadWindow = 30 * 24 * time.Hour
	// rereadEvery is how often that happens without a request.
	rereadEvery = 24 * time.Hour
)

// query holds the parameters of a fetch.
type query struct {
	cursor      sensors.Cursor
	userID      string    // the account of the cursor, "" while unknown
	isLoaded    bool      // the cursor is that of the archive
	now         time.Time // of the request
	since       time.Time // where to start; zero for everything
	lastSuccess time.Time // when the endpoint was last fetched; zero if not since the start
	// night is the night whose series is needed.
	night sensors.Record
	zone  *time.Location
	extra []sensors.Sensor
}

// decodeOptions returns the options for decoding a response that just arrived.
func (q query) decodeOptions() sensors.DecodeOptions {
	return sensors.DecodeOptions{Now: time.Now(), Zone: q.zone, Extra: q.extra}
}

// rereadRange is the range that is reread in full.
func (q query) rereadRange() (from, to time.Time) { return q.now.Add(-rereadWindow), q.now }

// recentStart is the start of the window of an endpoint without a cursor.
func (q query) recentStart() time.Time {
	if q.now.Sub(q.lastSuccess) > shortWindow-time.Hour {
		return q.now.Add(-longWindow)
	}
	return q.now.Add(-shortWindow)
}

// rereadDays is the range of days that is reread in full. A night or a workout
// belongs to a day in the user's zone, which may already be tomorrow in UTC.
func (q query) rereadDays() (from, to time.Time) {
	from, to = q.rereadRange()
	return from, to.Add(24 * time.Hour)
}

// recentDays are the days that are still counted. In every time zone, they
// include today, and also yesterday, whose row gives the user's zone before
// anything is counted today.
func (q query) recentDays() (from, to time.Time) {
	return q.now.UTC().Add(-36 * time.Hour), q.now.UTC().Add(14 * time.Hour)
}
