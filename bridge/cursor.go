// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/sensors"
)

const (
	// cursorOverlap is how far a query reaches back before the cursor, because it
	// is undocumented whether the cloud compares with > or ≥. Repeated records
	// change nothing.
	cursorOverlap = time.Minute
	// cursorLookback is how far back a cursor is set that is not taken from a
	// response, with room for clocks that disagree.
	cursorLookback = 24 * time.Hour
)

// clampFuture returns a cursor, moved back if it lies in the future because the
// clock was wrong when it was set. Then a day is reread.
func clampFuture(c sensors.Cursor, now time.Time) sensors.Cursor {
	if c.Since.After(now) {
		c.Since = now.Add(-cursorLookback)
	}
	return c
}

// queryStart is where a query starts: a little before the cursor and never in
// the future; the zero time, which means everything, until the history was read.
func queryStart(c sensors.Cursor, now time.Time) time.Time {
	if !c.Backfilled || c.Since.IsZero() {
		return time.Time{}
	}
	return clampFuture(c, now).Since.Add(-cursorOverlap)
}

// advanceCursor returns the cursor after a batch. Of a reading in several
// batches only the last one counts, except that a history goes on where it was
// interrupted. From the recent past on, what is created later is new, also while
// the history is read.
func advanceCursor(c sensors.Cursor, batch sensors.Batch, now time.Time) sensors.Cursor {
	if batch.Continues && c.Backfilled {
		return c
	}
	next := c
	next.Since = clampFuture(c, now).Since
	if !batch.Partial {
		next.Backfilled, next.Offset = !batch.Continues, 0
	}
	newest := batch.Cursor
	if newest.After(now) {
		newest = now // a cloud clock that runs ahead must not skip records
	}
	if newest.After(next.Since) {
		next.Since = newest
	}
	if batch.Continues {
		if !batch.Partial {
			next.Offset = batch.Offset
		}
		return next
	}
	if next.Since.IsZero() {
		// The account is empty so far. The first measurement will be new, so the
		// cursor must lie before it.
		next.Since = now.Add(-cursorLookback)
	}
	return next
}
