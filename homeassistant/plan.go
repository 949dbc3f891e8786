// SPDX-License-Identifier: MIT

package homeassistant

import (
	"time"
)

// Point is what was measured in an hour, or the total of a day.
type Point struct {
	// Start is the full hour, or the midnight that the day begins with; End is the
	// next one.
	Start, End time.Time
	// Min, Mean and Max are of a measurement.
	Min, Mean, Max float64
	// Last is the newest measurement of the hour, or the total.
	Last float64
}

// settled is how long Home Assistant may still write statistics of an hour. Rows
// of hours that it writes itself later make it lose all statistics of that hour.
const settled = 2 * time.Hour

// Limits bound which hours are written.
type Limits struct {
	// Since is the first hour, the zero time for all.
	Since time.Time
	// Before is the first hour that is Home Assistant's own, the zero time for
	// none.
	Before time.Time
	// Now is the present.
	Now time.Time
	// Hold repeats a measurement in the hours after it, for so long.
	Hold time.Duration
}

// end returns the first hour that must not be written.
func (l Limits) end() time.Time {
	last := l.Now.Truncate(time.Hour).Add(-settled + time.Hour)
	if !l.Before.IsZero() && l.Before.Before(last) {
		return l.Before
	}
	return last
}

// allows reports whether an hour may be written.
func (l Limits) allows(hour time.Time) bool {
	return !hour.Before(l.Since) && hour.Before(l.end())
}

// MeanRows plans the rows of a measurement: one for each hour in which
// something was measured, and with Hold those up to the next.
func MeanRows(points []Point, l Limits) (rows []Row) {
	for i, p := range points {
		hour := p.Start.UTC().Truncate(time.Hour)
		if l.allows(hour) {
			rows = append(rows, Row{Start: hour, Mean: p.Mean, Min: p.Min, Max: p.Max})
		}
		until := hour.Add(l.Hold)
		if i+1 < len(points) {
			if next := points[i+1].Start.UTC().Truncate(time.Hour); next.Before(until.Add(time.Hour)) {
				until = next.Add(-time.Hour)
			}
		}
		for hour = hour.Add(time.Hour); !hour.After(until) && hour.Before(l.end()); hour = hour.Add(time.Hour) {
			if l.allows(hour) {
				rows = append(rows, Row{Start: hour, Mean: p.Last, Min: p.Last, Max: p.Last})
			}
		}
	}
	return rows
}

// SumRows plans the rows of the totals of days: one in the last hour of each
// day, when its total was complete. The sum runs from the first day that is
// known, whatever the limits are.
func SumRows(points []Point, l Limits) (rows []Row) {
	sum := 0.0
	for _, p := range points {
		sum += p.Last
		hour := p.End.Add(-1).UTC().Truncate(time.Hour)
		if l.allows(hour) && !p.End.After(l.Now) {
			rows = append(rows, Row{Start: hour, State: p.Last, Sum: sum, LastReset: p.Start.UTC()})
		}
	}
	return rows
}

// isSame reports whether Home Assistant has stored this row.
func (r Row) isSame(stored Row, sum bool) bool {
	if sum {
		return isClose(r.State, stored.State) && isClose(r.Sum, stored.Sum)
	}
	return isClose(r.Mean, stored.Mean) && isClose(r.Min, stored.Min) && isClose(r.Max, stored.Max)
}

// isClose compares with what a conversion of units leaves; NaN is close to
// nothing.
func isClose(a, b float64) bool {
	const relative = 1e-9
	return max(a-b, b-a) <= relative*max(1, max(a, -a))
}

// missing returns the rows that are not stored as they are planned.
func missing(planned, stored []Row, sum bool) (rows []Row) {
	known := make(map[int64]Row, len(stored))
	for _, row := range stored {
		known[row.Start.Unix()] = row
	}
	for _, row := range planned {
		if there, ok := known[row.Start.Unix()]; !ok || !row.isSame(there, sum) {
			rows = append(rows, row)
		}
	}
	return rows
}
