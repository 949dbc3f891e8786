// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"

	"vitals2mqtt/sensors"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	tests := []struct{ key, want string }{
		{"weight_kg", "weight_kg"},
		{"sleep_snoring_eposode_count", "sleep_snoring_episode_count"},
		{"type_240", "type_240"},
		{"type_122", "type_122"},
		{"type_1", ""},           // it is weight_kg
		{"type_173", "type_173"}, // it has rows for segments only
		{"type_173_position_4", "type_173_position_4"},
		{"pulse_wave_velocity_position_4", "pulse_wave_velocity_position_4"},
		{"pulse_wave_velocity_position_7", ""}, // the whole body
		{"pulse_wave_velocity_position_04", ""},
		{"pulse_wave_velocity_position_100", ""},
		{"fat_mass_for_segments_torso_position_4", ""},
		{"type_174_position_12", ""}, // it has a row
		{"sleep_score_position_4", ""},
		{"type_18", ""}, // measures nothing
		{"type_0", ""},
		{"type_-5", ""},
		{"type_0240", ""},
		{"type_100000", ""},
		{"type_<n>", ""},
		{"type_", ""},
		{"", ""},
		{"Weight_kg", ""},
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			t.Parallel()
			s, ok := sensors.Lookup(test.key)
			if s.Key != test.want || ok != (test.want != "") {
				t.Errorf("Lookup(%q) = %q, %t", test.key, s.Key, ok)
			}
		})
	}
	s, _ := sensors.Lookup("type_240")
	if s.Name != "Measure type 240" || s.Measure != 240 || s.Endpoint != sensors.EndpointMeasures || s.Enabled {
		t.Errorf("the row of an unknown type: %+v", s)
	}
}

func TestCatalogueReturnsACopy(t *testing.T) {
	t.Parallel()
	mine := sensors.Catalogue()
	mine[0].Key = "spoilt"
	for i := range mine {
		if len(mine[i].Options) > 0 {
			mine[i].Options[0] = "spoilt"
		}
	}
	if sensors.Catalogue()[0].Key != "weight_kg" {
		t.Error("a caller can change the catalogue")
	}
	if s, _ := sensors.Lookup("ecg_afib"); s.Options[0] != "negative" {
		t.Error("a caller can change the options")
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := []struct{ key, want string }{
		{"weight", "weight_kg"},
		{"Weight-KG", "weight_kg"},
		{"wieght_kg", "weight_kg"},
		{"sleep_snoring_eposode_count", "sleep_snoring_episode_count"},
		{"sleep_snoring_eposode_coumt", "sleep_snoring_episode_count"},
		{"heart_pulse", "heart_pulse_bpm"},
		{"hydratation", "hydration"},
		{"sleep_strt", "sleep_start"},
		{"washing_machine", ""},
		{"refresh_al", ""}, // buttons cannot be configured
		{"", ""},
		{"x", ""},
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			t.Parallel()
			if got, ok := sensors.Nearest(test.key); got != test.want || ok != (test.want != "") {
				t.Errorf("Nearest(%q) = %q, %t; want %q", test.key, got, ok, test.want)
			}
		})
	}
}

func TestKeysAndOriginals(t *testing.T) {
	t.Parallel()
	keys := sensors.Keys()
	for _, key := range []string{"weight_kg", "sleep_state", "sleep_nap_count", "last_weighed"} {
		if !slices.Contains(keys, key) {
			t.Errorf("%s cannot be configured", key)
		}
	}
	for _, key := range []string{"type_<n>", "authorization", "measurement", "refresh_all", "held_back"} {
		if slices.Contains(keys, key) {
			t.Errorf("%s is no value of a profile", key)
		}
	}
	originals := sensors.Originals()
	if len(originals) != 30 {
		t.Errorf("%d originals", len(originals))
	}
	for _, key := range originals {
		if !slices.Contains(keys, key) {
			t.Errorf("original %s cannot be configured", key)
		}
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keys []string
		want []sensors.Endpoint
	}{
		"none":         {nil, nil},
		"bridge's own": {[]string{"authorization", "nonsense"}, nil},
		"each once": {
			[]string{"weight_kg", "height_m", "type_240", "last_weighed"}, []sensors.Endpoint{sensors.EndpointMeasures},
		},
		"in order": {
			[]string{"sleep_state", "sleep_snoring_eposode_count", "weight_kg"},
			[]sensors.Endpoint{sensors.EndpointMeasures, sensors.EndpointNights, sensors.EndpointStages},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sensors.Endpoints(test.keys); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	own := sensors.Policy{1: sensors.Publish, 10: sensors.Hold}
	tests := []struct {
		policy      sensors.Policy
		attribution int
		want        sensors.Action
	}{
		{nil, 0, sensors.Publish},
		{nil, 1, sensors.Hold},
		{nil, 4, sensors.Publish},
		{nil, 17, sensors.Publish},
		{nil, 10, sensors.Mark},
		{nil, 10009, sensors.Mark},
		{nil, -1, sensors.Mark},
		{own, 1, sensors.Publish},
		{own, 10, sensors.Hold},
		{own, 8, sensors.Publish}, // what it does not name stays as it was
		{own, 10009, sensors.Mark},
	}
	for _, test := range tests {
		if got := test.policy.For(test.attribution); got != test.want {
			t.Errorf("%v.For(%d) = %s, want %s", test.policy, test.attribution, got, test.want)
		}
	}
}
