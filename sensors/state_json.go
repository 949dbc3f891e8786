package sensors

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// stateVersion is the layout of a stored state.
const stateVersion = 2

// ErrStateVersion says that a stored state was written by a program with
// another layout; the cure is to fetch everything again.
var ErrStateVersion = errors.New("sensors: state of an unknown version")

// errDamagedState says that a stored state holds what no State ever wrote.
var errDamagedState = errors.New("sensors: damaged state")

type storedState struct {
	Version          int                  `json:"version"`
	Groups           []record             `json:"groups,omitempty"`
	SeenGroups       map[int64]int64      `json:"met,omitempty"`
	Held             map[int64]heldGroup  `json:"held,omitempty"`
	WeightHistory    map[int64]weighIn    `json:"weighs,omitempty"`
	Nights           []session            `json:"nights,omitempty"`
	SeenNights       map[int64]int64      `json:"scored,omitempty"`
	Waiting          []int64              `json:"waiting,omitempty"`
	Series           map[int64]nightMeans `json:"series,omitempty"`
	Stage            *session             `json:"stage,omitempty"`
	Days             map[string]dayTotal  `json:"days,omitempty"`
	Today            string               `json:"today,omitempty"`
	DayStart         time.Time            `json:"dawn,omitzero"`
	Latest           map[string]record    `json:"latest,omitempty"`
	Workouts         []record             `json:"workouts,omitempty"`
	SeenWorkouts     map[int64]int64      `json:"trained,omitempty"`
	HeartRecords     []record             `json:"beats,omitempty"`
	SeenHeartRecords map[int64]int64      `json:"heard,omitempty"`
	Beds             map[string]bed       `json:"beds,omitempty"`
	Goals            *record              `json:"goals,omitempty"`
	Zone             string               `json:"zone,omitempty"`
}

// MarshalJSON writes the whole state, the same bytes for the same state.
func (s *State) MarshalJSON() ([]byte, error) {
	stored := storedState{
		Version: stateVersion,
		Groups:  byID(s.groups), SeenGroups: s.seenGroups, Held: s.held, WeightHistory: s.weightHistory,
		Nights:     slices.SortedFunc(maps.Values(s.nights), func(a, b session) int { return cmp.Compare(a.ID, b.ID) }),
		SeenNights: s.seenNights, Waiting: slices.Sorted(maps.Keys(s.waiting)), Series: s.series, Stage: s.stage,
		Days: s.days, Today: s.today, DayStart: s.dayStart, Latest: s.latest, Workouts: byID(s.workouts), SeenWorkouts: s.seenWorkouts,
		HeartRecords: byID(s.heartRecords), SeenHeartRecords: s.seenHeartRecords, Beds: s.beds, Zone: s.zone,
	}
	if len(s.goals.Values) > 0 {
		stored.Goals = &s.goals
	}
	return json.Marshal(stored)
}

func byID(records map[int64]record) []record {
	return slices.SortedFunc(maps.Values(records), func(a, b record) int { return cmp.Compare(a.ID, b.ID) })
}

