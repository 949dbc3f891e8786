// SPDX-License-Identifier: MIT

package sensors

import (
	"maps"
	"slices"
	"time"
)

// Store holds what is known of one user: the records that current readings
// depend on, and as much history as the next batch must be compared with. Its
// size is bounded. It is not safe for concurrent use.
type Store struct {
	collections

	beds     bedStays
	weights  weightHistory
	calendar calendar
	leftOut  leftOutLedger
	stale    map[Kind]bool      // older records must replace hidden ones
	readings map[string]Reading // the current ones, nil when they must be computed again
	// readingCount is how many there were last.
	readingCount int
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{
		collections: newCollections(),
		beds:        bedStays{},
		weights:     weightHistory{weighIns: map[int64]weighIn{}},
		calendar:    calendar{zones: zoneCache{}},
		leftOut:     leftOutLedger{},
		stale:       map[Kind]bool{},
	}
}

// ApplyOptions control how a batch is applied.
type ApplyOptions struct {
	// Policy is what to do per attribution; nil is the default.
	Policy Policy
	// Now is the time of the response.
	Now time.Time
	// InitialSync marks the first fill: everything is new and nothing is news.
	InitialSync bool
	// Since is the previous cursor; what was created before it is no news. The
	// zero time allows no events, like InitialSync.
	Since time.Time
	// Zone is for records whose own time zone is missing or unknown; nil is UTC.
	Zone *time.Location
	// TrustAbsence believes that a record is gone which a complete batch lacks,
	// however new it is: the user requested a refresh.
	TrustAbsence bool
	// RejectRemovals rejects a batch that would remove everything it covers, or
	// many records at once: a second response must confirm it. During outages, the
	// cloud may report success without data.
	RejectRemovals bool
	// Extra are rows that the user adds for measure types without one.
	Extra []Sensor
}

// newsOverlap is how far before the previous cursor a record may have been
// created and still be new: it covers clocks that differ and rows that the
// cloud shows late. Versions stay known, so it repeats nothing.
const newsOverlap = time.Hour

// isNew reports whether a record seen for the first time deserves an event.
func (o ApplyOptions) isNew(created int64) bool {
	return !o.InitialSync && !o.Since.IsZero() && created >= o.Since.Add(-newsOverlap).Unix()
}

// receivedAt is our own time of the response.
func (o ApplyOptions) receivedAt() int64 {
	if o.Now.IsZero() {
		return 0
	}
	return o.Now.Unix()
}

// Tick moves on to the present: at midnight a new day begins although nothing
// was fetched, and a stay in bed whose end was lost is over one day.
func (s *Store) Tick(o ApplyOptions) Update {
	if s.calendar.today == s.calendar.localDate(s.records(KindDays), o) && !s.beds.hasLong(o) {
		return Update{}
	}
	before := s.current()
	s.refresh(o)
	return Update{}.withDiff(before, s.current())
}

// refresh brings everything up to date after a change.
func (s *Store) refresh(o ApplyOptions) {
	s.beds.endLong(o)
	pruneStore(s)
	s.calendar.advance(s.records(KindDays), o)
	s.readings = nil
}

func rulesFor(kind Kind) kindRules {
	for _, k := range kinds() {
		if k.kind == kind {
			return k
		}
	}
	return kindRules{kind: kind}
}

// removeRecord deletes a record, but remembers that it was seen.
func removeRecord(s *Store, kind Kind, id int64) {
	delete(s.collections[kind].records, id)
	delete(s.collections[kind].held, id)
	if kind == KindMeasures {
		s.weights.forget(id)
	}
}

// pruneStore forgets what no later batch can need.
func pruneStore(s *Store) {
	for _, k := range kinds() {
		c := s.collections[k.kind]
		if k.prune != nil {
			k.prune(s.collections, c.records)
		}
		forgetLowest(c.held, maxHeld)
	}
	s.weights.prune()
	for id, group := range s.records(KindMeasures) { // not all of a first fill's thousands
		if slices.ContainsFunc(ratios(), func(r ratio) bool { return r.isComputable(group.Values) }) {
			group.Values = maps.Clone(group.Values)
			addRatios(group.Values)
			s.records(KindMeasures)[id] = group
		}
	}
}

// Current returns the current reading of a key.
func (s *Store) Current(key string) (Reading, bool) {
	if row, ok := Lookup(key); ok {
		key = row.Key
	}
	reading, ok := s.current()[key]
	return reading, ok
}

// Readings returns all current readings, sorted by key.
func (s *Store) Readings() []Reading { return sortedReadings(s.current()) }

// IsKeyHeld reports whether a key has a value in a record that the policy holds
// back, and whether that is because it may be another user's.
func (s *Store) IsKeyHeld(key string) (hidden, ambiguous bool) {
	for _, c := range s.collections {
		for _, h := range c.held {
			if slices.Contains(h.Keys, key) {
				hidden, ambiguous = true, ambiguous || h.Ambiguous
			}
		}
	}
	return hidden, ambiguous
}

// HeldCount returns how many records the policy holds back.
func (s *Store) HeldCount() int {
	n := 0
	for _, c := range s.collections {
		n += len(c.held)
	}
	return n
}
