// SPDX-License-Identifier: MIT

// Package draw draws pictures as SVG: sparklines, charts, nights and
// electrocardiograms. It knows neither sensors nor pages: callers bring numbers,
// times and words, and the style sheet of the page brings the colours.
//
// A picture is as wide as its place. What has a shape lies in an inner svg that
// is stretched, with strokes of constant width; texts lie outside of it, at a
// percentage of the width. See https://www.w3.org/TR/SVG2/coords.html.
package draw

import (
	"html"
	"math"
	"strconv"
	"strings"
	"time"
)

// Picture is an svg element.
type Picture string

// Point is a value at a time. Min and Max are the extremes of several values
// that are drawn as one, else Value.
type Point struct {
	At              time.Time
	Value, Min, Max float64
}

// At returns the point of a single value.
func At(at time.Time, value float64) Point {
	return Point{At: at, Value: value, Min: value, Max: value}
}

// fullWidth is the width of an inner svg in its own units.
const fullWidth = 1000.0

// sheet collects the text of a picture.
type sheet struct{ strings.Builder }

// open writes a start tag. Attributes are name and value in turn; one without a
// value is left out.
func (s *sheet) open(name string, attributes ...string) {
	s.tag(name, attributes)
	s.WriteString(">")
}

// shape writes an element without content.
func (s *sheet) shape(name string, attributes ...string) {
	s.tag(name, attributes)
	s.WriteString("/>")
}

// text writes an element with a text in it.
func (s *sheet) text(name, content string, attributes ...string) {
	s.open(name, attributes...)
	s.WriteString(html.EscapeString(content))
	s.end(name)
}

func (s *sheet) end(name string) {
	s.WriteString("</" + name + ">")
}

func (s *sheet) tag(name string, attributes []string) {
	s.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			s.WriteString(" " + attributes[i] + `="` + html.EscapeString(attributes[i+1]) + `"`)
		}
	}
}

// openPicture starts the svg of a picture. An empty title means that the text
// beside the picture says the same.
func (s *sheet) openPicture(class, title string, height float64, attributes ...string) {
	role, hidden := "img", ""
	if title == "" {
		role, hidden = "", "true"
	}
	s.open("svg", append([]string{
		"xmlns", "http://www.w3.org/2000/svg", "class", class, "width", "100%", "height", number(height),
		"role", role, "aria-label", title, "aria-hidden", hidden, "focusable", "false",
	}, attributes...)...)
}

// openStretched starts an inner svg over the whole width, which clips what lies
// outside of it.
func (s *sheet) openStretched(top, height float64) {
	s.open("svg", "class", "plot", "x", "0", "y", number(top), "width", "100%", "height", number(height),
		"viewBox", "0 0 1000 "+number(height), "preserveAspectRatio", "none")
}

// picture ends the svg.
func (s *sheet) picture() Picture {
	s.end("svg")
	return Picture(s.String())
}

// number formats a coordinate with one decimal, which is finer than a pixel.
func number(x float64) string {
	text := strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
	if text == "-0" {
		return "0"
	}
	return text
}

// percent formats a place in an inner svg as a percentage of the width.
func percent(x float64) string {
	return strconv.FormatFloat(math.Round(x/fullWidth*1e4)/1e2, 'f', -1, 64) + "%"
}

// place is a point in the coordinates of an inner svg.
type place struct{ x, y float64 }

// path writes places as the data of a path that begins with a move.
func path(places []place) string {
	var data strings.Builder
	for i, p := range places {
		command := " "
		switch i {
		case 0:
			command = "M"
		case 1:
			command = "L"
		}
		data.WriteString(command + number(p.x) + " " + number(p.y))
	}
	if len(places) == 1 { // a line without length is drawn as a dot by its caps
		data.WriteString("h0")
	}
	return data.String()
}
