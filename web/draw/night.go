// SPDX-License-Identifier: MIT

package draw

import (
	"math"
	"slices"
	"time"
)

// Stage is a stretch of a night in one state of sleep.
type Stage struct {
	From, To time.Time
	// Row is the row from above, from 0; Class the CSS class of the state.
	Row   int
	Class string
}

// Night is a picture of a night: stages of sleep below, courses above, all on
// one axis of time.
type Night struct {
	Title    string
	From, To time.Time
	Zone     *time.Location
	Stages   []Stage
	// Rows are the names of the rows of stages, from above.
	Rows []string
	// Courses are drawn above the stages, each with a scale of its own. Those
	// without points are left out.
	Courses []Course
	// Time labels the axis of time.
	Time func(Tick) string
}

// Course is a value during the night.
type Course struct {
	Name   string
	Class  string
	Points []Point
	Gap    time.Duration
	Value  func(float64) string
}

// Measures of a night in CSS pixels.
const (
	stageHeight  = 34.0 // of a row of stages, with its name
	stageName    = 16.0 // of the name above the bars of a row
	stageBar     = 14.0
	courseHeight = 64.0
	courseGap    = 22.0 // of the name above a course
)

// Draw draws the night; one without length is "".
func (n Night) Draw() Picture {
	if !n.To.After(n.From) {
		return ""
	}
	zone := n.Zone
	if zone == nil {
		zone = time.UTC
	}
	when := period{n.From, n.To}
	n.Courses = slices.DeleteFunc(slices.Clone(n.Courses), func(c Course) bool { return len(c.Points) == 0 })
	courses := float64(len(n.Courses)) * (courseHeight + courseGap)
	stages := float64(len(n.Rows)) * stageHeight
	height := courses + stages + axisHeight
	times := when.ticks(timeTicks, zone)
	var s sheet
	s.openPicture("night", n.Title, height)
	s.openStretched(0, courses+stages)
	for _, tick := range times {
		s.shape("path", "class", "grid", "d", "M"+number(when.x(tick.At))+" 0v"+number(courses+stages))
	}
	writeStages(&s, when, n.Stages, courses+stageName, stageHeight, stageBar)
	s.end("svg")
	for i, c := range n.Courses {
		c.draw(&s, when, float64(i)*(courseHeight+courseGap))
	}
	for i, name := range n.Rows {
		s.text("text", name, "class", "label", "x", "2", "y", number(courses+float64(i)*stageHeight+12))
	}
	writeTimes(&s, when, times, height-8, n.Time)
	return s.picture()
}

// draw draws a course below its name, with its lowest and highest value.
func (c Course) draw(s *sheet, when period, top float64) {
	values, some := spanOf(c.Points)
	if !some {
		return
	}
	s.text("text", c.Name, "class", "label", "x", "2", "y", number(top+14))
	s.text("text", c.Value(values.low)+"–"+c.Value(values.high), "class", "label", "x", "100%", "text-anchor", "end",
		"y", number(top+14))
	s.openStretched(top+courseGap-4, courseHeight)
	Line{Class: c.Class, Points: c.Points, Gap: c.Gap}.draw(s, when, values.padded(0.08), courseHeight)
	s.end("svg")
}

// Hypnogram draws the stages of a night alone, small, without axes. A night
// without length is "".
func Hypnogram(title string, from, to time.Time, stages []Stage, rows int) Picture {
	const row, bar = 13.0, 10.0
	if !to.After(from) {
		return ""
	}
	height := row * float64(rows)
	var s sheet
	s.openPicture("hypnogram", title, height)
	s.openStretched(0, height)
	writeStages(&s, period{from, to}, stages, 0, row, bar)
	s.end("svg")
	return s.picture()
}

// mergeStages sorts stages, and makes one of those that follow each other in the
// same state: between two bars that touch there would be a seam.
func mergeStages(stages []Stage) (merged []Stage) {
	for _, stage := range slices.SortedFunc(slices.Values(stages), func(a, b Stage) int { return a.From.Compare(b.From) }) {
		if n := len(merged); n > 0 && merged[n-1].Class == stage.Class && merged[n-1].To.Equal(stage.From) {
			merged[n-1].To = stage.To
			continue
		}
		merged = append(merged, stage)
	}
	return merged
}

