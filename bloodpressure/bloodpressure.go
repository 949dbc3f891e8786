// SPDX-License-Identifier: MIT

// Package bloodpressure reads blood pressures from the archive, parts them into
// morning and evening, averages and charts them. It judges nothing: the classes
// are those of a guideline.
package bloodpressure

import (
	"context"
	"iter"
	"slices"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// Keys of the values of a reading.
const (
	KeySystolic  = "systolic_blood_pressure_mmhg"
	KeyDiastolic = "diastolic_blood_pressure_mmhg"
	KeyPulse     = "heart_pulse_bpm"
)

// Reading is a blood pressure.
type Reading struct {
	// At is when it was measured, in the person's time zone at that time.
	At time.Time
	// Systolic and Diastolic are in mmHg, Pulse in beats per minute, 0 when it was
	// not measured.
	Systolic, Diastolic, Pulse float64
	// Device is the model, "" when unknown.
	Device string
}

// Records is what readings are read from. *history.Archive implements it.
type Records interface {
	Records(ctx context.Context, f history.Filter) iter.Seq2[history.Stored, error]
}

// Read returns the readings of a range, From ≤ t < To, oldest first. The zero
// time is no bound. zone is for those without a time zone of their own.
func Read(
	ctx context.Context, archive Records, user string, from, to time.Time, zone *time.Location,
) (readings []Reading, err error) {
	filter := history.Filter{
		User:  user,
		Kinds: []sensors.Kind{sensors.KindMeasures},
		Keys:  []string{KeySystolic},
		From:  from,
		To:    to,
	}
	for rec, err := range archive.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		systolic, hasSystolic := rec.Values[KeySystolic].Decimal()
		diastolic, hasDiastolic := rec.Values[KeyDiastolic].Decimal()
		if !hasSystolic || !hasDiastolic {
			continue
		}
		pulse, _ := rec.Values[KeyPulse].Decimal()
		readings = append(readings, Reading{
			At:        time.Unix(rec.At, 0).In(rec.Location(zone)),
			Systolic:  systolic.Float(),
			Diastolic: diastolic.Float(),
			Pulse:     pulse.Float(),
			Device:    rec.Model,
		})
	}
	return readings, nil
}

// Half is a half of the day.
type Half int

// The halves: morning is before noon, evening from noon on. What is measured
// before dayBegins belongs to the evening of the day before.
const (
	Morning Half = iota
	Evening

	noon      = 12 // o'clock
	dayBegins = 3
)

// Day returns the date that a reading counts for, at midnight UTC, and its half.
func (r Reading) Day() (date time.Time, half Half) {
	year, month, day := r.At.Date()
	switch hour := r.At.Hour(); {
	case hour < dayBegins:
		return time.Date(year, month, day-1, 0, 0, 0, 0, time.UTC), Evening
	case hour < noon:
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), Morning
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), Evening
}

// Of returns the readings of a half.
func Of(half Half, readings []Reading) (found []Reading) {
	for _, r := range readings {
		if _, is := r.Day(); is == half {
			found = append(found, r)
		}
	}
	return found
}

// Mean is the average of readings.
type Mean struct {
	// Count is the number of readings; with 0 there is no mean.
	Count int
	// Systolic and Diastolic are in mmHg. Pulse is in beats per minute, 0 when none
	// of the readings has one.
	Systolic, Diastolic, Pulse float64
	// The extremes, in mmHg.
	LowestSystolic, HighestSystolic, LowestDiastolic, HighestDiastolic float64
}

// MeanOf returns the average of readings.
func MeanOf(readings []Reading) (m Mean) {
	if len(readings) == 0 {
		return Mean{}
	}
	first, pulses := readings[0], 0
	m.LowestSystolic, m.HighestSystolic = first.Systolic, first.Systolic
	m.LowestDiastolic, m.HighestDiastolic = first.Diastolic, first.Diastolic
	for _, r := range readings {
		m.Count++
		m.Systolic += r.Systolic
		m.Diastolic += r.Diastolic
		m.Pulse += r.Pulse
		if r.Pulse > 0 {
			pulses++
		}
		m.LowestSystolic, m.HighestSystolic = min(m.LowestSystolic, r.Systolic), max(m.HighestSystolic, r.Systolic)
		m.LowestDiastolic, m.HighestDiastolic = min(m.LowestDiastolic, r.Diastolic), max(m.HighestDiastolic, r.Diastolic)
	}
	m.Systolic /= float64(m.Count)
	m.Diastolic /= float64(m.Count)
	m.Pulse /= float64(max(pulses, 1))
	return m
}

// Span is the averages of a day, a week or a month.
type Span struct {
	// Begin is its first day, at midnight UTC.
	Begin                 time.Time
	Morning, Evening, All Mean
}

// ByDay averages each day that has readings, oldest first.
func ByDay(readings []Reading) []Span {
	return by(readings, func(date time.Time) time.Time { return date })
}

// ByWeek does the same with weeks, from Monday.
func ByWeek(readings []Reading) []Span {
	return by(readings, func(date time.Time) time.Time { return date.AddDate(0, 0, -(int(date.Weekday())+6)%7) })
}

// ByMonth does the same with months.
func ByMonth(readings []Reading) []Span {
	return by(readings, func(date time.Time) time.Time { return date.AddDate(0, 0, 1-date.Day()) })
}

func by(readings []Reading, begin func(date time.Time) time.Time) (spans []Span) {
	parts := map[time.Time][]Reading{}
	for _, r := range readings {
		date, _ := r.Day()
		parts[begin(date)] = append(parts[begin(date)], r)
	}
	for begins, part := range parts {
		spans = append(spans, Span{
			Begin:   begins,
			Morning: MeanOf(Of(Morning, part)),
			Evening: MeanOf(Of(Evening, part)),
			All:     MeanOf(part),
		})
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Begin.Compare(b.Begin) })
	return spans
}
