// SPDX-License-Identifier: MIT

package bloodpressure

import (
	"math"
	"strconv"

	"vitals2mqtt/display"
)

// Whole writes a pressure or a pulse without decimals, "" for 0. Halves are
// rounded up, as people do.
func Whole(number float64) string {
	if number == 0 {
		return ""
	}
	return strconv.Itoa(int(math.Round(number)))
}

// Both writes both pressures.
func Both(systolic, diastolic float64) string { return Whole(systolic) + "/" + Whole(diastolic) }

// Text writes both pressures of a mean, "" when there is none.
func (m Mean) Text() string {
	if m.Count == 0 {
		return ""
	}
	return Both(m.Systolic, m.Diastolic)
}

// Range writes the extremes of both pressures.
func (m Mean) Range(l display.Language) string {
	return l.Say("pressure.range", Whole(m.LowestSystolic), Whole(m.HighestSystolic),
		Whole(m.LowestDiastolic), Whole(m.HighestDiastolic))
}
