package sensors

import (
	"slices"
	"testing"

	"vitals2mqtt/withings"
)

func stretch(start, end float64, state int64) withings.Stage {
	return withings.Stage{
		Start: number(at(start)), End: number(at(end)), State: number(state), Model: "Aura Sensor V2", HashDeviceID: "mat",
	}
}

func TestSleepState(t *testing.T) {
	t.Parallel()
	nameless := stretch(-1, -0.5, 0)
	nameless.State = withings.Int{}
	tests := map[string]struct {
		series []withings.Stage
		want   string
	}{
		"awake":               {[]withings.Stage{stretch(-1, -0.5, 0)}, "awake"},
		"light":               {[]withings.Stage{stretch(-1, -0.5, 1)}, "light"},
		"deep":                {[]withings.Stage{stretch(-1, -0.5, 2)}, "deep"},
		"rem":                 {[]withings.Stage{stretch(-1, -0.5, 3)}, "rem"},
		"by hand":             {[]withings.Stage{stretch(-1, -0.5, 4)}, "unknown"},
		"out of bed":          {[]withings.Stage{stretch(-1, -0.5, 15)}, "unknown"},
		"negative":            {[]withings.Stage{stretch(-1, -0.5, -1)}, "unknown"},
		"none":                {[]withings.Stage{nameless}, "unknown"},
		"in no order":         {[]withings.Stage{stretch(-2, -1, 1), stretch(-1, -0.5, 2), stretch(-3, -2, 3)}, "deep"},
		"same end":            {[]withings.Stage{stretch(-1, -0.5, 2), stretch(-2, -0.5, 3)}, "deep"},
		"two devices":         {[]withings.Stage{stretch(-1, -0.5, 3), stretch(-1, -0.5, 5)}, "rem"},
		"two devices, turned": {[]withings.Stage{stretch(-1, -0.5, 5), stretch(-1, -0.5, 3)}, "rem"},
		"of the future":       {[]withings.Stage{stretch(-1, -0.5, 3), stretch(30, 31, 0)}, "rem"},
		"backwards":           {[]withings.Stage{stretch(-1, -2, 3)}, ""},
		"nothing":             {nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewState()
			s.Stages(withings.Stages{Series: test.series}, usual())
			want(t, s, map[string]string{"sleep_state": test.want})
		})
	}
}

// The words of the state are few; the number that has none is in the detail.
func TestSleepStateKeepsItsNumber(t *testing.T) {
	t.Parallel()
	for state, wanted := range map[int64]struct {
		code    int64
		unknown []Unknown
	}{
		0: {0, nil}, 3: {0, nil}, 4: {4, nil}, 5: {5, nil}, 15: {15, nil}, 77: {77, []Unknown{{UnknownStage, 77}}},
	} {
		s := NewState()
		u := s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, state)}}, usual())
		s = decode(t, encode(t, s))
		if r, _ := s.Current("sleep_state"); r.Code != wanted.code || !slices.Equal(u.Unknown, wanted.unknown) {
			t.Errorf("state %d: code %d, unknown %v", state, r.Code, u.Unknown)
		}
	}
	s := NewState()
	s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, 5)}}, usual())
	if u := s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, 15)}}, usual()); len(u.Changed) != 1 {
		t.Errorf("another number of the same stretch changed %v", changedKeys(u))
	}
}

func TestSleepStateStays(t *testing.T) {
	t.Parallel()
	s := NewState()
	s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, 2)}}, usual())
	u := s.Stages(withings.Stages{}, usual())
	want(t, s, map[string]string{"sleep_state": "deep"})
	wantKeys(t, "changed", changedKeys(u))
	r, _ := s.Current("sleep_state")
	if r.MeasuredAt.Unix() != at(-0.5) || r.Device != "mat" || r.Model != "Aura Sensor V2" {
		t.Errorf("reading %+v", r)
	}
	later := usual()
	later.Now = later.Now.Add(600e9)
	u = s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, 2)}}, later)
	wantKeys(t, "changed by repetition", changedKeys(u))
	if r, _ = s.Current("sleep_state"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v, want the first time", r.ReceivedAt)
	}
	s.Stages(withings.Stages{Series: []withings.Stage{stretch(-3, -2, 1)}}, usual())
	want(t, s, map[string]string{"sleep_state": "deep"})
	// The same stretch, scored anew.
	u = s.Stages(withings.Stages{Series: []withings.Stage{stretch(-1, -0.5, 0)}}, usual())
	wantKeys(t, "changed", changedKeys(u), "sleep_state")
	want(t, s, map[string]string{"sleep_state": "awake", "last_measured": ""})
}
