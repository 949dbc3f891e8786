// SPDX-License-Identifier: MIT

package draw

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Strip is an electrocardiogram on millimetre paper, at the usual 25 mm/s and
// 10 mm/mV. In print its size is true.
type Strip struct {
	Title string
	// Microvolts are the samples, Frequency their number in a second.
	Microvolts []int
	Frequency  float64
	// RowSeconds is the length of a row; 0 means 10 s, which fit on an A4 page.
	RowSeconds float64
}

// Measures of the strip in millimetres.
const (
	paperSpeed = 25.0 // mm/s
	paperGain  = 10.0 // mm/mV
	rowSeconds = 10.0
	rowMargin  = 2.5
	minRow     = 25.0
	maxRow     = 60.0 // a contact that breaks is cut off
)

// Draw draws the strip row by row; without samples it returns "".
func (p Strip) Draw() Picture {
	if len(p.Microvolts) == 0 || p.Frequency <= 0 {
		return ""
	}
	p.Microvolts = centred(p.Microvolts)
	seconds := p.RowSeconds
	if seconds <= 0 {
		seconds = rowSeconds
	}
	duration := float64(len(p.Microvolts)) / p.Frequency
	seconds = min(seconds, math.Max(1, math.Ceil(duration)))
	rows := int(math.Ceil(duration / seconds))
	low, high := p.extent()
	height := min(max(math.Ceil((high-low)*paperGain/5)*5+2*rowMargin, minRow), maxRow)
	width := seconds * paperSpeed
	middle := (low + high) / 2
	var s sheet
	total := float64(rows) * height
	s.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "ecg", "role", "img", "aria-label", p.Title,
		"focusable", "false", "width", number(width)+"mm", "height", number(total)+"mm",
		"viewBox", "0 0 "+number(width)+" "+number(total))
	writePaper(&s, width, total)
	for row := range rows {
		base := float64(row)*height + height/2
		first := int(math.Round(float64(row) * seconds * p.Frequency))
		last := min(int(math.Round(float64(row+1)*seconds*p.Frequency))+1, len(p.Microvolts))
		s.shape("path", "class", "trace", "d", p.trace(first, last, base, middle, height))
	}
	return s.picture()
}

// centred are samples around their median. The base line of a recording may lie
// volts from zero, and says nothing.
func centred(samples []int) []int {
	sorted := slices.Sorted(slices.Values(samples))
	median := sorted[len(sorted)/2]
	around := make([]int, len(samples))
	for i, v := range samples {
		around[i] = v - median
	}
	return around
}

// writePaper draws lines every millimetre, and stronger ones every five.
func writePaper(s *sheet, width, height float64) {
	for _, grid := range []struct {
		class string
		step  int
	}{{"fine", 1}, {"coarse", 5}} {
		var data strings.Builder
		for x := 0; float64(x) <= width; x += grid.step {
			data.WriteString("M" + strconv.Itoa(x) + " 0v" + number(height))
		}
		for y := 0; float64(y) <= height; y += grid.step {
			data.WriteString("M0 " + strconv.Itoa(y) + "h" + number(width))
		}
		s.shape("path", "class", grid.class, "d", data.String())
	}
}

// extent is the range of the samples in millivolts without the extreme
// thousandth of them, which are often a movement.
func (p Strip) extent() (low, high float64) {
	const bins = 2001 // of 10 µV, from -10 to 10 mV
	var counts [bins]int
	for _, v := range p.Microvolts {
		counts[min(max(v/10+bins/2, 0), bins-1)]++
	}
	cut := len(p.Microvolts) / 2000
	find := func(from, step int) float64 {
		for bin, seen := from, 0; ; bin += step {
			if seen += counts[bin]; seen > cut {
				return float64(bin-bins/2) / 100
			}
		}
	}
	return find(0, 1), find(bins-1, -1)
}

// trace is the path of samples. Of those that share a fifth of a millimetre
// only the extremes are drawn, so that no peak is lost.
func (p Strip) trace(first, last int, base, middle, height float64) string {
	const resolution = 0.2
	y := func(microvolts int) float64 {
		offset := (middle - float64(microvolts)/1000) * paperGain
		return base + min(max(offset, -height/2), height/2)
	}
	perColumn := max(1, int(p.Frequency/paperSpeed*resolution))
	var places []place
	for at := first; at < last; at += perColumn {
		end := min(at+perColumn, last)
		low, high := at, at
		for i := at + 1; i < end; i++ {
			if p.Microvolts[i] < p.Microvolts[low] {
				low = i
			}
			if p.Microvolts[i] > p.Microvolts[high] {
				high = i
			}
		}
		for _, i := range []int{min(low, high), max(low, high)} {
			places = append(places, place{float64(i-first) / p.Frequency * paperSpeed, y(p.Microvolts[i])})
			if low == high {
				break
			}
		}
	}
	return path(places)
}

// Duration is the length of the recording.
func (p Strip) Duration() time.Duration {
	if p.Frequency <= 0 {
		return 0
	}
	return time.Duration(float64(len(p.Microvolts)) / p.Frequency * float64(time.Second))
}
