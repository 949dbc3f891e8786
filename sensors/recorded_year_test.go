// SPDX-License-Identifier: MIT

package sensors_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// The expectations of this file were computed apart from the program, with
// exact fractions, from the recorded responses.

// recordedYear takes everything in that was recorded of one client's account,
// from May 2021 to October 2022, and some of later.
func recordedYear(t *testing.T) *store {
	t.Helper()
	s, rules := newStore(), initialOptions()
	take := func(what string, u sensors.Update) {
		t.Helper()
		if len(u.Events)+future(u)+len(u.Unknown) != 0 {
			t.Errorf("%s: events %v, %d of the future, unknown %v", what, u.Events, future(u), u.Unknown)
		}
	}
	path := func(name string) string { return recording(t, "aiowithings/"+name+".json") }
	take("goals", applyGoals(s, decodeFile[body[withings.GoalsResponse]](t, path("goals")).Body.Goals.Value, rules))
	groups := decodeFile[withings.List[withings.Group]](t, path("measurement_list_part1"))
	take("measures", applyMeasures(s, withings.Measures{Timezone: "Europe/Paris", Groups: groups}, rules))
	take("nights", applyNights(s, decodeFile[body[withings.Nights]](t, path("sleep_summary_no_datafields")).Body, rules))
	take("stages", applyStages(s, decodeFile[body[withings.Stages]](t, path("sleep_no_datafields")).Body, rules))
	take("workouts", applyWorkouts(s, decodeFile[body[withings.Workouts]](t, path("workouts")).Body, rules))
	rules.Now = parseTime(t, "2023-10-21T21:00:00Z")
	days := decodeFile[body[withings.Activities]](t, path("activity")).Body
	take("activity", applyActivities(s, days, rules.Now.Add(-48*time.Hour), rules.Now, rules))
	return s
}

