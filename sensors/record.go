package sensors

import (
	"time"

	"vitals2mqtt/withings"
)

// record is one measure group or night with the values taken from it. Times are
// unix seconds, so that a record survives JSON exactly.
type record struct {
	ID          int64            `json:"id"`
	At          int64            `json:"at"` // when the person was measured; a night's end
	Modified    int64            `json:"modified"`
	Received    int64            `json:"received"`
	Device      string           `json:"device,omitempty"`
	Model       string           `json:"model,omitempty"`
	Attribution *int             `json:"attribution,omitempty"`
	Unconfirmed bool             `json:"unconfirmed,omitempty"`
	Zone        string           `json:"zone,omitempty"`
	Date        string           `json:"date,omitempty"`
	Values      map[string]Value `json:"values,omitempty"`
}

// isNewerThan is the one order of the package: by time of measurement, then by last
// change, then by id, so that two records are never equal.
func (r record) isNewerThan(than record) bool {
	switch {
	case r.At != than.At:
		return r.At > than.At
	case r.Modified != than.Modified:
		return r.Modified > than.Modified
	}
	return r.ID > than.ID
}

// reading is one value of the record.
func (r record) reading(key string, value Value) Reading {
	return Reading{
		Key: key, Value: value, MeasuredAt: unixTime(r.At), ReceivedAt: unixTime(r.Received), Modified: unixTime(r.Modified),
		GroupID: r.cloudID(), Device: r.Device, Model: r.Model, Attribution: r.Attribution, Unconfirmed: r.Unconfirmed,
		Zone: r.Zone, Date: r.Date,
	}
}

// cloudID is the cloud's cloudID of the record, 0 when it has none and one was made up.
func (r record) cloudID() int64 { return max(0, r.ID) }

// unixTime is the time of a second, and the zero time for 0.
func unixTime(second int64) time.Time {
	if second == 0 {
		return time.Time{}
	}
	return time.Unix(second, 0).UTC()
}

// timestampValue is a second as Home Assistant wants a timestamp.
func timestampValue(second int64) Value { return Text(unixTime(second).Format(time.RFC3339)) }

// maxTime is the last second of the year 9999; ISO 8601 has no later one.
const maxTime = 253402300799

// firstTime is the first of the cloud's times that is one, else 0.
func firstTime(candidates ...withings.Int) int64 {
	for _, c := range candidates {
		if c.OK && c.N > 0 && c.N <= maxTime {
			return c.N
		}
	}
	return 0
}

// maxClockSkew is how far ahead of our clock a record may lie. Beyond it a device's
// clock is wrong, and its reading would stay "the newest" until that day.
const maxClockSkew = 24 * time.Hour

// inFuture says whether a second lies too far in the future. Without a clock
// nothing does.
func (r ApplyOptions) inFuture(second int64) bool {
	return !r.Now.IsZero() && second > r.Now.Add(maxClockSkew).Unix()
}

// receivedAt is our own time of the answer.
func (r ApplyOptions) receivedAt() int64 {
	if r.Now.IsZero() {
		return 0
	}
	return r.Now.Unix()
}

// newsOverlap is how far before the previous cursor a record may have been created
// and still be new: it covers clocks that differ and rows that the cloud shows
// late. Records met before are remembered, so it repeats nothing.
const newsOverlap = time.Hour

// isNew says whether a record that was never met before deserves an event.
func (r ApplyOptions) isNew(created int64) bool {
	return !r.InitialSync && !r.Since.IsZero() && created >= r.Since.Add(-newsOverlap).Unix()
}

// advanceCursor moves on to a time of change, unless that time cannot be true.
func (u *Update) advanceCursor(modified int64, r ApplyOptions) {
	if t := unixTime(modified); t.After(u.Cursor) && !r.inFuture(modified) {
		u.Cursor = t
	}
}
