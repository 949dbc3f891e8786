// SPDX-License-Identifier: MIT

package sensors_test

// Each test of this file covers a former bug; its comment states what must
// hold.

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// A weigh-in that a stale replica does not list yet stays in the trend too.
func TestRecentWeighInStaysInTrend(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	first := weightGroup(1, -3, 80000)
	applyMeasures(s, measuresOf(first), sensors.ApplyOptions{Now: noon().Add(-48 * time.Hour)})
	applyMeasures(s, measuresOf(weightGroup(2, -2, 90000)), pollOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "81"})
	soon := pollOptions()
	soon.Now = noon().Add(time.Minute)
	applyMeasuresRange(s, measuresOf(first), from, to, soon)
	wantReadings(t, s, map[string]string{"weight_kg": "90", "weight_trend_kg": "81"})
}

// The same for a held group: it stays counted.
func TestRecentHeldGroupStaysHeld(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	g := group(1, at(-50), measure(1, 70, 0))
	g.Attribution = wireInt(1)
	s := newStore()
	applyMeasures(s, measuresOf(g), pollOptions())
	soon := pollOptions()
	soon.Now = noon().Add(time.Minute)
	applyMeasuresRange(s, measuresOf(), from, to, soon)
	if s.HeldCount() != 1 {
		t.Errorf("%d held back a minute after it came, want 1", s.HeldCount())
	}
}

// A gap that begins before the window is still interpolated linearly.
func TestTrendAcrossLongGap(t *testing.T) {
	t.Parallel()
	for name, days := range map[string][]int64{"two": {0, 201}, "three": {0, 150, 210}, "last gap": {0, 240, 250}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var groups []withings.Group
			for i, day := range days {
				groups = append(groups, weightGroup(int64(i)+1, day, 80000+int64(min(i, 1))*10000))
			}
			s := newStore()
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

// A deletion must not fall back to an old group that is only kept for another
// key while newer ones were forgotten.
func TestDeletionPastForgottenGroupsNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	old := []withings.Group{
		group(1, at(-24*100), measure(1, 60, 0), measure(4, 178, -2)), group(2, at(-24*50), measure(1, 70, 0)),
	}
	applyMeasures(s, measuresOf(old...), pollOptions())
	for i := range int64(4) { // a guest's, deleted later
		applyMeasures(s, measuresOf(group(3+i, at(-24*10)+i, measure(1, 99, 0))), pollOptions())
	}
	applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70"})
}

// The same as a property: any number of deletions with groups outside the
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
		never := newStore()
		takeGroups(never, rest)
		s := applyShuffled(t, history, takeGroups)
		listed := lastVersions(rest, groupID, groupDate, groupChange, from, to)
		applyMeasuresRange(s, measuresOf(listed...), from, to, rereadOptions())
		wantSameReadings(t, never, s)
	})
}

// When only naps are left, the night before must be fetched.
func TestDeletedNightWithOnlyNapsLeftNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	var naps []withings.Night
	for i := range int64(8) {
		end := float64(-24*i) - 1
		naps = append(naps, matNight(100+i, at(end-0.5), at(end), totalSleep("1500")))
	}
	older, last := matNight(1, at(-24*40-8), at(-24*40-5), totalSleep("10000")),
		matNight(2, at(-24*12-13), at(-24*12-5), totalSleep("25000"))
	applyNights(s, nightsOf(append(naps, older, last)...), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
	applyNightsRange(s, nightsOf(naps...), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "10000"})
}

// The fallback zone determines last_reset as well as the date.
func TestLastResetUsesFallbackZone(t *testing.T) {
	t.Parallel()
	zone := loadZone(t, "Pacific/Auckland")
	rules := sensors.ApplyOptions{Now: noon(), Zone: zone}
	s := newStore()
	one := withings.Activities{Rows: []withings.Activity{activityRow("2026-03-05", "", noon(), "500")}}
	applyActivities(s, one, noon(), noon().Add(24*time.Hour), rules)
	wantSteps(t, "fallback", s, "500", dayStart(t, zone, "2026-03-05"))
}

// An unknown zone in the row falls back to the account's zone, not to UTC.
func TestUnknownRowZoneFallsBackToAccountZone(t *testing.T) {
	t.Parallel()
	now := parseTime(t, "2026-03-04T12:00:00Z") // 01:00 of the 5th in Auckland
	s := newStore()
	applyMeasures(s, withings.Measures{Timezone: "Pacific/Auckland"}, sensors.ApplyOptions{Now: now})
	const zone = "Mars/Olympus"
	applyDays(s, now, activityRow("2026-03-04", zone, now, "400"), activityRow("2026-03-05", zone, now, "500"))
	wantSteps(t, "account's zone", s, "500", dayStart(t, loadZone(t, "Pacific/Auckland"), "2026-03-05"))
}

