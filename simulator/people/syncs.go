// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"time"
)

// Counter is a device that counts steps.
type Counter int

// The counters.
const (
	Watch Counter = iota
	phone
)

// Counters are those of the person's daily rows; a person with none gets a
// watch when something is added by hand.
func (a *body) Counters() []Counter {
	switch {
	case a.Owns.Watch && a.Owns.Phone:
		return []Counter{Watch, phone}
	case a.Owns.Phone:
		return []Counter{phone}
	}
	return []Counter{Watch}
}

// MainCounter is the counter of workouts and slots.
func (a *body) MainCounter() Counter { return a.Counters()[0] }

// usualSyncs are the uploads of a counter on a calendar day: every 15 to 60
// minutes while the person is up. A forgotten watch does not upload from 20:00
// to the next noon.
func (a movement) usualSyncs(by Counter, day int64) []int64 {
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

// isWatchForgotten reports whether the watch is not worn in the evening.
func (a movement) isWatchForgotten(day int64) bool {
	return NewRand(a.Seed, a.UserID, "forgotten watch", day).IntN(12) == 0
}

// syncSearch is more days than ever lie between two usual uploads.
const syncSearch = 4

// LastSync is the newest upload up to a moment, 0 = none yet.
func (a movement) LastSync(by Counter, now int64) int64 {
	last := int64(0)
	for _, at := range a.Records.Syncs {
		if at <= now {
			last = at
		}
	}
	usual := now
	if !a.Happens(now) {
		usual = a.restsFrom
	}
	today := a.DayNumber(time.Unix(usual, 0))
	for day := today; day > today-syncSearch; day-- {
		for _, at := range slices.Backward(a.usualSyncs(by, day)) {
			if at <= usual {
				return max(last, at)
			}
		}
	}
	return last
}

// FirstSync is the first upload at a moment or after it, which may be in the
// future; 0 = none.
func (a movement) FirstSync(by Counter, from int64) int64 {
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

// sync uploads watch and phone at a moment.
func (a movement) sync(at int64) {
	d := a.Records
	if i, there := slices.BinarySearch(d.Syncs, at); !there {
		d.Syncs = slices.Insert(d.Syncs, i, at)
	}
	for _, w := range d.Workouts {
		if w.End <= at && w.Created > at {
			w.Created, w.modified = at, at
		}
	}
}
