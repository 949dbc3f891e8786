// SPDX-License-Identifier: MIT

package sensors_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// recording is a file of recorded responses; V2M_FIXTURES names their folder.
func recording(t *testing.T, path string) string {
	t.Helper()
	folder := os.Getenv("V2M_FIXTURES")
	if folder == "" {
		t.Skip("V2M_FIXTURES does not name the folder of recorded responses")
	}
	return filepath.Join(folder, path)
}

// body is the envelope of a recorded response.
type body[T any] struct {
	Body T `json:"body"`
}

// initialOptions are the rules of a first fill in our days: all recordings are
// older.
func initialOptions() sensors.ApplyOptions {
	return sensors.ApplyOptions{Now: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), InitialSync: true}
}

// TestRecordedMeasurements: the three groups carry one id in the recording,
// which were edited in; here they get one each.
func TestRecordedMeasurements(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "home-assistant/measurements.json"))
	for i := range groups {
		groups[i].ID = wireInt(int64(i) + 1)
	}
	s := newStore()
	u := applyMeasures(s, withings.Measures{Groups: groups}, initialOptions())
	wantReadings(t, s, map[string]string{
		"weight_kg": "70", "fat_mass_kg": "5", "fat_free_mass_kg": "60", "muscle_mass_kg": "50", "bone_mass_kg": "10",
		"height_m": "2", "temperature_c": "40", "body_temperature_c": "40", "skin_temperature_c": "20",
		"fat_ratio_pct": "0.07", "diastolic_blood_pressure_mmhg": "70", "systolic_blood_pressure_mmhg": "100",
		"heart_pulse_bpm": "60", "spo2_pct": "0.95", "hydration": "0.95", "pulse_wave_velocity": "100", "vo2_max": "100",
		"vascular_age": "100", "extracellular_water": "100", "last_weighed": "2019-08-01T12:00:00Z",
	})
	if s.HeldCount() != 1 || len(u.Events) != 0 || u.Cursor.Unix() != 1564664400 {
		t.Errorf("%d held back, events %v, cursor %v", s.HeldCount(), u.Events, u.Cursor)
	}
	if r, _ := s.Current("weight_kg"); r.Model != "BPM Connect" || r.GroupID != 1 {
		t.Errorf("reading %+v", r)
	}
}

func TestRecordedAmbiguousMeasurementsAreHeld(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "home-assistant/measurements.json"))
	s := newStore()
	applyMeasures(s, withings.Measures{Groups: groups}, initialOptions())
	if s.HeldCount() != 1 || len(s.Readings()) != 0 {
		t.Errorf("%d held back, readings %v: the last version of the one group is ambiguous", s.HeldCount(), s.Readings())
	}
}

func TestRecordedBodyScan(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "aiowithings/measurement_positions.json"))
	first := groups[:1]
	s := newStore()
	u := applyMeasures(s, withings.Measures{Groups: first}, initialOptions())
	wantReadings(t, s, map[string]string{
		"weight_kg": "95.854", "fat_free_mass_kg": "77.18", "fat_mass_kg": "18.66", "muscle_mass_kg": "73.38",
		"hydration": "52.05", "bone_mass_kg": "3.8", "extracellular_water": "21.62", "intracellular_water": "30.43",
		"visceral_fat": "3.2", "fat_free_mass_for_segments_torso": "40", "fat_free_mass_for_segments_left_leg": "13.5",
		"fat_free_mass_for_segments_left_arm": "4.69", "fat_free_mass_for_segments_right_leg": "14.06",
		"fat_free_mass_for_segments_right_arm": "4.91", "fat_mass_for_segments_torso": "12.09",
		"fat_mass_for_segments_left_leg": "2.41", "fat_mass_for_segments_left_arm": "1.07",
		"fat_mass_for_segments_right_leg": "2.07", "fat_mass_for_segments_right_arm": "0.99",
		"muscle_mass_for_segments_torso": "38.23", "muscle_mass_for_segments_left_leg": "12.77",
		"muscle_mass_for_segments_left_arm": "4.42", "muscle_mass_for_segments_right_leg": "13.3",
		"muscle_mass_for_segments_right_arm": "4.63", "basal_metabolic_rate_kcal": "2263", "fat_ratio_pct": "19.467",
	})
	if len(u.Unknown) != 0 {
		t.Errorf("unknown %v", u.Unknown)
	}
}

