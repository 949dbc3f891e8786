// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// lastMonth is the range of a daily comparison: the last thirty days.
func lastMonth() (from, to time.Time) { return noon().Add(-30 * 24 * time.Hour), noon() }

// rereadOptions are the rules of a comparison a day after everything came.
func rereadOptions() sensors.ApplyOptions {
	r := pollOptions()
	r.Now = noon().Add(24 * time.Hour)
	return r
}

// TestDeletedMeasure takes the newest away; the one before becomes current
// again.
func TestDeletedMeasure(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	kept, deleted := group(1, at(-60), measure(1, 70, 0)), group(2, at(-50), measure(1, 90, 0), measure(11, 60, 0))
	s := newStore()
	applyMeasures(s, measuresOf(kept, deleted), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "80"}) // both of one day
	u := applyMeasuresRange(s, measuresOf(kept), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{
		"weight_kg": "70", "weight_trend_kg": "70", "heart_pulse_bpm": "", "last_weighed": "2026-03-02T00:00:00Z",
		"last_measured": "2026-03-02T00:00:00Z",
	})
	wantKeys(t, "gone", u.Gone, "heart_pulse_bpm")
	if r, _ := s.Current("weight_kg"); r.GroupID != 1 || !r.ReceivedAt.Equal(noon()) {
		t.Errorf("reading %+v", r)
	}
	u = applyMeasuresRange(s, measuresOf(kept), from, to, rereadOptions())
	if len(u.Changed)+len(u.Gone)+len(u.Events) != 0 {
		t.Errorf("the day after: %+v", u)
	}
}

// TestDeletionWithOlderValue still knows an older value of every key.
func TestDeletionWithOlderValue(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	old := group(1, at(-9000), measure(1, 70, 0), measure(11, 60, 0)) // long before the range
	s := newStore()
	applyMeasures(s, measuresOf(old, group(2, at(-50), measure(1, 90, 0), measure(11, 90, 0))), pollOptions())
	u := applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70", "heart_pulse_bpm": "60"})
	wantKeys(t, "gone", u.Gone, "weight_change_30d_kg", "weight_change_7d_kg") // there is one weigh-in left
}

// A record that was just received can be missing from a stale replica of the
// cloud.
func TestRecentGroupIsNotDeleted(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	g, n := group(1, at(-50), measure(1, 70, 0)), matNight(2, at(-60), at(-52), totalSleep("25000"))
	w, e := workout(3, at(-50), nil), ecgRecord(4, at(-50), 0)
	for minutes, gone := range map[int]bool{0: false, 1: false, 9: false, 10: false, 11: true, 60: true} {
		s := newStore()
		applyMeasures(s, measuresOf(g), pollOptions())
		applyNights(s, nightsOf(n), pollOptions())
		applyWorkouts(s, workoutsOf(w), pollOptions())
		applyHeartRecords(s, heartRecordsOf(e), pollOptions())
		rules := pollOptions()
		rules.Now = noon().Add(time.Duration(minutes) * time.Minute)
		applyMeasuresRange(s, measuresOf(), from, to, rules)
		applyNightsRange(s, nightsOf(), from, to, rules)
		applyWorkoutsRange(s, workoutsOf(), from, to, rules)
		left := map[string]string{
			"weight_kg":    "70",
			"sleep_date":   "2026-03-02",
			"workout_type": "walk",
			"ecg_afib":     "negative",
		}
		if gone {
			// heart not reread
			left = map[string]string{"weight_kg": "", "sleep_date": "", "workout_type": "", "ecg_afib": "negative"}
		}
		wantReadings(t, s, left)
	}
}

// An edit counts as having come when it came, the old version of it does not.
func TestEditResetsReceivedAt(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	g := group(1, at(-50), measure(1, 70, 0))
	s := newStore()
	applyMeasures(s, measuresOf(g), pollOptions())
	rules := pollOptions()
	rules.Now = noon().Add(20 * time.Minute)
	applyMeasures(s, measuresOf(editedGroup(g, at(-49), measure(1, 71, 0))), rules)
	rules.Now = noon().Add(25 * time.Minute)
	applyMeasuresRange(s, measuresOf(), from, to, rules)
	wantReadings(t, s, map[string]string{"weight_kg": "71"})
	// The same version again does not make it younger.
	applyMeasures(s, measuresOf(editedGroup(g, at(-49), measure(1, 71, 0))), rules)
	rules.Now = noon().Add(31 * time.Minute)
	applyMeasuresRange(s, measuresOf(), from, to, rules)
	wantReadings(t, s, map[string]string{"weight_kg": ""})
}

