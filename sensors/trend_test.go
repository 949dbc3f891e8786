// SPDX-License-Identifier: MIT

package sensors_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// weightGroup is a weight in grams on a day, at noon of the tests.
func weightGroup(id, day, grams int64) withings.Group {
	return group(id, at(float64(24*day)), measure(1, grams, -3))
}

// farFutureOptions are rules under which no day of these tests lies in the
// future.
func farFutureOptions() sensors.ApplyOptions {
	return sensors.ApplyOptions{Now: noon().Add(5000 * 24 * time.Hour), InitialSync: true}
}

// TestTrendByHand weighs on five of eleven days. A tenth of the difference is
// taken over each day, and the days between lie on straight lines:
//
//	day  weight  trend
//	 0   80      80
//	 1  (81)     80          + (81 − 80)          / 10 = 80.1
//	 2   82      80.1        + (82 − 80.1)        / 10 = 80.29
//	 3   81      80.29       + (81 − 80.29)       / 10 = 80.361
//	 4  (82)     80.361      + (82 − 80.361)      / 10 = 80.5249
//	 5  (83)     80.5249     + (83 − 80.5249)     / 10 = 80.77241
//	 6   84      80.77241    + (84 − 80.77241)    / 10 = 81.095169
//	 7  (83)     81.095169   + (83 − 81.095169)   / 10 = 81.2856521
//	 8  (82)     81.2856521  + (82 − 81.2856521)  / 10 = 81.35708689
//	 9  (81)     81.35708689 + (81 − 81.35708689) / 10 = 81.321378201
//	10   80      81.321378…  + (80 − 81.321378…)  / 10 = 81.1892403809
//
// Over the last seven days: 81.1892403809 − 80.361 = 0.8282403809.
func TestTrendByHand(t *testing.T) {
	t.Parallel()
	s := newStore()
	for _, step := range []struct {
		day, kg     int64
		trend, week string
	}{{0, 80, "80", ""}, {2, 82, "80.29", ""}, {3, 81, "80.361", ""}, {6, 84, "81.095", ""}, {10, 80, "81.189", "0.828"}} {
		applyMeasures(s, measuresOf(weightGroup(step.day+1, step.day, step.kg*1000)), farFutureOptions())
		wantReadings(t, s, map[string]string{
			"weight_trend_kg": step.trend, "weight_change_7d_kg": step.week, "weight_change_30d_kg": "",
		})
	}
	r, _ := s.Current("weight_trend_kg")
	if r.GroupID != 11 || r.MeasuredAt.Unix() != at(240) {
		t.Errorf("reading %+v", r)
	}
	// All at once, and turned around, is the same.
	for _, turned := range []bool{false, true} {
		all := []withings.Group{
			weightGroup(1, 0, 80000), weightGroup(2, 2, 82000), weightGroup(3, 3, 81000), weightGroup(4, 6, 84000),
			weightGroup(5, 10, 80000),
		}
		if turned {
			slices.Reverse(all)
		}
		s = newStore()
		for _, g := range all {
			applyMeasures(s, measuresOf(g), farFutureOptions())
			s = s.restarted(pollOptions())
		}
		wantReadings(t, s, map[string]string{
			"weight_trend_kg": "81.189", "weight_change_7d_kg": "0.828", "weight_change_30d_kg": "",
		})
	}
}

// TestTrendOfAStraightLine gains 100 g a day between two weigh-ins. The trend
// lags: after n days by 0.9 × (1 − 0.9ⁿ) kg, since each day it lags 0.9 × what
// it lagged plus 0.09. With 0.9²³ = 0.088629381 and 0.9³⁰ = 0.042391158:
//
//	after 30 days 73   − 0.9 × 0.957608842 = 72.138152042
//	after 23 days 72.3 − 0.9 × 0.911370619 = 71.479766443
func TestTrendOfAStraightLine(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(weightGroup(1, 0, 70000), weightGroup(2, 30, 73000)), farFutureOptions())
	wantReadings(t, s, map[string]string{
		"weight_trend_kg": "72.138", "weight_change_7d_kg": "0.658", "weight_change_30d_kg": "2.138",
	})
}

func TestTrendChangeNeedsEnoughDays(t *testing.T) {
	t.Parallel()
	for days, test := range map[int64]struct{ week, month string }{
		0: {"", ""}, 1: {"", ""}, 6: {"", ""}, 7: {"0", ""}, 8: {"0", ""}, 29: {"0", ""},
		30: {"0", "0"}, 31: {"0", "0"}, 199: {"0", "0"}, 200: {"0", "0"},
	} {
		s := newStore()
		applyMeasures(s, measuresOf(weightGroup(1, 0, 71234), weightGroup(2, days, 71234)), farFutureOptions())
		wantReadings(t, s, map[string]string{
			"weight_trend_kg": "71.234", "weight_change_7d_kg": test.week,
			"weight_change_30d_kg": test.month,
		})
	}
}

