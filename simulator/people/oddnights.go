// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// oddNightPeriod is the number of days after which each oddity recurs.
const oddNightPeriod = 12

// What happens on which day of the period.
const (
	oddTwin     = 1  // the watch also recorded the night, if there is one
	oddHalf     = 4  // the row says that it is incomplete, and is complete an hour later
	oddRescored = 7  // the score changes a day later
	oddImported = 10 // the night is from another source: its length and no more
)

// applyOddNights changes a day's sleep, of which the night is the first, on
// some days of the period.
func (a sleep) applyOddNights(day int64, nights []*Night) []*Night {
	r := NewRand(a.Seed, a.UserID, "odd", day)
	main := nights[0]
	stored := time.Unix(main.Created, 0)
	switch a.oddNightPhase(day) {
	case oddTwin:
		if a.Owns.Watch {
			end := time.Unix(main.End, 0).Add(time.Duration(r.IntN(13)-6) * time.Minute)
			twin := &Night{ID: a.rowID(day, 103), twinOf: main.ID, cycles: main.cycles, Source: a.watchSleepSource()}
			a.completeNight(twin, end)
			nights = append(nights, twin.store(stored.Add(time.Duration(r.IntN(90))*time.Minute)))
		}
	case oddHalf:
		main.FinalAt, main.reportsCompleted = main.Created+3600, true
	case oddRescored:
		main.RescoredAt = main.Created + 86_400 + r.Int64N(7200)
	case oddImported:
		end := time.Unix(main.End, 0)
		imported := &Night{ID: a.rowID(day, 104), cycles: main.cycles, Source: importedSource}
		nights[0] = a.completeNight(imported, end).store(stored)
	}
	return nights
}

func (a sleep) oddNightPhase(day int64) int64 {
	return (day + a.UserID%oddNightPeriod) % oddNightPeriod
}

// jitterPhases is a night as another device recorded it: nearly the same.
func jitterPhases(r *rand.Rand, list []phase) []phase {
	for i := range list {
		list[i].minutes = max(1, list[i].minutes+r.IntN(3)-1)
	}
	return list
}

// wristPhases is a night as a watch records it: out of bed is awake.
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

// importedPhases is a night from another source: one stretch of which only the
// length is known.
func importedPhases(list []phase) []phase {
	total := 0
	for _, p := range list {
		if p.state != stateAwake && p.state != stateOut {
			total += p.minutes
		}
	}
	return []phase{{state: stateAsleep, minutes: total}}
}