// TestRangeEdges: only what is certainly in the range can be missing from it.
func TestRangeEdges(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	second := time.Second
	tests := map[string]struct {
		when time.Time
		gone bool
	}{
		"before it":             {from.Add(-second), false},
		"at its beginning":      {from, false},
		"a day later":           {from.Add(24 * time.Hour), false},
		"a second after that":   {from.Add(24*time.Hour + second), true},
		"in the middle":         {from.Add(15 * 24 * time.Hour), true},
		"a little before a min": {to.Add(-time.Minute - second), true},
		"a minute before":       {to.Add(-time.Minute), false},
		"at its end":            {to, false},
		"after it":              {to.Add(time.Hour), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyMeasures(s, measuresOf(group(1, test.when.Unix(), measure(1, 70, 0))), pollOptions())
			applyWorkouts(s, workoutsOf(workout(2, test.when.Unix(), nil)), pollOptions())
			applyNights(s, nightsOf(matNight(3, test.when.Add(-8*time.Hour).Unix(), test.when.Unix(), totalSleep("25000"))),
				pollOptions())
			applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
			applyWorkoutsRange(s, workoutsOf(), from, to, rereadOptions())
			applyNightsRange(s, nightsOf(), from, to, rereadOptions())
			left := map[string]string{"weight_kg": "70", "workout_type": "walk", "sleep_total_duration_seconds": "25000"}
			if test.gone {
				left = map[string]string{"weight_kg": "", "workout_type": "", "sleep_total_duration_seconds": ""}
			}
			wantReadings(t, s, left)
		})
	}
}