func TestConstantWeightIsItsOwnTrend(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		grams := int64(rapid.IntRange(1, 300000).Draw(t, "grams"))
		text := strconv.FormatFloat(float64(grams)/1000, 'f', -1, 64)
		var groups []withings.Group
		day := int64(0)
		for id := range int64(rapid.IntRange(1, 60).Draw(t, "weigh-ins")) {
			groups = append(groups, weightGroup(id+1, day, grams))
			day += int64(rapid.IntRange(0, 9).Draw(t, "days later"))
		}
		s := applyShuffled(t, groups, func(s *store, groups []withings.Group) {
			applyMeasures(s, measuresOf(groups...), farFutureOptions())
		})
		for key, wanted := range map[string]string{
			"weight_trend_kg": text, "weight_change_7d_kg": "0", "weight_change_30d_kg": "0",
		} {
			if r, ok := s.Current(key); ok && r.Value.String() != wanted || !ok && key == "weight_trend_kg" {
				t.Errorf("%s is %s, want %s", key, r.Value, wanted)
			}
		}
	})
}

// TestDayWeightIsMeanOfWeighIns weighs twice; the current weight is the last.
func TestDayWeightIsMeanOfWeighIns(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(group(1, at(-1), measure(1, 80, 0)), group(2, at(0), measure(1, 81, 0))),
		farFutureOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "81", "weight_trend_kg": "80.5"})
	applyMeasures(s, measuresOf(
		group(3, at(24), measure(1, 82, 0)), group(4, at(25), measure(1, 82, 0)), group(5, at(26), measure(1, 79, 0)),
	), farFutureOptions())
	// 80.5 + (81 − 80.5) / 10
	wantReadings(t, s, map[string]string{"weight_kg": "79", "weight_trend_kg": "80.55"})
}

// TestTrendCountsLocalDays weighs in the evening and in the morning, which
// are one day or two, depending on the user's zone.
func TestTrendCountsLocalDays(t *testing.T) {
	t.Parallel()
	late, early := parseTime(t, "2026-03-04T23:30:00Z").Unix(), parseTime(t, "2026-03-05T00:30:00Z").Unix()
	tests := map[string]struct{ group, account, fallback, trend string }{
		"the group's, one day":    {"America/New_York", "UTC", "UTC", "81"},
		"the group's, two days":   {"UTC", "America/New_York", "America/New_York", "80.2"},
		"the account's, one day":  {"", "America/New_York", "UTC", "81"},
		"the account's, two days": {"", "UTC", "America/New_York", "80.2"},
		"the fallback, one day":   {"", "", "America/New_York", "81"},
		"an unknown one":          {"Mars/Olympus", "", "America/New_York", "81"},
		"none":                    {"", "", "", "80.2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := group(1, late, measure(1, 80, 0)), group(2, early, measure(1, 82, 0))
			first.Timezone, second.Timezone = withings.Text(test.group), withings.Text(test.group)
			rules := farFutureOptions()
			if test.fallback != "" {
				rules.Zone = loadZone(t, test.fallback)
			}
			s := newStore()
			applyMeasures(s, withings.Measures{
				Timezone: withings.Text(test.account), Groups: []withings.Group{first, second},
			}, rules)
			wantReadings(t, s, map[string]string{"weight_trend_kg": test.trend})
		})
	}
}

func TestTrendFollowsEdits(t *testing.T) {
	t.Parallel()
	first, second := weightGroup(1, 0, 80000), weightGroup(2, 1, 90000)
	s := newStore()
	applyMeasures(s, measuresOf(first, second), farFutureOptions())
	wantReadings(t, s, map[string]string{"weight_trend_kg": "81"})
	guest := second
	guest.Attribution, guest.Modified = wireInt(1), wireInt(at(25))
	applyMeasures(s, measuresOf(guest), farFutureOptions())
	wantReadings(t, s, map[string]string{"weight_trend_kg": "80"})
	moved := second
	moved.Date, moved.Modified = wireInt(at(0)+60), wireInt(at(26))
	applyMeasures(s, measuresOf(moved), farFutureOptions())
	wantReadings(t, s, map[string]string{"weight_trend_kg": "85"})
	nothing := second
	nothing.Measures, nothing.Modified = []withings.Measure{measure(1, 0, 0)}, wireInt(at(27))
	applyMeasures(s, measuresOf(nothing), farFutureOptions())
	wantReadings(t, s, map[string]string{"weight_trend_kg": "80"})
}

