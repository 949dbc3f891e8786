// SPDX-License-Identifier: MIT

package transfer

import (
	"errors"
	"time"
)

// wallClock is the moment at which a clock in a zone shows this time of UTC.
// The hour that a clock repeats is taken as its first time, and one that it
// leaves out as if the clock had not been put forward yet; changed says that
// it is one of them.
func wallClock(shown time.Time, zone *time.Location) (at time.Time, changed bool) {
	near := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), shown.Second(), 0, zone)
	_, before := near.Add(-24 * time.Hour).Zone()
	_, after := near.Add(24 * time.Hour).Zone()
	first := shown.Add(-time.Duration(before) * time.Second).In(zone)
	second := shown.Add(-time.Duration(after) * time.Second).In(zone)
	switch fitsFirst, fitsSecond := shows(first, shown), shows(second, shown); {
	case fitsFirst && fitsSecond && !first.Equal(second):
		if second.Before(first) {
			first = second
		}
		return first, true
	case fitsFirst:
		return first, false
	case fitsSecond:
		return second, false
	}
	return first, true
}

// shows reports whether a clock shows this time of UTC.
func shows(clock, shown time.Time) bool {
	return clock.Format(time.DateTime) == shown.Format(time.DateTime)
}

// errNoZone means that a time can be any.
var errNoZone = errors.New("the time has no offset, and the time zone is not known")

// parseTime reads a time with an offset, else of the zone's clock. zoned says
// that it had one.
func parseTime(text string, zone *time.Location) (at time.Time, zoned, changed bool, err error) {
	at, err = time.Parse(time.RFC3339, text)
	if err == nil {
		return at, true, false, nil
	}
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if shown, wrong := time.Parse(layout, text); wrong == nil {
			if zone == nil {
				return time.Time{}, false, false, errNoZone
			}
			at, changed = wallClock(shown, zone)
			return at, false, changed, nil
		}
	}
	return time.Time{}, false, false, err
}
