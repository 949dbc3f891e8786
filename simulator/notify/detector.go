// SPDX-License-Identifier: MIT

package notify

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/simulator/people"
)

// event is something to be notified.
type event struct {
	appli  int
	at     time.Time // of the upload
	fields url.Values
}

// changeDetector compares a person's data with their state at the last run.
type changeDetector struct {
	lastRun  time.Time
	next     time.Time // of the next change that is already stored; zero = none
	groups   []observed[*people.Group]
	nights   []observed[*people.Night]
	workouts []observed[*people.Workout]
	hearts   []observed[*people.HeartRecord]
	motion   motionDetector
	beds     bedDetector
}

// observed is a row at the last run.
type observed[R comparable] struct {
	row       R
	state     rowState
	isVisible bool // to queries
}

// rowState is what can change about a row; times are unix seconds.
type rowState struct {
	id, created, changed int64
	start, end           int64
	details              [2]int
}

// newChangeDetector starts from the current data.
func newChangeDetector(p *people.Account, now time.Time) *changeDetector {
	l := &changeDetector{}
	l.detect(p, now)
	return l
}

// detect returns what has changed since the last run, by time. The history must
// be generated up to now.
func (l *changeDetector) detect(p *people.Account, now time.Time) []event {
	v := &detection{account: p, from: l.lastRun, to: now, now: now.Unix(), baseline: l.lastRun.IsZero()}
	if v.baseline {
		v.from = now
	}
	l.groups = diffRows(v, l.groups, p.Groups, groupState, emitGroup)
	l.nights = diffRows(v, l.nights, p.Nights, nightState, emitNight)
	l.workouts = diffRows(v, l.workouts, p.Records.Workouts, workoutState, emitWorkout)
	l.hearts = diffRows(v, l.hearts, p.Records.Hearts, heartState, emitHeart)
	l.motion.detect(v)
	l.beds.detect(v)
	if p.Days >= 0 {
		v.scheduleAt(p.TimeOfDay(p.DayNumber(now)+1, 0).Unix()) // Each day is planned anew.
	}
	l.lastRun, l.next = now, time.Time{}
	if v.next != 0 {
		l.next = time.Unix(v.next, 0)
	}
	return v.sortedEvents()
}

// detection is one run of a changeDetector.
type detection struct {
	account  *people.Account
	from, to time.Time
	now      int64 // to, in unix seconds
	next     int64
	baseline bool // the first run, which emits nothing
	events   []event
}

// scheduleAt records moments in the future at which something changes.
func (v *detection) scheduleAt(moments ...int64) {
	for _, at := range moments {
		if at > v.now && (v.next == 0 || at < v.next) {
			v.next = at
		}
	}
}

// emit adds an event, which is not before the last run.
func (v *detection) emit(appli int, at int64, fields url.Values) {
	if v.baseline {
		return
	}
	when := time.Unix(at, 0)
	if when.Before(v.from) {
		when = v.from
	}
	if when.After(v.to) {
		when = v.to
	}
	v.events = append(v.events, event{appli, when, fields})
}

// emitSpan adds an event about data between two moments. A single moment ends
// in the same second or in the next.
func (v *detection) emitSpan(appli int, at, start, end int64) {
	if end <= start {
		end = start + start%2
	}
	v.emit(appli, at, url.Values{
		"startdate": {strconv.FormatInt(start, 10)}, "enddate": {strconv.FormatInt(end, 10)},
	})
}

// sortedEvents returns the events in order, without duplicates.
func (v *detection) sortedEvents() []event {
	slices.SortStableFunc(v.events, func(x, y event) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.appli, y.appli))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(v.events, func(e event) bool {
		key := strconv.Itoa(e.appli) + " " + e.fields.Encode()
		again := seen[key]
		seen[key] = true
		return again
	})
}

// diffRows compares rows with those of the last run: rows are only ever added
// at the end, replaced in their place, or removed. It returns the rows for the
// next run.
func diffRows[R comparable](
	v *detection, seen []observed[R], rows []R, stateOf func(v *detection, row R) rowState,
	emit func(v *detection, row R, at, start, end int64),
) []observed[R] {
	next, kept := 0, seen[:0] // Never longer than seen.
	lost := func() {
		if s := seen[next]; s.isVisible {
			emit(v, s.row, v.now, s.state.start, s.state.end)
		}
		next++
	}
	for _, row := range rows {
		is := stateOf(v, row)
		v.scheduleAt(is.created)
		for next < len(seen) && seen[next].state.id != is.id {
			lost()
		}
		old := observed[R]{row: row, state: is}
		if next < len(seen) {
			old = seen[next]
			next++
		}
		shown := is.created <= v.now
		switch {
		case shown && !old.isVisible:
			emit(v, row, is.created, is.start, is.end)
		case old.isVisible && (old.row != row || old.state != is):
			emit(v, row, is.changed, min(old.state.start, is.start), max(old.state.end, is.end))
		}
		kept = append(kept, observed[R]{row: row, state: is, isVisible: shown || old.isVisible})
	}
	for next < len(seen) {
		lost()
	}
	clear(seen[min(len(kept), len(seen)):])
	return kept
}

func groupState(_ *detection, g *people.Group) rowState {
	return rowState{id: g.ID, created: g.Created, changed: g.Modified, start: g.Date, end: g.Date}
}

func emitGroup(v *detection, g *people.Group, at, start, end int64) {
	for _, appli := range applisForGroup(v.account.Plan.Group(g)) {
		v.emitSpan(appli, at, start, end)
	}
}

func nightState(v *detection, n *people.Night) rowState {
	v.scheduleAt(n.FinalAt, n.RescoredAt)
	return rowState{
		id:      n.ID,
		created: n.Created,
		changed: n.Changed(v.now),
		start:   n.Start,
		end:     n.End,
		details: [2]int{n.Summary.Score},
	}
}

// emitNight also announces heart rate variability where a watch recorded it.
func emitNight(v *detection, n *people.Night, at, start, end int64) {
	v.emitSpan(appliSleep, at, start, end)
	if n.Source.Core {
		v.emitSpan(appliHRV, at, start, end)
	}
}

func workoutState(v *detection, w *people.Workout) rowState {
	v.scheduleAt(w.ConfirmedAt)
	return rowState{
		id:      w.ID,
		created: w.Created,
		changed: w.Changed(v.now),
		start:   w.Start,
		end:     w.End,
		details: [2]int{w.Category, w.Attrib},
	}
}

func emitWorkout(v *detection, _ *people.Workout, at, start, end int64) {
	v.emitSpan(appliActivity, at, start, end)
}

func heartState(_ *detection, h *people.HeartRecord) rowState {
	return rowState{
		id:      cmp.Or(h.ECG, cmp.Or(h.Stetho, h.Group)),
		created: h.Created,
		changed: h.Modified,
		start:   h.At,
		end:     h.At,
		details: [2]int{h.AFib, h.Pulse},
	}
}

func emitHeart(v *detection, h *people.HeartRecord, at, start, end int64) {
	for _, part := range []struct {
		there bool
		appli int
	}{{h.Systolic != 0, appliPressure}, {h.ECG != 0, appliECG}, {h.Stetho != 0, appliSound}} {
		if part.there {
			v.emitSpan(part.appli, at, start, end)
		}
	}
}
