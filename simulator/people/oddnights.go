package people

import (
	"math/rand/v2"
	"time"
)

// oddNightPeriod is how many days pass until a thing that the cloud does now and then happens again.
const oddNightPeriod = 12

// What happens on which day of the turn.
const (
	oddTwin     = 1  // the watch recorded the night too, if there is one
	oddHalf     = 4  // the row is half-ready at first, and says so, and whole an hour later
	oddRescored = 7  // the score is another a day later
	oddImported = 10 // the night comes from elsewhere instead: how long it was, and no more
)

// applyOddNights make a day's sleep, the night first, into what the cloud tells of it.
func (a *Account) applyOddNights(day int64, nights []*Night) []*Night {
	r := NewRand(a.Seed, a.UserID, "odd", day)
	main := nights[0]
	stored := time.Unix(main.Created, 0)
	switch a.oddNightPhase(day) {
	case oddTwin:
		if a.Owns.Watch {
			end := time.Unix(main.End, 0).Add(time.Duration(r.IntN(13)-6) * time.Minute)
			twin := a.completeNight(&Night{ID: a.rowID(day, 103), twinOf: main.ID, cycles: main.cycles, Source: a.watchSleepSource()}, end)
			nights = append(nights, twin.store(stored.Add(time.Duration(r.IntN(90))*time.Minute)))
		}
	case oddHalf:
		main.FinalAt, main.reportsCompleted = main.Created+3600, true
	case oddRescored:
		main.RescoredAt = main.Created + 86_400 + r.Int64N(7200)
	case oddImported:
		end := time.Unix(main.End, 0)
		nights[0] = a.completeNight(&Night{ID: a.rowID(day, 104), cycles: main.cycles, Source: importedSource}, end).store(stored)
	}
	return nights
}

// oddNightPhase is the day's place among those until everything happens again.
func (a *Account) oddNightPhase(day int64) int64 {
	return (day + a.UserID%oddNightPeriod) % oddNightPeriod
}

// jitterPhases is a night as another device saw it: nearly the same.
func jitterPhases(r *rand.Rand, list []phase) []phase {
	for i := range list {
		list[i].minutes = max(1, list[i].minutes+r.IntN(3)-1)
	}
	return list
}

// wristPhases is a night as it looks from the wrist: whoever is out of bed is awake.
func wristPhases(list []phase) []phase {
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

// importedPhases is a night as it comes from elsewhere: one stretch of which only the length is known.
func importedPhases(list []phase) []phase {
	total := 0
	for _, p := range list {
		if p.state != stateAwake && p.state != stateOut {
			total += p.minutes
		}
	}
	return []phase{{state: stateAsleep, minutes: total}}
}