// trendTolerance is how far a figure of the trend may lie from slowTrend, in
// kg: half of its last digit, and what the weigh-ins before the window still
// weigh in the trend of a month before the newest one. The heaviest weights
// drawn are 100 kg above the lightest: 100 kg · 0.9^(200-30) is 1.7 mg.
const trendTolerance = 0.0005 + 2e-6

// naiveTrend is the trend computed the slow way: a map from day to weights, and
// every day of the life in between in turn.
func naiveTrend(groups []withings.Group, zone *time.Location) (trend map[int]float64, last int) {
	day := func(g withings.Group) int {
		noon, _ := time.Parse(time.DateOnly, time.Unix(g.Date.N, 0).In(zone).Format(time.DateOnly))
		return int(noon.Sub(time.Unix(0, 0)).Hours() / 24)
	}
	kilograms := map[int][]float64{}
	for _, g := range groups {
		kilograms[day(g)] = append(kilograms[day(g)], g.Measures[0].Value.Decimal.Float()/1000)
	}
	first, last := math.MaxInt, math.MinInt
	for d := range kilograms {
		first, last = min(first, d), max(last, d)
	}
	mean := func(d int) float64 {
		sum := 0.0
		for _, kg := range kilograms[d] {
			sum += kg
		}
		return sum / float64(len(kilograms[d]))
	}
	trend = map[int]float64{first: mean(first)}
	for d := first + 1; d <= last; d++ {
		before, after := d, d
		for len(kilograms[after]) == 0 {
			after++
		}
		for len(kilograms[before]) == 0 {
			before--
		}
		kg := mean(before)
		if before != after {
			kg += (mean(after) - mean(before)) * float64(d-before) / float64(after-before)
		}
		trend[d] = 0.9*trend[d-1] + 0.1*kg
	}
	return trend, last
}

// TestTrendMatchesNaiveTrend draws histories: gaps of up to gap days for any
// number of days, several weigh-ins a day, in any order.
func TestTrendMatchesNaiveTrend(t *testing.T) {
	t.Parallel()
	zones := []string{"Europe/Zurich", "Pacific/Auckland", "America/Los_Angeles", "UTC"}
	for name, test := range map[string]struct{ gap, span int }{
		"within the window": {60, 199},
		"beyond the window": {4, 600},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				zone := rapid.SampledFrom(zones).Draw(t, "zone")
				gap := rapid.IntRange(0, test.gap).Draw(t, "gap")
				var groups []withings.Group
				begin := at(0) + int64(rapid.IntRange(0, 365*86400).Draw(t, "begin"))
				for second := begin; second < begin+int64(test.span)*86400 && len(groups) < 400; {
					g := group(int64(len(groups))+1, second, measure(1, int64(rapid.IntRange(40000, 140000).Draw(t, "grams")), -3))
					g.Timezone = withings.Text(zone)
					groups = append(groups, g)
					second += 60 + int64(rapid.IntRange(0, (gap+1)*86400).Draw(t, "seconds later"))
				}
				s := applyShuffled(t, groups, func(s *store, groups []withings.Group) {
					applyMeasures(s, measuresOf(groups...), farFutureOptions())
				})
				trend, last := naiveTrend(groups, loadZone(t, zone))
				expected := map[string]float64{"weight_trend_kg": trend[last]}
				for key, days := range map[string]int{"weight_change_7d_kg": 7, "weight_change_30d_kg": 30} {
					if before, ok := trend[last-days]; ok {
						expected[key] = trend[last] - before
					}
				}
				for _, key := range []string{"weight_trend_kg", "weight_change_7d_kg", "weight_change_30d_kg"} {
					r, ok := s.Current(key)
					number, _ := r.Value.Decimal()
					kg, wanted := expected[key]
					if ok != wanted || ok && math.Abs(number.Float()-kg) > trendTolerance {
						t.Errorf("%s is %s (%t), want %f (%t)", key, r.Value, ok, kg, wanted)
					}
				}
				newest := slices.MaxFunc(groups, func(a, b withings.Group) int { return cmp.Compare(a.Date.N, b.Date.N) })
				if r, _ := s.Current("weight_kg"); r.GroupID != newest.ID.N {
					t.Errorf("the weight is of %d, want %d", r.GroupID, newest.ID.N)
				}
			})
		})
	}
}
