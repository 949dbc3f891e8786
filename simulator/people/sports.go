// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// sport is a kind of workout; category 0 is a short walk that is none.
type sport struct {
	category   int
	odds       int // of 1000 occasions, three a day
	from, to   int // minutes
	slow, fast int // steps a minute
	easy, hard int // beats a minute above rest
	swims      bool
	unnamed    bool
}

const (
	sportWalk      = 1
	sportSwim      = 7
	sportMulti     = 272
	sportBreathing = 560
)

// sports are what people do; the last two categories are not documented.
func sports() []sport {
	return []sport{
		{category: sportWalk, odds: 80, from: 15, to: 60, slow: 92, fast: 118, easy: 24, hard: 42},
		{category: 2, odds: 35, from: 20, to: 55, slow: 150, fast: 172, easy: 65, hard: 92},
		{category: sportSwim, odds: 25, from: 20, to: 50, easy: 48, hard: 70, swims: true},
		{category: 6, odds: 14, from: 25, to: 90, easy: 40, hard: 75},
		{category: 3, odds: 6, from: 90, to: 200, slow: 80, fast: 108, easy: 34, hard: 60},
		{category: 28, odds: 8, from: 20, to: 60, easy: 8, hard: 24},
		{category: sportMulti, odds: 4, from: 40, to: 120, slow: 60, fast: 90, easy: 50, hard: 80},
		{category: sportBreathing, odds: 5, from: 2, to: 6},
		{category: 572, odds: 5, from: 20, to: 50, slow: 20, fast: 70, easy: 20, hard: 50, unnamed: true},
		{category: 533, odds: 2, from: 10, to: 30, easy: 15, hard: 40, unnamed: true},
	}
}

// sportOf returns how a category is done.
func sportOf(category int) sport {
	for _, s := range sports() {
		if s.category == category {
			return s
		}
	}
	return sport{category: category, from: 20, to: 60, slow: 20, fast: 60, easy: 20, hard: 50}
}

// countsSteps reports whether it has steps, distance and floors.
func (s sport) countsSteps() bool {
	return !s.swims && s.category != sportMulti && s.category != sportBreathing
}

// bout is a sport or a short walk at a certain time.
type bout struct {
	sport   sport
	start   int64 // unix seconds
	minutes int
	steps   int // all of it
	effort  int
}

func (b bout) end() int64 { return b.start + int64(b.minutes)*60 }

// effortAt is the effort of a minute: it starts low, and varies.
func (b bout) effortAt(i int) int {
	if b.effort < 20 {
		return b.effort
	}
	return b.effort - max(0, 4-i)*4 + i*7%11 - 5
}

func newBout(r *rand.Rand, s sport, start int64, minutes int) bout {
	return bout{
		sport:   s,
		start:   start,
		minutes: minutes,
		steps:   minutes * (s.slow + r.IntN(s.fast-s.slow+1)),
		effort:  s.easy + r.IntN(s.hard-s.easy+1),
	}
}

// plannedWorkouts are the workouts of a day, between getting up and midnight or
// bedtime. They cannot overlap: the longest is shorter than the time between
// two occasions.
func (a movement) plannedWorkouts(day int64) []bout {
	if !a.HasMotion(day) {
		return nil
	}
	r := NewRand(a.Seed, a.UserID, "sports", day)
	wake := a.wakeTime(day)
	limit := min(a.TimeOfDay(day+1, 0).Unix(), a.wakeTime(day+1).Unix()-bedtimeLead)
	var list []bout
	for _, minutes := range []int{40, 300, 600} {
		start := wake.Add(time.Duration(minutes+r.IntN(40)) * time.Minute).Unix()
		s := a.pickSport(r.IntN(1000))
		length := s.from + r.IntN(s.to-s.from+1)
		b := newBout(r, s, start, length)
		if s.category != 0 && b.end() <= limit {
			list = append(list, b)
		}
	}
	return list
}

// pickSport maps a chance of 1000 to a sport; the zero sport is none. A phone
// detects walks only.
func (a movement) pickSport(chance int) sport {
	for _, s := range sports() {
		if s.odds > chance {
			if s.swims && !a.Owns.Swims || s.unnamed && a.Owns.NamedSports || s.category != sportWalk && !a.Owns.Watch {
				break
			}
			return s
		}
		chance -= s.odds
	}
	return sport{}
}
