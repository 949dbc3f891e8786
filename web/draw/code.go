// SPDX-License-Identifier: MIT

package draw

import "strconv"

// codeMargin is the quiet zone around a two-dimensional code, in modules. See
// ISO/IEC 18004.
const codeMargin = 4

// Code draws a two-dimensional code of size by size modules, dark on light in
// every theme: readers expect that. The label says what it is.
func Code(size int, isDark func(x, y int) bool, label string) Picture {
	var modules sheet
	for y := range size {
		for x := 0; x < size; x++ {
			begin := x
			for x < size && isDark(x, y) {
				x++
			}
			if x > begin { // a run of dark modules is one rectangle
				width := strconv.Itoa(x - begin)
				modules.WriteString("M" + strconv.Itoa(begin+codeMargin) + " " + strconv.Itoa(y+codeMargin) +
					"h" + width + "v1h-" + width + "z")
			}
		}
	}
	whole := strconv.Itoa(size + 2*codeMargin)
	var s sheet
	s.open("svg", "viewBox", "0 0 "+whole+" "+whole, "role", "img", "aria-label", label, "shape-rendering", "crispEdges")
	s.shape("path", "d", "M0 0h"+whole+"v"+whole+"h-"+whole+"z", "fill", "#fff")
	s.shape("path", "d", modules.String(), "fill", "#000")
	s.end("svg")
	return s.picture()
}
