// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

const (
	feverEvery = 97 // days
	feverDays  = 4
)

// thermoDay is a temperature now and then, and three a day with a fever.
func (a measures) thermoDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "thermo", day)
	since := (day + a.UserID%feverEvery) % feverEvery
	readings, milli := 0, 36_200+r.Int64N(900)
	switch {
	case since < feverDays:
		readings, milli = 3, 38_900-since*500+r.Int64N(500)
	case r.IntN(5) == 0:
		readings = 1
	}
	var groups []*Group
	for i := range int64(readings) {
		at := a.TimeOfDay(day, 8*60+int(i)*5*60+r.IntN(200))
		created := at.Add(time.Duration(20+r.IntN(300)) * time.Second)
		groups = append(groups, a.thermoReading(r, a.rowID(day, 70+i), at, created, milli-i*100))
	}
	return groups
}

// thermoReading is a body temperature: mostly type 71, sometimes type 12
// without a model number.
func (a measures) thermoReading(r *rand.Rand, id int64, at, created time.Time, milli int64) *Group {
	switch r.IntN(6) {
	case 0:
		return newGroup(id, at, created, a.device("Thermo", 0), rawMeasure(12, milli/10, -2))
	case 1:
		return newGroup(id, at, created, a.device("Thermo", 70), rawMeasure(71, milli/100, -1))
	}
	return newGroup(id, at, created, a.device("Thermo", 70), rawMeasure(71, milli, -3))
}
