// SPDX-License-Identifier: MIT

package draw

import (
	"math"
	"strconv"
	"strings"
)

// standaloneStyle are the colours of a picture outside of the page: those of
// the page in the light theme.
const standaloneStyle = `text{font:12px system-ui,sans-serif;fill:#55626d}.heading{font-size:16px;fill:#16202a}` +
	`path{vector-effect:non-scaling-stroke}.label{paint-order:stroke;stroke:#fff;stroke-width:3px}` +
	`.line{fill:none;stroke:#0b7a6f;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}.line.second{stroke:#a34b78}` +
	`.grid{fill:none;stroke:#e1e6e9}.step{fill:none;stroke:#8a96a0;opacity:.6}` +
	`.stage.awake{fill:#cf8a1f}.stage.rem{fill:#9268ca}.stage.light{fill:#6f9be0}.stage.deep{fill:#27458c}` +
	`.stage.unknown{fill:#8a96a0}.ecg path{fill:none}.fine{stroke:#f6cfca;stroke-width:.5}` +
	`.coarse{stroke:#e9a59c;stroke-width:.8}.trace{stroke:#16202a;stroke-width:1.2}`

// Measures of a standalone picture in CSS pixels.
const (
	standaloneWidth   = 720.0 // of a picture that is as wide as its place
	standaloneMargin  = 16.0
	standaloneHeading = 28.0
	pixelsPerMM       = 96 / 25.4
)

// Standalone returns a picture as a document of its own, with colours and a
// heading, on white. Without a picture it returns nil.
func (p Picture) Standalone(heading string) []byte {
	if p == "" {
		return nil
	}
	width, height := p.pixels("width"), p.pixels("height")
	if width == 0 {
		width = standaloneWidth
	}
	whole, total := number(width+2*standaloneMargin), number(height+standaloneHeading+2*standaloneMargin)
	var s sheet
	s.open("svg", "xmlns", "http://www.w3.org/2000/svg", "width", whole, "height", total,
		"viewBox", "0 0 "+whole+" "+total)
	s.text("title", heading)
	s.text("style", standaloneStyle)
	s.shape("rect", "width", whole, "height", total, "fill", "#fff")
	s.text("text", heading, "class", "heading", "x", number(standaloneMargin), "y", number(standaloneMargin+14))
	s.open("svg", "x", number(standaloneMargin), "y", number(standaloneMargin+standaloneHeading),
		"width", number(width), "height", number(height))
	s.WriteString(string(p))
	s.end("svg")
	return []byte(s.picture())
}

// pixels returns the width or height of a picture in CSS pixels, 0 for one that
// depends on its place.
func (p Picture) pixels(attribute string) float64 {
	_, rest, _ := strings.Cut(string(p), " "+attribute+`="`)
	text, _, _ := strings.Cut(rest, `"`)
	text, millimetres := strings.CutSuffix(text, "mm")
	size, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	if millimetres {
		size = math.Ceil(size * pixelsPerMM)
	}
	return size
}
