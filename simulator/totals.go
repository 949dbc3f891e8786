package simulator

// totals are sums over minutes.
type totals struct {
	steps, strokes, laps, floors int
	soft, moderate, intense      int // seconds
	milli, rest                  int // thousandths of a kcal: by moving, and by being alive
	millimetres                  int
	hr                           spread // of what a watch felt
	beats                        bool   // there is any
	zones                        [4]int // seconds
}

// Beats a minute at which the zones end.
var zoneEnds = [...]int{95, 120, 145}

// count adds up what a counter noticed of a day before a moment.
func (a *account) count(by counter, m *motion, before int64) totals {
	part := motion{start: m.start, minutes: m.minutes[:m.index(before)]}
	if by == phone && a.Owns.Watch {
		part.minutes = carried(part.minutes)
	}
	return a.sum(part.minutes)
}

// carried is the minutes without the ways that the phone was not taken on.
func carried(minutes []pace) []pace {
	kept := make([]pace, len(minutes))
	for i, p := range minutes {
		if !p.carried {
			p.steps, p.floors, p.milli, p.sport = 0, 0, 0, false
		}
		kept[i] = p
	}
	return kept
}

func (a *account) sum(minutes []pace) totals {
	var t totals
	var felt []int
	for _, p := range minutes {
		t.steps, t.strokes, t.laps, t.floors = t.steps+p.steps, t.strokes+p.strokes, t.laps+p.laps, t.floors+p.floors
		t.milli += p.milli
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
		if p.felt {
			felt = append(felt, p.hr)
		}
		if p.worn {
			t.zones[zone(p.hr)] += 60
		}
	}
	if t.beats = len(felt) > 0; t.beats {
		t.hr = spreadOf(felt)
	}
	return t
}

func zone(hr int) int {
	for i, end := range zoneEnds {
		if hr < end {
			return i
		}
	}
	return len(zoneEnds)
}

// millimetres is how far a minute went; who runs takes longer steps.
func (a *account) millimetres(p pace) int {
	if p.steps >= 140 {
		return p.steps * a.stride() * 14 / 10
	}
	return p.steps * a.stride()
}

// fields is every member of a daily row. Without a watch that feels the heart its part is missing.
func (t totals) fields(heart bool) map[string]any {
	all := map[string]any{
		"steps": t.steps, "distance": thousandths(t.millimetres), "elevation": t.floors,
		"soft": t.soft, "moderate": t.moderate, "intense": t.intense, "active": t.moderate + t.intense,
		"calories": thousandths(t.milli), "totalcalories": thousandths(t.milli + t.rest),
	}
	if heart {
		t.addHeart(all)
	}
	return all
}

// addHeart adds the pulse and the zones; nothing felt is zero.
func (t totals) addHeart(all map[string]any) {
	all["hr_average"], all["hr_min"], all["hr_max"] = t.hr.average, t.hr.low, t.hr.high
	for i, name := range [...]string{"hr_zone_0", "hr_zone_1", "hr_zone_2", "hr_zone_3"} {
		all[name] = t.zones[i]
	}
}

func thousandths(n int) float64 { return float64(n) / 1000 }
