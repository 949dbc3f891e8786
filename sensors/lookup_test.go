package sensors

import (
	"slices"
	"testing"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	tests := []struct{ key, want string }{
		{"weight_kg", "weight_kg"},
		{"sleep_snoring_eposode_count", "sleep_snoring_episode_count"},
		{"type_240", "type_240"},
		{"type_122", "type_122"},
		{"type_1", ""}, // it is weight_kg
		{"type_173", ""},
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
			s, ok := Lookup(test.key)
			if s.Key != test.want || ok != (test.want != "") {
				t.Errorf("Lookup(%q) = %q, %t", test.key, s.Key, ok)
			}
		})
	}
	s, _ := Lookup("type_240")
	if s.Name != "Measure type 240" || s.Measure != 240 || s.Endpoint != EndpointMeasures || s.Enabled {
		t.Errorf("the row of an unknown type: %+v", s)
	}
}

func TestCatalogueReturnsACopy(t *testing.T) {
	t.Parallel()
	mine := Catalogue()
	mine[0].Key = "spoilt"
	for i := range mine {
		if len(mine[i].Options) > 0 {
			mine[i].Options[0] = "spoilt"
		}
	}
	if Catalogue()[0].Key != "weight_kg" {
		t.Error("a caller can change the catalogue")
	}
	if s, _ := Lookup("ecg_afib"); s.Options[0] != "negative" {
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
		{"refresh_al", ""}, // nobody configures a button
		{"", ""},
		{"x", ""},
	}
	for _, test := range tests {
		t.Run(test.key, func(t *testing.T) {
			t.Parallel()
			if got, ok := Nearest(test.key); got != test.want || ok != (test.want != "") {
				t.Errorf("Nearest(%q) = %q, %t; want %q", test.key, got, ok, test.want)
			}
		})
	}
}

func TestKeysAndOriginals(t *testing.T) {
	t.Parallel()
	keys := Keys()
	for _, key := range []string{"weight_kg", "sleep_state", "sleep_nap_count", "last_weighed"} {
		if !slices.Contains(keys, key) {
			t.Errorf("%s cannot be configured", key)
		}
	}
	for _, key := range []string{"type_<n>", "authorization", "measurement", "refresh_all", "held_back"} {
		if slices.Contains(keys, key) {
			t.Errorf("%s is no value of a person", key)
		}
	}
	originals := Originals()
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
		want []Endpoint
	}{
		"none":         {nil, nil},
		"bridge's own": {[]string{"authorization", "nonsense"}, nil},
		"each once":    {[]string{"weight_kg", "height_m", "type_240", "last_weighed"}, []Endpoint{EndpointMeasures}},
		"in order": {
			[]string{"sleep_state", "sleep_snoring_eposode_count", "weight_kg"},
			[]Endpoint{EndpointMeasures, EndpointNights, EndpointStages},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Endpoints(test.keys); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	own := Policy{1: Publish, 10: Hold}
	tests := []struct {
		policy      Policy
		attribution int
		want        Action
	}{
		{nil, 0, Publish},
		{nil, 1, Hold},
		{nil, 4, Publish},
		{nil, 17, Publish},
		{nil, 10, Mark},
		{nil, 10009, Mark},
		{nil, -1, Mark},
		{own, 1, Publish},
		{own, 10, Hold},
		{own, 8, Publish}, // what it does not name stays as it was
		{own, 10009, Mark},
	}
	for _, test := range tests {
		if got := test.policy.For(test.attribution); got != test.want {
			t.Errorf("%v.For(%d) = %s, want %s", test.policy, test.attribution, got, test.want)
		}
	}
}