// UnmarshalJSON replaces the state by a stored one, or leaves it as it is and
// returns ErrStateVersion or another error. Values of keys that are no longer in
// the catalogue are left out.
func (s *State) UnmarshalJSON(data []byte) error {
	var stored storedState
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	if stored.Version != stateVersion {
		return fmt.Errorf("%w: %d", ErrStateVersion, stored.Version)
	}
	read := NewState()
	for _, kept := range []struct {
		what string
		from []record
		to   map[int64]record
	}{{"group", stored.Groups, read.groups}, {"workout", stored.Workouts, read.workouts}, {"heart record", stored.HeartRecords, read.heartRecords}} {
		for _, rec := range kept.from {
			if !rec.isPlausible() {
				return fmt.Errorf("%w: %s %d", errDamagedState, kept.what, rec.ID)
			}
			if rec.Values = validValues(rec.Values); len(rec.Values) > 0 {
				kept.to[rec.ID] = rec
			}
		}
	}
	for _, n := range stored.Nights {
		if !n.isPlausible() || n.Start < 0 || n.Start > n.At || n.Asleep < 0 {
			return fmt.Errorf("%w: night %d", errDamagedState, n.ID)
		}
		n.Values = validValues(n.Values)
		n.setSleepTime()
		read.nights[n.ID] = n
	}
	if stage := stored.Stage; stage != nil {
		stage.Values = validValues(stage.Values)
		if !stage.isPlausible() || !stage.Values[keyStage].Valid() {
			return fmt.Errorf("%w: sleep state", errDamagedState)
		}
		read.stage = stage
	}
	if err := read.restoreDay(stored); err != nil {
		return err
	}
	for id, w := range stored.WeightHistory {
		if off := w.Day*secondsPerDay - w.At; w.At <= 0 || w.At > maxTime || w.Value.Sign() <= 0 || max(off, -off) > 2*secondsPerDay {
			return fmt.Errorf("%w: weigh-in %d", errDamagedState, id)
		}
		read.weightHistory[id] = w
	}
	for id, b := range stored.Beds {
		if id == "" || b.Entered < 0 || b.Entered > maxTime || !(record{At: b.At, Received: b.Received}).isPlausible() {
			return fmt.Errorf("%w: bed", errDamagedState)
		}
		read.beds[id] = b
	}
	for id, m := range stored.Series {
		read.series[id] = nightMeans{Modified: m.Modified, Values: validValues(m.Values)}
	}
	maps.Copy(read.seenGroups, stored.SeenGroups)
	maps.Copy(read.held, stored.Held)
	maps.Copy(read.seenNights, stored.SeenNights)
	maps.Copy(read.seenWorkouts, stored.SeenWorkouts)
	maps.Copy(read.seenHeartRecords, stored.SeenHeartRecords)
	for _, id := range stored.Waiting {
		read.waiting[id] = struct{}{}
	}
	read.prune()
	*s = *read
	return nil
}

// restoreDay takes over what was known of today.
func (s *State) restoreDay(stored storedState) error {
	for date, day := range stored.Days {
		if _, err := time.Parse(time.DateOnly, date); err != nil || !day.isPlausible() || day.Date != date {
			return fmt.Errorf("%w: day %.20q", errDamagedState, date)
		}
		day.Values = validValues(day.Values)
		s.days[date] = day
	}
	for key, slot := range stored.Latest {
		slot.Values = validValues(slot.Values)
		if !slot.isPlausible() || !slot.Values[key].Valid() {
			return fmt.Errorf("%w: newest %.60q", errDamagedState, key)
		}
		s.latest[key] = slot
	}
	if stored.Goals != nil {
		if !stored.Goals.isPlausible() {
			return fmt.Errorf("%w: goals", errDamagedState)
		}
		s.goals = *stored.Goals
		s.goals.Values = validValues(s.goals.Values)
	}
	if _, err := time.Parse(time.DateOnly, stored.Today); err != nil && stored.Today != "" {
		return fmt.Errorf("%w: today is %.20q", errDamagedState, stored.Today)
	}
	if (stored.Today == "") != stored.DayStart.IsZero() || stored.DayStart.Year() > 9999 {
		return fmt.Errorf("%w: the beginning of today", errDamagedState)
	}
	s.today, s.dayStart, s.zone = stored.Today, stored.DayStart, stored.Zone
	return nil
}

// isPlausible says whether the times of a record can be times.
func (r record) isPlausible() bool {
	possible := func(second int64) bool { return second >= 0 && second <= maxTime }
	return r.At > 0 && possible(r.At) && possible(r.Modified) && possible(r.Received)
}

// validValues leaves out what is no value and no key. A key without a row may be
// one of the user's own.
func validValues(values map[string]Value) map[string]Value {
	kept := map[string]Value{}
	for key, value := range values {
		if key != "" && value.Valid() {
			kept[key] = value
		}
	}
	return kept
}
