// SPDX-License-Identifier: MIT

package people

// totals are sums over minutes.
type totals struct {
	steps, strokes, laps, floors int
	soft, moderate, intense      int // seconds
	millikcal, rest              int // thousandths of a kcal: by moving, and by being alive
	millimetres                  int
	hr                           spread // of the pulse that a watch measured
	hasPulse                     bool   // hr is measured
	zones                        [4]int // seconds
}

// Beats a minute at which the zones end.
var zoneEnds = [...]int{95, 120, 145}

// countTotals adds up what a counter recorded of a day before a moment.
func (a activity) countTotals(by Counter, m *motion, before int64) totals {
	part := motion{start: m.start, minutes: m.minutes[:m.index(before)]}
	if by == phone && a.Owns.Watch {
		part.minutes = carriedMinutes(part.minutes)
	}
	return a.sumMinutes(part.minutes)
}

// carriedMinutes is the minutes without the walks that the phone was not taken
// on.
func carriedMinutes(minutes []activityMinute) []activityMinute {
	kept := make([]activityMinute, len(minutes))
	for i, p := range minutes {
		if !p.carried {
			p.steps, p.floors, p.millikcal, p.sport = 0, 0, 0, false
		}
		kept[i] = p
	}
	return kept
}

func (a movement) sumMinutes(minutes []activityMinute) totals {
	var t totals
	var pulses []int
	for _, p := range minutes {
		t.steps, t.strokes, t.laps, t.floors = t.steps+p.steps, t.strokes+p.strokes, t.laps+p.laps, t.floors+p.floors
		t.millikcal += p.millikcal
		t.rest += a.kilograms() * 1000 / 60
		t.millimetres += a.millimetres(p)
		switch {
		case p.steps >= 140 || p.sport && p.effort >= 60:
			t.intense += 60
		case p.steps >= 80 || p.sport && p.effort >= 25:
			t.moderate += 60
		case p.steps > 0 || p.sport:
			t.soft += 60
		}
		if p.pulseTaken {
			pulses = append(pulses, p.hr)
		}
		if p.worn {
			t.zones[heartZone(p.hr)] += 60
		}
	}
	if t.hasPulse = len(pulses) > 0; t.hasPulse {
		t.hr = spreadOf(pulses)
	}
	return t
}

func heartZone(hr int) int {
	for i, end := range zoneEnds {
		if hr < end {
			return i
		}
	}
	return len(zoneEnds)
}

// millimetres is the distance of a minute; running steps are longer.
func (a *body) millimetres(p activityMinute) int {
	if p.steps >= 140 {
		return p.steps * a.stride() * 14 / 10
	}
	return p.steps * a.stride()
}

// fields is every member of a daily row, without the heart where the watch does
// not measure it.
func (t totals) fields(heart bool) map[string]any {
	all := map[string]any{
		"steps": t.steps, "distance": thousandths(t.millimetres), "elevation": t.floors,
		"soft": t.soft, "moderate": t.moderate, "intense": t.intense, "active": t.moderate + t.intense,
		"calories": thousandths(t.millikcal), "totalcalories": thousandths(t.millikcal + t.rest),
	}
	if heart {
		t.addHeart(all)
	}
	return all
}

// addHeart adds the pulse and the zones; no measurement is zero.
func (t totals) addHeart(all map[string]any) {
	all["hr_average"], all["hr_min"], all["hr_max"] = t.hr.average, t.hr.low, t.hr.high
	for i, name := range [...]string{"hr_zone_0", "hr_zone_1", "hr_zone_2", "hr_zone_3"} {
		all[name] = t.zones[i]
	}
}

func thousandths(n int) float64 { return float64(n) / 1000 }
