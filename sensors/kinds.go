// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Bounds of a store, for each kind of record.
const (
	// maxGroupsPerKey groups per key stay known, so that the one before becomes
	// current again when the newest is edited to an earlier date or deleted.
	maxGroupsPerKey = 4
	maxNightDates   = 7
	maxDays         = 4 // today, and what it follows
	maxWorkouts     = 10
	maxHeartRecords = 10
	maxHeld         = 2000
	maxSessions     = 60 // of sleep
	maxStages       = 4
	maxBedEvents    = 10 // of each mat
)

// kindRules is how one kind of record is kept. Its zero value suits a kind with
// one record that is always replaced.
type kindRules struct {
	kind Kind
	// numbered says that the cloud gives the records ids, so that those with an id
	// of ours are imported.
	numbered bool
	// bySecond says that imported records give way to those of the cloud that were
	// measured in the same second, byField that they do so field by field.
	bySecond, byField bool
	// remembers keeps the versions of records that are no longer kept, so that
	// none is news twice.
	remembers bool
	// takes decides on a record in addition to its version; prev is the known one,
	// complete is true for a batch that covers a range.
	takes func(known Known, rec, prev Record, complete bool) (bool, error)
	// keepsEmpty keeps records without values.
	keepsEmpty bool
	// merges keeps the values that the next version lacks.
	merges bool
	// stored is called for each record that was stored.
	stored func(s *Store, rec Record, o ApplyOptions)
	// newestCounts makes the newest value of every key current, whichever record
	// has it, together with all other kinds that are marked so.
	newestCounts bool
	// announcedBy is the kind that announces the same electrocardiogram.
	announcedBy Kind
	// listedAs is what a response lists the record as; nil is by its id.
	listedAs func(Record) int64
	// missing reports whether the record, when it is not listed, is gone; nil is
	// isMissingFrom.
	missing func(rec Record, from Range, o ApplyOptions) bool
	// doubtsSingle rejects an empty batch even if it would remove a single record:
	// one that is edited rather than deleted.
	doubtsSingle bool
	// choose selects the records that prune can leave of those that a batch adds, so
	// that the others need not be interpreted; nil, and a nil result, are all.
	choose func(s *Store, kind Kind, added []Record, o ApplyOptions) []bool
	// passed is called for each record that was not chosen.
	passed func(s *Store, rec *Record, o ApplyOptions)
	// prune removes the records that no later response can need.
	prune func(all collections, records map[int64]Record)
	// window selects what is kept from an archive.
	window Window
}

// name is what a response lists a record as.
func (k kindRules) name(rec Record) int64 {
	if k.listedAs == nil {
		return rec.ID
	}
	return k.listedAs(rec)
}

func (k kindRules) isMissing(rec Record, in Range, o ApplyOptions) bool {
	if k.missing == nil {
		return isMissingFrom(rec, in, o)
	}
	return k.missing(rec, in, o)
}

func measuredAt(r Record) int64 { return r.At }

// newest keeps the newest records.
func newest(keep int, at func(Record) int64) func(collections, map[int64]Record) {
	return func(_ collections, records map[int64]Record) {
		times := make(map[int64]int64, len(records))
		for id, rec := range records {
			times[id] = at(rec)
		}
		forgetOldest(times, keep)
		maps.DeleteFunc(records, func(id int64, _ Record) bool {
			_, kept := times[id]
			return !kept
		})
	}
}

// newestPerKey keeps the records that are among the newest of any key, the keys
// of the ratios they make included.
func newestPerKey(keep int) func(collections, map[int64]Record) {
	return func(_ collections, records map[int64]Record) {
		count, all := map[string]int{}, ratios()
		for _, rec := range newestFirst(records) {
			wanted := false
			need := func(key string) {
				count[key]++
				wanted = wanted || count[key] <= keep
			}
			for key := range rec.Values {
				need(key)
			}
			for _, r := range all {
				if r.isComputable(rec.Values) {
					need(r.key)
				}
			}
			if !wanted {
				delete(records, rec.ID)
			}
		}
	}
}

// newestOrPerKey keeps the newest records, and the newest of every key.
func newestOrPerKey(keep int) func(collections, map[int64]Record) {
	return func(all collections, records map[int64]Record) {
		recent := maps.Clone(records)
		newest(keep, measuredAt)(all, recent)
		newestPerKey(1)(all, records)
		maps.Copy(records, recent)
	}
}

// pruneNights keeps the sessions of the newest dates, and of the date of the
// last night however long ago that was.
func pruneNights(nights map[int64]Record) {
	night, _ := lastNight(nights)
	dates := datesOf(nights)
	keep := dates[:min(len(dates), maxNightDates)]
	maps.DeleteFunc(nights, func(_ int64, row Record) bool {
		return row.Date != night.Date && !slices.Contains(keep, row.Date)
	})
}

// newestFirst sorts records.
func newestFirst(records map[int64]Record) []Record {
	return slices.SortedFunc(maps.Values(records), func(a, b Record) int {
		if a.isNewerThan(b) {
			return -1
		}
		return 1
	})
}

// minAbsenceAge is how long ago a record must have been received for its
// absence to mean anything: the cloud's own copies can lag behind one another.
const minAbsenceAge = 10 * time.Minute

// isMissingFrom reports whether a record that is not listed in a range is gone.
// The edges of the range are left out: the cloud may draw them otherwise.
func isMissingFrom(rec Record, in Range, o ApplyOptions) bool {
	const edge = 24 * time.Hour
	at := unixTime(rec.At)
	if o.TrustAbsence {
		return at.After(in.From.Add(edge)) && !at.After(in.To)
	}
	return at.After(in.From.Add(edge)) && at.Before(in.To.Add(-time.Minute)) &&
		(rec.Received == 0 || unixTime(rec.Received).Add(minAbsenceAge).Before(o.Now))
}

// isDayMissing compares dates: the days at the edges belong to the range.
func isDayMissing(day Record, in Range, _ ApplyOptions) bool {
	return day.Date >= in.From.Format(time.DateOnly) && day.Date <= in.To.Format(time.DateOnly)
}

// forgetOldest leaves the ids with the latest times.
func forgetOldest(times map[int64]int64, keep int) {
	if len(times) <= keep {
		return
	}
	ids := slices.SortedFunc(maps.Keys(times), func(a, b int64) int {
		return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(b, a))
	})
	for _, id := range ids[keep:] {
		delete(times, id)
	}
}

// forgetLowest leaves the highest ids, which the cloud gave out last.
func forgetLowest[T any](set map[int64]T, keep int) {
	if len(set) <= keep {
		return
	}
	ids := slices.Sorted(maps.Keys(set))
	for _, id := range ids[:len(ids)-keep] {
		delete(set, id)
	}
}
