package people

import (
	"slices"
	"time"
)

// counter is a thing that counts steps.
type counter int

const (
	Watch counter = iota
	phone
)

// Counters are those that a person's days are counted by; what is added by hand to somebody with none is a watch's.
func (a *Account) Counters() []counter {
	switch {
	case a.Owns.Watch && a.Owns.Phone:
		return []counter{Watch, phone}
	case a.Owns.Phone:
		return []counter{phone}
	}
	return []counter{Watch}
}

// main is the counter that matters most.
func (a *Account) MainCounter() counter { return a.Counters()[0] }

// usualSyncs is when a counter reaches the cloud on a calendar day: every 15 to 60 minutes while somebody is up. A watch
// that is forgotten stays silent from 20:00 to the next noon.
func (a *Account) usualSyncs(by counter, day int64) []int64 {
	if !a.HasMotion(day) {
		return nil
	}
	r := NewRand(a.Seed, a.UserID, [...]string{Watch: "watch syncs", phone: "phone syncs"}[by], day)
	quiet := interval{from: a.TimeOfDay(day, 20*60).Unix(), to: a.TimeOfDay(day+1, 0).Unix()}
	if by == phone || !a.isWatchForgotten(day) {
		quiet.from = quiet.to
	}
	late := int64(0)
	if by == Watch && a.isWatchForgotten(day-1) {
		late = a.TimeOfDay(day, 12*60).Unix()
	}
	var list []int64
	for _, s := range a.awakeIntervals(day) {
		for at := s.from + 120 + r.Int64N(1200); at < s.to; at += 900 + r.Int64N(2700) {
			if at >= late && (at < quiet.from || at >= quiet.to) {
				list = append(list, at)
			}
		}
	}
	return list
}

// isWatchForgotten tells whether the watch is left alone in the evening.
func (a *Account) isWatchForgotten(day int64) bool {
	return NewRand(a.Seed, a.UserID, "forgotten watch", day).IntN(12) == 0
}

// syncSearch is more days than ever lie between two usual syncs.
const syncSearch = 4

// LastSync is the newest sync up to a moment, 0 = none yet.
func (a *Account) LastSync(by counter, now int64) int64 {
	last := int64(0)
	for _, at := range a.Records.Syncs {
		if at <= now {
			last = at
		}
	}
	today := a.DayNumber(time.Unix(now, 0))
	for day := today; day > today-syncSearch; day-- {
		for _, at := range slices.Backward(a.usualSyncs(by, day)) {
			if at <= now {
				return max(last, at)
			}
		}
	}
	return last
}

// FirstSync is the first sync at a moment or after it, which may lie ahead; 0 = none.
func (a *Account) FirstSync(by counter, from int64) int64 {
	byHand := int64(0)
	if i, _ := slices.BinarySearch(a.Records.Syncs, from); i < len(a.Records.Syncs) {
		byHand = a.Records.Syncs[i]
	}
	day := a.DayNumber(time.Unix(from, 0))
	for last := day + syncSearch; day < last; day++ {
		for _, at := range a.usualSyncs(by, day) {
			if at >= from {
				if byHand != 0 {
					at = min(at, byHand)
				}
				return at
			}
		}
	}
	return byHand
}

// sync makes watch and phone reach the cloud at a moment.
func (a *Account) sync(at int64) {
	d := &a.Records
	if i, there := slices.BinarySearch(d.Syncs, at); !there {
		d.Syncs = slices.Insert(d.Syncs, i, at)
	}
	for _, w := range d.Workouts {
		if w.End <= at && w.Created > at {
			w.Created, w.modified = at, at
		}
	}
}