func TestRecordedYear(t *testing.T) {
	t.Parallel()
	s := recordedYear(t)
	expected := map[string]string{
		// Group 3938203948 of Body Cardio, 2022-10-16T05:30:22Z, and the one
		// before it for the arteries.
		"weight_kg": "105.7", "fat_free_mass_kg": "93", "fat_ratio_pct": "12.015", "fat_mass_kg": "12.7",
		"muscle_mass_kg": "89.9", "hydration": "68.69", "bone_mass_kg": "3.1", "pulse_wave_velocity": "7.2",
		"vascular_age": "32.8", "height_m": "1.6",
		// Group 3938203358 of BPM Connect, 2022-10-16T11:00:14Z: 10800, 16300
		// and 5900 hundredths.
		"diastolic_blood_pressure_mmhg": "108", "systolic_blood_pressure_mmhg": "163", "heart_pulse_bpm": "59",
		// 105.7 / 1.6² = 41.2890625; 89.9 / 105.7 = 0.850520…; 3.1 / 105.7 =
		// 0.029328…; 68.69 / 105.7 = 0.649858…;
		// 163 − 108; 105.7 − 70.5.
		"bmi": "41.29", "muscle_ratio_pct": "85.05", "bone_ratio_pct": "2.93", "hydration_pct": "64.99",
		"pulse_pressure_mmhg": "55", "weight_to_goal_kg": "35.2",
		// Day by day over all 254 days with a weigh-in, one of them with 17:
		// 93.724467…, 1.695449…, 10.969843….
		"weight_trend_kg": "93.724", "weight_change_7d_kg": "1.695", "weight_change_30d_kg": "10.97",
		"last_weighed": "2022-10-16T05:30:22Z", "last_measured": "2023-09-22T23:58:13Z",

		"step_goal": "10000", "sleep_goal": "28800", "weight_goal": "70.5",

		// Row 2518656114, the newest of 300.
		"sleep_date": "2022-01-10", "sleep_start": "2022-01-09T21:30:01Z", "sleep_end": "2022-01-10T04:00:41Z",
		"sleep_total_duration_seconds": "19200", "sleep_light_duration_seconds": "10740",
		"sleep_deep_duration_seconds": "2880", "sleep_rem_duration_seconds": "5580", "sleep_in_bed_duration_seconds": "23040",
		"sleep_efficiency_pct": "83", "sleep_tosleep_duration_seconds": "1200", "sleep_towakeup_duration_seconds": "600",
		"sleep_wakeup_count": "2", "sleep_wakeup_duration_seconds": "3840", "sleep_waso_seconds": "2440",
		"sleep_out_of_bed_count": "1", "sleep_rem_episode_count": "2",
		"sleep_nap_count": "0", "sleep_nap_duration_seconds": "0", "sleep_state": "awake",

		// Row 3743596085 of five, 2023-09-22T23:55:53Z to 23:58:13Z; its heart
		// rates are 0.
		"workout_type": "walk", "workout_start": "2023-09-22T23:55:53Z", "workout_end": "2023-09-22T23:58:13Z",
		"workout_duration": "140", "workout_active_calories_burnt": "13", "workout_intensity": "30", "workout_steps": "216",
		"workout_distance": "185", "workout_floors_climbed": "4", "workout_pause_duration": "0",

		// 2023-10-21 in Amsterdam, two hours ahead of UTC; a telephone, without
		// a heart rate.
		"activity_steps_today": "1155", "activity_distance_today": "1020.121", "activity_floors_climbed_today": "0",
		"activity_soft_duration_today": "1516", "activity_moderate_duration_today": "287",
		"activity_intense_duration_today": "420", "activity_active_duration_today": "707",
		"activity_active_calories_burnt_today": "134.132", "activity_total_calories_burnt_today": "2357.149",
	}
	got := map[string]string{}
	for _, r := range s.Readings() {
		got[r.Key] = r.Value.String()
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.HeldCount() != 1 { // group 2726389202, a pressure of 2021-04-22
		t.Errorf("%d held back", s.HeldCount())
	}
	for key, want := range map[string]sensors.Reading{
		"weight_kg": {
			GroupID: 3938203948, Model: "Body Cardio", MeasuredAt: parseTime(t, "2022-10-16T05:30:22Z"),
		},
		"pulse_wave_velocity": {
			GroupID: 3936373964, Model: "Body Cardio", MeasuredAt: parseTime(t, "2022-10-15T05:30:20Z"),
		},
		"diastolic_blood_pressure_mmhg": {
			GroupID: 3938203358, Model: "BPM Connect", MeasuredAt: parseTime(t, "2022-10-16T11:00:14Z"),
		},
		"height_m":    {GroupID: 2726375354, MeasuredAt: parseTime(t, "2021-05-05T17:53:36Z")},
		"sleep_score": {},
		"sleep_date": {
			GroupID: 2518656114, Model: "Aura Sensor V2", MeasuredAt: parseTime(t, "2022-01-10T04:00:41Z"),
		},
		"workout_type": {GroupID: 3743596085, Model: "GoogleFit tracker", MeasuredAt: parseTime(t,
			"2023-09-22T23:58:13Z")},
		"activity_steps_today": {Model: "GoogleFit tracker", MeasuredAt: parseTime(t, "2023-10-21T11:22:29Z")},
	} {
		r, _ := s.Current(key)
		if r.GroupID != want.GroupID || r.Model != want.Model || !r.MeasuredAt.Equal(want.MeasuredAt) {
			t.Errorf("%s: %+v, want %+v", key, r, want)
		}
	}
	wantSteps(t, "in the evening", s, "1155", parseTime(t, "2023-10-20T22:00:00Z"))
	if night, wanted := s.NextSeries(); !wanted || night.Start != 1641763801 || night.At != 1641787241 {
		t.Errorf("the series from %v to %v: %t", night.Start, night.At, wanted)
	}
	// The recorded series is of other nights and has no variability.
	applySeries(s, decodeFile[body[withings.Stages]](t, recording(t, "aiowithings/sleep.json")).Body, initialOptions())
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": ""})
	if _, wanted := s.NextSeries(); wanted {
		t.Error("the series is wanted again")
	}
	before := readingsJSON(t, s)
	if s = s.restarted(pollOptions()); readingsJSON(t, s) != before {
		t.Errorf("stored\n%s\nwant\n%s", readingsJSON(t, s), before)
	}
}

// TestRecordedTrend stops in between; the first weigh-ins are months apart.
func TestRecordedTrend(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "aiowithings/measurement_list_part1.json"))
	for date, test := range map[string]struct{ trend, week, month string }{
		"2021-05-05": {"56.3", "", ""},
		"2021-10-07": {"50.366", "-0.285", "-1.219"},
		"2021-10-13": {"59.198", "8.792", "7.857"},
		"2021-11-18": {"66.602", "0.355", "4.168"},
		"2022-02-09": {"87.524", "2.081", "8.908"},
		"2022-03-01": {"92.866", "1.18", "8.315"},
		"2022-06-30": {"96.971", "1.56", "3.785"},
	} {
		t.Run(date, func(t *testing.T) {
			t.Parallel()
			end := dayStart(t, loadZone(t, "Europe/Paris"), date).Add(24 * time.Hour)
			until := slices.DeleteFunc(slices.Clone(groups), func(g withings.Group) bool { return g.Date.N >= end.Unix() })
			s := newStore()
			applyMeasures(s, withings.Measures{Timezone: "Europe/Paris", Groups: until}, initialOptions())
			wantReadings(t, s, map[string]string{
				"weight_trend_kg": test.trend, "weight_change_7d_kg": test.week, "weight_change_30d_kg": test.month,
			})
		})
	}
}

