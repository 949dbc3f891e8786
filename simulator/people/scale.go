// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// scale generates the weigh-ins of a body.
type scale struct{ *body }

// scaleDay is a weigh-in on most mornings, sometimes with a goal or a guest's
// weight.
func (a scale) scaleDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "scale", day)
	var groups []*Group
	skip, guest, goal := r.IntN(100) < 15, r.IntN(40) == 0, r.IntN(120) == 0
	at := a.wakeTime(day).Add(time.Duration(5+r.IntN(20)) * time.Minute)
	upload := time.Duration(20+r.IntN(80)) * time.Second
	if !skip {
		ids := [3]int64{a.rowID(day, 1), a.rowID(day, 2), a.rowID(day, 3)}
		groups = append(groups, a.weighIn(r, ids, at, at.Add(upload), a.weight(r, day))...)
	}
	if guest {
		at := a.TimeOfDay(day, 18*60+r.IntN(180))
		weight := massMeasure(r, 1, 11_000+r.Int64N(60_000))
		groups = append(groups, a.ambiguousWeight(a.rowID(day, 4), at, at.Add(upload), weight))
	}
	if goal {
		at := a.TimeOfDay(day, 19*60+r.IntN(60))
		groups = append(groups, a.goalGroup(a.rowID(day, 5), at, rawMeasure(1, int64(a.WeightG)/1000-2, 0)))
	}
	return groups
}

// weight is a slow trend, a faster one, and daily variation; in grams.
func (a *body) weight(r *rand.Rand, day int64) int64 {
	phase := a.UserID % 401
	slow := triangleWave(day, 401, int64(a.WeightG)/25, phase)
	return int64(a.WeightG) + slow + triangleWave(day, 31, int64(a.WeightG)/200, phase) + r.Int64N(801) - 400
}

// weighIn is what a Body Cardio sends: composition, pulse, and pulse wave
// velocity minutes later, all of the same date. A Body Scan takes its place
// where there is one.
func (a scale) weighIn(r *rand.Rand, ids [3]int64, at, created time.Time, grams int64) []*Group {
	if a.BodyScan {
		return a.scan(r, ids[:], at, created, grams)
	}
	fat := grams * a.fatPermille(r, grams) / 1000
	lean := grams - fat
	muscle := lean * 95 / 100
	composition := []measure{
		massMeasure(r, 1, grams), massMeasure(r, 8, fat), derivedMeasure(massMeasure(r, 5, lean)),
		derivedMeasure(rawMeasure(6, fat*100_000/grams, -3)),
		rawMeasure(76, muscle/10, -2), rawMeasure(77, lean*73/100/10, -2), rawMeasure(88, (lean-muscle)/10, -2),
	}
	scale := a.device("Body Cardio", 6)
	first := newGroup(ids[0], at, created, scale, composition...)
	pulse := newGroup(ids[1], at, created, scale, rawMeasure(11, 56+r.Int64N(24), 0))
	velocity := newGroup(ids[2], at, created.Add(time.Duration(60+r.IntN(120))*time.Second), scale,
		rawMeasure(91, 6200+a.UserID%900+r.Int64N(900), -3), rawMeasure(155, 380+a.UserID%200+r.Int64N(30), -1))
	velocity.Attrib = 8
	return []*Group{first, pulse, velocity}
}

// fatPermille is the share of fat in a weight.
func (a scale) fatPermille(r *rand.Rand, grams int64) int64 {
	return 150 + a.UserID%120 + r.Int64N(15) + (grams-int64(a.WeightG))/400
}

// ambiguousWeight is a weight that may be another user's.
func (a scale) ambiguousWeight(id int64, at, created time.Time, weight measure) *Group {
	g := newGroup(id, at, created, a.device("Body Cardio", 6), weight)
	g.Attrib = 1
	return g
}

// goalGroup is a goal, not a measurement.
func (a scale) goalGroup(id int64, at time.Time, weight measure) *Group {
	g := newGroup(id, at, at, nil, weight)
	g.Category, g.Attrib = 2, 2
	return g
}
