package draw

// sparkHeight is the height of a sparkline in its own units.
const sparkHeight = 32.0

// Sparkline draws the course of a value over its whole time, without axes. The
// text beside it says the value. It returns "" for less than two points.
func Sparkline(points []Point) Picture {
	if len(points) < 2 {
		return ""
	}
	const margin = 3.0 // half a stroke, and the eye
	all, _ := spanOf(points)
	when := period{points[0].At, points[len(points)-1].At}
	places := make([]place, len(points))
	for i, p := range points {
		x := float64(i) / float64(len(points)-1) * fullWidth
		if when.to.After(when.from) {
			x = when.x(p.At)
		}
		places[i] = place{x, margin + all.y(p.Value, sparkHeight-2*margin)}
	}
	var s sheet
	s.open("svg", "class", "spark", "viewBox", "0 0 1000 "+number(sparkHeight), "preserveAspectRatio", "none",
		"aria-hidden", "true", "focusable", "false")
	line := path(places)
	s.shape("path", "class", "area", "d", line+" L1000 "+number(sparkHeight)+" 0 "+number(sparkHeight)+"Z")
	s.shape("path", "class", "line", "d", line)
	return s.picture()
}