// TestRecordedDays chooses a moment for every recording of activity.
func TestRecordedDays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, now, since string
		want             map[string]string
	}{
		"a day before": {
			"aiowithings/activity.json", "2023-10-20T21:59:59Z", "2023-10-19T22:00:00Z",
			map[string]string{
				"activity_steps_today": "1209", "activity_total_calories_burnt_today": "2303.788",
				"activity_heart_rate_average_bpm_today": "80", "activity_heart_rate_min_bpm_today": "70",
				"activity_heart_rate_zone_0_seconds_today": "100",
				"activity_heart_rate_zone_3_seconds_today": "400",
			},
		},
		"a second later": {
			"aiowithings/activity.json", "2023-10-20T22:00:00Z", "2023-10-20T22:00:00Z",
			map[string]string{
				"activity_steps_today": "1155", "activity_heart_rate_average_bpm_today": "",
				"activity_heart_rate_zone_0_seconds_today": "",
			},
		},
		"after midnight": {
			"aiowithings/activity.json", "2023-10-21T22:00:00Z", "2023-10-21T22:00:00Z",
			map[string]string{
				"activity_steps_today": "0", "activity_distance_today": "0", "activity_total_calories_burnt_today": "0",
			},
		},
		"a day of counting": {
			"python_withings_api/measure_get_activity.json", "2019-01-01T12:00:00Z", "2019-01-01T00:00:00Z",
			map[string]string{
				"activity_steps_today": "101", "activity_distance_today": "102.1", "activity_floors_climbed_today": "103.1",
				"activity_heart_rate_max_bpm_today": "112", "activity_heart_rate_zone_3_seconds_today": "116",
			},
		},
		"the next day elsewhere": {
			"python_withings_api/measure_get_activity.json", "2019-01-03T07:59:59Z", "2019-01-02T08:00:00Z",
			map[string]string{"activity_steps_today": "201", "activity_total_calories_burnt_today": "209.1"},
		},
		"Tokyo": {
			"withings-go/sample_activity.json", "2021-01-03T15:00:00Z", "2021-01-03T15:00:00Z",
			map[string]string{
				"activity_steps_today": "10280", "activity_active_calories_burnt_today": "467.076",
				"activity_heart_rate_min_bpm_today": "59",
				"activity_distance_today":           "",
			},
		},
		"Tokyo, a second before": {
			"withings-go/sample_activity.json", "2021-01-03T14:59:59Z", "2021-01-02T15:00:00Z",
			map[string]string{"activity_steps_today": "8454", "activity_heart_rate_max_bpm_today": "117"},
		},
		"2015": {
			"shimmer/withings-activity-measures.json", "2015-06-21T06:59:59Z", "2015-06-20T07:00:00Z",
			map[string]string{
				"activity_steps_today": "5458", "activity_distance_today": "4754", "activity_moderate_duration_today": "1140",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := decodeFile[body[withings.Activities]](t, recording(t, test.path))
			s, now := newStore(), parseTime(t, test.now)
			applyActivities(s, answer.Body, now.Add(-48*time.Hour), now.Add(48*time.Hour), sensors.ApplyOptions{Now: now})
			wantReadings(t, s, test.want)
			wantSteps(t, name, s, test.want["activity_steps_today"], parseTime(t, test.since))
		})
	}
}

// TestRecordedFortnight has a bare list of fourteen days.
func TestRecordedFortnight(t *testing.T) {
	t.Parallel()
	days := decodeFile[withings.List[withings.Activity]](t, recording(t, "home-assistant/activity.json"))
	steps := map[string]string{"2023-10-18": "2204", "2023-10-19": "95", "2023-10-20": "1209", "2023-10-21": "1155"}
	for _, date := range slices.Sorted(maps.Keys(steps)) {
		now := parseTime(t, date+"T21:59:59Z")
		s := newStore()
		applyActivities(s, withings.Activities{Rows: days}, now.Add(-15*24*time.Hour), now.Add(48*time.Hour),
			sensors.ApplyOptions{Now: now})
		wantSteps(t, date, s, steps[date], now.Add(time.Second-24*time.Hour))
	}
}

