package sensors

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// month is the range of a daily comparison: the last thirty days.
func month() (from, to time.Time) { return noon().Add(-30 * 24 * time.Hour), noon() }

// afterwards are the rules of a comparison a day after everything came.
func afterwards() Rules {
	r := usual()
	r.Now = noon().Add(24 * time.Hour)
	return r
}

// TestDeletedMeasure takes the newest away; the one before becomes current again.
func TestDeletedMeasure(t *testing.T) {
	t.Parallel()
	from, to := month()
	kept, deleted := group(1, at(-60), measure(1, 70, 0)), group(2, at(-50), measure(1, 90, 0), measure(11, 60, 0))
	s := NewState()
	s.Measures(answer(kept, deleted), usual())
	want(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "80"}) // both of one day
	u := s.MeasuresWithin(answer(kept), from, to, afterwards())
	want(t, s, map[string]string{
		"weight_kg": "70", "weight_trend_kg": "70", "heart_pulse_bpm": "", "last_weighed": "2026-03-02T00:00:00Z",
		"last_measured": "2026-03-02T00:00:00Z",
	})
	wantKeys(t, "gone", u.Gone, "heart_pulse_bpm")
	if !u.Refill {
		t.Error("an older pulse may be in the cloud: everything must be read again")
	}
	if r, _ := s.Current("weight_kg"); r.GroupID != 1 || !r.ReceivedAt.Equal(noon()) {
		t.Errorf("reading %+v", r)
	}
	if u = s.MeasuresWithin(answer(kept), from, to, afterwards()); u.Refill || len(u.Changed)+len(u.Gone)+len(u.Events) != 0 {
		t.Errorf("the day after: %+v", u)
	}
}

// TestDeletionWithoutARefill still knows an older value of every key.
func TestDeletionWithoutARefill(t *testing.T) {
	t.Parallel()
	from, to := month()
	old := group(1, at(-9000), measure(1, 70, 0), measure(11, 60, 0)) // long before the range
	s := NewState()
	s.Measures(answer(old, group(2, at(-50), measure(1, 90, 0), measure(11, 90, 0))), usual())
	u := s.MeasuresWithin(answer(), from, to, afterwards())
	want(t, s, map[string]string{"weight_kg": "70", "heart_pulse_bpm": "60"})
	wantKeys(t, "gone", u.Gone, "weight_change_30d_kg", "weight_change_7d_kg") // there is one weigh-in left
	if u.Refill {
		t.Errorf("update %+v", u)
	}
}

// What came a moment ago can be missing from a copy of the cloud that lags.
func TestWhatJustCameIsNotGone(t *testing.T) {
	t.Parallel()
	from, to := month()
	g, n := group(1, at(-50), measure(1, 70, 0)), sleep(2, at(-60), at(-52), total("25000"))
	w, e := workout(3, at(-50), nil), ecg(4, at(-50), 0)
	for minutes, gone := range map[int]bool{0: false, 1: false, 9: false, 10: false, 11: true, 60: true} {
		s := NewState()
		s.Measures(answer(g), usual())
		s.Nights(rows(n), usual())
		s.Workouts(workouts(w), usual())
		s.Hearts(hearts(e), usual())
		rules := usual()
		rules.Now = noon().Add(time.Duration(minutes) * time.Minute)
		s.MeasuresWithin(answer(), from, to, rules)
		s.NightsWithin(rows(), from, to, rules)
		s.WorkoutsWithin(workouts(), from, to, rules)
		left := map[string]string{"weight_kg": "70", "sleep_date": "2026-03-02", "workout_type": "walk", "ecg_afib": "negative"}
		if gone {
			left = map[string]string{"weight_kg": "", "sleep_date": "", "workout_type": "", "ecg_afib": "negative"} // nobody asked for that
		}
		want(t, s, left)
	}
}

// An edit counts as having come when it came, the old version of it does not.
func TestAnEditCameWhenItCame(t *testing.T) {
	t.Parallel()
	from, to := month()
	g := group(1, at(-50), measure(1, 70, 0))
	s := NewState()
	s.Measures(answer(g), usual())
	rules := usual()
	rules.Now = noon().Add(20 * time.Minute)
	s.Measures(answer(edited(g, at(-49), measure(1, 71, 0))), rules)
	rules.Now = noon().Add(25 * time.Minute)
	s.MeasuresWithin(answer(), from, to, rules)
	want(t, s, map[string]string{"weight_kg": "71"})
	// The same version again does not make it younger.
	s.Measures(answer(edited(g, at(-49), measure(1, 71, 0))), rules)
	rules.Now = noon().Add(31 * time.Minute)
	s.MeasuresWithin(answer(), from, to, rules)
	want(t, s, map[string]string{"weight_kg": ""})
}

