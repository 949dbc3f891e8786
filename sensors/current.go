// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// current returns the current readings by key. They must not be changed.
func (s *Store) current() map[string]Reading {
	if s.readings == nil {
		s.readings = computeReadings(s)
		s.readingCount = len(s.readings)
	}
	return s.readings
}

// computeReadings finds the current readings in what is kept.
func computeReadings(s *Store) map[string]Reading {
	readings := make(map[string]Reading, s.readingCount)
	addNewest(readings, s.newestKinds()...)
	if night, ok := lastNight(s.nights()); ok {
		addRecord(readings, night, night.Values)
		addRecord(readings, night, s.records(KindSeries)[night.ID].Values)
	}
	addNaps(readings, s.nights())
	for _, kind := range []Kind{KindStage, KindGoals} {
		for _, rec := range s.records(kind) {
			addRecord(readings, rec, rec.Values)
		}
	}
	addDay(readings, s.records(KindDays), s.calendar.today, s.calendar.dayStart)
	addNewest(readings, s.records(KindSlots))
	if last, ok := lastOf(s.records(KindWorkouts)); ok {
		addRecord(readings, last, last.Values)
	}
	addBeds(readings, s.beds)
	deriveReadings(s, readings)
	return readings
}

// addRecord adds values as those of a record.
func addRecord(readings map[string]Reading, rec Record, values map[string]Value) {
	for key, value := range values {
		readings[key] = rec.reading(key, value)
	}
}

// addNewest adds the newest value of every key.
func addNewest(readings map[string]Reading, all ...map[int64]Record) {
	for key, rec := range newestByKey(all...) {
		readings[key] = rec.reading(key, rec.Values[key])
	}
}

// newestByKey finds the newest record with a value of each key.
func newestByKey(all ...map[int64]Record) map[string]Record {
	newest := map[string]Record{}
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
func lastOf(all ...map[int64]Record) (last Record, ok bool) {
	for _, records := range all {
		for _, rec := range records {
			if rec.isNewerThan(last) {
				last = rec
			}
		}
	}
	return last, last.At != 0
}

// withDiff fills in the difference between the readings before and after.
func (u Update) withDiff(before, after map[string]Reading) Update {
	changed := make([]string, 0, len(after))
	for key, reading := range after {
		if old, ok := before[key]; !ok || !old.isSame(reading) {
			changed = append(changed, key)
		}
	}
	u.Changed = readingsOf(after, changed)
	for key := range before {
		if _, ok := after[key]; !ok {
			u.Gone = append(u.Gone, key)
		}
	}
	slices.Sort(u.Gone)
	slices.SortFunc(u.Unknown, func(a, b Unknown) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Number, b.Number))
	})
	slices.SortFunc(u.Events, compareEvents)
	return u
}

// isSame reports whether two readings say the same. When they were received
// does not matter: the cloud repeats itself.
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
	return readingsOf(readings, slices.Collect(maps.Keys(readings)))
}

// readingsOf returns the readings of these keys, sorted by key; nil for none.
func readingsOf(readings map[string]Reading, keys []string) []Reading {
	if len(keys) == 0 {
		return nil
	}
	slices.Sort(keys)
	sorted := make([]Reading, len(keys))
	for i, key := range keys {
		sorted[i] = readings[key]
	}
	return sorted
}

// Keys with a meaning of their own.
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
	keyWorkoutType  = "workout_type"
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
