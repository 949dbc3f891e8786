// SPDX-License-Identifier: MIT

package draw

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Chart is a picture of values over time.
type Chart struct {
	// Title says in words what the picture shows.
	Title    string
	From, To time.Time
	// Zone is the zone of the axis of time.
	Zone  *time.Location
	Lines []Line
	// Goal is a horizontal line, nil for none.
	Goal *Goal
	// Bands are ranges of values behind the lines.
	Bands []Band
	// Whole means that the values are whole numbers, and so are the marks of the axis.
	Whole bool
	// Height is in CSS pixels; 0 means 300.
	Height float64
	// Value and Time label the axes.
	Value func(float64) string
	Time  func(Tick) string
}

// Line is the course of a value.
type Line struct {
	// Class is a CSS class beside "line": "first", "second", "trend".
	Class  string
	Points []Point
	// Gap is the distance of points that are not connected; 0 connects all.
	Gap time.Duration
	// Bars draws the points as bars from zero.
	Bars bool
	// Dots marks every point.
	Dots bool
	// Breaks are times at which something replaced what measured: each has a mark.
	Breaks []time.Time
}

// Goal is a value that somebody wants to reach.
type Goal struct {
	Value float64
	Label string
}

// Band is a range of values.
type Band struct {
	Low, High float64
	Class     string
	Label     string
}

// Measures of a chart in CSS pixels.
const (
	chartHeight = 300.0
	axisHeight  = 26.0 // of the texts below
	labelHeight = 14.0 // of a text in the picture
	topMargin   = 8.0
	valueTicks  = 4
	chartTicks  = 5
	timeTicks   = 6
)

