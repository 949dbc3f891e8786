// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestEndpointsOfKeys(t *testing.T) {
	t.Parallel()
	tests := map[string][]sensors.Endpoint{
		"weight_kg":                   {sensors.EndpointMeasures},
		"type_240":                    {sensors.EndpointMeasures},
		"bmi":                         {sensors.EndpointMeasures},
		"weight_trend_kg":             {sensors.EndpointMeasures},
		"weight_to_goal_kg":           {sensors.EndpointMeasures, sensors.EndpointGoals},
		"ecg_afib":                    {sensors.EndpointMeasures, sensors.EndpointHeart},
		"ecg_time":                    {sensors.EndpointHeart},
		"vhd_result":                  {sensors.EndpointStetho, sensors.EndpointHeart},
		"sleep_score":                 {sensors.EndpointNights},
		"sleep_snoring_eposode_count": {sensors.EndpointNights},
		"sleep_hrv_rmssd_ms":          {sensors.EndpointSeries, sensors.EndpointNights},
		"sleep_hrv_sdnn_ms":           {sensors.EndpointSeries, sensors.EndpointNights},
		"sleep_state":                 {sensors.EndpointStages},
		"activity_steps_today":        {sensors.EndpointActivity},
		"heart_rate_latest_bpm":       {sensors.EndpointIntraday},
		"workout_type":                {sensors.EndpointWorkouts},
		"step_goal":                   {sensors.EndpointGoals},
		"battery_low":                 {sensors.EndpointDevices},
		"authorization":               nil,
		"shoe_size":                   nil,
	}
	for key, want := range tests {
		if got := sensors.EndpointsOf(key); !slices.Equal(got, want) {
			t.Errorf("%s depends on %v, want %v", key, got, want)
		}
	}
	// Goals and measures come before what depends on them, nights before their
	// series.
	got := sensors.Endpoints([]string{"sleep_hrv_rmssd_ms", "vhd_result", "weight_to_goal_kg", "battery"})
	want := []sensors.Endpoint{
		sensors.EndpointDevices, sensors.EndpointGoals, sensors.EndpointMeasures, sensors.EndpointHeart,
		sensors.EndpointStetho, sensors.EndpointNights, sensors.EndpointSeries,
	}
	if !slices.Equal(got, want) {
		t.Errorf("in the order %v, want %v", got, want)
	}
}

// TestEveryEndpointNeedsAScope checks that there is one; the tests of bridge
// compare it with the cloud.
func TestEveryEndpointNeedsAScope(t *testing.T) {
	t.Parallel()
	for _, endpoint := range sensors.Endpoints(sensors.Keys()) {
		asked := endpoint != sensors.EndpointEvents // bed events need a scope that is asked for with notifications only
		if slices.Contains(withings.AllScopes(), endpoint.Scope()) != asked || endpoint.Scope() == "" {
			t.Errorf("%s needs %q", endpoint, endpoint.Scope())
		}
	}
	if got := sensors.Endpoint("v2/nonsense").Scope(); got != "" {
		t.Errorf("scope %q", got)
	}
}

// TestEveryKeyCanHaveAValue has a user with every device there is: no key of
// the catalogue is one that nothing ever fills. Those of other endpoints than
// these have a test of their own.
func TestEveryKeyCanHaveAValue(t *testing.T) {
	t.Parallel()
	body, night := group(1, at(-1)), matNight(2, at(-13), at(-5), nil)
	train, day := workout(3, at(-1), nil), activityRow("2026-03-04", "Europe/Zurich", noon(), "1")
	minute, series := slot(nil), stageSeries("mat", at(-12), "hr", "60")
	for _, row := range sensors.Catalogue() {
		switch {
		case row.Position != 0:
			body.Measures = append(body.Measures, measure(int64(row.Measure), 2, 0, int64(row.Position)))
		case row.Measure != 0:
			body.Measures = append(body.Measures, measure(int64(row.Measure), 2, 0))
		}
		for _, field := range row.Fields {
			switch row.Endpoint {
			case sensors.EndpointNights:
				setField(&night.Data.Fields, field, "2")
			case sensors.EndpointSeries:
				series.Series = append(series.Series, oneSample(field, at(-12), "2"))
			case sensors.EndpointActivity:
				setField(&day.Data, field, "2")
			case sensors.EndpointIntraday:
				setField(&minute.Data, field, "2")
			case sensors.EndpointWorkouts:
				setField(&train.Data.Fields, field, "2")
			default:
				t.Errorf("%s has a field", row.Key)
			}
		}
	}
	night.Data.Events = []withings.NightEvent{{Number: 2, Second: 900}, {Number: 3, Second: 26400}}
	s := newStore()
	applyGoals(s, decodeGoals(t, allGoals), pollOptions())
	applyMeasures(s, measuresOf(body, weightGroup(9, -31, 70000)), pollOptions())
	applyNights(s, nightsOf(night), pollOptions())
	applySeries(s, stagesOf(series), pollOptions())
	applyStages(s, stagesOf(stageRow(-6, -5, 2)), pollOptions())
	applyHeartRecords(s, heartRecordsOf(ecgRecord(4, at(-1), 0)), pollOptions())
	applySoundRecords(s, soundRecordsOf(soundRecord(5, at(-1), 0)), pollOptions())
	applyWorkouts(s, workoutsOf(train), pollOptions())
	applyIntraday(s, intradayOf(withings.Slots{at(-1): minute}), pollOptions())
	applyBedEvent(s, sensors.BedEvent{Device: "mat", In: true, At: noon()}, pollOptions())
	applyDays(s, noon(), day)
	filled := []sensors.Endpoint{
		sensors.EndpointGoals, sensors.EndpointMeasures, sensors.EndpointNights, sensors.EndpointSeries,
		sensors.EndpointStages, sensors.EndpointHeart, sensors.EndpointStetho, sensors.EndpointWorkouts,
		sensors.EndpointIntraday, sensors.EndpointEvents, sensors.EndpointActivity,
	}
	for _, key := range sensors.Keys() {
		row, _ := sensors.Lookup(key)
		if !slices.Contains(filled, row.Endpoint) {
			continue
		}
		if r, ok := s.Current(key); row.Scope == sensors.ScopeProfile && (!ok || !r.Value.Valid() || r.Key != key ||
			r.MeasuredAt.IsZero()) {
			t.Errorf("%s: reading %+v (%t)", key, r, ok)
		}
	}
	// And nothing is published that the catalogue does not know.
	for _, r := range s.Readings() {
		row, ok := sensors.Lookup(r.Key)
		if !ok || row.Scope != sensors.ScopeProfile {
			t.Errorf("%s belongs to no profile", r.Key)
		}
		if (row.StateClass == "total") != !r.LastReset.IsZero() {
			t.Errorf("%s is a %q and begins at %v", r.Key, row.StateClass, r.LastReset)
		}
		if row.DeviceClass == "enum" && !slices.Contains(row.Options, r.Value.String()) {
			t.Errorf("%s is %q, which is no option", r.Key, r.Value)
		}
	}
}
