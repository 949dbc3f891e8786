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

// cursor is where an endpoint stopped.
type cursor struct {
	// Since is the newest modification seen, by the cloud's clock.
	Since time.Time `json:"since"`
	// Backfilled says that the history was read once: only later records are new.
	Backfilled bool `json:"filled"`
	// Offset is where to continue a history that was interrupted.
	Offset int64 `json:"offset,omitempty"`
}

// clampFuture returns the cursor, moved back if it lies in the future because
// the clock was wrong when it was set. Then a day is reread.
func (c cursor) clampFuture(now time.Time) cursor {
	if c.Since.After(now) {
		c.Since = now.Add(-cursorLookback)
	}
	return c
}

// queryStart is where a query starts: a little before the cursor and never in
// the future; the zero time, which means everything, before the first record.
func (c cursor) queryStart(now time.Time) time.Time {
	if c.Since.IsZero() || !c.Backfilled {
		return time.Time{}
	}
	return c.clampFuture(now).Since.Add(-cursorOverlap)
}

// advance returns the cursor after a batch. Only the last one of a reading
// counts, except that a history goes on where it was interrupted.
func (c cursor) advance(batch sensors.Batch, now time.Time) cursor {
	if batch.Continues && c.Backfilled {
		return c
	}
	next := cursor{Since: c.clampFuture(now).Since, Backfilled: !batch.Continues}
	newest := batch.Cursor
	if newest.After(now) {
		newest = now // a cloud clock that runs ahead must not skip records
	}
	if newest.After(next.Since) {
		next.Since = newest
	}
	if batch.Continues {
		next.Offset = batch.Offset
		return next
	}
	if next.Since.IsZero() {
		// The account is empty so far. The first measurement will be new, so the
		// cursor must lie before it.
		next.Since = now.Add(-cursorLookback)
	}
	return next
}
