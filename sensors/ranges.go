package sensors

import (
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// The cloud does not say what was deleted. A range that is read whole does: what
// is known to lie in it and is not in the answer is gone.

// minAbsenceAge is how long ago something must have come for its absence to mean
// anything: the cloud's own copies can lag behind one another.
const minAbsenceAge = 10 * time.Minute

// ApplyMeasuresRange takes in the complete answer for a range of time.
func (s *State) ApplyMeasuresRange(m withings.Measures, from, to time.Time, r ApplyOptions) Update {
	known := suspectRows(countIf(s.groups, func(g record) bool { return g.missingFrom(from, to, r) }))
	return s.applyComplete(len(m.Groups), known, r, func(u *Update) {
		s.takeMeasures(m, r, u)
		known := s.newestGroups()
		listed := map[int64]bool{}
		for _, g := range m.Groups {
			listed[g.ID.N] = true
		}
		for id, g := range s.groups {
			if !listed[id] && g.missingFrom(from, to, r) {
				s.forgetGroup(id)
			}
		}
		for id, g := range s.held {
			if !listed[id] && id > 0 && (record{At: g.At, Received: g.Received}).missingFrom(from, to, r) {
				delete(s.held, id)
			}
		}
		// A group whose values are too old to be current may be part of the trend.
		for id, w := range s.weightHistory {
			if !listed[id] && (record{At: w.At, Received: w.Received}).missingFrom(from, to, r) {
				s.forgetWeight(id)
			}
		}
		u.Refill = s.hasHiddenGroups(known)
	})
}

// newestGroups are the groups that are kept for each key, by key.
func (s *State) newestGroups() map[string][]int64 {
	known := map[string][]int64{}
	for _, g := range s.ranked() {
		for key := range g.Values {
			if len(known[key]) < maxGroupsPerKey {
				known[key] = append(known[key], g.ID)
			}
		}
	}
	return known
}

// hasHiddenGroups says whether all groups that were kept for a key are gone: then older
// ones may be in the cloud that were forgotten here.
func (s *State) hasHiddenGroups(known map[string][]int64) bool {
	for _, ids := range known {
		if !slices.ContainsFunc(ids, func(id int64) bool {
			_, left := s.groups[id]
			return left
		}) {
			return true
		}
	}
	return false
}

// ApplyNightsRange takes in the complete answer for a range of time.
func (s *State) ApplyNightsRange(n withings.Nights, from, to time.Time, r ApplyOptions) Update {
	known := suspectRows(countIf(s.nights, func(row session) bool { return row.missingFrom(from, to, r) }))
	return s.applyComplete(len(n.Series), known, r, func(u *Update) {
		s.takeNights(n, r, u)
		listed := map[int64]bool{}
		for _, row := range n.Series {
			listed[row.ID.N] = true
		}
		_, had := lastNight(s.nights)
		for id, row := range s.nights {
			if !listed[id] && row.missingFrom(from, to, r) {
				delete(s.nights, id)
			}
		}
		_, has := lastNight(s.nights)
		u.Refill = had && !has
	})
}

// ApplyWorkoutsRange takes in the complete answer for a range of time.
func (s *State) ApplyWorkoutsRange(w withings.Workouts, from, to time.Time, r ApplyOptions) Update {
	known := suspectRows(countIf(s.workouts, func(row record) bool { return row.missingFrom(from, to, r) }))
	return s.applyComplete(len(w.Series), known, r, func(u *Update) {
		s.takeWorkouts(w, r, u)
		listed := map[int64]bool{}
		for _, row := range w.Series {
			listed[row.ID.N] = true
		}
		had := len(s.workouts) > 0
		for id, row := range s.workouts {
			if !listed[id] && row.missingFrom(from, to, r) {
				delete(s.workouts, id)
			}
		}
		u.Refill = had && len(s.workouts) == 0
	})
}

// ApplyHeartRecordsRange takes in the complete answer of electrocardiograms for a range of
// time. Sounds come from elsewhere and are left alone.
func (s *State) ApplyHeartRecordsRange(h withings.HeartRecords, from, to time.Time, r ApplyOptions) Update {
	known := suspectRows(countIf(s.heartRecords, func(rec record) bool { return rec.Values[keyECGTime].Valid() && rec.missingFrom(from, to, r) }))
	return s.applyComplete(len(h.Series), known, r, func(u *Update) {
		for _, row := range h.Series {
			s.takeECG(row, r, u)
		}
		listed := map[int64]bool{}
		for _, row := range h.Series {
			listed[firstTime(row.Timestamp)] = true
		}
		_, had := s.lastECG()
		for id, rec := range s.heartRecords {
			if rec.Values[keyECGTime].Valid() && !listed[rec.At] && rec.missingFrom(from, to, r) {
				delete(s.heartRecords, id)
			}
		}
		_, has := s.lastECG()
		u.Refill = had && !has
	})
}

// ApplySoundRecordsRange takes in the complete answer of heart sounds for a range of time.
// What a record of the heart says of the valves is left alone.
func (s *State) ApplySoundRecordsRange(h withings.SoundRecords, from, to time.Time, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) {
		s.takeSounds(h, r, u)
		listed := map[int64]bool{}
		for _, row := range h.Series {
			listed[firstTime(row.Timestamp)] = true
		}
		had, has := false, false
		for id, rec := range s.heartRecords {
			if rec.Values[keyECGTime].Valid() || id < 0 && id%2 == 0 { // as takeHeart numbers its own
				continue
			}
			had = true
			if !listed[rec.At] && rec.missingFrom(from, to, r) {
				delete(s.heartRecords, id)
				continue
			}
			has = true
		}
		u.Refill = had && !has
	})
}

// missingFrom says whether a record that an answer for a range does not list is
// gone. The edges of the range are left out: the cloud may draw them otherwise.
func (r record) missingFrom(from, to time.Time, rules ApplyOptions) bool {
	const edge = 24 * time.Hour
	at := unixTime(r.At)
	if rules.TrustAbsence {
		return at.After(from.Add(edge)) && !at.After(to)
	}
	return at.After(from.Add(edge)) && at.Before(to.Add(-time.Minute)) &&
		(r.Received == 0 || unixTime(r.Received).Add(minAbsenceAge).Before(rules.Now))
}
