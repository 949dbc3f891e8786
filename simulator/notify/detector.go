package notify

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"
	"vitals2mqtt/simulator/people"
)

// event is what a notification tells.
type event struct {
	appli  int
	at     time.Time // when the cloud heard of it
	fields url.Values
}

// changeDetector knows a person's data as they were when it looked last, and tells what is different.
type changeDetector struct {
	lastRun  time.Time
	next     time.Time // when something that is known now will be seen; zero = nothing is
	groups   []observed[*people.Group]
	nights   []observed[*people.Night]
	workouts []observed[*people.Workout]
	hearts   []observed[*people.HeartRecord]
	motion   motionDetector
	beds     bedDetector
}

// observed is a row as it was.
type observed[R comparable] struct {
	row       R
	state     rowState
	isVisible bool // to whoever asks
}

// rowState is what can be different about a row; times are unix seconds.
type rowState struct {
	id, created, changed int64
	start, end           int64
	details              [2]int
}

// newChangeDetector has seen all there is.
func newChangeDetector(p *people.Account, now time.Time) *changeDetector {
	l := &changeDetector{}
	l.detect(p, now)
	return l
}

// detect returns what has happened since, by time. The person must be up to date.
func (l *changeDetector) detect(p *people.Account, now time.Time) []event {
	v := &detection{who: p, from: l.lastRun, to: now, now: now.Unix(), baseline: l.lastRun.IsZero()}
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
		v.scheduleAt(p.TimeOfDay(p.DayNumber(now)+1, 0).Unix()) // A new day has new plans.
	}
	l.lastRun, l.next = now, time.Time{}
	if v.next != 0 {
		l.next = time.Unix(v.next, 0)
	}
	return v.sortedEvents()
}

// detection is one look.
type detection struct {
	who      *people.Account
	from, to time.Time
	now      int64 // to, in unix seconds
	next     int64
	baseline bool // nothing is told: all is seen for the first time
	events   []event
}

// scheduleAt notes moments at which something will be different, if they lie scheduleAt.
func (v *detection) scheduleAt(moments ...int64) {
	for _, at := range moments {
		if at > v.now && (v.next == 0 || at < v.next) {
			v.next = at
		}
	}
}

// emit notes an event, which cannot have been before the last look.
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

// emitSpan tells of data between two moments; of a single one it says that one or the next second is the end.
func (v *detection) emitSpan(appli int, at, start, end int64) {
	if end <= start {
		end = start + start%2
	}
	v.emit(appli, at, url.Values{
		"startdate": {strconv.FormatInt(start, 10)}, "enddate": {strconv.FormatInt(end, 10)},
	})
}

// sortedEvents is all that was told, each thing once.
func (v *detection) sortedEvents() []event {
	slices.SortStableFunc(v.events, func(x, y event) int { return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.appli, y.appli)) })
	told := map[string]bool{}
	return slices.DeleteFunc(v.events, func(e event) bool {
		key := strconv.Itoa(e.appli) + " " + e.fields.Encode()
		again := told[key]
		told[key] = true
		return again
	})
}

// diffRows goes through rows and what was seen of them side by side: rows are only ever added at the end, replaced in
// their place, or taken out. It returns what was seen now.
func diffRows[R comparable](
	v *detection, seen []observed[R], rows []R, look func(v *detection, row R) rowState,
	tell func(v *detection, row R, at, start, end int64),
) []observed[R] {
	next, kept := 0, seen[:0] // Never longer than what is compared.
	lost := func() {
		if s := seen[next]; s.isVisible {
			tell(v, s.row, v.now, s.state.start, s.state.end)
		}
		next++
	}
	for _, row := range rows {
		is := look(v, row)
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
			tell(v, row, is.created, is.start, is.end)
		case old.isVisible && (old.row != row || old.state != is):
			tell(v, row, is.changed, min(old.state.start, is.start), max(old.state.end, is.end))
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
	for _, appli := range applisForGroup(v.who.Plan.Group(g)) {
		v.emitSpan(appli, at, start, end)
	}
}

func nightState(v *detection, n *people.Night) rowState {
	v.scheduleAt(n.FinalAt, n.RescoredAt)
	return rowState{
		id: n.ID, created: n.Created, changed: n.Changed(v.now), start: n.Start, end: n.End, details: [2]int{n.Summary.Score},
	}
}

// emitNight tells of how the heart rate varies too, where a watch has felt it.
func emitNight(v *detection, n *people.Night, at, start, end int64) {
	v.emitSpan(appliSleep, at, start, end)
	if n.Source.Core {
		v.emitSpan(appliHRV, at, start, end)
	}
}

func workoutState(v *detection, w *people.Workout) rowState {
	v.scheduleAt(w.ConfirmedAt)
	return rowState{
		id: w.ID, created: w.Created, changed: w.Changed(v.now), start: w.Start, end: w.End,
		details: [2]int{w.Category, w.Attrib},
	}
}

func emitWorkout(v *detection, _ *people.Workout, at, start, end int64) {
	v.emitSpan(appliActivity, at, start, end)
}

func heartState(_ *detection, h *people.HeartRecord) rowState {
	return rowState{
		id: cmp.Or(h.ECG, cmp.Or(h.Stetho, h.Group)), created: h.Created, changed: h.Modified, start: h.At, end: h.At,
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
