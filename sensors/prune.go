package sensors

import (
	"cmp"
	"maps"
	"slices"
)

// prune forgets what no later answer can need.
func (s *State) prune() {
	s.pruneGroups()
	s.pruneNights()
	s.pruneWeightHistory()
	s.pruneDays()
	keepLast(s.workouts, maxWorkouts)
	keepLast(s.heartRecords, maxHeartRecords)
	for _, met := range []map[int64]int64{s.seenGroups, s.seenNights, s.seenWorkouts, s.seenHeartRecords} {
		forgetOldest(met, maxSeen)
	}
	forgetLowest(s.held, maxHeld)
	forgetLowest(s.waiting, maxHeld)
	maps.DeleteFunc(s.series, func(id int64, _ nightMeans) bool {
		_, known := s.nights[id]
		return !known
	})
}

// keepLast leaves the newest records.
func keepLast(records map[int64]record, keep int) {
	at := make(map[int64]int64, len(records))
	for id, rec := range records {
		at[id] = rec.At
	}
	forgetOldest(at, keep)
	maps.DeleteFunc(records, func(id int64, _ record) bool {
		_, kept := at[id]
		return !kept
	})
}

// pruneGroups keeps the groups that are among the newest of any key, the keys
// of the ratios it makes included.
func (s *State) pruneGroups() {
	count, all := map[string]int{}, ratios()
	for _, g := range s.ranked() {
		wanted := false
		note := func(key string) {
			count[key]++
			wanted = wanted || count[key] <= maxGroupsPerKey
		}
		for key := range g.Values {
			note(key)
		}
		for _, r := range all {
			if r.isComputable(g.Values) {
				note(r.key)
			}
		}
		if !wanted {
			delete(s.groups, g.ID)
		}
	}
}

// ranked are the groups, newest first.
func (s *State) ranked() []record {
	return slices.SortedFunc(maps.Values(s.groups), func(a, b record) int {
		if a.isNewerThan(b) {
			return -1
		}
		return 1
	})
}

// pruneNights keeps the sessions of the newest dates, and of the date of the
// last night however long ago that was.
func (s *State) pruneNights() {
	night, _ := lastNight(s.nights)
	dates := datesOf(s.nights)
	keep := dates[:min(len(dates), maxNightDates)]
	maps.DeleteFunc(s.nights, func(_ int64, row session) bool {
		return row.Date != night.Date && !slices.Contains(keep, row.Date)
	})
}

// forgetOldest leaves the ids that changed last.
func forgetOldest(changed map[int64]int64, keep int) {
	if len(changed) <= keep {
		return
	}
	ids := slices.SortedFunc(maps.Keys(changed), func(a, b int64) int {
		return cmp.Or(cmp.Compare(changed[b], changed[a]), cmp.Compare(b, a))
	})
	for _, id := range ids[keep:] {
		delete(changed, id)
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
