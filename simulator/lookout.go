package simulator

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// event is what a notification tells.
type event struct {
	appli  int
	at     time.Time // when the cloud heard of it
	fields url.Values
}

// lookout knows a person's data as they were when it looked last, and tells what is different.
type lookout struct {
	at       time.Time
	next     time.Time // when something that is known now will be seen; zero = nothing is
	groups   []sighting[*group]
	nights   []sighting[*night]
	workouts []sighting[*workout]
	hearts   []sighting[*heartRecord]
	motion   motionSeen
	beds     bedsSeen
}

// sighting is a row as it was.
type sighting[R comparable] struct {
	row   R
	is    aspect
	shown bool // to whoever asks
}

// aspect is what can be different about a row; times are unix seconds.
type aspect struct {
	id, created, changed int64
	start, end           int64
	details              [2]int
}

// newLookout has seen all there is.
func newLookout(p *account, now time.Time) *lookout {
	l := &lookout{}
	l.look(p, now)
	return l
}

// look returns what has happened since, by time. The person must be up to date.
func (l *lookout) look(p *account, now time.Time) []event {
	v := &view{who: p, from: l.at, to: now, now: now.Unix(), quiet: l.at.IsZero()}
	if v.quiet {
		v.from = now
	}
	l.groups = compare(v, l.groups, p.groups, lookAtGroup, tellGroup)
	l.nights = compare(v, l.nights, p.nights, lookAtNight, tellNight)
	l.workouts = compare(v, l.workouts, p.diary.workouts, lookAtWorkout, tellWorkout)
	l.hearts = compare(v, l.hearts, p.diary.hearts, lookAtHeart, tellHeart)
	l.motion.look(v)
	l.beds.look(v)
	if p.Days >= 0 {
		v.ahead(p.clock(p.day(now)+1, 0).Unix()) // A new day has new plans.
	}
	l.at, l.next = now, time.Time{}
	if v.next != 0 {
		l.next = time.Unix(v.next, 0)
	}
	return v.sorted()
}

// view is one look.
type view struct {
	who      *account
	from, to time.Time
	now      int64 // to, in unix seconds
	next     int64
	quiet    bool // nothing is told: all is seen for the first time
	events   []event
}

// ahead notes moments at which something will be different, if they lie ahead.
func (v *view) ahead(moments ...int64) {
	for _, at := range moments {
		if at > v.now && (v.next == 0 || at < v.next) {
			v.next = at
		}
	}
}

// tell notes an event, which cannot have been before the last look.
func (v *view) tell(appli int, at int64, fields url.Values) {
	if v.quiet {
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

// tellSpan tells of data between two moments; of a single one it says that one or the next second is the end.
func (v *view) tellSpan(appli int, at, start, end int64) {
	if end <= start {
		end = start + start%2
	}
	v.tell(appli, at, url.Values{
		"startdate": {strconv.FormatInt(start, 10)}, "enddate": {strconv.FormatInt(end, 10)},
	})
}

// sorted is all that was told, each thing once.
func (v *view) sorted() []event {
	slices.SortStableFunc(v.events, func(x, y event) int { return byThen(x.at.Compare(y.at), cmp.Compare(x.appli, y.appli)) })
	told := map[string]bool{}
	return slices.DeleteFunc(v.events, func(e event) bool {
		key := strconv.Itoa(e.appli) + " " + e.fields.Encode()
		again := told[key]
		told[key] = true
		return again
	})
}

// compare goes through rows and what was seen of them side by side: rows are only ever added at the end, replaced in
// their place, or taken out. It returns what was seen now.
func compare[R comparable](
	v *view, seen []sighting[R], rows []R, look func(v *view, row R) aspect,
	tell func(v *view, row R, at, start, end int64),
) []sighting[R] {
	next, kept := 0, seen[:0] // Never longer than what is compared.
	lost := func() {
		if s := seen[next]; s.shown {
			tell(v, s.row, v.now, s.is.start, s.is.end)
		}
		next++
	}
	for _, row := range rows {
		is := look(v, row)
		v.ahead(is.created)
		for next < len(seen) && seen[next].is.id != is.id {
			lost()
		}
		old := sighting[R]{row: row, is: is}
		if next < len(seen) {
			old = seen[next]
			next++
		}
		shown := is.created <= v.now
		switch {
		case shown && !old.shown:
			tell(v, row, is.created, is.start, is.end)
		case old.shown && (old.row != row || old.is != is):
			tell(v, row, is.changed, min(old.is.start, is.start), max(old.is.end, is.end))
		}
		kept = append(kept, sighting[R]{row: row, is: is, shown: shown || old.shown})
	}
	for next < len(seen) {
		lost()
	}
	clear(seen[min(len(kept), len(seen)):])
	return kept
}

func lookAtGroup(_ *view, g *group) aspect {
	return aspect{id: g.ID, created: g.Created, changed: g.Modified, start: g.Date, end: g.Date}
}

func tellGroup(v *view, g *group, at, start, end int64) {
	for _, appli := range applisOf(v.who.Plan.group(g)) {
		v.tellSpan(appli, at, start, end)
	}
}

func lookAtNight(v *view, n *night) aspect {
	v.ahead(n.final, n.rescored)
	return aspect{
		id: n.id, created: n.created, changed: n.changed(v.now), start: n.start, end: n.end, details: [2]int{n.facts.score},
	}
}

// tellNight tells of how the heart rate varies too, where a watch has felt it.
func tellNight(v *view, n *night, at, start, end int64) {
	v.tellSpan(appliSleep, at, start, end)
	if n.bed.core {
		v.tellSpan(appliHRV, at, start, end)
	}
}

func lookAtWorkout(v *view, w *workout) aspect {
	v.ahead(w.confirmed)
	return aspect{
		id: w.id, created: w.created, changed: w.changed(v.now), start: w.start, end: w.end,
		details: [2]int{w.category, w.attrib},
	}
}

func tellWorkout(v *view, _ *workout, at, start, end int64) {
	v.tellSpan(appliActivity, at, start, end)
}

func lookAtHeart(_ *view, h *heartRecord) aspect {
	return aspect{
		id: orDefault(h.ecg, orDefault(h.stetho, h.group)), created: h.created, changed: h.modified, start: h.at, end: h.at,
		details: [2]int{h.afib, h.pulse},
	}
}

func tellHeart(v *view, h *heartRecord, at, start, end int64) {
	for _, part := range []struct {
		there bool
		appli int
	}{{h.systolic != 0, appliPressure}, {h.ecg != 0, appliECG}, {h.stetho != 0, appliSound}} {
		if part.there {
			v.tellSpan(part.appli, at, start, end)
		}
	}
}
