package sensors

import (
	"time"

	"vitals2mqtt/withings"
)

// The cloud does not say what was deleted. A range that is read whole does: what
// is known to lie in it and is not in the answer is gone.

// settled is how long ago something must have come for its absence to mean
// anything: the cloud's own copies can lag behind one another.
const settled = 10 * time.Minute

// MeasuresWithin takes in the complete answer for a range of time.
func (s *State) MeasuresWithin(m withings.Measures, from, to time.Time, r Rules) Update {
	return s.change(r, func(u *Update) {
		keys := newestOf(s.groups, s.beats)
		s.takeMeasures(m, r, u)
		listed := map[int64]bool{}
		for _, g := range m.Groups {
			listed[g.ID.N] = true
		}
		for id, g := range s.groups {
			if !listed[id] && g.goneFrom(from, to, r) {
				s.forgetGroup(id)
			}
		}
		for id, g := range s.held {
			if !listed[id] && (record{At: g.At}).goneFrom(from, to, r) {
				delete(s.held, id)
			}
		}
		// A group whose values are too old to be current may be part of the trend.
		for id, w := range s.weighs {
			if !listed[id] && (record{At: w.At}).goneFrom(from, to, r) {
				s.forgetWeigh(id)
			}
		}
		s.relateAll()
		left := newestOf(s.groups, s.beats)
		for key := range keys {
			if _, ok := left[key]; !ok {
				u.Refill = true
			}
		}
	})
}

// NightsWithin takes in the complete answer for a range of time.
func (s *State) NightsWithin(n withings.Nights, from, to time.Time, r Rules) Update {
	return s.change(r, func(u *Update) {
		s.takeNights(n, r, u)
		listed := map[int64]bool{}
		for _, row := range n.Series {
			listed[row.ID.N] = true
		}
		had := len(s.nights) > 0
		for id, row := range s.nights {
			if !listed[id] && row.goneFrom(from, to, r) {
				delete(s.nights, id)
			}
		}
		u.Refill = had && len(s.nights) == 0
	})
}

// WorkoutsWithin takes in the complete answer for a range of time.
func (s *State) WorkoutsWithin(w withings.Workouts, from, to time.Time, r Rules) Update {
	return s.change(r, func(u *Update) {
		s.takeWorkouts(w, r, u)
		listed := map[int64]bool{}
		for _, row := range w.Series {
			listed[row.ID.N] = true
		}
		had := len(s.workouts) > 0
		for id, row := range s.workouts {
			if !listed[id] && row.goneFrom(from, to, r) {
				delete(s.workouts, id)
			}
		}
		u.Refill = had && len(s.workouts) == 0
	})
}

// HeartsWithin takes in the complete answer of electrocardiograms for a range of
// time. Sounds come from elsewhere and are left alone.
func (s *State) HeartsWithin(h withings.HeartRecords, from, to time.Time, r Rules) Update {
	return s.change(r, func(u *Update) {
		for _, row := range h.Series {
			s.takeHeart(row, r, u)
		}
		listed := map[int64]bool{}
		for _, row := range h.Series {
			listed[moment(row.Timestamp)] = true
		}
		for id, rec := range s.beats {
			if rec.Values[keyECGTime].Valid() && !listed[rec.At] && rec.goneFrom(from, to, r) {
				delete(s.beats, id)
			}
		}
	})
}

// goneFrom says whether a record that an answer for a range does not list is
// gone. The edges of the range are left out: the cloud may draw them otherwise.
func (r record) goneFrom(from, to time.Time, rules Rules) bool {
	const edge = 24 * time.Hour
	at := unix(r.At)
	return at.After(from.Add(edge)) && at.Before(to.Add(-time.Minute)) &&
		(r.Received == 0 || unix(r.Received).Add(settled).Before(rules.Now))
}