// Where a day begins at one o'clock, last_reset is that moment, not 23:00 of
// the day before.
func TestLastResetOnDayWithoutMidnight(t *testing.T) {
	t.Parallel()
	for name, date := range map[string]string{
		"America/Sao_Paulo": "2018-11-04", "America/Santiago": "2026-09-06", "America/Havana": "2026-03-08",
		"Atlantic/Azores": "2026-03-29",
	} {
		zone := loadZone(t, name)
		begin := dayStart(t, zone, date)
		s := newStore()
		applyDays(s, begin.Add(time.Hour), activityRow(date, name, begin.Add(time.Hour), "7"))
		wantSteps(t, name, s, "7", begin)
	}
}

// Of two trackers the vendor's own counts, even if the other is newer.
func TestWithingsTrackerBeforeOtherBrands(t *testing.T) {
	t.Parallel()
	own := activityRow("2026-03-04", "", noon().Add(-time.Hour), "10")
	foreign := activityRow("2026-03-04", "", noon(), "20")
	foreign.Brand, foreign.DeviceID = wireInt(18), "band"
	s := newStore()
	applyDays(s, noon(), own, foreign)
	wantReadings(t, s, map[string]string{"activity_steps_today": "10"})
}

// The order of arrival does not matter.
func TestEqualActivityRowsInAnyOrder(t *testing.T) {
	t.Parallel()
	a, b := activityRow("2026-03-04", "", noon(), "10"), activityRow("2026-03-04", "", noon(), "10")
	a.Data = wireFields(map[string]string{"steps": "10"})
	b.Data = wireFields(map[string]string{"distance": "7"})
	one, two := newStore(), newStore()
	applyDays(one, noon(), a, b)
	applyDays(two, noon(), b, a)
	if diff := cmp.Diff(summarize(one), summarize(two)); diff != "" {
		t.Error(diff)
	}
}

// A row without "modified" (old API) does not count as changed at every poll.
func TestRepeatedRowWithoutModifiedChangesNothing(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "", noon(), "10")
	row.Modified = withings.Int{}
	s := newStore()
	applyDays(s, noon(), row)
	if u := applyDays(s, noon().Add(5*time.Minute), row); len(u.Changed) != 0 {
		t.Errorf("changed %v", changedKeys(u))
	}
}

func TestRepeatedRowKeepsFirstReceivedAt(t *testing.T) {
	t.Parallel()
	row := activityRow("2026-03-04", "", noon(), "10")
	s := newStore()
	applyDays(s, noon(), row)
	applyDays(s, noon().Add(5*time.Minute), row)
	if r, _ := s.Current("activity_steps_today"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v", r.ReceivedAt)
	}
}

// The event of an id that is listed twice has the values of the last version.
func TestWorkoutEventHasLastVersion(t *testing.T) {
	t.Parallel()
	w, newer := workout(1, at(-1), calorieFields("50")), workout(1, at(-1), calorieFields("55"))
	newer.Modified = wireInt(at(-0.5))
	s := newStore()
	u := applyWorkouts(s, workoutsOf(w, newer), pollOptions())
	if len(u.Events) != 1 || u.Events[0].Values["workout_active_calories_burnt"].String() != "55" {
		t.Errorf("events %+v", u.Events)
	}
}

// Attribution 1 is held back, and unknown ones are marked.
func TestPolicyAppliesToWorkouts(t *testing.T) {
	t.Parallel()
	guest, strange := workout(1, at(-1), nil), workout(2, at(-2), nil)
	guest.Attribution, strange.Attribution = wireInt(1), wireInt(10009)
	s := newStore()
	applyWorkouts(s, workoutsOf(guest, strange), pollOptions())
	r, _ := s.Current("workout_type")
	if r.GroupID != 2 || !r.Unconfirmed {
		t.Errorf("reading %+v", r)
	}
}

// A made-up id is never published as group_id.
func TestECGWithoutSignalHasNoGroupID(t *testing.T) {
	t.Parallel()
	row := ecgRecord(0, at(-1), 1)
	row.ECG.Value.SignalID = withings.Int{}
	s := newStore()
	u := applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	if r, _ := s.Current("ecg_afib"); r.GroupID != 0 || u.Events[0].GroupID != 0 {
		t.Errorf("group id %d, event's %d, want 0", r.GroupID, u.Events[0].GroupID)
	}
}

// Without ids, an electrocardiogram and heart sounds of the same second (BPM
// Core) do not replace each other.
func TestECGAndHeartSoundInSameSecond(t *testing.T) {
	t.Parallel()
	row, noise := ecgRecord(0, at(-1), 1), soundRecord(0, at(-1), 1)
	row.ECG.Value.SignalID, noise.SignalID = withings.Int{}, withings.Int{}
	s := newStore()
	applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	applySoundRecords(s, soundRecordsOf(noise), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "positive", "vhd_result": "positive"})
	s = newStore()
	applySoundRecords(s, soundRecordsOf(noise), pollOptions())
	applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "positive", "vhd_result": "positive"})
}

