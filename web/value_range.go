// SPDX-License-Identifier: MIT

package web

import (
	"net/url"
	"slices"
	"time"
)

// valueRange is the time that a chart shows.
type valueRange struct {
	// Name is that of a named range, "" for one with its own bounds.
	Name string
	// From is the zero time for everything.
	From, To time.Time
}

// namedRange is a range that ends now.
type namedRange struct {
	name                string
	years, months, days int
}

// rangeAll has no beginning.
const rangeAll = "all"

// namedRanges lists the ranges, the shortest first.
func namedRanges() []namedRange {
	return []namedRange{
		{name: "day", days: 1},
		{name: "week", days: 7},
		{name: "month", months: 1},
		{name: "quarter", months: 3},
		{name: "year", years: 1},
		{name: rangeAll},
	}
}

// until is the range that ends at a time. Those of totals are whole days.
func (n namedRange) until(now time.Time, wholeDays bool) valueRange {
	found := valueRange{Name: n.name, To: now}
	if wholeDays {
		found.To = dayAfter(now)
	}
	if n.name != rangeAll {
		found.From = now.AddDate(-n.years, -n.months, -n.days)
		if wholeDays {
			found.From = dayAfter(found.From)
		}
	}
	return found
}

// dayAfter is the beginning of the day after that of a time.
func dayAfter(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, at.Location())
}

// Bounds of a range.
const (
	shortestRange = time.Minute
	firstYear     = 1900
	lastYear      = 2200
)

// errRange is wrong in a request with a range. The page says what to write.
const errRange = invalidQuery("range must be day, week, month, quarter, year or all; or use from and to, " +
	"for example from=2026-01-31&to=2026-02-28")

// rangeOf reads the range of a request. Without one it is a month, or longer if
// the newest value is older.
func rangeOf(q historyQuery, newest time.Time, wholeDays bool) (valueRange, error) {
	now := q.now.In(q.zone)
	all := namedRanges()
	name := q.Get("range")
	switch {
	case q.Has("from") || q.Has("to"):
		if name != "" {
			return valueRange{}, errRange
		}
		return q.ownRange(now)
	case name != "":
		at := slices.IndexFunc(all, func(n namedRange) bool { return n.name == name })
		if at < 0 {
			return valueRange{}, errRange
		}
		return all[at].until(now, wholeDays), nil
	}
	for _, n := range all[2:] {
		if found := n.until(now, wholeDays); n.name == rangeAll || newest.IsZero() || newest.After(found.From) {
			return found, nil
		}
	}
	return valueRange{}, errRange
}

// ownRange reads from and to. One that is missing is now, or a month before.
func (q historyQuery) ownRange(now time.Time) (valueRange, error) {
	from, to, err := q.span()
	if err != nil {
		return valueRange{}, errRange
	}
	if to.IsZero() {
		to = now
	}
	if from.IsZero() {
		from = to.AddDate(0, -1, 0)
	}
	if to.Sub(from) < shortestRange || from.Year() < firstYear || to.Year() > lastYear {
		return valueRange{}, errRange
	}
	return valueRange{From: from.In(q.zone), To: to.In(q.zone)}, nil
}

// query is the range as parameters of a request.
func (r valueRange) query() string {
	if r.Name != "" {
		return "range=" + r.Name
	}
	return url.Values{"from": {r.From.Format(time.RFC3339)}, "to": {r.To.Format(time.RFC3339)}}.Encode()
}
