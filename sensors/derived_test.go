// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// The weight is measured often, the height perhaps only once.
func TestBodyMassIndex(t *testing.T) {
	t.Parallel()
	weight, two := measure(1, 79300, -3), measure(4, 2, 0)
	child := []withings.Group{
		group(1, at(-9000), measure(4, 100, -2)), group(2, at(-9), two), group(3, at(-1), measure(1, 80, 0)),
	}
	tests := map[string]struct {
		groups []withings.Group
		bmi    string
	}{
		// 79.3 / 1.78² = 79.3 / 3.1684 = 25.02840…
		"height of years ago": {
			[]withings.Group{group(1, at(-80000), measure(4, 178, -2)), group(2, at(-1), weight)}, "25.03",
		},
		"one group": {[]withings.Group{group(1, at(-1), weight, measure(4, 178, -2))}, "25.03"},
		"height after weight": {
			[]withings.Group{group(1, at(-9), weight), group(2, at(-1), measure(4, 178, -2))}, "25.03",
		},
		"growing child":          {child, "20"},
		"half of the last place": {[]withings.Group{group(1, at(-1), two, measure(1, 8002, -2))}, "20.01"}, // 20.005
		"no height":              {[]withings.Group{group(1, at(-1), measure(1, 80, 0))}, ""},
		"no weight":              {[]withings.Group{group(1, at(-1), two)}, ""},
		"height of zero":         {[]withings.Group{group(1, at(-1), measure(4, 0, 0), measure(1, 80, 0))}, ""},
		"negative height":        {[]withings.Group{group(1, at(-1), measure(4, -2, 0), measure(1, 80, 0))}, ""},
		"weight of zero":         {[]withings.Group{group(1, at(-1), two, measure(1, 0, 0))}, ""},
		"tiny height":            {[]withings.Group{group(1, at(-1), measure(4, 1, -20), measure(1, 80, 0))}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, order := range permutations(test.groups) {
				s := newStore()
				applyMeasures(s, measuresOf(order...), pollOptions())
				wantReadings(t, s, map[string]string{"bmi": test.bmi})
			}
		})
	}
}

func TestBodyMassIndexHasTimeOfWeighIn(t *testing.T) {
	t.Parallel()
	height, weight := group(1, at(-80000), measure(4, 2, 0)), group(2, at(-1), measure(1, 80, 0))
	s := newStore()
	applyMeasures(s, measuresOf(height, weight), pollOptions())
	r, _ := s.Current("bmi")
	if r.GroupID != 2 || r.MeasuredAt.Unix() != at(-1) || r.Device != "scale" || r.Attribution == nil {
		t.Errorf("reading %+v", r)
	}
	taller := editedGroup(height, at(-80000), measure(4, 25, -1))
	wantKeys(t, "changed", changedKeys(applyMeasures(s, measuresOf(taller), pollOptions())), "bmi", "height_m")
	wantReadings(t, s, map[string]string{"bmi": "12.8"})
	u := applyMeasures(s, measuresOf(editedGroup(weight, at(-1), measure(8, 9, 0))), pollOptions())
	if !slices.Contains(u.Gone, "bmi") || !slices.Contains(u.Gone, "weight_trend_kg") {
		t.Errorf("gone %v", u.Gone)
	}
}