// writeStages draws stages as bars in rows, with a line between those that follow
// each other.
func writeStages(s *sheet, when period, stages []Stage, top, row, bar float64) {
	middle := func(stage Stage) float64 { return top + float64(stage.Row)*row + bar/2 }
	ordered := mergeStages(stages)
	for i, stage := range ordered {
		if i > 0 && stage.Row != ordered[i-1].Row && stage.From.Equal(ordered[i-1].To) {
			s.shape("path", "class", "step", "d", "M"+number(when.x(stage.From))+" "+number(middle(ordered[i-1]))+
				"V"+number(middle(stage)))
		}
	}
	for _, stage := range ordered {
		from, to := when.x(stage.From), when.x(stage.To)
		s.shape("rect", "class", "stage "+stage.Class, "x", number(from), "y", number(middle(stage)-bar/2),
			"width", number(max(to-from, 0.5)), "height", number(bar))
	}
}

// Nights is a picture of several nights side by side: from bed time above to
// wake time below.
type Nights struct {
	Title string
	// Slots are the days in order; one without sleep has no bars.
	Slots []Slot
	// Clock labels hours on the axis, which are counted from the midnight before
	// the night ends: -2 is 22:00.
	Clock func(hour int) string
}

// Slot is a day of the picture.
type Slot struct {
	Label string
	Bars  []Bar
}

// Bar is a sleep. Times are hours from the midnight before the night ends.
type Bar struct {
	From, To float64
	// Nap marks what was no night, Current the night that is shown in full.
	Nap, Current bool
	// Title is its text, for a pointer over it.
	Title string
}

// Measures of the nights: the height of the bars in CSS pixels, and the room for
// the hours beside them, in units of the inner svg.
const (
	nightsHeight = 190.0
	nightsLeft   = 100.0
)

// hourMarks are at most six full hours in a range, as a clock is read.
func hourMarks(hours span) (marks []int) {
	step := 12
	for _, s := range []int{1, 2, 3, 6} {
		if (hours.high-hours.low)/float64(s) <= 6 {
			step = s
			break
		}
	}
	for at := int(math.Ceil(hours.low/float64(step))) * step; float64(at) <= hours.high; at += step {
		marks = append(marks, at)
	}
	return marks
}

// Draw draws the nights; without any bar it returns "".
func (n Nights) Draw() Picture {
	var all []Point
	for _, slot := range n.Slots {
		for _, bar := range slot.Bars {
			all = append(all, Point{Min: bar.From, Max: bar.To})
		}
	}
	hours, some := spanOf(all)
	if !some {
		return ""
	}
	hours = hours.padded(0.04)
	y := func(hour float64) float64 { return nightsHeight - hours.y(hour, nightsHeight) } // early above
	step := (fullWidth - nightsLeft) / float64(len(n.Slots))
	var s sheet
	s.openPicture("nights", n.Title, nightsHeight+topMargin+axisHeight)
	s.openStretched(topMargin, nightsHeight)
	marks := hourMarks(hours)
	for _, mark := range marks {
		s.shape("path", "class", "grid", "d", "M0 "+number(y(float64(mark)))+"h1000")
	}
	for i, slot := range n.Slots {
		for _, bar := range slot.Bars {
			class := "sleep"
			switch {
			case bar.Nap:
				class = "nap"
			case bar.Current:
				class = "sleep current"
			}
			s.open("rect", "class", class, "x", number(nightsLeft+(float64(i)+0.22)*step), "y", number(y(bar.From)),
				"width", number(0.56*step), "height", number(max(y(bar.To)-y(bar.From), 1)))
			if bar.Title != "" {
				s.text("title", bar.Title)
			}
			s.end("rect")
		}
	}
	s.end("svg")
	for _, mark := range marks {
		s.text("text", n.Clock(mark), "class", "label", "x", "2", "y", number(topMargin+y(float64(mark))-3))
	}
	every := (len(n.Slots) + 6) / 7 // labels that fit on a phone
	for i, slot := range n.Slots {
		if i%every == (len(n.Slots)-1)%every {
			s.text("text", slot.Label, "class", "label", "x", percent(nightsLeft+(float64(i)+0.5)*step), "text-anchor", "middle",
				"y", number(nightsHeight+topMargin+axisHeight-8))
		}
	}
	return s.picture()
}