// Draw draws the chart. The attributes data-from and data-to of the picture are
// the range in milliseconds since 1970, data-top and data-height say where the
// values lie in it. What moves with the time is in the group "moves", the labels
// of the axis of time are in the group "times". Points beyond the range are drawn
// where they cannot be seen: they show when the picture is moved.
func (c Chart) Draw() Picture {
	if c.Height == 0 {
		c.Height = chartHeight
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	plot := c.Height - topMargin - axisHeight
	when := period{c.From, c.To}
	values, known := c.span(when)
	y := func(value float64) float64 { return values.y(value, plot) }
	var s sheet
	s.openPicture("chart", c.Title, c.Height, "data-from", millis(c.From), "data-to", millis(c.To),
		"data-top", number(topMargin), "data-height", number(plot))
	var marks []float64
	if known {
		marks = values.ticks(chartTicks, c.Whole)
	}
	times := when.ticks(timeTicks, c.Zone)
	s.openStretched(topMargin, plot)
	for _, b := range c.Bands {
		top, bottom := max(0, y(b.High)), min(plot, y(b.Low))
		if bottom > top {
			s.shape("rect", "class", "band "+b.Class, "x", "0", "y", number(top), "width", "1000",
				"height", number(bottom-top))
		}
	}
	for _, mark := range marks {
		s.shape("path", "class", "grid", "d", "M0 "+number(y(mark))+"h1000")
	}
	if c.Goal != nil && known {
		s.shape("path", "class", "goal", "d", "M0 "+number(y(c.Goal.Value))+"h1000")
	}
	s.open("g", "class", "moves")
	for _, tick := range times {
		s.shape("path", "class", "grid", "d", "M"+number(when.x(tick.At))+" 0v"+number(plot))
	}
	for _, line := range c.Lines {
		line.draw(&s, when, values, plot)
	}
	s.end("g")
	s.end("svg")
	for _, mark := range marks {
		s.text("text", c.Value(mark), "class", "label", "x", "2", "y", number(topMargin+y(mark)-3))
	}
	if c.Goal != nil && known {
		s.text("text", c.Goal.Label, "class", "label goal", "x", "100%", "text-anchor", "end",
			"y", number(topMargin+y(c.Goal.Value)-3))
	}
	for _, b := range c.Bands {
		top, bottom := max(0, y(b.High)), min(plot, y(b.Low))
		if b.Label != "" && bottom-top >= labelHeight {
			s.text("text", b.Label, "class", "label", "x", "100%", "text-anchor", "end", "y", number(topMargin+top+13))
		}
	}
	s.open("g", "class", "times")
	writeTimes(&s, when, times, c.Height-8, c.Time)
	s.end("g")
	return s.picture()
}

// span is the range of the values that can be seen, false for none.
func (c Chart) span(when period) (all span, known bool) {
	all = span{low: 0, high: 1}
	for _, line := range c.Lines {
		found, some := spanOf(line.within(when))
		if !some {
			continue
		}
		if line.Bars {
			found = found.with(0)
		}
		if known {
			found = found.with(all.low).with(all.high)
		}
		all, known = found, true
	}
	if c.Goal != nil && known {
		all = all.with(c.Goal.Value)
	}
	padded := all.padded(0.06)
	if all.low >= 0 && padded.low < 0 { // nothing falls below zero that has not
		padded.low = 0
	}
	return padded, known
}

// within are the points in a period; all of them for none.
func (l Line) within(when period) []Point {
	first := slices.IndexFunc(l.Points, func(p Point) bool { return !p.At.Before(when.from) })
	last := len(l.Points)
	for last > 0 && l.Points[last-1].At.After(when.to) {
		last--
	}
	if first < 0 || first >= last {
		return l.Points
	}
	return l.Points[first:last]
}

// writeTimes writes the labels of the axis of time. Labels at the edges would
// be cut off.
func writeTimes(s *sheet, when period, ticks []Tick, y float64, label func(Tick) string) {
	const edge = 30.0
	for _, tick := range ticks {
		x, anchor := when.x(tick.At), "middle"
		switch {
		case x < edge:
			anchor = "start"
		case x > fullWidth-edge:
			anchor = "end"
		}
		s.text("text", label(tick), "class", "label", "x", percent(x), "y", number(y), "text-anchor", anchor)
	}
}

// draw draws the band of extremes, the line and its dots.
func (l Line) draw(s *sheet, when period, values span, height float64) {
	at := func(p Point, value float64) place { return place{when.x(p.At), values.y(value, height)} }
	if l.Bars {
		var data strings.Builder
		for _, p := range l.Points {
			bar := at(p, p.Value)
			data.WriteString("M" + number(bar.x) + " " + number(values.y(max(0, values.low), height)) + "V" + number(bar.y))
		}
		s.shape("path", "class", "bars "+l.Class, "d", data.String())
		return
	}
	var band, line, dots strings.Builder
	for _, run := range l.runs() {
		upper, lower, middle := make([]place, 0, len(run)), make([]place, 0, len(run)), make([]place, 0, len(run))
		spread := false
		for i, p := range run {
			upper, middle = append(upper, at(p, p.Max)), append(middle, at(p, p.Value))
			lower = append(lower, at(run[len(run)-1-i], run[len(run)-1-i].Min))
			spread = spread || p.Max > p.Min
		}
		if spread && len(run) > 1 {
			band.WriteString(path(append(upper, lower...)) + "Z")
		}
		line.WriteString(path(middle))
		if l.Dots {
			for _, p := range middle {
				dots.WriteString(path([]place{p}))
			}
		}
	}
	if band.Len() > 0 {
		s.shape("path", "class", "spread "+l.Class, "d", band.String())
	}
	s.shape("path", "class", "line "+l.Class, "d", line.String())
	if dots.Len() > 0 {
		s.shape("path", "class", "dots "+l.Class, "d", dots.String())
	}
	for _, moment := range l.Breaks {
		s.shape("path", "class", "break", "d", "M"+number(when.x(moment))+" 0v"+number(height))
	}
}

// runs are the points that are connected.
func (l Line) runs() (runs [][]Point) {
	start := 0
	for i := 1; i <= len(l.Points); i++ {
		if i == len(l.Points) || l.Gap > 0 && l.Points[i].At.Sub(l.Points[i-1].At) > l.Gap {
			runs = append(runs, l.Points[start:i])
			start = i
		}
	}
	return runs
}

func millis(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }
