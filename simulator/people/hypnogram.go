// SPDX-License-Identifier: MIT

package people

import "math/rand/v2"

// Sleep states as they are sent; out of bed is a gap and never sent.
const (
	stateAwake = 0
	stateLight = 1
	stateDeep  = 2
	stateREM   = 3
	stateOut   = -1

	stateAsleep = 5 // of unknown depth
)

const (
	sliceMinutes = 10 // a stage is cut into pieces of at most ten minutes
	nightCycles  = 4
)

// phase is a stretch of one state.
type phase struct {
	state, minutes int
	snoring        bool
}

// minute is what a mat records in a minute in bed.
type minute struct {
	hr, rr, snoring, movement, rmssd, sdnn, quality, chest int
}

// slice is a piece of a phase as it is sent.
type slice struct {
	start, end int64
	state      int
	minutes    []minute
}

// phases invents a night of so many sleep cycles, from getting into bed to
// getting out of it.
func phases(r *rand.Rand, cycles int) []phase {
	list := []phase{{state: stateAwake, minutes: 4 + r.IntN(22)}}
	exits := 0
	for i := range cycles {
		list = append(list,
			phase{stateLight, 18 + r.IntN(23), r.IntN(4) == 0},
			phase{stateDeep, max(3, 22-4*i+r.IntN(10)), r.IntN(6) == 0},
			phase{stateLight, 8 + r.IntN(18), r.IntN(4) == 0},
			phase{stateREM, 6 + 4*i + r.IntN(10), false})
		if i == cycles-1 {
			break
		}
		switch chance := r.IntN(100); {
		case chance < 12 && exits < 2: // Two exits stay below the longest recorded absence.
			exits++
			list = append(list, phase{stateAwake, 1 + r.IntN(3), false}, phase{stateOut, 3 + r.IntN(9), false},
				phase{stateAwake, 1 + r.IntN(4), false})
		case chance < 45:
			list = append(list, phase{stateAwake, 2 + r.IntN(8), false})
		}
	}
	if last := r.IntN(15); last > 0 {
		list = append(list, phase{state: stateAwake, minutes: last})
	}
	return list
}

func secondsOf(list []phase) int64 {
	total := 0
	for _, p := range list {
		total += p.minutes
	}
	return int64(total) * 60
}

// cutPhases cuts phases into slices from start on, with recorded minutes; body
// makes people differ.
func cutPhases(r *rand.Rand, list []phase, start, body int64) []slice {
	var pieces []slice
	at := start
	for _, p := range list {
		for done := 0; done < p.minutes; done += sliceMinutes {
			n := min(sliceMinutes, p.minutes-done)
			piece := slice{start: at, end: at + int64(n)*60, state: p.state}
			at = piece.end
			if p.state == stateOut {
				continue
			}
			if p.state == stateAsleep {
				pieces = append(pieces, piece)
				continue
			}
			piece.minutes = make([]minute, n)
			for i := range piece.minutes {
				piece.minutes[i] = sampleMinute(r, p, done+i, int(body))
			}
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

func sampleMinute(r *rand.Rand, p phase, at, body int) minute {
	faster := [...]int{stateAwake: 12, stateLight: 4, stateDeep: 0, stateREM: 6}[p.state]
	chance := r.Uint64() // One draw for all: thousands of nights are generated.
	draw := func(n int) int {
		d := int(chance % uint64(n)) //nolint:gosec // Below n.
		chance /= uint64(n)          //nolint:gosec // A small constant.
		return d
	}
	m := minute{
		hr:       46 + body%11 + faster + draw(5),
		rr:       11 + body%4 + faster/5 + draw(3),
		rmssd:    28 + body%20 - faster + draw(15),
		movement: draw(12),
		quality:  2 + draw(4),
	}
	m.sdnn, m.chest = m.rmssd+4+draw(12), m.rr+draw(2)
	if p.state == stateAwake {
		m.movement = 60 + draw(150)
	}
	if p.snoring && at >= 2 {
		m.snoring = 1
	}
	return m
}