// TestTheEdgesOfARange: only what surely lies in the range can be missing from it.
func TestTheEdgesOfARange(t *testing.T) {
	t.Parallel()
	from, to := month()
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
			s := NewState()
			s.Measures(answer(group(1, test.when.Unix(), measure(1, 70, 0))), usual())
			s.Workouts(workouts(workout(2, test.when.Unix(), nil)), usual())
			s.Nights(rows(sleep(3, test.when.Add(-8*time.Hour).Unix(), test.when.Unix(), total("25000"))), usual())
			s.MeasuresWithin(answer(), from, to, afterwards())
			s.WorkoutsWithin(workouts(), from, to, afterwards())
			s.NightsWithin(rows(), from, to, afterwards())
			left := map[string]string{"weight_kg": "70", "workout_type": "walk", "sleep_total_duration_seconds": "25000"}
			if test.gone {
				left = map[string]string{"weight_kg": "", "workout_type": "", "sleep_total_duration_seconds": ""}
			}
			want(t, s, left)
		})
	}
}

// The answer of a range brings news too.
func TestRangesBringNews(t *testing.T) {
	t.Parallel()
	from, to := month()
	s := NewState()
	u := s.MeasuresWithin(answer(group(1, at(-1), measure(1, 70, 0))), from, to, usual())
	want(t, s, map[string]string{"weight_kg": "70"})
	if u.Refill || len(u.Events) != 1 || u.Cursor.Unix() != at(-1) {
		t.Errorf("update %+v", u)
	}
	u = s.NightsWithin(rows(slept(2)), from, to, usual())
	want(t, s, map[string]string{"sleep_date": "2026-03-04"})
	if u.Refill || len(u.Events) != 1 {
		t.Errorf("update %+v", u)
	}
	u = s.WorkoutsWithin(workouts(workout(3, at(-1), nil)), from, to, usual())
	want(t, s, map[string]string{"workout_type": "walk"})
	if u.Refill || len(u.Events) != 1 {
		t.Errorf("update %+v", u)
	}
}

// What is held back is deleted as well, and is not counted any more.
func TestDeletedGroupThatWasHeldBack(t *testing.T) {
	t.Parallel()
	from, to := month()
	guest, other := group(1, at(-50), measure(1, 99, 0)), group(2, at(-40), measure(1, 98, 0))
	guest.Attribution, other.Attribution = number(1), number(1)
	s := NewState()
	s.Measures(answer(guest, other), usual())
	u := s.MeasuresWithin(answer(other), from, to, afterwards())
	hidden, ambiguous := s.Withheld("weight_kg")
	if s.HeldBack() != 1 || u.Refill || !hidden || !ambiguous {
		t.Errorf("%d held back (%t, %t), refill %t", s.HeldBack(), hidden, ambiguous, u.Refill)
	}
	s.MeasuresWithin(answer(), from, to, afterwards())
	if hidden, _ = s.Withheld("weight_kg"); s.HeldBack() != 0 || hidden {
		t.Errorf("%d held back, hidden %t", s.HeldBack(), hidden)
	}
}

// A deleted group that comes again, from a copy that lags or because it was
// restored, is what it was and no news.
func TestDeletedAndBackAgain(t *testing.T) {
	t.Parallel()
	from, to := month()
	g, n := group(1, at(-50), measure(1, 70, 0)), sleep(2, at(-60), at(-52), total("25000"))
	s := NewState()
	s.Measures(answer(g), usual())
	s.Nights(rows(n), usual())
	before := plain(t, s)
	s.MeasuresWithin(answer(), from, to, afterwards())
	s.NightsWithin(rows(), from, to, afterwards())
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
	s = decode(t, encode(t, s))
	measures, nights := s.Measures(answer(g), afterwards()), s.Nights(rows(n), afterwards())
	if plain(t, s) != before || len(measures.Events)+len(nights.Events) != 0 {
		t.Errorf("readings\n%s\nwant\n%s\nevents %v %v", plain(t, s), before, measures.Events, nights.Events)
	}
}

func TestDeletedNight(t *testing.T) {
	t.Parallel()
	from, to := month()
	before, last, nap := sleep(1, at(-37), at(-29), total("20000")), slept(2), sleep(3, at(-1), at(-0.5), total("1500"))
	s := NewState()
	s.Nights(rows(before, last, nap), usual())
	u := s.NightsWithin(rows(before, nap), from, to, afterwards())
	want(t, s, map[string]string{"sleep_total_duration_seconds": "20000", "sleep_date": "2026-03-03", "sleep_nap_count": "1"})
	if u.Refill || len(u.Events) != 0 {
		t.Errorf("update %+v", u)
	}
	s.NightsWithin(rows(before), from, to, afterwards())
	want(t, s, map[string]string{"sleep_nap_count": "0", "sleep_nap_duration_seconds": "0", "last_measured": "2026-03-03T07:00:00Z"})
	u = s.NightsWithin(rows(), from, to, afterwards())
	if !u.Refill || len(s.Readings()) != 0 || !slices.Contains(u.Gone, "sleep_date") {
		t.Errorf("update %+v", u)
	}
	if u = s.NightsWithin(rows(), from, to, afterwards()); u.Refill {
		t.Error("a person without nights needs no refill every day")
	}
}

