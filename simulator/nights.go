package simulator

import (
	"math/rand/v2"
	"time"
)

// sleepSource is what noticed a sleep.
type sleepSource struct {
	model   string // in slices
	modelID int
	class   int  // 16 tracker, 32 mat
	core    bool // feels the temperature of the body
}

var (
	mat     = sleepSource{model: "Aura Sensor V2", modelID: 63, class: 32}
	tracker = sleepSource{model: "ScanWatch", modelID: 93, class: 16}
	// importedSource is no device of the vendor's: its nights have neither model number nor device id.
	importedSource = sleepSource{class: 16}
)

// night is a night or a nap as it is stored. Its slices are made again when somebody asks: years of them are heavy.
type night struct {
	id, start, end    int64
	created, modified int64
	finalAt           int64 // when it is computed again for good; 0 = it is final
	reportsCompleted  bool  // that it is complete, once it is; rows need not
	rescoredAt        int64 // when it gets another score; 0 = never
	twinOf            int64 // id of the night that another device made of this sleep; 0 = none did
	cycles            int
	source            sleepSource
	device            string
	date              string
	summary           nightSummary
	cachedSlices      []slice
}

// newNight invents a sleep that ends at a moment; id, person and moment decide what it was like.
func (a *account) newNight(id int64, end time.Time, cycles int, by sleepSource) *night {
	return a.completeNight(&night{id: id, cycles: cycles, source: by}, end)
}

// completeNight fills in all that follows from what a night has so far and from its end.
func (a *account) completeNight(n *night, end time.Time) *night {
	list := a.phases(n, a.nightRand(n.id))
	n.end, n.start = end.Unix(), end.Unix()-secondsOf(list)
	n.date = end.In(a.zone).Format(time.DateOnly)
	if n.source == importedSource {
		n.summary = nightSummary{imported: secondsOf(list)}
		return n
	}
	n.device = a.device(n.source.model, n.source.modelID).id
	n.summary = summarize(list, a.slices(n), n.start, n.end)
	n.cachedSlices = nil
	if n.source.core {
		n.summary.core = a.coreTemperature(n.id)
	}
	return n
}

// phases are what a night consists of for the device that recorded it; r must be its source.
func (a *account) phases(n *night, r *rand.Rand) []phase {
	var list []phase
	if n.twinOf == 0 {
		list = phases(r, n.cycles)
	} else {
		list = jitterPhases(r, phases(a.nightRand(n.twinOf), n.cycles))
	}
	switch {
	case n.source == importedSource:
		return importedPhases(list)
	case n.source.class == tracker.class:
		return wristPhases(list)
	}
	return list
}

func (a *account) nightRand(id int64) *rand.Rand { return newRand(a.seed, a.UserID, "night", id) }

// slices returns a night's slices in order of time.
func (a *account) slices(n *night) []slice {
	if n.cachedSlices == nil {
		r := a.nightRand(n.id)
		n.cachedSlices = cutPhases(r, a.phases(n, r), n.start, a.UserID)
	}
	return n.cachedSlices
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
	at := n.modified
	for _, change := range []int64{n.finalAt, n.rescoredAt} {
		if change != 0 && now >= change {
			at = max(at, change)
		}
	}
	return at
}

// recordsSleep tells whether anything records the person's nights.
func (a *account) recordsSleep() bool { return a.Mat || a.ScanWatch }

// sleepSource is what records them.
func (a *account) sleepSource() sleepSource {
	if a.Mat {
		return mat
	}
	return a.watchSleepSource()
}

// wakeTime is when somebody gets up on a day.
func (a *account) wakeTime(day int64) time.Time {
	minutes := 6*60 + 20 + newRand(a.seed, a.UserID, "wake", day).IntN(70)
	if weekday := (day + 4) % 7; weekday == 0 || weekday == 6 {
		minutes += 60
	}
	if a.Shifts && day/28%2 == 0 {
		minutes += 7 * 60
	}
	return a.timeOfDay(day, minutes)
}

// sleepDay is the sleep that ends on a day, and a nap now and then; what the anchor stands for is left out.
func (a *account) sleepDay(day int64) []*night {
	r := newRand(a.seed, a.UserID, "sleep", day)
	end, by := a.wakeTime(day), a.sleepSource()
	main := a.newNight(a.rowID(day, 100), end, nightCycles+r.IntN(2), by).store(end.Add(time.Duration(5+r.IntN(26)) * time.Minute))
	if r.IntN(6) == 0 {
		main.finalAt = main.created + 3600
	}
	nights := []*night{main}
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
		if n.end <= a.anchor.start-3*3600 || n.start >= a.anchor.end+3*3600 {
			kept = append(kept, n)
		}
	}
	return kept
}

// newAnchor is a sleep that ended 20 to 60 minutes ago: always for those who work in shifts, and for the others when
// otherwise the newest would be more than a day old; whoever starts now shall find something. Else it is nil.
func (a *account) newAnchor(now time.Time) *night {
	today := a.dayNumber(now)
	for day := today - 1; day <= today && !a.Shifts; day++ {
		for _, n := range a.sleepDay(day) {
			if n.created <= now.Unix() && n.end > now.Add(-24*time.Hour).Unix() {
				return nil
			}
		}
	}
	r := newRand(a.seed, a.UserID, "anchor", 0)
	end := now.Truncate(time.Minute).Add(-time.Duration(21+r.IntN(38)) * time.Minute)
	return a.newNight(a.rowID(today, 102), end, nightCycles, a.sleepSource()).store(end.Add(time.Duration(5+r.IntN(14)) * time.Minute))
}
