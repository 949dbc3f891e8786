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
	groups           map[int64]record     // the newest few groups of every key
	seenGroups       map[int64]int64      // group → time of its newest change, held back or not
	held             map[int64]heldGroup  // groups held back by the policy
	weightHistory    map[int64]weighIn    // what the weight trend rests on
	zones            zoneCache            // those that were met
	trend            []float64            // the trend, nil when it must be computed again
	nights           map[int64]session    // sleep of the newest dates, naps too
	seenNights       map[int64]int64      // like met, for sessions
	waiting          map[int64]struct{}   // sessions still being computed by the cloud
	series           map[int64]nightMeans // what the series of a night came to
	stage            *session             // the newest stretch of sleep
	days             map[string]dayTotal  // the activity of the last days, by date
	today            string               // the person's date when it was looked at last
	dayStart         time.Time            // when it began, in the person's zone
	pendingSeries    nightVersion         // the night whose series is asked for
	latest           map[string]record    // the newest slot of the day that has a value, by key
	workouts         map[int64]record     // the last few
	seenWorkouts     map[int64]int64      // like met, for workouts
	heartRecords     map[int64]record     // the last few electrocardiograms and heart sounds
	seenHeartRecords map[int64]int64      // like met, for those
	beds             map[string]bed       // what each mat said last, by the cloud's id
	goals            record               // At is when they were seen to change
	zone             string               // the person's time zone as the cloud says it
	readings         map[string]Reading   // the current ones, nil when they must be computed again
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
	// maxGroupsPerKey groups per key stay known, so that the one before becomes
	// current again when the newest is edited to an earlier date or deleted.
	maxGroupsPerKey = 4
	maxSeen         = 1000
	maxHeld         = 2000
	maxNightDates   = 7
)

// NewState returns the state of a person nothing is known of.
func NewState() *State {
	return &State{
		groups: map[int64]record{}, seenGroups: map[int64]int64{}, held: map[int64]heldGroup{}, weightHistory: map[int64]weighIn{},
		nights: map[int64]session{}, seenNights: map[int64]int64{}, waiting: map[int64]struct{}{}, series: map[int64]nightMeans{},
		days: map[string]dayTotal{}, latest: map[string]record{}, workouts: map[int64]record{}, seenWorkouts: map[int64]int64{},
		heartRecords: map[int64]record{}, seenHeartRecords: map[int64]int64{}, zones: zoneCache{},
		beds: map[string]bed{},
	}
}

// ApplyOptions are what an answer is judged by.
type ApplyOptions struct {
	// Policy says what to do per attribution; nil is the default.
	Policy Policy
	// Now is the time of the answer.
	Now time.Time
	// InitialSync marks a first fill: everything is new to us and nothing is news.
	InitialSync bool
	// Since is the previous cursor; what was created before it is no news. The
	// zero time allows no events, like First.
	Since time.Time
	// Zone is for records whose own time zone is missing or unknown; nil is UTC.
	Zone *time.Location
	// Extra are rows that the user adds for measure types without one.
	Extra []Sensor
	// TrustAbsence says that somebody wants to know what is still there: a record that the
	// answer for a whole range lacks is gone, however new it is.
	TrustAbsence bool
	// RejectEmpty says that an answer which would take away all at once is not believed: it
	// came for the first time.
	RejectEmpty bool
}

// ApplyMeasures takes in an answer of measure groups.
func (s *State) ApplyMeasures(m withings.Measures, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) { s.takeMeasures(m, r, u) })
}

func (s *State) takeMeasures(m withings.Measures, r ApplyOptions, u *Update) {
	if m.Timezone != "" {
		s.zone = string(m.Timezone)
	}
	for _, g := range newestGroups(m.Groups) {
		u.advanceCursor(modifiedOf(g), r)
		s.takeGroup(g, string(m.Timezone), r, u)
	}
}

// ApplyNights takes in an answer of nights and naps.
func (s *State) ApplyNights(n withings.Nights, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) { s.takeNights(n, r, u) })
}

func (s *State) takeNights(n withings.Nights, r ApplyOptions, u *Update) {
	var fresh []int64
	for _, row := range n.Series {
		u.advanceCursor(firstTime(row.Modified, row.Created, row.End), r)
		if s.takeNight(row, r, u) {
			fresh = append(fresh, row.ID.N)
		}
	}
	u.Events = append(u.Events, s.sleepEvents(fresh)...)
}

