// SPDX-License-Identifier: MIT

package report

import (
	"fmt"
	"time"

	"vitals2mqtt/internal/when"
)

// Period is the time of a report: From ≤ t < To.
type Period struct{ From, To time.Time }

// usualDays is how long the period is when nobody says.
const usualDays = 90

// ParsePeriod reads the first and the last day as users write them: "90d",
// "2026-01-31", "2026". The last one belongs to the period. Without them, it is
// the last 90 days.
func ParsePeriod(from, to string, now time.Time, zone *time.Location) (p Period, err error) {
	now = now.In(zone)
	if p.To, err = when.Parse(to, now, zone); err != nil {
		return p, fmt.Errorf("to: %w", err)
	}
	p.To = endOf(to, p.To)
	if p.To.IsZero() {
		p.To = now
	}
	if p.From, err = when.Parse(from, now, zone); err != nil {
		return p, fmt.Errorf("from: %w", err)
	}
	if p.From.IsZero() {
		p.From = p.To.AddDate(0, 0, -usualDays)
	}
	if !p.From.Before(p.To) {
		return p, fmt.Errorf("from: %s is after the last day, %s",
			p.From.Format(time.DateOnly), p.To.Add(-time.Second).Format(time.DateOnly))
	}
	return p, nil
}

// endOf is the end of the day, month or year that a text names by its beginning.
func endOf(text string, begin time.Time) time.Time {
	switch len(text) {
	case len("2006-01-02"):
		return begin.AddDate(0, 0, 1)
	case len("2006-01"):
		return begin.AddDate(0, 1, 0)
	case len("2006"):
		if begin.YearDay() == 1 && begin.Hour() == 0 { // not "365d"
			return begin.AddDate(1, 0, 0)
		}
	}
	return begin
}
