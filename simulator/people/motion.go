// SPDX-License-Identifier: MIT

package people

import "cmp"

// bedtimeLead is the time between the last movement of an evening and getting
// up, in seconds.
const bedtimeLead = 9 * 3600

// activityMinute is one minute of a day: activity, and what a watch measured.
type activityMinute struct {
	steps, strokes, laps, floors int

	effort    int // of a sport, beats a minute above rest
	hr        int // beats a minute
	millikcal int // thousandths of a kcal, active part only

	worn, asleep, sport bool
	carried             bool // the phone was in the pocket
	pulseTaken          bool // the watch took the pulse
}

// motion is a day minute by minute, from midnight to midnight by the person's
// clock.
type motion struct {
	start   int64 // unix seconds
	minutes []activityMinute
}

// interval is a time between two unix seconds, the second one excluded.
type interval struct{ from, to int64 }

// movement is how a body moves, and when that is uploaded.
type movement struct {
	*body

	Records *ownedRecords
}

// awakeIntervals is when the person is out of bed on a calendar day.
func (a *body) awakeIntervals(day int64) []interval {
	midnight, next := a.TimeOfDay(day, 0).Unix(), a.TimeOfDay(day+1, 0).Unix()
	var list []interval
	for d := day - 1; d <= day; d++ {
		s := interval{from: max(a.wakeTime(d).Unix(), midnight), to: min(a.wakeTime(d+1).Unix()-bedtimeLead, next)}
		if s.from < s.to {
			list = append(list, s)
		}
	}
	return list
}

// HasMotion reports whether a day has more than what was added by hand.
func (a *body) HasMotion(day int64) bool {
	return a.Days > 0 && day >= a.firstDay && (a.Owns.Watch || a.Owns.Phone)
}

// motion is a day as the cloud can know it at a moment.
func (a movement) motion(day, now int64) *motion {
	m := a.plannedMotion(day)
	for _, c := range a.Records.Changes[day] {
		if c.Sync <= now {
			m.add(c.bout)
		}
	}
	a.addPhysiology(m, day)
	return m
}

// plannedMotion is a day without changes by hand: sports, and many short walks.
func (a movement) plannedMotion(day int64) *motion {
	m := &motion{start: a.TimeOfDay(day, 0).Unix()}
	m.minutes = make([]activityMinute, (a.TimeOfDay(day+1, 0).Unix()-m.start)/60)
	if !a.HasMotion(day) {
		return m
	}
	r := NewRand(a.Seed, a.UserID, "motion", day)
	steps := cmp.Or(a.Owns.Steps, 7500) * (55 + r.IntN(91)) / 100
	for i := range m.minutes {
		m.minutes[i].worn, m.minutes[i].asleep = true, true
	}
	for _, b := range a.plannedWorkouts(day) {
		m.add(b)
		steps -= b.steps
	}
	stretches, free := a.awakeIntervals(day), int64(0)
	for _, s := range stretches {
		free += (s.to - s.from) / 60
	}
	const usual = 370 // steps of a walk: five minutes of 74
	odds := int(int64(max(steps, 1500)) * 100_000 / usual / max(free, 1))
	for _, s := range stretches {
		m.addWalks(func() dice { return dice(r.Uint64()) }, odds, m.index(s.from), m.index(s.to))
	}
	return m
}

// addWalks fills the minutes between two with short walks; odds are of 100,000
// that one begins in a minute.
func (m *motion) addWalks(roll func() dice, odds, from, to int) {
	left, cadence, carried := 0, 0, false
	for i := from; i < to; i++ {
		p, d := &m.minutes[i], roll()
		p.asleep = false
		if p.sport {
			left = 0
			continue
		}
		if left == 0 && d.roll(100_000) < odds {
			left, cadence, carried = 1+d.roll(9), 35+d.roll(80), d.roll(10) < 7
		}
		if left > 0 {
			left--
			p.steps, p.carried = cadence-10+d.roll(21), carried
		}
	}
}

// index is the number of the minute that holds a unix second, within the day.
func (m *motion) index(at int64) int {
	return int(min(max(0, (at-m.start)/60), int64(len(m.minutes))))
}

// add puts a bout into the day, on top of what is there.
func (m *motion) add(b bout) {
	first := m.index(b.start)
	for i := range b.minutes {
		if first+i >= len(m.minutes) {
			return
		}
		p := &m.minutes[first+i]
		p.worn, p.asleep, p.carried = true, false, !b.sport.swims
		p.sport, p.effort = p.sport || b.sport.category != 0, max(p.effort, b.effortAt(i))
		p.steps += evenShare(b.steps, i, b.minutes)
		if b.sport.swims {
			p.strokes, p.laps = p.strokes+14+i%5, p.laps+evenShare(b.minutes*8/5, i, b.minutes)
		}
	}
}

// evenShare is one of n equal parts of a whole; together they make exactly the
// whole.
func evenShare(whole, i, n int) int { return whole*(i+1)/n - whole*i/n }

// addPhysiology fills in what follows from movement: pulse, kilocalories,
// floors.
func (a movement) addPhysiology(m *motion, day int64) {
	r := NewRand(a.Seed, a.UserID, "pulse", day)
	rest, weight := a.restingPulse(), a.kilograms()
	for i := range m.minutes {
		p, d := &m.minutes[i], dice(r.Uint64())
		switch {
		case p.asleep:
			p.hr = rest - 2 + d.roll(7)
		case p.sport:
			p.hr = rest + p.effort + d.roll(9)
		case p.steps > 0:
			p.hr = rest + 12 + min(p.steps, 180)/4 + d.roll(9)
		default:
			p.hr = rest + 9 + d.roll(13)
		}
		p.pulseTaken = p.worn && (p.sport || p.steps >= 60 || i%10 == 3)
		p.millikcal = p.steps * weight * 55 / 100
		if p.steps >= 140 {
			p.millikcal = p.millikcal * 17 / 10
		}
		if p.sport && p.steps == 0 {
			p.millikcal = max(0, p.effort) * weight * 13 / 10
		}
		if p.steps > 50 && d.roll(45) == 0 {
			p.floors = 1
		}
	}
}

func (a *body) restingPulse() int { return 50 + int(a.UserID%13) }

// kilograms is the usual weight, or an average one.
func (a *body) kilograms() int { return cmp.Or(a.WeightG, 70_000) / 1000 }

// stride is the length of a step in millimetres.
func (a *body) stride() int { return cmp.Or(a.HeightCM, 170) * 414 / 100 }

// dice is one random number that many small ones are taken from: millions of
// minutes are generated.
type dice uint64

// roll returns 0 … n-1.
func (d *dice) roll(n int) int {
	v := *d % dice(n) //nolint:gosec // A small constant.
	*d /= dice(n)     //nolint:gosec // The same.
	return int(v)     //nolint:gosec // Below n.
}
