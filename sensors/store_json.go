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

// storeVersion is the layout of a stored store.
const storeVersion = 2

// ErrStateVersion means that a stored state has another layout; everything must
// be fetched again.
var ErrStateVersion = errors.New("sensors: unsupported state version")

// errInvalidState means that a stored state holds what no Store ever wrote.
var errInvalidState = errors.New("sensors: invalid stored state")

// storedStore is the layout of the file. It is older than Store: the slots are
// kept by key and only with that value, the two kinds of heart records
// together, and workouts that are held back under their negative id.
type storedStore struct {
	Version          int                 `json:"version"`
	Groups           []Record            `json:"groups,omitempty"`
	SeenGroups       map[int64]int64     `json:"met,omitempty"`
	Held             map[int64]heldGroup `json:"held,omitempty"`
	Weights          map[int64]weighIn   `json:"weighs,omitempty"`
	Nights           []Record            `json:"nights,omitempty"`
	SeenNights       map[int64]int64     `json:"scored,omitempty"`
	Waiting          []int64             `json:"waiting,omitempty"`
	Series           map[int64]Record    `json:"series,omitempty"`
	Stage            *Record             `json:"stage,omitempty"`
	Days             map[string]Record   `json:"days,omitempty"`
	Today            string              `json:"today,omitempty"`
	DayStart         time.Time           `json:"dawn,omitzero"`
	Latest           map[string]Record   `json:"latest,omitempty"`
	Workouts         []Record            `json:"workouts,omitempty"`
	SeenWorkouts     map[int64]int64     `json:"trained,omitempty"`
	HeartRecords     []Record            `json:"beats,omitempty"`
	SeenHeartRecords map[int64]int64     `json:"heard,omitempty"`
	Beds             map[string]bed      `json:"beds,omitempty"`
	Goals            *Record             `json:"goals,omitempty"`
	Zone             string              `json:"zone,omitempty"`
	// LeftOut is what was received and is not used.
	LeftOut map[Kind][]LeftOut `json:"left_out,omitempty"`
	// Others are the kinds that have no member above.
	Others map[Kind]storedKind `json:"others,omitempty"`
}

// storedKind holds the records of one kind.
type storedKind struct {
	Records []Record        `json:"records,omitempty"`
	Seen    map[int64]int64 `json:"seen,omitempty"`
}

// hasOwnMember reports whether storedStore has a member for a kind.
func hasOwnMember(kind Kind) bool {
	switch kind {
	case KindMeasures, KindNights, KindSeries, KindStage, KindDays, KindSlots, KindWorkouts, KindHeart, KindSounds,
		KindGoals, KindBeds, KindDevices:
		return true
	}
	return false
}

// MarshalJSON writes the whole store, the same bytes for the same content.
func (s *Store) MarshalJSON() ([]byte, error) {
	stored := storedStore{
		Version:          storeVersion,
		Groups:           byID(s.records(KindMeasures)),
		SeenGroups:       s.collections[KindMeasures].seen,
		Held:             maps.Clone(s.collections[KindMeasures].held),
		Weights:          s.weights.weighIns,
		Nights:           byID(s.nights()),
		SeenNights:       s.collections[KindNights].seen,
		Waiting:          slices.Sorted(maps.Keys(s.collections[KindNights].waiting)),
		Series:           s.records(KindSeries),
		Days:             map[string]Record{},
		Today:            s.calendar.today,
		DayStart:         s.calendar.dayStart,
		Latest:           newestByKey(s.records(KindSlots)),
		Workouts:         byID(s.records(KindWorkouts)),
		SeenWorkouts:     s.collections[KindWorkouts].seen,
		HeartRecords:     byID(s.records(KindHeart), s.records(KindSounds)),
		SeenHeartRecords: maps.Clone(s.collections[KindHeart].seen),
		Beds:             s.beds,
		Zone:             s.calendar.zone,
		LeftOut:          s.leftOut.list(),
	}
	maps.Copy(stored.SeenHeartRecords, s.collections[KindSounds].seen)
	for id, h := range s.collections[KindWorkouts].held {
		stored.Held[-id] = h
	}
	for key, rec := range stored.Latest {
		rec.Values = map[string]Value{key: rec.Values[key]}
		stored.Latest[key] = rec
	}
	for _, day := range s.records(KindDays) {
		stored.Days[day.Date] = day
	}
	for kind, to := range map[Kind]**Record{KindStage: &stored.Stage, KindGoals: &stored.Goals} {
		for _, rec := range s.records(kind) {
			*to = &rec
		}
	}
	stored.Others = storedOthers(s.collections)
	return json.Marshal(stored)
}

