package simulator

import (
	"math/rand/v2"
	"time"
)

// bed is what noticed a sleep.
type bed struct {
	model   string // in slices
	modelID int
	class   int // 16 tracker, 32 mat
}

var (
	mat     = bed{model: "Aura Sensor V2", modelID: 63, class: 32}
	tracker = bed{model: "ScanWatch", modelID: 93, class: 16}
)

// night is a night or a nap as it is stored. Its slices are made again when somebody asks: years of them are heavy.
type night struct {
	id, start, end    int64
	created, modified int64
	final             int64 // when it is computed again for good; 0 = it is final
	cycles            int
	bed               bed
	device            string
	date              string
	facts             facts
	cached            []slice
}

// newNight invents a sleep that ends at a moment; id, person and moment decide what it was like.
func (a *account) newNight(id int64, end time.Time, cycles int, by bed) *night {
	list := phases(a.nightSource(id), cycles)
	n := &night{
		id: id, end: end.Unix(), start: end.Unix() - secondsOf(list), cycles: cycles, bed: by,
		device: a.device(by.model, by.modelID).id, date: end.In(a.zone).Format(time.DateOnly),
	}
	n.facts = summarize(list, a.slices(n), n.start, n.end)
	n.cached = nil
	return n
}

func (a *account) nightSource(id int64) *rand.Rand { return source(a.seed, a.UserID, "night", id) }

// slices returns a night's slices in order of time.
func (a *account) slices(n *night) []slice {
	if n.cached == nil {
		r := a.nightSource(n.id)
		list := phases(r, n.cycles)
		n.cached = cutPhases(r, list, n.start, a.UserID)
	}
	return n.cached
}

// store notes when the cloud heard of it.
func (n *night) store(created time.Time) *night {
	n.created, n.modified = created.Unix(), created.Unix()
	if n.id%3 == 0 { // So it was in a third of the recorded nights.
		n.modified--
	}
	return n
}

// changed is the time of the last change as of now.
func (n *night) changed(now int64) int64 {
	if n.final != 0 && now >= n.final {
		return n.final
	}
	return n.modified
}

// wake is when somebody gets up on a day.
func (a *account) wake(day int64) time.Time {
	minutes := 6*60 + 20 + source(a.seed, a.UserID, "wake", day).IntN(70)
	if weekday := (day + 4) % 7; weekday == 0 || weekday == 6 {
		minutes += 60
	}
	if a.Shifts && day/28%2 == 0 {
		minutes += 7 * 60
	}
	return a.clock(day, minutes)
}

// sleepDay is the sleep that ends on a day, and a nap now and then; what the anchor stands for is left out.
func (a *account) sleepDay(day int64) []*night {
	r := source(a.seed, a.UserID, "sleep", day)
	end := a.wake(day)
	main := a.newNight(a.id(day, 100), end, nightCycles+r.IntN(2), mat).store(end.Add(time.Duration(5+r.IntN(26)) * time.Minute))
	if r.IntN(6) == 0 {
		main.final = main.created + 3600
	}
	nights := []*night{main}
	if r.IntN(7) == 0 {
		end = end.Add(time.Duration(270+r.IntN(90)) * time.Minute)
		nap := a.newNight(a.id(day, 101), end, 1, mat).store(end.Add(time.Duration(5+r.IntN(26)) * time.Minute))
		nights = append(nights, nap)
	}
	if a.anchor == nil {
		return nights
	}
	kept := nights[:0]
	for _, n := range nights {
		if n.end <= a.anchor.start-3*3600 || n.start >= a.anchor.end+3*3600 {
			kept = append(kept, n)
		}
	}
	return kept
}

// newAnchor is a sleep that ended 20 to 60 minutes ago: always for those who work in shifts, and for the others when
// otherwise the newest would be more than a day old; whoever starts now shall find something. Else it is nil.
func (a *account) newAnchor(now time.Time) *night {
	today := a.day(now)
	for day := today - 1; day <= today && !a.Shifts; day++ {
		for _, n := range a.sleepDay(day) {
			if n.created <= now.Unix() && n.end > now.Add(-24*time.Hour).Unix() {
				return nil
			}
		}
	}
	r := source(a.seed, a.UserID, "anchor", 0)
	end := now.Truncate(time.Minute).Add(-time.Duration(21+r.IntN(38)) * time.Minute)
	return a.newNight(a.id(today, 102), end, nightCycles, mat).store(end.Add(time.Duration(5+r.IntN(14)) * time.Minute))
}
