package sensors_test

// Each of these once went wrong.

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Regression: a weigh-in that came a minute ago and is not listed by
// a lagging copy stays as weight_kg but leaves the trend.
func TestRecentWeighInStaysInTrend(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := sensors.NewStore()
	first := weightGroup(1, -3, 80000)
	applyMeasures(s, measuresOf(first), sensors.ApplyOptions{Now: noon().Add(-48 * time.Hour)})
	applyMeasures(s, measuresOf(weightGroup(2, -2, 90000)), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "81"})
	soon := pollOptions()
	soon.Now = noon().Add(time.Minute)
	applyMeasuresRange(s, measuresOf(first), from, to, soon)
	wantReadings(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "81"})
}

// Regression: the same for a held group: it is not counted any more a minute
// after it came.
func TestRecentHeldGroupStaysHeld(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	g := group(1, at(-50), measure(1, 70, 0))
	g.Attribution = wireInt(1)
	s := sensors.NewStore()
	applyMeasures(s, measuresOf(g), pollOptions())
	soon := pollOptions()
	soon.Now = noon().Add(time.Minute)
	applyMeasuresRange(s, measuresOf(), from, to, soon)
	if s.HeldCount() != 1 {
		t.Errorf("%d held back a minute after it came, want 1", s.HeldCount())
	}
}

// Regression: a gap that reaches out of the window cuts the straight
// line.
func TestTrendAcrossLongGap(t *testing.T) {
	t.Parallel()
	for name, days := range map[string][]int64{"two": {0, 201}, "three": {0, 150, 210}, "last gap": {0, 240, 250}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var groups []withings.Group
			for i, day := range days {
				groups = append(groups, weightGroup(int64(i)+1, day, 80000+int64(min(i, 1))*10000))
			}
			s := sensors.NewStore()
			applyMeasures(s, measuresOf(groups...), farFutureOptions())
			trend, last := naiveTrend(groups, loadZone(t, "Europe/Zurich"))
			for key, wanted := range map[string]float64{
				"weight_trend_kg": trend[last], "weight_change_7d_kg": trend[last] - trend[last-7],
				"weight_change_30d_kg": trend[last] - trend[last-30],
			} {
				r, ok := s.Current(key)
				d, _ := r.Value.Decimal()
				if !ok || math.Abs(d.Float()-wanted) > trendTolerance {
					t.Errorf("%s is %q, want %.4f", key, r.Value, wanted)
				}
			}
		})
	}
}

// Regression: a deletion falls back to an old group that is only kept
// for another key, past newer ones that were forgotten; no Refill.
func TestDeletionPastForgottenGroupsNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := sensors.NewStore()
	old := []withings.Group{
		group(1, at(-24*100), measure(1, 60, 0), measure(4, 178, -2)), group(2, at(-24*50), measure(1, 70, 0)),
	}
	applyMeasures(s, measuresOf(old...), pollOptions())
	for i := range int64(4) { // a guest's, deleted later
		applyMeasures(s, measuresOf(group(3+i, at(-24*10)+i, measure(1, 99, 0))), pollOptions())
	}
	u := applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	if !u.Refill {
		wantReadings(t, s, map[string]string{"weight_kg": "70"})
	}
}

// Regression: the property: any number of deletions with groups outside the
// range.
func TestDeletionsWithGroupsOutsideRange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		history := drawHistory(t)
		begin, end := allTime()
		inCloud := lastVersions(history, groupID, groupDate, groupChange, begin, end)
		deleted := drawDeleted(t, inCloud, groupID, groupDate, from, to, len(inCloud))
		rest := remaining(history, deleted, groupID)
		never := sensors.NewStore()
		takeGroups(never, rest)
		s := applyShuffled(t, history, takeGroups)
		u := applyMeasuresRange(s, measuresOf(lastVersions(rest, groupID, groupDate, groupChange, from, to)...), from, to, rereadOptions())
		if !u.Refill {
			wantSameReadings(t, "deleted", never, s)
		}
	})
}

