package simulator

// inBed is how long before getting up somebody stops walking about, in seconds.
const inBed = 9 * 3600

// pace is one minute of a day: what a body did in it, and what a watch felt.
type pace struct {
	steps, strokes, laps, floors int

	effort int // beats a minute above rest that a sport asks for
	hr     int // beats a minute
	milli  int // thousandths of a kcal, active part only

	worn, asleep, sport bool
	carried             bool // the phone was in the pocket
	felt                bool // the watch took the pulse
}

// motion is a day minute by minute, from midnight to midnight by the person's clock.
type motion struct {
	start   int64 // unix seconds
	minutes []pace
}

// stretch is a time between two unix seconds, the second one excluded.
type stretch struct{ from, to int64 }

// up is when somebody is out of bed on a calendar day.
func (a *account) up(day int64) []stretch {
	midnight, next := a.clock(day, 0).Unix(), a.clock(day+1, 0).Unix()
	var list []stretch
	for d := day - 1; d <= day; d++ {
		s := stretch{from: max(a.wake(d).Unix(), midnight), to: min(a.wake(d+1).Unix()-inBed, next)}
		if s.from < s.to {
			list = append(list, s)
		}
	}
	return list
}

// moves tells whether a day has more in it than what was added by hand.
func (a *account) moves(day int64) bool {
	return a.Days > 0 && day >= a.firstDay && (a.Owns.Watch || a.Owns.Phone)
}

// motion is a day as the cloud can know it at a moment.
func (a *account) motion(day, now int64) *motion {
	m := a.layout(day)
	for _, c := range a.diary.changes[day] {
		if c.sync <= now {
			c.apply(m)
		}
	}
	a.feelDay(m, day)
	return m
}

// layout is where somebody goes on a day, without what was changed by hand: sports, and many short ways.
func (a *account) layout(day int64) *motion {
	m := &motion{start: a.clock(day, 0).Unix()}
	m.minutes = make([]pace, (a.clock(day+1, 0).Unix()-m.start)/60)
	if !a.moves(day) {
		return m
	}
	r := source(a.seed, a.UserID, "motion", day)
	steps := orDefault(a.Owns.Steps, 7500) * (55 + r.IntN(91)) / 100
	for i := range m.minutes {
		m.minutes[i].worn, m.minutes[i].asleep = true, true
	}
	for _, b := range a.plans(day) {
		m.add(b)
		steps -= b.steps
	}
	stretches, free := a.up(day), int64(0)
	for _, s := range stretches {
		free += (s.to - s.from) / 60
	}
	const usual = 370 // steps of a way: five minutes of 74
	odds := int(int64(max(steps, 1500)) * 100_000 / usual / max(free, 1))
	for _, s := range stretches {
		m.wander(func() dice { return dice(r.Uint64()) }, odds, m.index(s.from), m.index(s.to))
	}
	return m
}

// wander fills the minutes between two with short ways; odds are of 100,000 that one begins in a minute.
func (m *motion) wander(roll func() dice, odds, from, to int) {
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
		p.sport, p.effort = p.sport || b.sport.category != 0, max(p.effort, b.strain(i))
		p.steps += share(b.steps, i, b.minutes)
		if b.sport.swims {
			p.strokes, p.laps = p.strokes+14+i%5, p.laps+share(b.minutes*8/5, i, b.minutes)
		}
	}
}

// share is the part of a whole that falls on one of n equal parts; together they make exactly the whole.
func share(whole, i, n int) int { return whole*(i+1)/n - whole*i/n }

// feelDay fills in what follows from the movement: pulse, kilocalories, floors.
func (a *account) feelDay(m *motion, day int64) {
	r := source(a.seed, a.UserID, "pulse", day)
	rest, weight := a.restPulse(), a.kilograms()
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
		p.felt = p.worn && (p.sport || p.steps >= 60 || i%10 == 3)
		p.milli = p.steps * weight * 55 / 100
		if p.steps >= 140 {
			p.milli = p.milli * 17 / 10
		}
		if p.sport && p.steps == 0 {
			p.milli = max(0, p.effort) * weight * 13 / 10
		}
		if p.steps > 50 && d.roll(45) == 0 {
			p.floors = 1
		}
	}
}

// restPulse is in beats a minute.
func (a *account) restPulse() int { return 50 + int(a.UserID%13) }

// kilograms is the weight, or that of nobody in particular.
func (a *account) kilograms() int { return orDefault(a.WeightG, 70_000) / 1000 }

// stride is the length of a step in millimetres.
func (a *account) stride() int { return orDefault(a.HeightCM, 170) * 414 / 100 }

// dice is one draw of chance that many small ones are taken from: millions of minutes are made.
type dice uint64

// roll returns 0 … n-1.
func (d *dice) roll(n int) int {
	v := *d % dice(n) //nolint:gosec // A small constant.
	*d /= dice(n)     //nolint:gosec // The same.
	return int(v)     //nolint:gosec // Below n.
}
