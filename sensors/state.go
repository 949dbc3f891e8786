package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// State is what is known of one person: the current reading of every sensor,
// and as much of the past as the next answer must be compared with. Its size is
// bounded. It is not safe for concurrent use.
type State struct {
	groups  map[int64]record   // the newest few groups of every key
	met     map[int64]int64    // group → time of its newest change, held back or not
	held    map[int64]struct{} // groups held back as ambiguous
	nights  map[int64]session  // sleep of the newest dates, naps too
	scored  map[int64]int64    // like met, for sessions
	waiting map[int64]struct{} // sessions still being computed by the cloud
	stage   *session           // the newest stretch of sleep
	types   map[int]struct{}   // measure types without a row met so far
}

// Bounds of a state.
const (
	// keepGroups groups per key stay known, so that the one before becomes
	// current again when the newest is edited to an earlier date.
	keepGroups = 4
	keepMet    = 1000
	keepHeld   = 2000
	keepTypes  = 200
	keepDates  = 7
)

// NewState returns the state of a person nothing is known of.
func NewState() *State {
	return &State{
		groups: map[int64]record{}, met: map[int64]int64{}, held: map[int64]struct{}{}, nights: map[int64]session{},
		scored: map[int64]int64{}, waiting: map[int64]struct{}{}, types: map[int]struct{}{},
	}
}

// Rules are what an answer is judged by.
type Rules struct {
	// Policy says what to do per attribution; nil is the default.
	Policy Policy
	// Now is the time of the answer.
	Now time.Time
	// First marks a first fill: everything is new to us and nothing is news.
	First bool
	// Since is the previous cursor; what was created before it is no news. The
	// zero time allows no events, like First.
	Since time.Time
	// Zone is for records whose own time zone is missing or unknown; nil is UTC.
	Zone *time.Location
}

// Measures takes in an answer of measure groups.
func (s *State) Measures(m withings.Measures, r Rules) Update {
	before := s.current()
	var u Update
	for _, g := range newestGroups(m.Groups) {
		u.cursor(modifiedOf(g), r)
		s.takeGroup(g, string(m.Timezone), r, &u)
	}
	s.prune()
	slices.Sort(u.NewTypes)
	return u.finish(before, s.current())
}

// Nights takes in an answer of nights and naps.
func (s *State) Nights(n withings.Nights, r Rules) Update {
	before := s.current()
	var u Update
	var fresh []int64
	for _, row := range n.Series {
		u.cursor(moment(row.Modified, row.Created, row.End), r)
		if s.takeNight(row, r, &u) {
			fresh = append(fresh, row.ID.N)
		}
	}
	u.Events = s.sleepEvents(fresh)
	s.prune()
	return u.finish(before, s.current())
}

// Stages takes in the sleep series of the last hours. The newest stretch stays
// current until a newer one comes: an empty series says nothing.
func (s *State) Stages(g withings.Stages, r Rules) Update {
	before := s.current()
	var u Update
	s.takeStages(g, r, &u)
	return u.finish(before, s.current())
}

// Current returns the current reading of a key.
func (s *State) Current(key string) (Reading, bool) {
	if row, ok := Lookup(key); ok {
		key = row.Key
	}
	reading, ok := s.current()[key]
	return reading, ok
}

// Readings returns all current readings, sorted by key.
func (s *State) Readings() []Reading { return sorted(s.current()) }

// HeldBack returns how many different groups are held back as ambiguous.
func (s *State) HeldBack() int { return len(s.held) }

// current computes the current readings from what is kept.
func (s *State) current() map[string]Reading {
	newest := map[string]record{}
	last := record{}
	for _, g := range s.groups {
		for key := range g.Values {
			if known, ok := newest[key]; !ok || g.newer(known) {
				newest[key] = g
			}
		}
		if g.newer(last) {
			last = g
		}
	}
	readings := map[string]Reading{}
	for key, g := range newest {
		readings[key] = g.reading(key, g.Values[key])
	}
	if night, ok := chooseNight(s.nights); ok {
		for key, value := range night.Values {
			readings[key] = night.reading(key, value)
		}
	}
	for _, row := range s.nights {
		if row.newer(last) {
			last = row.record
		}
	}
	s.countNaps(readings)
	if s.stage != nil {
		readings[keyStage] = s.stage.stageReading()
	}
	if weighed, ok := newest[keyWeight]; ok {
		readings[keyWeighed] = weighed.reading(keyWeighed, stamp(weighed.At))
	}
	if last.At != 0 {
		readings[keyMeasured] = last.reading(keyMeasured, stamp(last.At))
	}
	return readings
}

// Keys that the code computes instead of finding them in an answer.
const (
	keyWeight      = "weight_kg"
	keyWeighed     = "last_weighed"
	keyMeasured    = "last_measured"
	keyStage       = "sleep_state"
	keyNightStart  = "sleep_start"
	keyNightEnd    = "sleep_end"
	keyNightDate   = "sleep_date"
	keyNapCount    = "sleep_nap_count"
	keyNapDuration = "sleep_nap_duration_seconds"
)

// finish fills in the difference that the answer made.
func (u Update) finish(before, after map[string]Reading) Update {
	changed := map[string]Reading{}
	for key, reading := range after {
		if old, ok := before[key]; !ok || !old.same(reading) {
			changed[key] = reading
		}
	}
	u.Changed = sorted(changed)
	for key := range before {
		if _, ok := after[key]; !ok {
			u.Gone = append(u.Gone, key)
		}
	}
	slices.Sort(u.Gone)
	slices.SortFunc(u.Events, func(a, b Event) int {
		return cmp.Or(a.MeasuredAt.Compare(b.MeasuredAt), cmp.Compare(a.GroupID, b.GroupID))
	})
	return u
}

// same says whether two readings tell the same. When they were received does
// not matter: the cloud repeats itself.
func (r Reading) same(as Reading) bool {
	if (r.Attribution == nil) != (as.Attribution == nil) || r.Attribution != nil && *r.Attribution != *as.Attribution {
		return false
	}
	r.Attribution, as.Attribution = nil, nil
	r.ReceivedAt, as.ReceivedAt = time.Time{}, time.Time{}
	return r == as
}

func sorted(readings map[string]Reading) []Reading {
	return slices.SortedFunc(maps.Values(readings), func(a, b Reading) int { return cmp.Compare(a.Key, b.Key) })
}