// Regression: only naps are left of what is known; the night before
// is not asked for.
func TestDeletedNightWithOnlyNapsLeftNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := sensors.NewStore()
	var naps []withings.Night
	for i := range int64(8) {
		end := float64(-24*i) - 1
		naps = append(naps, matNight(100+i, at(end-0.5), at(end), totalSleep("1500")))
	}
	older, last := matNight(1, at(-24*40-8), at(-24*40-5), totalSleep("10000")),
		matNight(2, at(-24*12-13), at(-24*12-5), totalSleep("25000"))
	applyNights(s, nightsOf(append(naps, older, last)...), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
	u := applyNightsRange(s, nightsOf(naps...), from, to, rereadOptions())
	if !u.Refill {
		wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "10000"})
	}
}

// Regression: the fallback zone rules the date but not last_reset.
func TestLastResetUsesFallbackZone(t *testing.T) {
	t.Parallel()
	zone := loadZone(t, "Pacific/Auckland")
	rules := sensors.ApplyOptions{Now: noon(), Zone: zone}
	s := sensors.NewStore()
	one := withings.Activities{Rows: []withings.Activity{activityRow("2026-03-05", "", noon(), "500")}}
	applyActivities(s, one, noon(), noon().Add(24*time.Hour), rules)
	wantSteps(t, "fallback", s, "500", dayStart(t, zone, "2026-03-05"))
}

// Regression: an unknown name in the row skips the account's zone.
func TestUnknownRowZoneFallsBackToAccountZone(t *testing.T) {
	t.Parallel()
	now := parseTime(t, "2026-03-04T12:00:00Z") // 01:00 of the 5th in Auckland
	s := sensors.NewStore()
	applyMeasures(s, withings.Measures{Timezone: "Pacific/Auckland"}, sensors.ApplyOptions{Now: now})
	applyDays(s, now, activityRow("2026-03-04", "Mars/Olympus", now, "400"), activityRow("2026-03-05", "Mars/Olympus", now, "500"))
	wantSteps(t, "account's zone", s, "500", dayStart(t, loadZone(t, "Pacific/Auckland"), "2026-03-05"))
}

// Regression: where the day begins at one o'clock, last_reset is 23:00
// of the day before.
func TestLastResetOnDayWithoutMidnight(t *testing.T) {
	t.Parallel()
	for name, date := range map[string]string{
		"America/Sao_Paulo": "2018-11-04", "America/Santiago": "2026-09-06", "America/Havana": "2026-03-08",
		"Atlantic/Azores": "2026-03-29",
	} {
		zone := loadZone(t, name)
		begin := dayStart(t, zone, date)
		s := sensors.NewStore()
		applyDays(s, begin.Add(time.Hour), activityRow(date, name, begin.Add(time.Hour), "7"))
		wantSteps(t, name, s, "7", begin)
	}
}

// Regression: of two trackers the vendor's own counts, not the newest.
func TestWithingsTrackerBeforeOtherBrands(t *testing.T) {
	t.Parallel()
	own, foreign := activityRow("2026-03-04", "", noon().Add(-time.Hour), "10"), activityRow("2026-03-04", "", noon(), "20")
	foreign.Brand, foreign.DeviceID = wireInt(18), "band"
	s := sensors.NewStore()
	applyDays(s, noon(), own, foreign)
	wantReadings(t, s, map[string]string{"activity_steps_today": "10"})
}

// Regression: the order of arrival decides.
func TestEqualActivityRowsInAnyOrder(t *testing.T) {
	t.Parallel()
	a, b := activityRow("2026-03-04", "", noon(), "10"), activityRow("2026-03-04", "", noon(), "10")
	a.Data, b.Data = map[string]withings.Number{"steps": wireNumber("10")}, map[string]withings.Number{"distance": wireNumber("7")}
	one, two := sensors.NewStore(), sensors.NewStore()
	applyDays(one, noon(), a, b)
	applyDays(two, noon(), b, a)
	if diff := cmp.Diff(summarize(one), summarize(two)); diff != "" {
		t.Error(diff)
	}
}

// Regression: a row without "modified" (old API) is changed at every
// poll, and the first reception is not kept for any row.
func TestRepeatedRowWithoutModifiedChangesNothing(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "", noon(), "10")
	row.Modified = withings.Int{}
	s := sensors.NewStore()
	applyDays(s, noon(), row)
	if u := applyDays(s, noon().Add(5*time.Minute), row); len(u.Changed) != 0 {
		t.Errorf("changed %v", changedKeys(u))
	}
}