// The response for a range has events too.
func TestRangeResponseHasEvents(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	u := applyMeasuresRange(s, measuresOf(group(1, at(-1), measure(1, 70, 0))), from, to, pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70"})
	if len(u.Events) != 1 || u.Cursor.Unix() != at(-1) {
		t.Errorf("update %+v", u)
	}
	u = applyNightsRange(s, nightsOf(eightHourNight(2)), from, to, pollOptions())
	wantReadings(t, s, map[string]string{"sleep_date": "2026-03-04"})
	if len(u.Events) != 1 {
		t.Errorf("update %+v", u)
	}
	u = applyWorkoutsRange(s, workoutsOf(workout(3, at(-1), nil)), from, to, pollOptions())
	wantReadings(t, s, map[string]string{"workout_type": "walk"})
	if len(u.Events) != 1 {
		t.Errorf("update %+v", u)
	}
}

// What is held back is deleted as well, and is not counted any more.
func TestDeletedHeldGroup(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	guest, other := group(1, at(-50), measure(1, 99, 0)), group(2, at(-40), measure(1, 98, 0))
	guest.Attribution, other.Attribution = wireInt(1), wireInt(1)
	s := newStore()
	applyMeasures(s, measuresOf(guest, other), pollOptions())
	applyMeasuresRange(s, measuresOf(other), from, to, rereadOptions())
	hidden, ambiguous := s.IsKeyHeld("weight_kg")
	if s.HeldCount() != 1 || !hidden || !ambiguous {
		t.Errorf("%d held back (%t, %t)", s.HeldCount(), hidden, ambiguous)
	}
	applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	if hidden, _ = s.IsKeyHeld("weight_kg"); s.HeldCount() != 0 || hidden {
		t.Errorf("%d held back, hidden %t", s.HeldCount(), hidden)
	}
}

// A deleted group that comes again, from a copy that lags or because it was
// restored, is what it was and no news.
func TestDeletedGroupReturns(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	g, n := group(1, at(-50), measure(1, 70, 0)), matNight(2, at(-60), at(-52), totalSleep("25000"))
	s := newStore()
	applyMeasures(s, measuresOf(g), pollOptions())
	applyNights(s, nightsOf(n), pollOptions())
	before := readingsJSON(t, s)
	applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	applyNightsRange(s, nightsOf(), from, to, rereadOptions())
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
	s = s.restarted(pollOptions())
	measures, nights := applyMeasures(s, measuresOf(g), rereadOptions()), applyNights(s, nightsOf(n), rereadOptions())
	if readingsJSON(t, s) != before || len(measures.Events)+len(nights.Events) != 0 {
		t.Errorf("readings\n%s\nwant\n%s\nevents %v %v", readingsJSON(t, s), before, measures.Events, nights.Events)
	}
}

func TestDeletedNight(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	before, last, nap := matNight(1, at(-37), at(-29), totalSleep("20000")), eightHourNight(2),
		matNight(3, at(-1), at(-0.5), totalSleep("1500"))
	s := newStore()
	applyNights(s, nightsOf(before, last, nap), pollOptions())
	u := applyNightsRange(s, nightsOf(before, nap), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{
		"sleep_total_duration_seconds": "20000", "sleep_date": "2026-03-03", "sleep_nap_count": "1",
	})
	if len(u.Events) != 0 {
		t.Errorf("update %+v", u)
	}
	applyNightsRange(s, nightsOf(before), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{
		"sleep_nap_count": "0", "sleep_nap_duration_seconds": "0",
		"last_measured": "2026-03-03T07:00:00Z",
	})
	u = applyNightsRange(s, nightsOf(), from, to, rereadOptions())
	if len(s.Readings()) != 0 || !slices.Contains(u.Gone, "sleep_date") {
		t.Errorf("update %+v", u)
	}
}

// A row that is being computed anew is listed, and so not gone.
func TestIncompleteNightIsNotDeleted(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	n := matNight(2, at(-60), at(-52), totalSleep("25000"))
	s := newStore()
	applyNights(s, nightsOf(n), pollOptions())
	n.Completed, n.Modified = withings.Flag{OK: true}, wireInt(at(-1))
	applyNightsRange(s, nightsOf(n), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
}

// TestDeletedECG takes the last one away; heart sounds and measure groups have
// other sources and stay.
func TestDeletedECG(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	before, last, old := ecgRecord(1, at(-60), 1), ecgRecord(2, at(-50), 2), ecgRecord(3, at(-24*40), 0)
	s := newStore()
	applyHeartRecords(s, heartRecordsOf(before, last, old), pollOptions())
	applySoundRecords(s, soundRecordsOf(soundRecord(4, at(-50), 1)), pollOptions())
	applyMeasures(s, measuresOf(group(5, at(-70), measure(130, 0, 0))), pollOptions())

	soon := pollOptions()
	soon.Now = noon().Add(minAbsenceAge)
	applyHeartRecordsRange(s, heartRecordsOf(before), from, to, soon)
	wantReadings(t, s, map[string]string{"ecg_afib": "inconclusive", "ecg_time": "2026-03-02T10:00:00Z"})
	u := applyHeartRecordsRange(s, heartRecordsOf(before), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{
		"ecg_afib": "positive", "ecg_time": "2026-03-02T00:00:00Z", "ecg_heart_rate_bpm": "63", "vhd_result": "positive",
	})
	if len(u.Events)+len(u.Gone) != 0 {
		t.Errorf("update %+v", u)
	}
	applyHeartRecordsRange(s, heartRecordsOf(), from, to, rereadOptions()) // forty days ago lies before the range
	wantReadings(t, s, map[string]string{
		"ecg_afib": "negative", "ecg_time": "2026-01-23T12:00:00Z", "vhd_result": "positive",
	})
	// A late response brings it back, and that is no news.
	if u = applyHeartRecords(s, heartRecordsOf(last), rereadOptions()); len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
	wantReadings(t, s, map[string]string{"ecg_afib": "inconclusive"})
	u = applyHeartRecordsRange(s, heartRecordsOf(last, ecgRecord(6, at(-1), 3)), from, to, pollOptions())
	if len(u.Events) != 1 {
		t.Errorf("events %v", u.Events)
	}
	wantReadings(t, s, map[string]string{"ecg_afib": "no_signal"})
}

// TestDeletedSound takes the last one away; the result of a heart record for
// the valves stays.
func TestDeletedSound(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	heard := ecgRecord(1, at(-70), 1)
	heard.ECG.OK = false
	heard.Stetho = withings.Maybe[withings.HeartSound]{Value: withings.HeartSound{VHD: wireInt(2)}, OK: true}
	applyHeartRecords(s, heartRecordsOf(heard), pollOptions())
	before, last := soundRecord(4, at(-60), 0), soundRecord(0, at(-50), 1)
	last.SignalID.OK = false
	applySoundRecords(s, soundRecordsOf(before, last), pollOptions())
	applySoundRecordsRange(s, soundRecordsOf(before), from, to, pollOptions())
	wantReadings(t, s, map[string]string{"vhd_result": "positive"}) // it has just come
	applySoundRecordsRange(s, soundRecordsOf(before), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"vhd_result": "negative"})
	applySoundRecordsRange(s, soundRecordsOf(), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"vhd_result": "inconclusive"})
}

// TestTrustAbsenceDeletesRecentGroup deletes what came a moment ago.
func TestTrustAbsenceDeletesRecentGroup(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	before, last := group(1, at(-3), measure(1, 70000, -3)), group(2, at(0)-5, measure(1, 85000, -3))
	applyMeasures(s, measuresOf(before, last), pollOptions())
	applyMeasuresRange(s, measuresOf(before), from, to, pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "85"})
	rules := pollOptions()
	rules.TrustAbsence = true
	applyMeasuresRange(s, measuresOf(before), from, to, rules)
	wantReadings(t, s, map[string]string{"weight_kg": "70"})
}