func TestRecordedNights(t *testing.T) {
	t.Parallel()
	series := decodeFile[withings.List[withings.Night]](t, recording(t, "home-assistant/sleep_summaries.json"))
	s := newStore()
	applyNights(s, withings.Nights{Series: series}, initialOptions())
	// Five nights, the newest in the second place.
	wantReadings(t, s, map[string]string{
		"sleep_date": "2021-04-18", "sleep_start": "2021-04-17T20:30:53Z", "sleep_end": "2021-04-18T02:32:53Z",
		"sleep_total_duration_seconds": "18660", "sleep_light_duration_seconds": "10440",
		"sleep_deep_duration_seconds": "5820", "sleep_rem_duration_seconds": "2400", "sleep_efficiency_pct": "86",
		"sleep_tosleep_duration_seconds": "540", "sleep_towakeup_duration_seconds": "1140", "sleep_wakeup_count": "1",
		"sleep_wakeup_duration_seconds": "3060", "sleep_waso_seconds": "1380", "sleep_heart_rate_average_bpm": "103",
		"sleep_respiratory_max_bpm": "20", "sleep_snoring": "1080", "sleep_snoring_episode_count": "18", "sleep_score": "37",
		"sleep_breathing_disturbances_intensity": "9", "sleep_nap_count": "0", "sleep_in_bed_duration_seconds": "",
	})
}

// TestRecordedNightsOneByOne feeds 300 nights one by one, as they came.
func TestRecordedNightsOneByOne(t *testing.T) {
	t.Parallel()
	answer := decodeFile[body[withings.Nights]](t, recording(t, "aiowithings/sleep_summary_no_datafields.json"))
	series := answer.Body.Series
	if len(series) != 300 {
		t.Fatalf("%d rows", len(series))
	}
	s, newest := newStore(), ""
	for _, row := range series {
		applyNights(s, nightsOf(row), initialOptions())
		newest = max(newest, string(row.Date))
		if r, _ := s.Current("sleep_date"); r.Value.String() != newest {
			t.Fatalf("after %s the night is %s, want %s", row.Date, r.Value, newest)
		}
	}
	wantReadings(t, s, map[string]string{"sleep_nap_count": "0"})
}

// TestRecordedYears takes 1400 groups in, in their order and the other way
// round.
func TestRecordedYears(t *testing.T) {
	t.Parallel()
	groups := decodeFile[withings.List[withings.Group]](t, recording(t, "aiowithings/measurement_list_part1.json"))
	forward, backward := newStore(), newStore()
	applyMeasures(forward, measuresOf(groups...), initialOptions())
	for _, g := range slices.Backward(groups) {
		applyMeasures(backward, measuresOf(g), initialOptions())
	}
	if readingsJSON(t, forward) != readingsJSON(t, backward) {
		t.Errorf("forward\n%s\nbackward\n%s", readingsJSON(t, forward), readingsJSON(t, backward))
	}
	if kept := len(recordsOf(t, forward, sensors.KindMeasures)); len(forward.Readings()) < 5 || kept > 100 {
		t.Errorf("%d readings, %d groups kept", len(forward.Readings()), kept)
	}
}

func TestRecordedStages(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, state, at string }{
		{"aiowithings/sleep_no_datafields.json", "awake", "2021-04-24T20:31:37Z"},
		{"python_withings_api/sleep_get.json", "light", "2013-12-17T01:41:58Z"},
		{"withings-go/sample_sleep.json", "deep", "2021-01-02T21:53:00Z"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			answer := decodeFile[body[withings.Stages]](t, recording(t, test.path))
			s := newStore()
			applyStages(s, answer.Body, initialOptions())
			wantReadings(t, s, map[string]string{"sleep_state": test.state})
			if r, _ := s.Current("sleep_state"); r.MeasuredAt.Format(time.RFC3339) != test.at {
				t.Errorf("measured at %v, want %s", r.MeasuredAt, test.at)
			}
		})
	}
}