func TestRecordedGoals(t *testing.T) {
	t.Parallel()
	for path, expected := range map[string]map[string]string{
		"goals":   {"step_goal": "10000", "sleep_goal": "28800", "weight_goal": "70.5"},
		"goals_1": {"step_goal": "", "sleep_goal": "", "weight_goal": "70.5"},
		"goals_2": {"step_goal": "10000", "sleep_goal": "28800", "weight_goal": ""},
	} {
		s := newStore()
		applyGoals(s, decodeFile[body[withings.GoalsResponse]](t, recording(t, "aiowithings/"+path+".json")).Body.Goals.Value,
			initialOptions())
		wantReadings(t, s, expected)
	}
}

// TestRecordedDevices: all five rows are of one device, one of them with a
// session.
func TestRecordedDevices(t *testing.T) {
	t.Parallel()
	answer := decodeFile[body[withings.Devices]](t, recording(t, "aiowithings/device.json"))
	batch := sensors.DecodeDevices(answer.Body, decodeOptions(initialOptions()))
	devices, unknown := batch.Devices, batch.Unknown
	if len(devices) != 1 || len(unknown) != 0 {
		t.Fatalf("devices %+v, unknown %v", devices, unknown)
	}
	// 10e1da01902f is the beginning of the SHA-256 of "vitals2mqtt device
	// f998…271d".
	if d := devices[0]; d.ID != "10e1da01902f" || d.Model != "Body+" || d.Type != "Scale" || d.LastSession != 1693867179 {
		t.Errorf("%+v", d)
	}
	got := map[string]string{}
	for _, r := range devices[0].Readings() {
		got[r.Key] = r.Value.String()
		if r.MeasuredAt.Unix() != 1693867179 || r.Estimated != (r.Key == "battery_level_pct") {
			t.Errorf("reading %+v", r)
		}
	}
	expected := map[string]string{
		"battery": "high", "battery_level_pct": "90", "battery_low": "OFF", "last_session": "2023-09-04T22:39:39Z",
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	others := decodeFile[body[withings.Devices]](t, recording(t, "python_withings_api/user_get_device.json"))
	devices = sensors.DecodeDevices(others.Body, decodeOptions(initialOptions())).Devices
	for _, d := range devices {
		if len(d.Readings()) != 0 {
			t.Errorf("unknown words became %+v", d.Readings())
		}
	}
	if len(devices) != 2 {
		t.Errorf("devices %+v", devices)
	}
}

// TestRecordedSlots: the recording has the time of a slot inside of it.
func TestRecordedSlots(t *testing.T) {
	t.Parallel()
	hour := decodeFile[struct {
		Entries []withings.Slot `json:"entries"`
	}](t, recording(t, "vitamux/intraday_hour.json"))
	slots := withings.Slots{}
	for _, slot := range hour.Entries {
		second, _ := slot.Data.Number("timestamp").Decimal.Int()
		slots[second] = slot
	}
	s := newStore()
	applyIntraday(s, intradayOf(slots), initialOptions())
	wantReadings(t, s, map[string]string{
		"heart_rate_latest_bpm": "96", "spo2_latest_pct": "97", "respiratory_rate_latest_bpm": "15",
		"core_body_temperature_c": "",
	})
	r, _ := s.Current("heart_rate_latest_bpm")
	if r.MeasuredAt.Unix() != 1735714860 || len(slots) != 4 || r.Model != "ScanWatch" {
		t.Errorf("%d slots, reading %+v", len(slots), r)
	}
}

func TestRecordedECG(t *testing.T) {
	t.Parallel()
	record := decodeFile[struct {
		Group    withings.Group `json:"measuregrp"`
		Timezone withings.Text  `json:"timezone"`
	}](t, recording(t, "vitamux/ecg.json"))
	s := newStore()
	applyMeasures(s, withings.Measures{Timezone: record.Timezone, Groups: []withings.Group{record.Group}},
		initialOptions())
	wantReadings(t, s, map[string]string{
		"ecg_qrs_ms": "92", "ecg_pr_ms": "158", "ecg_qt_ms": "384", "ecg_qtc_ms": "402", "ecg_afib": "negative",
		"ppg_afib": "negative", "ecg_time": "", "last_measured": "2025-01-02T12:13:20Z",
	})
}
