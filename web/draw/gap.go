// SPDX-License-Identifier: MIT

package draw

import (
	"math"
	"slices"
	"time"
)

// UsualGap is the distance from which on points of a line are not connected:
// three times the one that nine of ten do not exceed, 0 for few points. Several
// values one after another, as of blood pressure, do not make it short. The
// points are in the order of their times.
func UsualGap(points []Point) time.Duration {
	const few = 6
	if len(points) < few {
		return 0
	}
	distances := make([]time.Duration, len(points)-1)
	for i := range distances {
		distances[i] = points[i+1].At.Sub(points[i].At)
	}
	slices.Sort(distances)
	return 3 * distances[int(math.Ceil(0.9*float64(len(distances))))-1]
}