// TestRatiosStayWithinAGroup never divides a value of today by one of last
// week.
func TestRatiosStayWithinAGroup(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(
		group(1, at(-9), measure(1, 80, 0), measure(76, 60, 0), measure(88, 3, 0), measure(77, 45, 0)),
		group(2, at(-5), measure(76, 66, 0), measure(77, 1, 0)), // muscles alone
		group(3, at(-1), measure(1, 100, 0), measure(88, 4, 0)),
	), pollOptions())
	wantReadings(t, s, map[string]string{
		"weight_kg": "100", "muscle_mass_kg": "66", "hydration": "1", "muscle_ratio_pct": "75",
		"hydration_pct": "56.25", "bone_ratio_pct": "4",
	})
	for key, id := range map[string]int64{"muscle_ratio_pct": 1, "bone_ratio_pct": 3, "hydration_pct": 1} {
		if r, _ := s.Current(key); r.GroupID != id {
			t.Errorf("%s of group %d, want %d", key, r.GroupID, id)
		}
	}
	// An edit of one measure moves the ratio; without the weight there is none.
	three := group(3, at(-1), measure(1, 100, 0), measure(88, 5, 0))
	three.Modified = wireInt(at(-0.9))
	applyMeasures(s, measuresOf(three), pollOptions())
	wantReadings(t, s, map[string]string{"bone_ratio_pct": "5"})
	three.Measures, three.Modified = []withings.Measure{measure(88, 5, 0)}, wireInt(at(-0.8))
	applyMeasures(s, measuresOf(three), pollOptions())
	wantReadings(t, s, map[string]string{"bone_ratio_pct": "3.75", "weight_kg": "80", "bone_mass_kg": "5"})
}

func TestRatios(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		measures []withings.Measure
		want     map[string]string
	}{
		// 54.21 / 71.35 = 0.759775…, 2.91 / 71.35 = 0.040784…, 39.87 / 71.35 =
		// 0.558794…
		"a scale": {
			[]withings.Measure{measure(1, 71350, -3), measure(76, 5421, -2), measure(88, 291, -2), measure(77, 3987, -2)},
			map[string]string{"muscle_ratio_pct": "75.98", "bone_ratio_pct": "4.08", "hydration_pct": "55.88"},
		},
		"weight of zero": {
			[]withings.Measure{measure(1, 0, 0), measure(76, 50, 0), measure(88, 3, 0)},
			map[string]string{"muscle_ratio_pct": "", "bone_ratio_pct": ""},
		},
		"segments are no weight": {
			[]withings.Measure{measure(175, 38, 0, 12), measure(1, 70, 0)},
			map[string]string{"muscle_ratio_pct": ""},
		},
		"pressure": {
			[]withings.Measure{measure(9, 78, 0), measure(10, 1215, -1)}, map[string]string{"pulse_pressure_mmhg": "43.5"},
		},
		"hundredths": {
			[]withings.Measure{measure(9, 10800, -2), measure(10, 16300, -2)},
			map[string]string{"pulse_pressure_mmhg": "55"},
		},
		"systolic alone":  {[]withings.Measure{measure(10, 120, 0)}, map[string]string{"pulse_pressure_mmhg": ""}},
		"diastolic alone": {[]withings.Measure{measure(9, 80, 0)}, map[string]string{"pulse_pressure_mmhg": ""}},
		"one more decimal place": {
			[]withings.Measure{measure(9, 78, 0), measure(10, 12155, -2)},
			map[string]string{"pulse_pressure_mmhg": "43.6"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyMeasures(s, measuresOf(group(1, at(-1), test.measures...)), pollOptions())
			wantReadings(t, s, test.want)
		})
	}
}

func TestPulsePressureNeedsOneGroup(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(group(1, at(-3), measure(9, 70, 0), measure(10, 110, 0)),
		group(2, at(-2), measure(9, 90, 0)),
		group(3, at(-1), measure(10, 150, 0))), pollOptions())
	wantReadings(t, s, map[string]string{
		"diastolic_blood_pressure_mmhg": "90", "systolic_blood_pressure_mmhg": "150", "pulse_pressure_mmhg": "40",
	})
	if r, _ := s.Current("pulse_pressure_mmhg"); r.MeasuredAt.Unix() != at(-3) {
		t.Errorf("measured at %v", r.MeasuredAt)
	}
}

