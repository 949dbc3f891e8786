// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	// maxLeftOut of each kind stay known, those that were received last.
	maxLeftOut = 1000
	// leftOutExpiry is how long something is counted that no response repeats and
	// no complete response disproves: without a time it is never part of one.
	leftOutExpiry = 90 * 24 * time.Hour
)

// leftOutLedger holds what is left out, by kind and LeftOut.ID, so that the
// same row counts once however often it is fetched.
type leftOutLedger map[Kind]map[uint64]LeftOut

// isWholeResponse reports whether every response of a kind holds all there is,
// so that it replaces what the one before left out.
func isWholeResponse(kind Kind) bool {
	switch kind {
	case KindSeries, KindStage, KindDays, KindSlots, KindGoals, KindDevices:
		return true
	case KindMeasures, KindNights, KindWorkouts, KindHeart, KindSounds, KindBeds:
	}
	return false
}

// update records what a batch leaves out in place of what was left out of the
// same records before, whose ids are given, and reports whether anything but the time of reception
// has changed.
func (l leftOutLedger) update(b Batch, ids []int64, now time.Time) (changed bool) {
	known := l[b.Kind]
	if len(known)+len(b.LeftOut) == 0 {
		return false
	}
	next := maps.Clone(known)
	if next == nil || isWholeResponse(b.Kind) && b.Offset == 0 {
		next = map[uint64]LeftOut{}
	}
	read := map[int64]bool{}
	for _, id := range ids {
		read[id] = true
	}
	for _, left := range b.LeftOut {
		read[left.Record] = true
	}
	maps.DeleteFunc(next, func(_ uint64, left LeftOut) bool {
		return left.Record != 0 && read[left.Record] || b.Range.includes(left.At) || left.isExpired(now)
	})
	for _, left := range b.LeftOut {
		next[left.ID] = left
	}
	forgetOldestLeftOut(next)
	changed = !maps.EqualFunc(known, next, func(a, b LeftOut) bool { return a.Reason == b.Reason })
	l[b.Kind] = next
	if len(next) == 0 {
		delete(l, b.Kind)
	}
	return changed
}

// includes reports whether a known time lies in the range, nil for none.
func (r *Range) includes(second int64) bool {
	return r != nil && second != 0 && !unixTime(second).Before(r.From) && !unixTime(second).After(r.To)
}

func (l LeftOut) isExpired(now time.Time) bool {
	return !now.IsZero() && unixTime(l.Received).Add(leftOutExpiry).Before(now)
}

func forgetOldestLeftOut(all map[uint64]LeftOut) {
	if len(all) <= maxLeftOut {
		return
	}
	ids := slices.SortedFunc(maps.Keys(all), func(a, b uint64) int {
		return cmp.Or(cmp.Compare(all[b].Received, all[a].Received), cmp.Compare(all[b].At, all[a].At), cmp.Compare(a, b))
	})
	for _, id := range ids[maxLeftOut:] {
		delete(all, id)
	}
}

// list returns what is left out, sorted, as it is stored.
func (l leftOutLedger) list() map[Kind][]LeftOut {
	lists := map[Kind][]LeftOut{}
	for kind, all := range l {
		lists[kind] = slices.SortedFunc(maps.Values(all), func(a, b LeftOut) int { return cmp.Compare(a.ID, b.ID) })
	}
	return lists
}

// restore adds what list returned.
func (l leftOutLedger) restore(stored map[Kind][]LeftOut) {
	for kind, list := range stored {
		if !isKnown(kind) || len(list) == 0 {
			continue
		}
		l[kind] = map[uint64]LeftOut{}
		for _, left := range list {
			l[kind][left.ID] = left
		}
		forgetOldestLeftOut(l[kind])
	}
}

// isKnown reports whether this version knows a kind.
func isKnown(kind Kind) bool {
	return kind == KindDevices || slices.ContainsFunc(kinds(), func(k kindRules) bool { return k.kind == kind })
}

// LeftOutList lists what was received but is not used, sorted, to be stored.
func (s *Store) LeftOutList() map[Kind][]LeftOut { return s.leftOut.list() }

// RestoreLeftOut adds what LeftOutList returned.
func (s *Store) RestoreLeftOut(stored map[Kind][]LeftOut) { s.leftOut.restore(stored) }

// LeftOut counts what was received but is not used, by kind of record and
// reason: each once, however often it was received, at most 1,000 of a kind.
// What the policy holds back is counted in the same way. Kinds without any are
// missing.
func (s *Store) LeftOut() map[Kind]map[LeftOutReason]int {
	counts := map[Kind]map[LeftOutReason]int{}
	add := func(kind Kind, reason LeftOutReason) {
		if counts[kind] == nil {
			counts[kind] = map[LeftOutReason]int{}
		}
		counts[kind][reason]++
	}
	for kind, all := range s.leftOut {
		for _, left := range all {
			add(kind, left.Reason)
		}
	}
	for kind, c := range s.collections {
		for _, held := range c.held {
			if held.Ambiguous {
				add(kind, LeftOutAmbiguous)
			} else {
				add(kind, LeftOutPolicy)
			}
		}
	}
	return counts
}
