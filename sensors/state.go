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
	groups   map[int64]record    // the newest few groups of every key
	met      map[int64]int64     // group → time of its newest change, held back or not
	held     map[int64]heldGroup // groups held back by the policy
	weighs   map[int64]weighIn   // what the weight trend rests on
	zones    zones               // those that were met
	smooth   []float64           // the trend, nil when it must be computed again
	nights   map[int64]session   // sleep of the newest dates, naps too
	scored   map[int64]int64     // like met, for sessions
	waiting  map[int64]struct{}  // sessions still being computed by the cloud
	series   map[int64]means     // what the series of a night came to
	stage    *session            // the newest stretch of sleep
	days     map[string]dayTotal // the activity of the last days, by date
	today    string              // the person's date when it was looked at last
	dawn     time.Time           // when it began, in the person's zone
	asked    seriesOf            // the night whose series is asked for
	latest   map[string]record   // the newest slot of the day that has a value, by key
	workouts map[int64]record    // the last few
	trained  map[int64]int64     // like met, for workouts
	beats    map[int64]record    // the last few electrocardiograms and heart sounds
	heard    map[int64]int64     // like met, for those
	beds     map[string]bed      // what each mat said last, by the cloud's id
	goals    record              // At is when they were seen to change
	zone     string              // the person's time zone as the cloud says it
	readings map[string]Reading  // the current ones, nil when they must be computed again
}

// heldGroup is a group that the policy keeps back.
type heldGroup struct {
	At        int64    `json:"at"`
	Received  int64    `json:"received"`
	Keys      []string `json:"keys,omitempty"` // that it would have had a value for
	Ambiguous bool     `json:"ambiguous,omitempty"`
}

// Bounds of a state.
const (
	// keepGroups groups per key stay known, so that the one before becomes
	// current again when the newest is edited to an earlier date or deleted.
	keepGroups = 4
	keepMet    = 1000
	keepHeld   = 2000
	keepDates  = 7
)