// A second electrocardiogram within two minutes is announced even when the
// group of the first came before.
func TestSecondECGWithinTwoMinutesIsAnEvent(t *testing.T) {
	t.Parallel()
	s := newStore()
	events := len(applyMeasures(s, measuresOf(rhythmGroup(1, at(-1), 2)), pollOptions()).Events)
	records := heartRecordsOf(ecgRecord(11, at(-1), 2), ecgRecord(12, at(-1)+100, 0))
	events += len(applyHeartRecords(s, records, pollOptions()).Events)
	events += len(applyMeasures(s, measuresOf(rhythmGroup(2, at(-1)+100, 0)), pollOptions()).Events)
	if events != 2 {
		t.Errorf("%d events of two electrocardiograms", events)
	}
}

// hash_deviceid is used when deviceid is missing.
func TestSlotUsesHashDeviceID(t *testing.T) {
	t.Parallel()
	m := slot(map[string]string{"heart_rate": "60"})
	m.DeviceID, m.HashDeviceID = "", "watch"
	s := newStore()
	applyIntraday(s, intradayOf(withings.Slots{at(-1): m}), pollOptions())
	if r, _ := s.Current("heart_rate_latest_bpm"); r.Device != "watch" {
		t.Errorf("device %q", r.Device)
	}
}

// A night that arrives between NextSeries and DecodeSeries is still unread.
func TestSeriesOfReplacedNightIsRequestedAgain(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyNights(s, nightsOf(matNight(5, at(-37), at(-29), totalSleep("25000"))), pollOptions())
	night, _ := s.NextSeries()
	applyNights(s, nightsOf(eightHourNight(6)), pollOptions())
	series := stagesOf(stageSeries("mat", at(-36), "rmssd", "30"))
	s.Apply(sensors.DecodeSeries(series, night, decodeOptions(pollOptions())), pollOptions())
	wantNextSeries(t, "the new night", s, true)
}

// A weigh-in that is deleted after a break of more than 400 days needs a
// refill: otherwise weight_kg would have no trend.
func TestTrendAfterLongBreakNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	applyMeasures(s, measuresOf(weightGroup(1, -420, 70000), weightGroup(2, -2, 99000)), pollOptions())
	applyMeasuresRange(s, measuresOf(), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"weight_kg": "70", "weight_trend_kg": "70"})
}

// After a flight from Zurich to New York, the row that was modified last has
// the zone of the user, even if a row of the next Zurich day exists.
func TestZoneOfLastModifiedRowWins(t *testing.T) {
	t.Parallel()
	s := newStore()
	air, landed := parseTime(t, "2026-03-04T23:10:00Z"), parseTime(t, "2026-03-04T23:30:00Z")
	applyDays(s, landed, activityRow("2026-03-05", "Europe/Zurich", air, "0"), activityRow("2026-03-04",
		"America/New_York", landed, "3500"))
	wantSteps(t, "in New York", s, "3500", dayStart(t, loadZone(t, "America/New_York"), "2026-03-04"))
}

// Deleting every known electrocardiogram in the range needs a refill: otherwise
// older ones would stay hidden.
func TestDeletingAllECGsNeedsRefill(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	applyHeartRecords(s, heartRecordsOf(ecgRecord(1, at(-50), 1)), pollOptions())
	applyHeartRecordsRange(s, heartRecordsOf(), from, to, rereadOptions())
	if len(s.Readings()) != 0 {
		t.Errorf("readings %v", s.Readings())
	}
}

// A group that only matters for its ratio is not pruned.
func TestRatioOfPrunedGroup(t *testing.T) {
	t.Parallel()
	all := []withings.Group{group(1, at(-90), measure(1, 80, 0), measure(76, 60, 0))}
	for i := range int64(4) {
		all = append(all, group(10+i, at(-50)+i, measure(1, 70, 0)), group(20+i, at(-40)+i, measure(76, 50, 0)))
	}
	once, many := newStore(), newStore()
	applyMeasures(once, measuresOf(all...), pollOptions())
	for _, g := range all {
		applyMeasures(many, measuresOf(g), pollOptions())
	}
	wantReadings(t, many, map[string]string{"muscle_ratio_pct": "75"})
	wantReadings(t, once, map[string]string{"muscle_ratio_pct": "75"})
}

// The same in the recorded year: 2021-11-23 is 202 days after the beginning of
// a long gap.
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
		s := newStore()
		applyMeasures(s, withings.Measures{Timezone: "Europe/Paris", Groups: until}, initialOptions())
		wantReadings(t, s, map[string]string{
			"weight_trend_kg": test.trend, "weight_change_7d_kg": test.week, "weight_change_30d_kg": test.month,
		})
	}
}