// A row that is being computed anew is listed, and so not gone.
func TestUnfinishedNightIsNotGone(t *testing.T) {
	t.Parallel()
	from, to := month()
	n := sleep(2, at(-60), at(-52), total("25000"))
	s := NewState()
	s.Nights(rows(n), usual())
	n.Completed, n.Modified = withings.Flag{OK: true}, number(at(-1))
	s.NightsWithin(rows(n), from, to, afterwards())
	want(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
}

// TestDeletedECG takes the last one away; heart sounds and measure groups are
// told of elsewhere and stay.
func TestDeletedECG(t *testing.T) {
	t.Parallel()
	from, to := month()
	before, last, old := ecg(1, at(-60), 1), ecg(2, at(-50), 2), ecg(3, at(-24*40), 0)
	s := NewState()
	s.Hearts(hearts(before, last, old), usual())
	s.Sounds(sounds(sound(4, at(-50), 1)), usual())
	s.Measures(answer(group(5, at(-70), measure(130, 0, 0))), usual())

	soon := usual()
	soon.Now = noon().Add(settled)
	s.HeartsWithin(hearts(before), from, to, soon)
	want(t, s, map[string]string{"ecg_afib": "inconclusive", "ecg_time": "2026-03-02T10:00:00Z"})
	u := s.HeartsWithin(hearts(before), from, to, afterwards())
	want(t, s, map[string]string{
		"ecg_afib": "positive", "ecg_time": "2026-03-02T00:00:00Z", "ecg_heart_rate_bpm": "63", "vhd_result": "positive",
	})
	if len(u.Events)+len(u.Gone) != 0 {
		t.Errorf("update %+v", u)
	}
	s.HeartsWithin(hearts(), from, to, afterwards()) // forty days ago lies before the range
	want(t, s, map[string]string{"ecg_afib": "negative", "ecg_time": "2026-01-23T12:00:00Z", "vhd_result": "positive"})
	// An answer that was late brings it back, and that is no news.
	if u = s.Hearts(hearts(last), afterwards()); len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
	want(t, s, map[string]string{"ecg_afib": "inconclusive"})
	if u = s.HeartsWithin(hearts(last, ecg(6, at(-1), 3)), from, to, usual()); len(u.Events) != 1 {
		t.Errorf("events %v", u.Events)
	}
	want(t, s, map[string]string{"ecg_afib": "no_signal"})
}

// TestDeletedSound takes the last one away; what a record of the heart says of the
// valves stays.
func TestDeletedSound(t *testing.T) {
	t.Parallel()
	from, to := month()
	s := NewState()
	heard := ecg(1, at(-70), 1)
	heard.ECG.OK = false
	heard.Stetho = withings.Maybe[withings.HeartSound]{Value: withings.HeartSound{VHD: number(2)}, OK: true}
	s.Hearts(hearts(heard), usual())
	before, last := sound(4, at(-60), 0), sound(0, at(-50), 1)
	last.SignalID.OK = false
	s.Sounds(sounds(before, last), usual())
	s.SoundsWithin(sounds(before), from, to, usual())
	want(t, s, map[string]string{"vhd_result": "positive"}) // it has just come
	s.SoundsWithin(sounds(before), from, to, afterwards())
	want(t, s, map[string]string{"vhd_result": "negative"})
	if u := s.SoundsWithin(sounds(), from, to, afterwards()); !u.Refill {
		t.Error("the last sound that is known is gone, and older ones are not asked for")
	}
	want(t, s, map[string]string{"vhd_result": "inconclusive"})
	if u := s.SoundsWithin(sounds(), from, to, afterwards()); u.Refill {
		t.Error("a person without sounds needs no refill every day")
	}
}

// TestAskedForAbsenceIsBelieved deletes what came a moment ago.
func TestAskedForAbsenceIsBelieved(t *testing.T) {
	t.Parallel()
	from, to := month()
	s := NewState()
	before, last := group(1, at(-3), measure(1, 70000, -3)), group(2, at(0)-5, measure(1, 85000, -3))
	s.Measures(answer(before, last), usual())
	s.MeasuresWithin(answer(before), from, to, usual())
	want(t, s, map[string]string{"weight_kg": "85"})
	rules := usual()
	rules.Asked = true
	s.MeasuresWithin(answer(before), from, to, rules)
	want(t, s, map[string]string{"weight_kg": "70"})
}
