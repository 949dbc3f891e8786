package sensors

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// stateVersion is the layout of a stored state.
const stateVersion = 1

// ErrStateVersion says that a stored state was written by a program with
// another layout; the cure is to fetch everything again.
var ErrStateVersion = errors.New("sensors: state of an unknown version")

// errState says that a stored state holds what no State ever wrote.
var errState = errors.New("sensors: damaged state")

type storedState struct {
	Version int             `json:"version"`
	Groups  []record        `json:"groups,omitempty"`
	Met     map[int64]int64 `json:"met,omitempty"`
	Held    []int64         `json:"held,omitempty"`
	Nights  []session       `json:"nights,omitempty"`
	Scored  map[int64]int64 `json:"scored,omitempty"`
	Waiting []int64         `json:"waiting,omitempty"`
	Stage   *session        `json:"stage,omitempty"`
	Types   []int           `json:"types,omitempty"`
}

// MarshalJSON writes the whole state, the same bytes for the same state.
func (s *State) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedState{
		Version: stateVersion,
		Groups:  slices.SortedFunc(maps.Values(s.groups), func(a, b record) int { return cmp.Compare(a.ID, b.ID) }),
		Met:     s.met,
		Held:    slices.Sorted(maps.Keys(s.held)),
		Nights:  slices.SortedFunc(maps.Values(s.nights), func(a, b session) int { return cmp.Compare(a.ID, b.ID) }),
		Scored:  s.scored,
		Waiting: slices.Sorted(maps.Keys(s.waiting)),
		Stage:   s.stage,
		Types:   slices.Sorted(maps.Keys(s.types)),
	})
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
	for _, g := range stored.Groups {
		if !g.sane() {
			return fmt.Errorf("%w: group %d", errState, g.ID)
		}
		if g.Values = keptValues(g.Values); len(g.Values) > 0 {
			read.groups[g.ID] = g
		}
	}
	for _, n := range stored.Nights {
		if !n.sane() || n.Start < 0 || n.Start > n.At || n.Asleep < 0 {
			return fmt.Errorf("%w: night %d", errState, n.ID)
		}
		n.Values = keptValues(n.Values)
		read.nights[n.ID] = n
	}
	if stage := stored.Stage; stage != nil {
		stage.Values = keptValues(stage.Values)
		if !stage.sane() || !stage.Values[keyStage].Valid() {
			return fmt.Errorf("%w: sleep state", errState)
		}
		read.stage = stage
	}
	maps.Copy(read.met, stored.Met)
	maps.Copy(read.scored, stored.Scored)
	fill(read.held, stored.Held)
	fill(read.waiting, stored.Waiting)
	fill(read.types, stored.Types)
	read.prune()
	*s = *read
	return nil
}

// sane says whether the times of a record can be times.
func (r record) sane() bool {
	possible := func(second int64) bool { return second >= 0 && second <= lastMoment }
	return r.At > 0 && possible(r.At) && possible(r.Modified) && possible(r.Received)
}

func keptValues(values map[string]Value) map[string]Value {
	kept := map[string]Value{}
	for key, value := range values {
		if _, ok := Lookup(key); ok && value.Valid() {
			kept[key] = value
		}
	}
	return kept
}

func fill[T comparable](set map[T]struct{}, members []T) {
	for _, m := range members {
		set[m] = struct{}{}
	}
}
