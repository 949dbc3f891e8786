// SPDX-License-Identifier: MIT

package display

import (
	"math"
	"strconv"
	"time"

	"vitals2mqtt/web/draw"
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

// Tick labels a mark on the axis of time with what changes from mark to mark.
func (l Language) Tick(tick draw.Tick) string {
	at := tick.At
	isMidnight := at.Hour() == 0 && at.Minute() == 0
	switch {
	case tick.Step == draw.StepYears, tick.Step == draw.StepMonths && at.Month() == time.January:
		return strconv.Itoa(at.Year())
	case tick.Step == draw.StepMonths:
		return l.MonthName(at.Month())
	case tick.Step == draw.StepDays || isMidnight:
		return l.Day(at, at)
	}
	return at.Format("15:04")
}
