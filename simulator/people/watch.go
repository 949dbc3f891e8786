// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

const scanWatch2 = 94

// watchSleepSource is the watch of Owns as a recorder of sleep; only the
// ScanWatch 2 measures body temperature.
func (a *body) watchSleepSource() sleepSource {
	if a.Owns.WatchModel == tracker.modelID {
		return tracker
	}
	return sleepSource{model: "ScanWatch 2", modelID: scanWatch2, class: tracker.class, Core: true}
}

func (a *body) watchDevice() *device {
	by := a.watchSleepSource()
	return a.device(by.model, by.modelID)
}

// watchDay is what the watch records on a day: blood oxygen of most nights, a
// check of the rhythm, an ECG on some days, and fitness once a week. The phone
// uploads it hours later.
func (a measures) watchDay(day int64) []*Group {
	r := NewRand(a.Seed, a.UserID, "watch", day)
	watch := a.watchDevice()
	morning := a.wakeTime(day)
	fetched := morning.Add(time.Duration(5+r.IntN(1200)) * time.Minute)
	var groups []*Group
	add := func(slot int64, at time.Time, measures ...measure) {
		groups = append(groups, newGroup(a.rowID(day, slot), at, later(at.Add(time.Minute), fetched), watch, measures...))
	}
	oxygen, rhythm, ecg := r.IntN(4) > 0, rhythmClass(r), r.IntN(5) == 0
	if oxygen {
		add(50, morning.Add(-time.Duration(20+r.IntN(240))*time.Minute), rawMeasure(54, 93+r.Int64N(7), 0))
	}
	add(51, morning.Add(time.Duration(60+r.IntN(500))*time.Minute), rawMeasure(139, rhythm, 0))
	if ecg {
		add(52, morning.Add(time.Duration(30+r.IntN(800))*time.Minute), ecgIntervalMeasures(r)...)
	}
	if day%7 == 3 {
		tenths := 380 + a.UserID%80 + triangleWave(day, 365, 15, a.UserID)
		fitness := rawMeasure(123, tenths, -1)
		if day%2 == 0 {
			fitness = rawMeasure(123, tenths/10, 0)
		}
		add(53, morning.Add(time.Duration(600+r.IntN(120))*time.Minute), fitness)
	}
	return groups
}

// rhythmClass is the rhythm as the optical sensor sees it: mostly normal,
// sometimes inconclusive.
func rhythmClass(r *rand.Rand) int64 {
	switch chance := r.IntN(200); {
	case chance == 0:
		return 1
	case chance < 6:
		return 2
	case chance < 16:
		return 3
	}
	return 0
}

// ecgIntervalMeasures are the intervals of an ECG in milliseconds, the
// corrected QT by the pulse, and its class.
func ecgIntervalMeasures(r *rand.Rand) []measure {
	pulse := 52 + r.Int64N(45)
	qt := 430 - pulse*2/3 + r.Int64N(24)
	class := [...]int64{9, 9, 9, 9, 9, 9, 0, 0, 10, 2, 5, 1}[r.IntN(12)]
	return []measure{
		rawMeasure(135, 84+r.Int64N(26), -3), rawMeasure(136, 140+r.Int64N(45), -3), rawMeasure(137, qt, -3),
		rawMeasure(138, qt+154*(pulse-60)/pulse, -3), rawMeasure(130, class, 0),
	}
}

// temperatureRange is the core body temperature of a night, in hundredths of a
// degree Celsius.
type temperatureRange struct {
	average, low, high int
	status             string
}

// coreTemperature is that of a night; fever is rare.
func (a sleep) coreTemperature(id int64) *temperatureRange {
	r := NewRand(a.Seed, a.UserID, "core", id)
	low := 3620 + r.IntN(30)
	w := &temperatureRange{status: "usual", low: low, average: low + 15 + r.IntN(25)}
	w.high = w.average + 15 + r.IntN(30)
	switch r.IntN(25) {
	case 0:
		w.low, w.average, w.high, w.status = w.low+90, w.average+110, w.high+130, "elevated"
	case 1:
		w.status = "unknown"
	}
	return w
}
