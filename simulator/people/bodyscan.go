// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// Places of the body as the vendor numbers them.
const (
	rightArm  = 2
	leftArm   = 3
	wholeBody = 7
	leftLeg   = 10
	rightLeg  = 11
	torso     = 12
)

// Undocumented attributions, recorded from a Body Scan.
const (
	attribOdd   = 10009
	attribOther = 10010
)

// limb is the share of a part of the body, per mille.
type limb struct {
	place             int
	lean, fat, muscle int64
}

// limbs are in the order in which they are sent. The torso has the remainder,
// less rounding.
func limbs() []limb {
	return []limb{
		{torso, 0, 0, 0}, {leftLeg, 175, 129, 174}, {leftArm, 61, 57, 60}, {rightLeg, 181, 112, 180}, {rightArm, 64, 54, 63},
	}
}

// bodyScanDay is a weigh-in on four mornings of five; the nerves of the feet
// are measured once a week.
func (a scale) bodyScanDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "bodyscan", day)
	if r.IntN(5) == 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(5+r.IntN(20)) * time.Minute)
	ids := []int64{a.rowID(day, 40), a.rowID(day, 41), a.rowID(day, 42), a.rowID(day, 43)}
	if day%7 == 0 {
		ids = append(ids, a.rowID(day, 44))
	}
	groups := a.scan(r, ids, at, at.Add(time.Duration(40+r.IntN(110))*time.Second), a.weight(r, day))
	switch day % 9 {
	case 2:
		groups[3].Attrib = attribOdd
	case 5:
		groups[2].Attrib = attribOther
	}
	if len(ids) == 5 && day%2 == 0 {
		groups[4].Attrib = attribOdd
	}
	return groups
}

// scan is what a Body Scan sends, all of one date: composition, pulse with ECG,
// vessels, sweat, and nerves. There are as many groups as ids.
func (a scale) scan(r *rand.Rand, ids []int64, at, created time.Time, grams int64) []*Group {
	scale := a.device("Body Scan", 10)
	parts := [][]measure{
		a.composition(r, grams), a.pulseMeasures(r), a.vascularMeasures(r), electrodermalMeasures(r), nerveMeasures(r),
	}
	groups := make([]*Group, 0, len(ids))
	for i, id := range ids {
		groups = append(groups, newGroup(id, at, created.Add(time.Duration(i*7)*time.Second), scale, parts[i]...))
	}
	return groups
}

// composition is measured by weight and impedance, in hundredths of a kilogram.
// As in recorded ones, fat and lean occur twice, and the limbs are a little
// less than the whole.
func (a scale) composition(r *rand.Rand, grams int64) []measure {
	fat := grams * a.fatPermille(r, grams) / 10_000
	lean := grams/10 - fat
	muscle := lean * 95 / 100
	water := lean * 675 / 1000
	outside := water * (405 + r.Int64N(20)) / 1000
	list := []measure{bodyScanMeasure(1, grams, -3)}
	for _, m := range []measure{
		bodyScanMeasure(5, lean, -2), bodyScanMeasure(5, lean, -2),
		bodyScanMeasure(8, fat, -2), bodyScanMeasure(8, fat, -2),
		bodyScanMeasure(76, muscle, -2), bodyScanMeasure(77, water, -2), bodyScanMeasure(88, lean-muscle, -2),
		bodyScanMeasure(168, outside, -2), bodyScanMeasure(169, water-outside, -2),
		bodyScanMeasure(170, 12+a.UserID%30+r.Int64N(6), -1),
	} {
		list = append(list, m.atPosition(wholeBody))
	}
	jitter := r.Int64N(5) - 2
	for _, kind := range []struct {
		typ   int
		total int64
		part  func(limb) int64
	}{
		{173, lean, func(l limb) int64 { return l.lean }},
		{174, fat, func(l limb) int64 { return l.fat }},
		{175, muscle, func(l limb) int64 { return l.muscle }},
	} {
		list = append(list, splitAmongLimbs(kind.typ, kind.total, jitter, kind.part)...)
	}
	return append(list,
		bodyScanMeasure(226, lean*293/1000, 0).atPosition(wholeBody),
		bodyScanMeasure(227, 33+a.UserID%20+r.Int64N(3), 0).atPosition(wholeBody),
		derivedMeasure(rawMeasure(6, fat*1_000_000/grams, -3)))
}

// splitAmongLimbs divides a total among arms, legs and torso.
func splitAmongLimbs(typ int, total, jitter int64, part func(limb) int64) []measure {
	list, left := []measure{}, total
	for _, l := range limbs() {
		value := total * (part(l) + jitter) / 1000
		if l.place != torso {
			left -= value
		}
		list = append(list, bodyScanMeasure(typ, value, -2).atPosition(l.place))
	}
	list[0].Value = left - 2
	return list
}

// pulseMeasures is the pulse with the class of an ECG, mostly negative.
func (a scale) pulseMeasures(r *rand.Rand) []measure {
	class := int64(0)
	if r.IntN(25) == 0 {
		class = 2
	}
	return []measure{bodyScanMeasure(11, 54+a.UserID%12+r.Int64N(18), 0), bodyScanMeasure(130, class, 0)}
}

// vascularMeasures are pulse wave velocity and vascular age.
func (a scale) vascularMeasures(r *rand.Rand) []measure {
	velocity := 6300 + a.UserID%800 + r.Int64N(700)
	return []measure{bodyScanMeasure(91, velocity, -3), bodyScanMeasure(155, 300+(velocity-6000)/8, -1)}
}

// electrodermalMeasures is the electrodermal activity of both feet, and of
// each.
func electrodermalMeasures(r *rand.Rand) []measure {
	left, right := 3_000+r.Int64N(4_000), 3_000+r.Int64N(4_000)
	return []measure{
		bodyScanMeasure(196, (left+right)/2, -3), bodyScanMeasure(197, left, -3), bodyScanMeasure(198, right, -3),
	}
}

// nerveMeasures are nerve health scores of each foot and of both, and the
// conductance behind them.
func nerveMeasures(r *rand.Rand) []measure {
	left, right := 60+r.Int64N(40), 60+r.Int64N(40)
	both := (left + right) / 2
	return []measure{
		bodyScanMeasure(158, left, 0), bodyScanMeasure(159, right, 0), bodyScanMeasure(167, both, 0),
		bodyScanMeasure(229, both*8+r.Int64N(20), -1),
	}
}

// bodyScanMeasure is a raw value as a Body Scan sends it.
func bodyScanMeasure(typ int, value int64, unit int) measure {
	algo, fm := 218_235_904, 3
	return measure{Value: value, Type: typ, Unit: unit, Algo: &algo, FM: &fm}
}

// atPosition is the value of a part of the body.
func (m measure) atPosition(place int) measure {
	m.Position = &place
	return m
}
