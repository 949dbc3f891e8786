// SPDX-License-Identifier: MIT

// Package when reads times as users write them. It prints none.
package when

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// spanAgo is a time before now: 12h, 7d, 3w, 6mo, 2y.
var spanAgo = regexp.MustCompile(`^(\d{1,6})(h|d|w|mo|y)$`)

// Parse reads a time as users write it: a time before now ("7d"), a day, month
// or year, which begins at midnight of the zone, or RFC 3339. The empty text is
// the zero time.
func Parse(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if span := spanAgo.FindStringSubmatch(text); span != nil {
		count, err := strconv.Atoi(span[1])
		if err != nil {
			return time.Time{}, fmt.Errorf("%q: %w", text, err)
		}
		return before(now.In(zone), count, span[2]), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf(
		"%q is not a time; use for example 7d, 6mo, 2025-01-31, 2025, or 2025-01-31T08:00:00+01:00", text)
}

// before returns the time that is so many units before now.
func before(now time.Time, count int, unit string) time.Time {
	switch unit {
	case "h":
		return now.Add(-time.Duration(count) * time.Hour)
	case "w":
		return now.AddDate(0, 0, -7*count)
	case "mo":
		return now.AddDate(0, -count, 0)
	case "y":
		return now.AddDate(-count, 0, 0)
	}
	return now.AddDate(0, 0, -count)
}
