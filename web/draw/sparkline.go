// SPDX-License-Identifier: MIT

package draw

import "math"

// sparkWidth and sparkHeight are the size of a sparkline in its own units.
const (
	sparkWidth  = 240.0
	sparkHeight = 64.0
)

// Sparkline draws the course of a value over its whole time as a line over an
// area, without axes. The text beside it says the value. It returns "" for less
// than two points.
func Sparkline(points []Point) Picture {
	line := sparkPath(points)
	if line == "" {
		return ""
	}
	var s sheet
	openSpark(&s)
	s.shape("path", "class", "area", "d", line+" L"+number(sparkWidth)+" "+number(sparkHeight)+" 0 "+number(sparkHeight)+"Z")
	s.shape("path", "class", "line", "d", line)
	return s.picture()
}

// Trace is a Sparkline without the area, for the many rows of a list.
func Trace(points []Point) Picture {
	line := sparkPath(points)
	if line == "" {
		return ""
	}
	var s sheet
	openSpark(&s)
	s.shape("path", "class", "line", "d", line)
	return s.picture()
}

func openSpark(s *sheet) {
	s.open("svg", "class", "spark", "viewBox", "0 0 "+number(sparkWidth)+" "+number(sparkHeight),
		"preserveAspectRatio", "none", "aria-hidden", "true")
}

// sparkPath is the line of a sparkline, in whole units: there are many on a page.
func sparkPath(points []Point) string {
	if len(points) < 2 {
		return ""
	}
	const margin = 3.0 // half a stroke, and the eye
	all, _ := spanOf(points)
	when := period{points[0].At, points[len(points)-1].At}
	places := make([]place, len(points))
	for i, p := range points {
		x := float64(i) / float64(len(points)-1)
		if when.to.After(when.from) {
			x = when.x(p.At) / fullWidth
		}
		places[i] = place{math.Round(x * sparkWidth), math.Round(margin + all.y(p.Value, sparkHeight-2*margin))}
	}
	return path(places)
}
