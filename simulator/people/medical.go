// SPDX-License-Identifier: MIT

package people

import "time"

// cuffDay is blood pressure about every third day; the upload can take days.
func (a measures) cuffDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "cuff", day)
	if r.IntN(3) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(40+r.IntN(600)) * time.Minute)
	late := time.Duration(30+r.IntN(600)) * time.Second
	if r.IntN(10) == 0 {
		late = time.Duration(6+r.IntN(60)) * time.Hour
	}
	systolic := 112 + a.UserID%18 + triangleWave(day, 211, 6, a.UserID) + r.Int64N(17)
	diastolic := systolic*62/100 + r.Int64N(9)
	return []*Group{a.pressureGroup(a.rowID(day, 10), at, at.Add(late), systolic, diastolic, 54+r.Int64N(30))}
}

// pressureGroup is one reading of the cuff.
func (a measures) pressureGroup(id int64, at, created time.Time, systolic, diastolic, pulse int64) *Group {
	return newGroup(id, at, created, a.device("BPM Connect", 45), rawMeasure(9, diastolic, 0),
		rawMeasure(10, systolic, 0), rawMeasure(11, pulse, 0))
}

// thermometerDay is a temperature about every ten days, sometimes with a fever.
func (a measures) thermometerDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "thermometer", day)
	if r.IntN(10) != 0 {
		return nil
	}
	at := a.TimeOfDay(day, 8*60+r.IntN(14*60))
	milli := 36_200 + r.Int64N(900)
	if r.IntN(12) == 0 {
		milli += 1_400 + r.Int64N(900)
	}
	return []*Group{a.temperatureGroup(a.rowID(day, 20), at, at.Add(time.Duration(30+r.IntN(200))*time.Second),
		rawMeasure(71, milli, -3), milli)}
}

// temperatureGroup is one reading of the thermometer: body as given, skin below
// it, and the generic type. The other kind of Thermo sends body temperature
// alone.
func (a measures) temperatureGroup(id int64, at, created time.Time, body measure, milli int64) *Group {
	if a.Thermo {
		return newGroup(id, at, created, a.device("Thermo", 70), body)
	}
	return newGroup(id, at, created, a.device("Thermo", 70),
		rawMeasure(12, milli/100, -1), body, rawMeasure(73, (milli-2_300)/10, -2))
}

// oximeterDay is a blood oxygen value about twice a week.
func (a measures) oximeterDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "oximeter", day)
	if r.IntN(4) != 0 {
		return nil
	}
	at := a.wakeTime(day).Add(time.Duration(60+r.IntN(700)) * time.Minute)
	return []*Group{a.oxygenGroup(a.rowID(day, 30), at, at.Add(time.Duration(20+r.IntN(300))*time.Second), 94+r.Int64N(6))}
}

// oxygenGroup is one reading of the oximeter, or of the watch.
func (a measures) oxygenGroup(id int64, at, created time.Time, percent int64) *Group {
	with := a.device("BeamO", 71)
	if a.ScanWatch {
		with = a.watchDevice()
	}
	return newGroup(id, at, created, with, rawMeasure(54, percent, 0))
}
