package simulator

import (
	"math/rand/v2"
	"time"
)

// oddEvery is how many days pass until a thing that the cloud does now and then happens again.
const oddEvery = 12

// What happens on which day of the turn.
const (
	oddTwin     = 1  // the watch recorded the night too, if there is one
	oddHalf     = 4  // the row is half-ready at first, and says so, and whole an hour later
	oddRescored = 7  // the score is another a day later
	oddImported = 10 // the night comes from elsewhere instead: how long it was, and no more
)

// oddities make a day's sleep, the night first, into what the cloud tells of it.
func (a *account) oddities(day int64, nights []*night) []*night {
	r := source(a.seed, a.UserID, "odd", day)
	main := nights[0]
	stored := time.Unix(main.created, 0)
	switch a.turn(day) {
	case oddTwin:
		if a.Owns.Watch {
			end := time.Unix(main.end, 0).Add(time.Duration(r.IntN(13)-6) * time.Minute)
			twin := a.recorded(&night{id: a.id(day, 103), like: main.id, cycles: main.cycles, bed: a.watchBed()}, end)
			nights = append(nights, twin.store(stored.Add(time.Duration(r.IntN(90))*time.Minute)))
		}
	case oddHalf:
		main.final, main.says = main.created+3600, true
	case oddRescored:
		main.rescored = main.created + 86_400 + r.Int64N(7200)
	case oddImported:
		end := time.Unix(main.end, 0)
		nights[0] = a.recorded(&night{id: a.id(day, 104), cycles: main.cycles, bed: elsewhere}, end).store(stored)
	}
	return nights
}

// turn is the day's place among those until everything happens again.
func (a *account) turn(day int64) int64 { return (day + a.UserID%oddEvery) % oddEvery }

// blur is a night as another device saw it: nearly the same.
func blur(r *rand.Rand, list []phase) []phase {
	for i := range list {
		list[i].minutes = max(1, list[i].minutes+r.IntN(3)-1)
	}
	return list
}

// stay is a night as it looks from the wrist: whoever is out of bed is awake.
func stay(list []phase) []phase {
	kept := list[:0]
	for _, p := range list {
		if p.state == stateOut {
			p.state = stateAwake
		}
		if before := len(kept) - 1; before >= 0 && p.state == stateAwake && kept[before].state == stateAwake {
			kept[before].minutes += p.minutes
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// asleep is a night as it comes from elsewhere: one stretch of which only the length is known.
func asleep(list []phase) []phase {
	total := 0
	for _, p := range list {
		if p.state != stateAwake && p.state != stateOut {
			total += p.minutes
		}
	}
	return []phase{{state: stateAsleep, minutes: total}}
}