func TestRepeatedRowKeepsFirstReceivedAt(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "", noon(), "10")
	s := sensors.NewStore()
	applyDays(s, noon(), row)
	applyDays(s, noon().Add(5*time.Minute), row)
	if r, _ := s.Current("activity_steps_today"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v", r.ReceivedAt)
	}
}

// Regression: the event of an id that is listed twice has the
// superseded values.
func TestWorkoutEventHasLastVersion(t *testing.T) {
	t.Parallel()
	w, newer := workout(1, at(-1), calorieFields("50")), workout(1, at(-1), calorieFields("55"))
	newer.Modified = wireInt(at(-0.5))
	s := sensors.NewStore()
	u := applyWorkouts(s, workoutsOf(w, newer), pollOptions())
	if len(u.Events) != 1 || u.Events[0].Values["workout_active_calories_burnt"].String() != "55" {
		t.Errorf("events %+v", u.Events)
	}
}

// Regression: attribution has no policy: 1 is not held back,
// unknown ones are not marked.
func TestPolicyAppliesToWorkouts(t *testing.T) {
	t.Parallel()
	guest, strange := workout(1, at(-1), nil), workout(2, at(-2), nil)
	guest.Attribution, strange.Attribution = wireInt(1), wireInt(10009)
	s := sensors.NewStore()
	applyWorkouts(s, workoutsOf(guest, strange), pollOptions())
	r, _ := s.Current("workout_type")
	if r.GroupID != 2 || !r.Unconfirmed {
		t.Errorf("reading %+v", r)
	}
}

// Regression: a made-up id is published as group_id.
func TestECGWithoutSignalHasNoGroupID(t *testing.T) {
	t.Parallel()
	row := ecgRecord(0, at(-1), 1)
	row.ECG.Value.SignalID = withings.Int{}
	s := sensors.NewStore()
	u := applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	if r, _ := s.Current("ecg_afib"); r.GroupID != 0 || u.Events[0].GroupID != 0 {
		t.Errorf("group id %d, event's %d, want 0", r.GroupID, u.Events[0].GroupID)
	}
}

// Regression: without ids an electrocardiogram and a sound of one
// second (BPM Core) oust each other.
func TestECGAndHeartSoundInSameSecond(t *testing.T) {
	t.Parallel()
	row, noise := ecgRecord(0, at(-1), 1), soundRecord(0, at(-1), 1)
	row.ECG.Value.SignalID, noise.SignalID = withings.Int{}, withings.Int{}
	s := sensors.NewStore()
	applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	applySoundRecords(s, soundRecordsOf(noise), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "positive", "vhd_result": "positive"})
	s = sensors.NewStore()
	applySoundRecords(s, soundRecordsOf(noise), pollOptions())
	applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "positive", "vhd_result": "positive"})
}

// Regression: a second electrocardiogram within two minutes is not
// announced when the first one's group came before.
func TestSecondECGWithinTwoMinutesIsAnEvent(t *testing.T) {
	t.Parallel()
	s := sensors.NewStore()
	events := len(applyMeasures(s, measuresOf(rhythmGroup(1, at(-1), 2)), pollOptions()).Events)
	events += len(applyHeartRecords(s, heartRecordsOf(ecgRecord(11, at(-1), 2), ecgRecord(12, at(-1)+100, 0)), pollOptions()).Events)
	events += len(applyMeasures(s, measuresOf(rhythmGroup(2, at(-1)+100, 0)), pollOptions()).Events)
	if events != 2 {
		t.Errorf("%d events of two electrocardiograms", events)
	}
}

// Regression: hash_deviceid alone is not taken.
func TestSlotUsesHashDeviceID(t *testing.T) {
	t.Parallel()
	m := slot(map[string]string{"heart_rate": "60"})
	m.DeviceID, m.HashDeviceID = "", "watch"
	s := sensors.NewStore()
	applyIntraday(s, intradayOf(withings.Slots{at(-1): m}), pollOptions())
	if r, _ := s.Current("heart_rate_latest_bpm"); r.Device != "watch" {
		t.Errorf("device %q", r.Device)
	}
}

// Regression: a night between NextSeries and DecodeSeries counts as read.
func TestSeriesOfReplacedNightIsRequestedAgain(t *testing.T) {
	t.Parallel()
	s := sensors.NewStore()
	applyNights(s, nightsOf(matNight(5, at(-37), at(-29), totalSleep("25000"))), pollOptions())
	night, _ := s.NextSeries()
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	s.Apply(sensors.DecodeSeries(stagesOf(stageSeries("mat", at(-36), "rmssd", "30")), night, decodeOptions(pollOptions())), pollOptions())
	wantNextSeries(t, "the new night", s, true)
}

