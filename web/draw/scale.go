// SPDX-License-Identifier: MIT

package draw

import (
	"math"
	"time"
)

// span is a range of values.
type span struct{ low, high float64 }

// spanOf is the range of all points, false for none.
func spanOf(points []Point) (span, bool) {
	found := span{math.Inf(1), math.Inf(-1)}
	for _, p := range points {
		found = found.with(p.Min).with(p.Max)
	}
	return found, found.low <= found.high
}

// with is the range that includes a value.
func (s span) with(value float64) span { return span{min(s.low, value), max(s.high, value)} }

// padded is wider by a part of itself on both sides; a range of one value
// becomes one around it.
func (s span) padded(part float64) span {
	margin := (s.high - s.low) * part
	if margin == 0 {
		margin = max(math.Abs(s.high)*0.05, 0.5)
	}
	return span{s.low - margin, s.high + margin}
}

// y is the place of a value in a height that has its origin at the top.
func (s span) y(value, height float64) float64 {
	if s.high == s.low {
		return height / 2
	}
	return (s.high - value) / (s.high - s.low) * height
}

// ticks are at most count round values in the range: multiples of 1, 2 or 5
// times a power of ten, and at least whole ones if asked for.
func (s span) ticks(count int, whole bool) []float64 {
	rough := (s.high - s.low) / float64(count)
	if rough <= 0 || math.IsInf(rough, 0) || math.IsNaN(rough) {
		return nil
	}
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := power * 10
	for _, factor := range []float64{1, 2, 5} {
		if power*factor >= rough {
			step = power * factor
			break
		}
	}
	if whole {
		step = max(step, 1)
	}
	var ticks []float64
	for at := math.Ceil(s.low / step); at*step <= s.high; at++ {
		ticks = append(ticks, at*step)
	}
	return ticks
}

// period is a range of time.
type period struct{ from, to time.Time }

// x is the place of a time in the inner svg.
func (p period) x(at time.Time) float64 {
	return float64(at.Sub(p.from)) / float64(p.to.Sub(p.from)) * fullWidth
}

// Step is the distance between two ticks of time.
type Step int

// The steps, from minutes to years. A label says what changes from tick to tick.
const (
	StepMinutes Step = iota
	StepHours
	StepDays
	StepMonths
	StepYears
)

// Tick is a mark on the axis of time.
type Tick struct {
	At   time.Time
	Step Step
}

// stride is a number of steps.
type stride struct {
	step  Step
	count int
	about time.Duration
}

// strides lists the distances between ticks.
func strides() []stride {
	const day = 24 * time.Hour
	return []stride{
		{StepMinutes, 1, time.Minute},
		{StepMinutes, 5, 5 * time.Minute},
		{StepMinutes, 15, 15 * time.Minute},
		{StepHours, 1, time.Hour},
		{StepHours, 3, 3 * time.Hour},
		{StepHours, 6, 6 * time.Hour},
		{StepDays, 1, day},
		{StepDays, 2, 2 * day},
		{StepDays, 7, 7 * day},
		{StepDays, 14, 14 * day},
		{StepMonths, 1, 30 * day},
		{StepMonths, 3, 91 * day},
		{StepMonths, 6, 182 * day},
		{StepYears, 1, 365 * day},
		{StepYears, 2, 730 * day},
		{StepYears, 5, 1826 * day},
		{StepYears, 10, 3652 * day},
	}
}

// ticks are at most about count round times of the zone: midnights, Mondays,
// first days of months and years.
func (p period) ticks(count int, zone *time.Location) []Tick {
	if !p.to.After(p.from) {
		return nil
	}
	all := strides()
	chosen := all[len(all)-1]
	for _, s := range all {
		if p.to.Sub(p.from)/s.about <= time.Duration(count) {
			chosen = s
			break
		}
	}
	var ticks []Tick
	for at := chosen.floor(p.from.In(zone)); !at.After(p.to); at = chosen.next(at) {
		if !at.Before(p.from) {
			ticks = append(ticks, Tick{at, chosen.step})
		}
	}
	return ticks
}

// floor is the last round time that is not after a time.
func (s stride) floor(at time.Time) time.Time {
	year, month, day := at.Date()
	switch s.step {
	case StepMinutes:
		return time.Date(year, month, day, at.Hour(), at.Minute()/s.count*s.count, 0, 0, at.Location())
	case StepHours:
		return time.Date(year, month, day, at.Hour()/s.count*s.count, 0, 0, 0, at.Location())
	case StepDays:
		// Counted from a Monday, so that the ticks stay when the range moves.
		const monday = 3 // days from a Monday to 1 January 1970
		days := int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/(24*60*60)) + monday
		return time.Date(year, month, day-(days%s.count+s.count)%s.count, 0, 0, 0, 0, at.Location())
	case StepMonths:
		first := time.Month((int(month)-1)/s.count*s.count + 1)
		return time.Date(year, first, 1, 0, 0, 0, 0, at.Location())
	default:
		return time.Date(year/s.count*s.count, 1, 1, 0, 0, 0, 0, at.Location())
	}
}

// next is the round time after a round time.
func (s stride) next(at time.Time) time.Time {
	year, month, day := at.Date()
	switch s.step {
	case StepMinutes:
		return at.Add(s.about)
	case StepHours: // wall clock: a day with a change of the clock has 23 or 25 hours
		after := time.Date(year, month, day, at.Hour()+s.count, 0, 0, 0, at.Location())
		if !after.After(at) {
			return at.Add(s.about)
		}
		return after
	case StepDays:
		return time.Date(year, month, day+s.count, 0, 0, 0, 0, at.Location())
	case StepMonths:
		return time.Date(year, month+time.Month(s.count), 1, 0, 0, 0, 0, at.Location())
	default:
		return time.Date(year+s.count, 1, 1, 0, 0, 0, 0, at.Location())
	}
}