// storedOthers are the kinds without a member of their own.
func storedOthers(all collections) map[Kind]storedKind {
	others := map[Kind]storedKind{}
	for kind, c := range all {
		if !hasOwnMember(kind) {
			others[kind] = storedKind{Records: byID(c.records), Seen: c.seen}
		}
	}
	return others
}

func byID(all ...map[int64]Record) []Record {
	var records []Record
	for _, some := range all {
		records = slices.AppendSeq(records, maps.Values(some))
	}
	slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(a.ID, b.ID) })
	return records
}

// UnmarshalJSON replaces the store by a stored one, or leaves it as it is and
// returns ErrStateVersion or another error.
func (s *Store) UnmarshalJSON(data []byte) error {
	var stored storedStore
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("decoding state: %w", err)
	}
	if stored.Version != storeVersion {
		return fmt.Errorf("%w: %d", ErrStateVersion, stored.Version)
	}
	read := NewStore()
	if err := errors.Join(
		restoreRecords(read.collections, stored),
		restoreSleep(read.collections, stored),
		restoreDay(read, stored),
		restoreOthers(read, stored),
	); err != nil {
		return err
	}
	read.leftOut.restore(stored.LeftOut)
	pruneStore(read)
	*s = *read
	return nil
}

// put adds a record, or returns an error if it is not plausible.
func (c collections) put(kind Kind, rec Record) error {
	if !rec.isPlausible() {
		return fmt.Errorf("%w: %s %d", errInvalidState, kind, rec.ID)
	}
	rec.Values = validValues(rec.Values)
	c.records(kind)[rec.ID] = rec
	return nil
}

func restoreRecords(into collections, stored storedStore) error {
	for kind, records := range map[Kind][]Record{
		KindMeasures: stored.Groups,
		KindWorkouts: stored.Workouts,
		KindHeart:    stored.HeartRecords,
	} {
		for _, rec := range records {
			own := kind
			if isSound := !rec.Values[keyECGTime].Valid() && (rec.ID >= 0 || rec.ID%2 != 0); kind == KindHeart && isSound {
				own = KindSounds // see the ids that DecodeHeartRecords makes up
			}
			if err := into.put(own, rec); err != nil {
				return err
			}
			if len(into.records(own)[rec.ID].Values) == 0 {
				delete(into.records(own), rec.ID)
			}
		}
	}
	for kind, seen := range map[Kind]map[int64]int64{
		KindMeasures: stored.SeenGroups,
		KindNights:   stored.SeenNights,
		KindWorkouts: stored.SeenWorkouts,
		KindHeart:    stored.SeenHeartRecords,
		KindSounds:   stored.SeenHeartRecords,
	} {
		maps.Copy(into[kind].seen, seen)
	}
	for id, h := range stored.Held {
		if id < 0 {
			into[KindWorkouts].held[-id] = h
		} else {
			into[KindMeasures].held[id] = h
		}
	}
	return nil
}