// ApplyStages takes in the sleep series of the last hours. The newest stretch stays
// current until a newer one comes: an empty series says nothing.
func (s *State) ApplyStages(g withings.Stages, r ApplyOptions) Update {
	return s.apply(r, func(u *Update) { s.takeStages(g, r, u) })
}

// Tick moves on to the present: at midnight a new day begins although no answer
// came, and a stay in bed whose end was lost is over one day.
func (s *State) Tick(r ApplyOptions) Update {
	if s.today == s.localDate(r) && !s.hasLongStay(r) {
		return Update{}
	}
	return s.apply(r, func(*Update) {})
}

// apply lets an answer work on the state and returns the difference.
func (s *State) apply(r ApplyOptions, take func(*Update)) Update {
	before := s.current()
	var u Update
	take(&u)
	s.endLongStays(r)
	s.prune()
	s.addAllRatios()
	s.advanceDay(r)
	s.readings = nil
	return u.withDiff(before, s.current())
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
func (s *State) Readings() []Reading { return sortedReadings(s.current()) }

// IsKeyHeld says whether a key has a value in a group that the policy holds
// back, and whether that is because it may be somebody else's.
func (s *State) IsKeyHeld(key string) (hidden, ambiguous bool) {
	for _, g := range s.held {
		if slices.Contains(g.Keys, key) {
			hidden = true
			ambiguous = ambiguous || g.Ambiguous
		}
	}
	return hidden, ambiguous
}

// HeldCount returns how many different groups are held back as ambiguous.
func (s *State) HeldCount() int { return len(s.held) }

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
	for key, rec := range newestOf(s.groups, s.heartRecords) {
		readings[key] = rec.reading(key, rec.Values[key])
	}
	if night, ok := lastNight(s.nights); ok {
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
				if known, ok := newest[key]; !ok || rec.isNewerThan(known) {
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
		if rec.isNewerThan(last) {
			last = rec
		}
	}
	return last, last.At != 0
}

// Keys that the code computes instead of finding them in an answer.
const (
	keyWeight       = "weight_kg"
	keyHeight       = "height_m"
	keyRhythm       = "ecg_afib"
	keyECGHeartRate = "ecg_heart_rate_bpm"
	keyECGTime      = "ecg_time"
	keyValves       = "vhd_result"
	keyLastWeighed  = "last_weighed"
	keyLastMeasured = "last_measured"
	keyStage        = "sleep_state"
	keyNightStart   = "sleep_start"
	keyNightEnd     = "sleep_end"
	keyNightDate    = "sleep_date"
	keySleepTotal   = "sleep_total_duration_seconds"
	keyFellAsleep   = "sleep_fell_asleep"
	keyWokeUp       = "sleep_woke_up"
	keyNapCount     = "sleep_nap_count"
	keyNapDuration  = "sleep_nap_duration_seconds"
	keyRMSSD        = "sleep_hrv_rmssd_ms"
	keySDNN         = "sleep_hrv_sdnn_ms"
	keyInBed        = KeyInBed
	keyOccupied     = KeyOccupied
	keyBMI          = "bmi"
	keyTrend        = "weight_trend_kg"
	keyTrendWeek    = "weight_change_7d_kg"
	keyTrendMonth   = "weight_change_30d_kg"
	keyGoal         = "weight_goal"
	keyToGoal       = "weight_to_goal_kg"
)

// withDiff fills in the difference that the answer made.
func (u Update) withDiff(before, after map[string]Reading) Update {
	changed := map[string]Reading{}
	for key, reading := range after {
		if old, ok := before[key]; !ok || !old.isSame(reading) {
			changed[key] = reading
		}
	}
	u.Changed = sortedReadings(changed)
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

// isSame says whether two readings tell the isSame. When they were received does
// not matter: the cloud repeats itself.
func (r Reading) isSame(as Reading) bool {
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

func sortedReadings(readings map[string]Reading) []Reading {
	return slices.SortedFunc(maps.Values(readings), func(a, b Reading) int { return cmp.Compare(a.Key, b.Key) })
}