// NewState returns the state of a person nothing is known of.
func NewState() *State {
	return &State{
		groups: map[int64]record{}, met: map[int64]int64{}, held: map[int64]heldGroup{}, weighs: map[int64]weighIn{},
		nights: map[int64]session{}, scored: map[int64]int64{}, waiting: map[int64]struct{}{}, series: map[int64]means{},
		days: map[string]dayTotal{}, latest: map[string]record{}, workouts: map[int64]record{}, trained: map[int64]int64{},
		beats: map[int64]record{}, heard: map[int64]int64{}, zones: zones{},
		beds: map[string]bed{},
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
	// Extra are rows that the user adds for measure types without one.
	Extra []Sensor
	// Asked says that somebody wants to know what is still there: a record that the
	// answer for a whole range lacks is gone, however new it is.
	Asked bool
	// Doubt says that an answer which would take away all at once is not believed: it
	// came for the first time.
	Doubt bool
}

// Measures takes in an answer of measure groups.
func (s *State) Measures(m withings.Measures, r Rules) Update {
	return s.change(r, func(u *Update) { s.takeMeasures(m, r, u) })
}

func (s *State) takeMeasures(m withings.Measures, r Rules, u *Update) {
	if m.Timezone != "" {
		s.zone = string(m.Timezone)
	}
	for _, g := range newestGroups(m.Groups) {
		u.cursor(modifiedOf(g), r)
		s.takeGroup(g, string(m.Timezone), r, u)
	}
}

// Nights takes in an answer of nights and naps.
func (s *State) Nights(n withings.Nights, r Rules) Update {
	return s.change(r, func(u *Update) { s.takeNights(n, r, u) })
}

func (s *State) takeNights(n withings.Nights, r Rules, u *Update) {
	var fresh []int64
	for _, row := range n.Series {
		u.cursor(moment(row.Modified, row.Created, row.End), r)
		if s.takeNight(row, r, u) {
			fresh = append(fresh, row.ID.N)
		}
	}
	u.Events = append(u.Events, s.sleepEvents(fresh)...)
}

// Stages takes in the sleep series of the last hours. The newest stretch stays
// current until a newer one comes: an empty series says nothing.
func (s *State) Stages(g withings.Stages, r Rules) Update {
	return s.change(r, func(u *Update) { s.takeStages(g, r, u) })
}

// Look moves on to the present: at midnight a new day begins although no answer
// came, and a stay in bed whose end was lost is over one day.
func (s *State) Look(r Rules) Update {
	if s.today == s.dateOf(r) && !s.anyOverslept(r) {
		return Update{}
	}
	return s.change(r, func(*Update) {})
}

// change lets an answer work on the state and returns the difference.
func (s *State) change(r Rules, take func(*Update)) Update {
	before := s.current()
	var u Update
	take(&u)
	s.wake(r)
	s.prune()
	s.relateAll()
	s.turn(r)
	s.readings = nil
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

// Withheld says whether a key has a value in a group that the policy holds
// back, and whether that is because it may be somebody else's.
func (s *State) Withheld(key string) (hidden, ambiguous bool) {
	for _, g := range s.held {
		if slices.Contains(g.Keys, key) {
			hidden = true
			ambiguous = ambiguous || g.Ambiguous
		}
	}
	return hidden, ambiguous
}

// HeldBack returns how many different groups are held back as ambiguous.
func (s *State) HeldBack() int { return len(s.held) }

// current returns the current readings by key. Nobody may change them.
func (s *State) current() map[string]Reading {
	if s.readings == nil {
		s.readings = s.compute()
	}
	return s.readings
}

// compute finds the current readings in what is kept.
func (s *State) compute() map[string]Reading {
	readings := map[string]Reading{}
	for key, rec := range newestOf(s.groups, s.beats) {
		readings[key] = rec.reading(key, rec.Values[key])
	}
	if night, ok := chooseNight(s.nights); ok {
		for key, value := range night.Values {
			readings[key] = night.reading(key, value)
		}
		s.addMeans(night, readings)
	}
	s.countNaps(readings)
	if s.stage != nil {
		readings[keyStage] = s.stage.stageReading()
	}
	s.addDay(readings)
	for key, slot := range s.latest {
		readings[key] = slot.reading(key, slot.Values[key])
	}
	if last, ok := lastOf(s.workouts); ok {
		for key, value := range last.Values {
			readings[key] = last.reading(key, value)
		}
	}
	s.addBeds(readings)
	for key, value := range s.goals.Values {
		readings[key] = s.goals.reading(key, value)
	}
	s.derive(readings)
	return readings
}

// newestOf finds the newest record of every key.
func newestOf(all ...map[int64]record) map[string]record {
	newest := map[string]record{}
	for _, records := range all {
		for _, rec := range records {
			for key := range rec.Values {
				if known, ok := newest[key]; !ok || rec.newer(known) {
					newest[key] = rec
				}
			}
		}
	}
	return newest
}

// lastOf finds the newest record.
func lastOf(records map[int64]record) (record, bool) {
	last := record{}
	for _, rec := range records {
		if rec.newer(last) {
			last = rec
		}
	}
	return last, last.At != 0
}

// Keys that the code computes instead of finding them in an answer.
const (
	keyWeight      = "weight_kg"
	keyHeight      = "height_m"
	keyRhythm      = "ecg_afib"
	keyBeat        = "ecg_heart_rate_bpm"
	keyECGTime     = "ecg_time"
	keyValves      = "vhd_result"
	keyWeighed     = "last_weighed"
	keyMeasured    = "last_measured"
	keyStage       = "sleep_state"
	keyNightStart  = "sleep_start"
	keyNightEnd    = "sleep_end"
	keyNightDate   = "sleep_date"
	keySleepTotal  = "sleep_total_duration_seconds"
	keyFellAsleep  = "sleep_fell_asleep"
	keyWokeUp      = "sleep_woke_up"
	keyNapCount    = "sleep_nap_count"
	keyNapDuration = "sleep_nap_duration_seconds"
	keyRMSSD       = "sleep_hrv_rmssd_ms"
	keySDNN        = "sleep_hrv_sdnn_ms"
	keyInBed       = KeyInBed
	keyOccupied    = KeyOccupied
	keyBMI         = "bmi"
	keyTrend       = "weight_trend_kg"
	keyWeek        = "weight_change_7d_kg"
	keyMonth       = "weight_change_30d_kg"
	keyGoal        = "weight_goal"
	keyToGoal      = "weight_to_goal_kg"
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
	slices.SortFunc(u.Unknown, func(a, b Unknown) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
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
	if !r.LastReset.Equal(as.LastReset) {
		return false
	}
	r.LastReset, as.LastReset = time.Time{}, time.Time{}
	return r == as
}

func sorted(readings map[string]Reading) []Reading {
	return slices.SortedFunc(maps.Values(readings), func(a, b Reading) int { return cmp.Compare(a.Key, b.Key) })
}
