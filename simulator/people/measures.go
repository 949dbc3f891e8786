// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// measures generates the groups of all devices of a body.
type measures struct{ scale }

// firstEntries is what is entered with a new account.
func (a measures) firstEntries() []*Group {
	if a.HeightCM == 0 {
		return nil
	}
	at := a.TimeOfDay(a.firstDay, 12*60)
	if a.ByHand {
		return a.firstManualEntries(at)
	}
	g := newGroup(a.rowID(a.firstDay, 0), at, at.Add(5*time.Second), nil, rawMeasure(4, int64(a.HeightCM), -2))
	g.Attrib = 2
	return []*Group{g}
}

// measureDay is a day's groups, derived from the seed, the person and the day
// alone.
func (a measures) measureDay(day int64) []*Group {
	var groups []*Group
	for _, thing := range []struct {
		owned bool
		make  func(day int64) []*Group
	}{
		{a.Scale, a.scaleDay},
		{a.Cuff, a.cuffDay},
		{a.Thermometer, a.thermometerDay},
		{a.Oximeter, a.oximeterDay},
		{a.BodyScan, a.bodyScanDay},
		{a.ScanWatch, a.watchDay},
		{a.Thermo, a.thermoDay},
		{a.UScan, a.urineDay},
		{a.ByHand, a.manualDay},
	} {
		if thing.owned {
			groups = append(groups, thing.make(day)...)
		}
	}
	return groups
}

// newGroup fills in what all groups have; no device = entered by hand.
func newGroup(id int64, at, created time.Time, d *device, measures ...measure) *Group {
	g := &Group{
		ID:       id,
		Date:     at.Unix(),
		Created:  created.Unix(),
		Modified: created.Unix(),
		Category: 1,
		Measures: measures,
	}
	if d != nil {
		g.Device, g.Hash, g.Model, g.ModelID = &d.id, &d.id, &d.model, &d.modelID
		if d.modelID == 0 {
			g.ModelID = nil
		}
	}
	return g
}

// rawMeasure is a raw value as devices send it.
func rawMeasure(typ int, value int64, unit int) measure {
	algo, fm := 0, 131
	return measure{Value: value, Type: typ, Unit: unit, Algo: &algo, FM: &fm}
}

// derivedMeasure is a value that the cloud computed: without the fields of a
// raw one.
func derivedMeasure(m measure) measure {
	m.Algo, m.FM = nil, nil
	return m
}

// massMeasure is a weight in grams, in one of the recorded forms: the unit
// varies between devices and over time.
func massMeasure(r *rand.Rand, typ int, grams int64) measure {
	switch form := r.IntN(4); {
	case form == 0 && grams%100 == 0:
		return rawMeasure(typ, grams/100, -1)
	case form <= 1 && grams%10 == 0:
		return rawMeasure(typ, grams/10, -2)
	case form == 2:
		return rawMeasure(typ, grams*10, -4)
	}
	return rawMeasure(typ, grams, -3)
}