// Regression: stored goals are not validated.
func TestStoredGoalsAreValidated(t *testing.T) {
	t.Parallel()
	s := sensors.NewStore()
	if err := json.Unmarshal([]byte(`{"version":2,"goals":{"at":9999999999999,"values":{"weight_goal":70}}}`), s); err == nil {
		_, err = json.Marshal(s.Readings())
		t.Errorf("taken; its readings: %v", err)
	}
}

// Regression: a deleted weigh-in after a break of more than 400 days
// leaves weight_kg without a trend, and no Refill.
func TestTrendAfterLongBreakNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := sensors.NewStore()
	applyMeasures(s, measuresOf(weightGroup(1, -420, 70000), weightGroup(2, -2, 99000)), pollOptions())
	u := applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	if !u.Refill {
		wantReadings(t, s, map[string]string{"weight_kg": "70", "weight_trend_kg": "70"})
	}
}

// Regression: landed in New York while the watch has made a row of the
// Zurich day that has begun: the row counted last has the zone of the user.
func TestZoneOfLastModifiedRowWins(t *testing.T) {
	t.Parallel()
	s := sensors.NewStore()
	air, landed := parseTime(t, "2026-03-04T23:10:00Z"), parseTime(t, "2026-03-04T23:30:00Z")
	applyDays(s, landed, activityRow("2026-03-05", "Europe/Zurich", air, "0"), activityRow("2026-03-04",
		"America/New_York", landed, "3500"))
	wantSteps(t, "in New York", s, "3500", dayStart(t, loadZone(t, "America/New_York"), "2026-03-04"))
}

// Regression: hearts: deleting every known electrocardiogram in the range asks
// for no refill, older ones stay hidden.
func TestDeletingAllECGsNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := sensors.NewStore()
	applyHeartRecords(s, heartRecordsOf(ecgRecord(1, at(-50), 1)), pollOptions())
	u := applyHeartRecordsRange(s, heartRecordsOf(), from, to, rereadOptions())
	if len(s.Readings()) != 0 || !u.Refill {
		t.Errorf("readings %v, refill %t", s.Readings(), u.Refill)
	}
}

// Regression: a group that only matters for its ratio is pruned.
func TestRatioOfPrunedGroup(t *testing.T) {
	t.Parallel()
	all := []withings.Group{group(1, at(-90), measure(1, 80, 0), measure(76, 60, 0))}
	for i := range int64(4) {
		all = append(all, group(10+i, at(-50)+i, measure(1, 70, 0)), group(20+i, at(-40)+i, measure(76, 50, 0)))
	}
	once, many := sensors.NewStore(), sensors.NewStore()
	applyMeasures(once, measuresOf(all...), pollOptions())
	for _, g := range all {
		applyMeasures(many, measuresOf(g), pollOptions())
	}
	wantReadings(t, many, map[string]string{"muscle_ratio_pct": "75"})
	wantReadings(t, once, map[string]string{"muscle_ratio_pct": "75"})
}

// Regression: the same in the recorded year: 2021-11-23 is 202 days after the
// first of a long gap.
func TestRecordedTrendAcrossLongGap(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "aiowithings/measurement_list_part1.json"))
	for date, test := range map[string]struct{ trend, week, month string }{
		"2021-11-22": {"66.739", "0.275", "2.996"}, // not 66.736, 0.278, 3.061
		"2021-11-23": {"66.765", "0.253", "2.766"}, // not 66.763, 0.256, 2.824
	} {
		end := dayStart(t, loadZone(t, "Europe/Paris"), date).Add(24 * time.Hour)
		var until []withings.Group
		for _, g := range groups {
			if g.Date.N < end.Unix() {
				until = append(until, g)
			}
		}
		s := sensors.NewStore()
		applyMeasures(s, withings.Measures{Timezone: "Europe/Paris", Groups: until}, initialOptions())
		wantReadings(t, s, map[string]string{
			"weight_trend_kg": test.trend, "weight_change_7d_kg": test.week, "weight_change_30d_kg": test.month,
		})
	}
}
