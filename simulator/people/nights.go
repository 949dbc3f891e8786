// SPDX-License-Identifier: MIT

package people

import (
	"math/rand/v2"
	"time"
)

// sleepSource is a device that records sleep.
type sleepSource struct {
	model   string // in slices
	modelID int
	class   int  // 16 tracker, 32 mat
	Core    bool // measures body temperature
}

var (
	// Mat is a sleep mat.
	Mat     = sleepSource{model: "Aura Sensor V2", modelID: 63, class: 32}
	tracker = sleepSource{model: "ScanWatch", modelID: 93, class: 16}
	// importedSource is not a device of the vendor: its nights have neither
	// model number nor device id.
	importedSource = sleepSource{class: 16}
)

// Night is a stored night or nap. Its slices are generated on demand: years of
// them are large.
type Night struct {
	ID, Start, End    int64
	Created, modified int64
	FinalAt           int64 // when its final version is computed; 0 = it is final
	reportsCompleted  bool  // the final row says that it is complete
	RescoredAt        int64 // when it gets another score; 0 = never
	twinOf            int64 // id of the night that another device recorded; 0 = none
	cycles            int
	Source            sleepSource
	Device            string
	Date              string
	Summary           nightSummary
	cachedSlices      []slice
}

// sleep generates the nights of a body.
type sleep struct {
	*body

	anchor *Night // see newAnchor
}

// newNight invents a sleep that ends at a moment; id, person and moment
// determine it.
func (a sleep) newNight(id int64, end time.Time, cycles int, by sleepSource) *Night {
	return a.completeNight(&Night{ID: id, cycles: cycles, Source: by}, end)
}

// completeNight fills in what follows from a night's fields and its end.
func (a sleep) completeNight(n *Night, end time.Time) *Night {
	list := a.phases(n, a.nightRand(n.ID))
	n.End, n.Start = end.Unix(), end.Unix()-secondsOf(list)
	n.Date = end.In(a.zone).Format(time.DateOnly)
	if n.Source == importedSource {
		n.Summary = nightSummary{imported: secondsOf(list)}
		return n
	}
	n.Device = a.device(n.Source.model, n.Source.modelID).id
	n.Summary = summarize(list, a.slices(n), n.Start, n.End)
	n.cachedSlices = nil
	if n.Source.Core {
		n.Summary.core = a.coreTemperature(n.ID)
	}
	return n
}

// phases are what a night consists of for the device that recorded it; r must
// be its nightRand.
func (a sleep) phases(n *Night, r *rand.Rand) []phase {
	var list []phase
	if n.twinOf == 0 {
		list = phases(r, n.cycles)
	} else {
		list = jitterPhases(r, phases(a.nightRand(n.twinOf), n.cycles))
	}
	switch {
	case n.Source == importedSource:
		return importedPhases(list)
	case n.Source.class == tracker.class:
		return wristPhases(list)
	}
	return list
}

func (a sleep) nightRand(id int64) *rand.Rand { return NewRand(a.Seed, a.UserID, "night", id) }

// slices returns a night's slices in order of time.
func (a sleep) slices(n *Night) []slice {
	if n.cachedSlices == nil {
		r := a.nightRand(n.ID)
		n.cachedSlices = cutPhases(r, a.phases(n, r), n.Start, a.UserID)
	}
	return n.cachedSlices
}

// store sets the time of the upload.
func (n *Night) store(created time.Time) *Night {
	n.Created, n.modified = created.Unix(), created.Unix()
	if n.ID%3 == 0 { // As in a third of the recorded nights.
		n.modified--
	}
	return n
}

// Changed is the time of the last change as of now.
func (n *Night) Changed(now int64) int64 {
	at := n.modified
	for _, change := range []int64{n.FinalAt, n.RescoredAt} {
		if change != 0 && now >= change {
			at = max(at, change)
		}
	}
	return at
}

// recordsSleep reports whether a device records the person's nights.
func (a *body) recordsSleep() bool { return a.Mat || a.ScanWatch }

func (a *body) sleepSource() sleepSource {
	if a.Mat {
		return Mat
	}
	return a.watchSleepSource()
}

// wakeTime is when the person gets up on a day.
func (a *body) wakeTime(day int64) time.Time {
	minutes := 6*60 + 20 + NewRand(a.Seed, a.UserID, "wake", day).IntN(70)
	if weekday := (day + 4) % 7; weekday == 0 || weekday == 6 {
		minutes += 60
	}
	if a.Shifts && day/28%2 == 0 {
		minutes += 7 * 60
	}
	return a.TimeOfDay(day, minutes)
}

// SleepDay is the sleep that ends on a day, sometimes with a nap, without what
// overlaps the anchor.
func (a sleep) SleepDay(day int64) []*Night {
	r := NewRand(a.Seed, a.UserID, "sleep", day)
	end, by := a.wakeTime(day), a.sleepSource()
	main := a.newNight(a.rowID(day, 100), end, nightCycles+r.IntN(2), by)
	main.store(end.Add(time.Duration(5+r.IntN(26)) * time.Minute))
	if r.IntN(6) == 0 {
		main.FinalAt = main.Created + 3600
	}
	nights := []*Night{main}
	if r.IntN(7) == 0 {
		end = end.Add(time.Duration(270+r.IntN(90)) * time.Minute)
		nap := a.newNight(a.rowID(day, 101), end, 1, by).store(end.Add(time.Duration(5+r.IntN(26)) * time.Minute))
		nights = append(nights, nap)
	}
	if a.OddNights {
		nights = a.applyOddNights(day, nights)
	}
	if a.anchor == nil {
		return nights
	}
	kept := nights[:0]
	for _, n := range nights {
		if n.End <= a.anchor.Start-3*3600 || n.Start >= a.anchor.End+3*3600 {
			kept = append(kept, n)
		}
	}
	return kept
}

// newAnchor is a sleep that ended 20 to 60 minutes before the start: always for
// shift workers, and otherwise when the newest night would be more than a day
// old. A fresh start thus has a recent night. It is nil if there is one.
func (a sleep) newAnchor(now time.Time) *Night {
	today := a.DayNumber(now)
	for day := today - 1; day <= today && !a.Shifts; day++ {
		for _, n := range a.SleepDay(day) {
			if n.Created <= now.Unix() && n.End > now.Add(-24*time.Hour).Unix() {
				return nil
			}
		}
	}
	r := NewRand(a.Seed, a.UserID, "anchor", 0)
	end := now.Truncate(time.Minute).Add(-time.Duration(21+r.IntN(38)) * time.Minute)
	night := a.newNight(a.rowID(today, 102), end, nightCycles, a.sleepSource())
	return night.store(end.Add(time.Duration(5+r.IntN(14)) * time.Minute))
}