// TestDistanceToTheGoal follows the goal and the weight.
func TestDistanceToTheGoal(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyGoals(s, decodeGoals(t, allGoals), pollOptions())
	wantReadings(t, s, map[string]string{"weight_to_goal_kg": ""})
	u := applyMeasures(s, measuresOf(group(1, at(-2), measure(1, 79300, -3))), pollOptions())
	wantReadings(t, s, map[string]string{"weight_to_goal_kg": "8.8"})
	if !slices.Contains(changedKeys(u), "weight_to_goal_kg") {
		t.Errorf("changed %v", changedKeys(u))
	}
	applyMeasures(s, measuresOf(group(2, at(-1), measure(1, 69123, -3))), pollOptions())
	wantReadings(t, s, map[string]string{"weight_to_goal_kg": "-1.377"})
	u = applyGoals(s, decodeGoals(t, `{"goals":{"weight":{"value":60,"unit":0}}}`), pollOptions())
	wantReadings(t, s, map[string]string{"weight_to_goal_kg": "9.123"})
	wantKeys(t, "changed", changedKeys(u), "weight_goal", "weight_to_goal_kg")
	if r, _ := s.Current("weight_to_goal_kg"); r.MeasuredAt.Unix() != at(-1) {
		t.Errorf("measured at %v", r.MeasuredAt)
	}
	u = applyGoals(s, decodeGoals(t, `{"goals":[]}`), pollOptions())
	wantKeys(t, "gone", u.Gone, "weight_goal", "weight_to_goal_kg")
}

// A goal of measure category 2 is not the weight, and not the goal either.
func TestTargetGroupsDeriveNothing(t *testing.T) {
	t.Parallel()
	target := group(1, at(-1), measure(1, 60, 0), measure(76, 50, 0))
	target.Category = wireInt(2)
	s := newStore()
	applyMeasures(s, measuresOf(target), pollOptions())
	if got := s.Readings(); len(got) != 0 {
		t.Errorf("readings %v", got)
	}
}

// TestLastWeighedAndLastMeasured has something newer of every kind in turn.
func TestLastWeighedAndLastMeasured(t *testing.T) {
	t.Parallel()
	s := newStore()
	after := func(what, weighed, measured string) {
		t.Helper()
		wantReadings(t, s, map[string]string{"last_weighed": weighed, "last_measured": measured})
		if r, ok := s.Current("last_measured"); ok && r.MeasuredAt.Format(time.RFC3339) != measured {
			t.Errorf("%s: measured at %v", what, r.MeasuredAt)
		}
	}
	after("nothing", "", "")
	applyMeasures(s, measuresOf(group(1, at(-8), measure(11, 60, 0))), pollOptions())
	after("a pulse", "", "2026-03-04T04:00:00Z")
	applyMeasures(s, measuresOf(group(2, at(-7), measure(1, 70, 0))), pollOptions())
	after("a weigh-in", "2026-03-04T05:00:00Z", "2026-03-04T05:00:00Z")
	applyWorkouts(s, workoutsOf(workout(3, at(-6), nil)), pollOptions())
	after("a workout", "2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z")
	applyNights(s, nightsOf(matNight(4, at(-13), at(-5), totalSleep("25000"))), pollOptions())
	after("a night", "2026-03-04T05:00:00Z", "2026-03-04T07:00:00Z")
	applyHeartRecords(s, heartRecordsOf(ecgRecord(5, at(-4), 0)), pollOptions())
	after("an electrocardiogram", "2026-03-04T05:00:00Z", "2026-03-04T08:00:00Z")
	applySoundRecords(s, soundRecordsOf(soundRecord(6, at(-3), 0)), pollOptions())
	after("a heart sound", "2026-03-04T05:00:00Z", "2026-03-04T09:00:00Z")
	applyNights(s, nightsOf(matNight(7, at(-2.5), at(-2), totalSleep("1500"))), pollOptions())
	after("a nap", "2026-03-04T05:00:00Z", "2026-03-04T10:00:00Z")
	applyMeasures(s, measuresOf(group(8, at(-9), measure(1, 71, 0)), group(9, at(-30), measure(12, 37, 0))), pollOptions())
	after("late data", "2026-03-04T05:00:00Z", "2026-03-04T10:00:00Z")
	guest := group(10, at(-1), measure(1, 99, 0))
	guest.Attribution = wireInt(1)
	applyMeasures(s, measuresOf(guest), pollOptions())
	after("a guest", "2026-03-04T05:00:00Z", "2026-03-04T10:00:00Z")
}