func restoreSleep(into collections, stored storedStore) error {
	for _, night := range stored.Nights {
		if night.Start < 0 || night.Start > night.At || night.Asleep < 0 {
			return fmt.Errorf("%w: night %d", errInvalidState, night.ID)
		}
		if err := into.put(KindNights, night); err != nil {
			return err
		}
		night.Values = into.nights()[night.ID].Values
		night.setSleepTime()
		into.nights()[night.ID] = night
	}
	for _, id := range stored.Waiting {
		into[KindNights].waiting[id] = struct{}{}
	}
	for id, means := range stored.Series {
		means.ID, means.Values = id, validValues(means.Values)
		into.records(KindSeries)[id] = means
	}
	if stored.Stage == nil {
		return nil
	}
	if !stored.Stage.Values[keyStage].Valid() {
		return fmt.Errorf("%w: sleep state", errInvalidState)
	}
	return into.put(KindStage, *stored.Stage)
}

func restoreDay(s *Store, stored storedStore) error {
	for text, day := range stored.Days {
		date, err := time.Parse(time.DateOnly, text)
		if err != nil || day.Date != text {
			return fmt.Errorf("%w: day %.20q", errInvalidState, text)
		}
		day.ID = dayID(date)
		if err := s.put(KindDays, day); err != nil {
			return err
		}
	}
	for key, slot := range stored.Latest {
		if !slot.Values[key].Valid() {
			return fmt.Errorf("%w: intraday value %.60q", errInvalidState, key)
		}
		slot.ID = -slot.At
		if known, ok := s.records(KindSlots)[slot.ID]; ok {
			maps.Copy(slot.Values, known.Values)
		}
		if err := s.put(KindSlots, slot); err != nil {
			return err
		}
	}
	return s.calendar.restore(stored.Today, stored.DayStart)
}

func restoreOthers(s *Store, stored storedStore) error {
	if err := s.weights.restore(stored.Weights); err != nil {
		return err
	}
	if err := s.beds.restore(stored.Beds); err != nil {
		return err
	}
	for kind, other := range stored.Others {
		if c, known := s.collections[kind]; known {
			maps.Copy(c.seen, other.Seen)
			for _, rec := range other.Records {
				if err := s.put(kind, rec); err != nil {
					return err
				}
			}
		}
	}
	s.calendar.zone = stored.Zone
	if stored.Goals == nil {
		return nil
	}
	stored.Goals.ID = goalsID
	return s.put(KindGoals, *stored.Goals)
}

func (h *weightHistory) restore(stored map[int64]weighIn) error {
	for id, w := range stored {
		off := w.Day*secondsPerDay - w.At
		if w.At <= 0 || w.At > maxTime || w.Value.Sign() <= 0 || max(off, -off) > 2*secondsPerDay {
			return fmt.Errorf("%w: weigh-in %d", errInvalidState, id)
		}
		h.weighIns[id] = w
	}
	return nil
}

func (s bedStays) restore(stored map[string]bed) error {
	for id, b := range stored {
		if id == "" || b.Entered < 0 || b.Entered > maxTime || !(Record{At: b.At, Received: b.Received}).isPlausible() {
			return fmt.Errorf("%w: bed", errInvalidState)
		}
		s[id] = b
	}
	return nil
}

func (c *calendar) restore(today string, dayStart time.Time) error {
	if _, err := time.Parse(time.DateOnly, today); err != nil && today != "" {
		return fmt.Errorf("%w: invalid date of today %.20q", errInvalidState, today)
	}
	if (today == "") != dayStart.IsZero() || dayStart.Year() > 9999 {
		return fmt.Errorf("%w: start of today", errInvalidState)
	}
	c.today, c.dayStart = today, dayStart
	return nil
}

// isPlausible reports whether the times of a record can be times.
func (r Record) isPlausible() bool {
	possible := func(second int64) bool { return second >= 0 && second <= maxTime }
	return r.At > 0 && possible(r.At) && possible(r.Modified) && possible(r.Received)
}

// validValues leaves out what is no value and no key. A key without a row may
// be one of the user's own.
func validValues(values map[string]Value) map[string]Value {
	kept := map[string]Value{}
	for key, value := range values {
		if key != "" && value.Valid() {
			kept[key] = value
		}
	}
	return kept
}
