// SPDX-License-Identifier: MIT

package bloodpressure

import (
	"strconv"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/web/draw"
)

// How many dots, and how many means, of a chart can be told apart.
const (
	maxDots  = 120
	maxMeans = 160
)

// Chart draws readings as lines of the systolic and the diastolic pressure,
// with the classes behind them. Readings in the morning and in the evening have
// dots of their own, while they can be told apart; after that, the lines are
// means over days, weeks or months with their extremes. It returns "" without readings.
func Chart(readings []Reading, from, to time.Time, r display.Reader, height float64) draw.Picture {
	if len(readings) == 0 {
		return ""
	}
	if from.IsZero() {
		from = readings[0].At
	}
	if !to.After(from) {
		to = from.Add(time.Hour)
	}
	chart := draw.Chart{
		Title:  r.Language.Say("pressure.picture"),
		From:   from,
		To:     to,
		Zone:   r.Zone,
		Height: height,
		Whole:  true,
		Value:  func(value float64) string { return strconv.Itoa(int(value)) },
		Time:   r.Language.Tick,
	}
	mean := MeanOf(readings)
	for _, classes := range []struct {
		all     []Class
		highest float64 // classes that no reading is in would only be in the way
	}{
		{DiastolicClasses(), mean.HighestDiastolic},
		{SystolicClasses(), mean.HighestSystolic},
	} {
		for _, class := range classes.all {
			if class.Low > classes.highest {
				break
			}
			chart.Bands = append(chart.Bands, draw.Band{
				Low:   class.Low,
				High:  class.High,
				Class: class.Name,
				Label: r.Language.Say("pressure.class." + class.Name),
			})
		}
	}
	if Parted(len(readings)) {
		chart.Lines = readingLines(readings)
	} else {
		chart.Lines = meanLines(readings, r.Zone)
	}
	return chart.Draw()
}

// readingLines are the lines of single readings, and their dots.
func readingLines(readings []Reading) []draw.Line {
	systolic := func(r Reading) float64 { return r.Systolic }
	diastolic := func(r Reading) float64 { return r.Diastolic }
	points := func(of []Reading, value func(Reading) float64) (all []draw.Point) {
		for _, r := range of {
			all = append(all, draw.At(r.At, value(r)))
		}
		return all
	}
	morning, evening := Of(Morning, readings), Of(Evening, readings)
	first, second := points(readings, systolic), points(readings, diastolic)
	gap := draw.UsualGap(first)
	return []draw.Line{
		{Class: "first", Points: first, Gap: gap},
		{Class: "second", Points: second, Gap: gap},
		{Class: "first morning", Points: points(morning, systolic), Dots: true},
		{Class: "first evening", Points: points(evening, systolic), Dots: true},
		{Class: "second morning", Points: points(morning, diastolic), Dots: true},
		{Class: "second evening", Points: points(evening, diastolic), Dots: true},
	}
}

// meanLines are the lines of means over days, over weeks when there are many of
// them, over months when there are many of those.
func meanLines(readings []Reading, zone *time.Location) []draw.Line {
	var spans []Span
	for _, average := range []func([]Reading) []Span{ByDay, ByWeek, ByMonth} {
		if spans = average(readings); len(spans) <= maxMeans {
			break
		}
	}
	systolic, diastolic := draw.Line{Class: "first"}, draw.Line{Class: "second"}
	for _, s := range spans {
		year, month, day := s.Begin.Date()
		at := time.Date(year, month, day, noon, 0, 0, 0, zone)
		systolic.Points = append(systolic.Points, draw.Point{
			At: at, Value: s.All.Systolic, Min: s.All.LowestSystolic, Max: s.All.HighestSystolic,
		})
		diastolic.Points = append(diastolic.Points, draw.Point{
			At: at, Value: s.All.Diastolic, Min: s.All.LowestDiastolic, Max: s.All.HighestDiastolic,
		})
	}
	systolic.Gap = draw.UsualGap(systolic.Points)
	diastolic.Gap = systolic.Gap
	return []draw.Line{systolic, diastolic}
}

// Parted reports whether a chart of so many readings parts morning and evening.
func Parted(count int) bool { return count <= maxDots }
