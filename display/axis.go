package display

import (
	"math"
	"strconv"
	"time"
)

// axisPlaces is more decimals than the marks of an axis have.
const axisPlaces = 1e6

// Mark formats a number on the axis of a chart. An empty unit is left out.
func (r Reader) Mark(number float64, unit string) string {
	text := strconv.FormatFloat(math.Round(number*axisPlaces)/axisPlaces, 'f', -1, 64)
	return Parts{{r.decimals(text), r.unit(unit, text)}}.String()
}

// Period formats a range of time, by days when it is long enough. A day that only
// ends the range is no part of it.
func (l Language) Period(from, to time.Time) string {
	const short = 3 * 24 * time.Hour
	if to.Sub(from) <= short {
		return l.Say("when.period", l.Moment(from), l.Moment(to))
	}
	return l.Say("when.period", l.Date(from), l.Date(to.Add(-1)))
}
