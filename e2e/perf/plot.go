// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// plot is a picture of how a cost grows. Both axes begin at zero, so that linear
// growth is a straight line; with logarithmic ones it is one with a slope of one.
type plot struct {
	file, title string
	x, y        string // what the axes show
	logarithmic bool
	lines       []line
}

// line is one of a plot.
type line struct {
	name   string
	points []point
}

type point struct{ x, y float64 }

func pointsOf[T any](all []T, coordinates func(T) (x, y float64)) []point {
	points := make([]point, 0, len(all))
	for _, one := range all {
		x, y := coordinates(one)
		points = append(points, point{x, y})
	}
	return points
}

// Where the axes are, in pixels.
const (
	plotWidth, plotHeight   = 640, 340
	plotLeft, plotRight     = 70, 620
	plotTop, plotBottom     = 40, 260
	ticksLinear             = 5
	legendTop, legendHeight = 305, 16
)

// lineColours are visible on light and on dark backgrounds.
func lineColours() []string { return []string{"#3987e5", "#d9822b", "#2f9e77", "#a56cc1"} }

// plotStyle colours texts and axes as the theme of the reader needs it.
const plotStyle = `<style>text { fill: #1f2328; } line { stroke: #59636e; } ` +
	`@media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } line { stroke: #a5afba; } }</style>`

// svg is the picture. Its background is transparent.
func (p plot) svg() string {
	var text strings.Builder
	write := func(format string, args ...any) { _, _ = fmt.Fprintf(&text, format+"\n", args...) }
	height := legendTop + legendHeight*len(p.lines)
	write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" `+
		`aria-labelledby="title description" font-family="sans-serif" font-size="12">`, plotWidth, height, plotWidth, height)
	write(`<title id="title">%s</title>`, p.title)
	write(`<desc id="description">%s, %s. The table before it has the figures.</desc>`, p.title, p.legend())
	write(plotStyle)
	write(`<text x="%d" y="20" font-size="14" font-weight="bold">%s (%s)</text>`, plotLeft, p.title, p.y)
	xs, ys := p.axis(func(at point) float64 { return at.x }), p.axis(func(at point) float64 { return at.y })
	for _, v := range ys.ticks() {
		y := ys.place(v, plotBottom, plotTop)
		write(`<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke-opacity="0.35"/>`, plotLeft, plotRight, y, y)
		write(`<text x="%d" y="%.1f" text-anchor="end">%s</text>`, plotLeft-8, y+4, number(v))
	}
	for _, v := range xs.ticks() {
		x := xs.place(v, plotLeft, plotRight)
		write(`<line x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`, x, x, plotBottom, plotBottom+5)
		write(`<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, x, plotBottom+19, number(v))
	}
	write(`<text x="%d" y="%d" text-anchor="end">%s</text>`, plotRight, plotBottom+36, p.x)
	for i, l := range p.lines {
		colour := lineColours()[i%len(lineColours())]
		var path []string
		for _, at := range l.points {
			x, y := xs.place(at.x, plotLeft, plotRight), ys.place(at.y, plotBottom, plotTop)
			path = append(path, fmt.Sprintf("%.1f,%.1f", x, y))
			write(`<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x, y, colour)
		}
		write(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(path, " "), colour)
		at := legendTop + legendHeight*i
		write(`<rect x="%d" y="%d" width="10" height="10" fill="%s"/>`, plotLeft, at, colour)
		write(`<text x="%d" y="%d">%s</text>`, plotLeft+16, at+9, l.name)
	}
	text.WriteString("</svg>\n")
	return text.String()
}

// legend names the lines.
func (p plot) legend() string {
	names := make([]string, len(p.lines))
	for i, l := range p.lines {
		names[i] = l.name
	}
	return strings.Join(names, "; ")
}

// axis is a range of values, whose ends are ticks.
type axis struct {
	from, to    float64
	logarithmic bool
}

func (p plot) axis(of func(point) float64) axis {
	var values []float64
	for _, l := range p.lines {
		for _, at := range l.points {
			values = append(values, of(at))
		}
	}
	if !p.logarithmic {
		return axis{to: roundUp(slices.Max(values))}
	}
	from := math.Pow(10, math.Floor(math.Log10(slices.Min(values))))
	return axis{from, max(10*from, math.Pow(10, math.Ceil(math.Log10(slices.Max(values))))), true}
}

// roundUp is the next number with a leading digit that ticksLinear divides well; 1
// for 0.
func roundUp(v float64) float64 {
	if v == 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, lead := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 7.5} {
		if v <= lead*power {
			return lead * power
		}
	}
	return 10 * power
}

func (a axis) ticks() []float64 {
	var ticks []float64
	if a.logarithmic {
		for v := a.from; v <= a.to*1.001; v *= 10 {
			ticks = append(ticks, v)
		}
		return ticks
	}
	for i := range ticksLinear + 1 {
		ticks = append(ticks, a.to*float64(i)/ticksLinear)
	}
	return ticks
}

// place is where a value is between two ends.
func (a axis) place(v float64, first, last int) float64 {
	share := (v - a.from) / (a.to - a.from)
	if a.logarithmic {
		share = math.Log(v/a.from) / math.Log(a.to/a.from)
	}
	return float64(first) + share*float64(last-first)
}

func number(v float64) string { return fmt.Sprintf("%.4g", v) }
