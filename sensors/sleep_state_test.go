// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func stageRow(start, end float64, state int64) withings.Stage {
	return withings.Stage{
		Start: wireInt(at(start)), End: wireInt(at(end)), State: wireInt(state), Model: "Aura Sensor V2", HashDeviceID: "mat",
	}
}

func TestSleepState(t *testing.T) {
	t.Parallel()
	nameless := stageRow(-1, -0.5, 0)
	nameless.State = withings.Int{}
	tests := map[string]struct {
		series []withings.Stage
		want   string
	}{
		"awake":                 {[]withings.Stage{stageRow(-1, -0.5, 0)}, "awake"},
		"light":                 {[]withings.Stage{stageRow(-1, -0.5, 1)}, "light"},
		"deep":                  {[]withings.Stage{stageRow(-1, -0.5, 2)}, "deep"},
		"rem":                   {[]withings.Stage{stageRow(-1, -0.5, 3)}, "rem"},
		"by hand":               {[]withings.Stage{stageRow(-1, -0.5, 4)}, "unknown"},
		"out of bed":            {[]withings.Stage{stageRow(-1, -0.5, 15)}, "unknown"},
		"negative":              {[]withings.Stage{stageRow(-1, -0.5, -1)}, "unknown"},
		"none":                  {[]withings.Stage{nameless}, "unknown"},
		"unordered":             {[]withings.Stage{stageRow(-2, -1, 1), stageRow(-1, -0.5, 2), stageRow(-3, -2, 3)}, "deep"},
		"same end":              {[]withings.Stage{stageRow(-1, -0.5, 2), stageRow(-2, -0.5, 3)}, "deep"},
		"two devices":           {[]withings.Stage{stageRow(-1, -0.5, 3), stageRow(-1, -0.5, 5)}, "rem"},
		"two devices, reversed": {[]withings.Stage{stageRow(-1, -0.5, 5), stageRow(-1, -0.5, 3)}, "rem"},
		"in the future":         {[]withings.Stage{stageRow(-1, -0.5, 3), stageRow(30, 31, 0)}, "rem"},
		"backwards":             {[]withings.Stage{stageRow(-1, -2, 3)}, ""},
		"nothing":               {nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyStages(s, withings.Stages{Series: test.series}, pollOptions())
			wantReadings(t, s, map[string]string{"sleep_state": test.want})
		})
	}
}

// The words of the state are few; the number that has none is in the detail.
func TestUnknownSleepStateKeepsCode(t *testing.T) {
	t.Parallel()
	for state, wanted := range map[int64]struct {
		code    int64
		unknown []sensors.Unknown
	}{
		0: {0, nil}, 3: {0, nil}, 4: {4, nil}, 5: {5, nil}, 15: {15, nil},
		77: {77, []sensors.Unknown{{sensors.UnknownStage, 77}}},
	} {
		s := newStore()
		u := applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, state)}}, pollOptions())
		s = s.restarted(pollOptions())
		if r, _ := s.Current("sleep_state"); r.Code != wanted.code || !slices.Equal(u.Unknown, wanted.unknown) {
			t.Errorf("state %d: code %d, unknown %v", state, r.Code, u.Unknown)
		}
	}
	s := newStore()
	applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, 5)}}, pollOptions())
	u := applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, 15)}}, pollOptions())
	if len(u.Changed) != 1 {
		t.Errorf("another number of the same stretch changed %v", changedKeys(u))
	}
}

func TestEmptySeriesKeepsSleepState(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, 2)}}, pollOptions())
	u := applyStages(s, withings.Stages{}, pollOptions())
	wantReadings(t, s, map[string]string{"sleep_state": "deep"})
	wantKeys(t, "changed", changedKeys(u))
	r, _ := s.Current("sleep_state")
	if r.MeasuredAt.Unix() != at(-0.5) || r.Device != "mat" || r.Model != "Aura Sensor V2" {
		t.Errorf("reading %+v", r)
	}
	later := pollOptions()
	later.Now = later.Now.Add(600e9)
	u = applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, 2)}}, later)
	wantKeys(t, "changed by repetition", changedKeys(u))
	if r, _ = s.Current("sleep_state"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v, want the first time", r.ReceivedAt)
	}
	applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-3, -2, 1)}}, pollOptions())
	wantReadings(t, s, map[string]string{"sleep_state": "deep"})
	// The same stretch, scored anew.
	u = applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-1, -0.5, 0)}}, pollOptions())
	wantKeys(t, "changed", changedKeys(u), "sleep_state")
	wantReadings(t, s, map[string]string{"sleep_state": "awake", "last_measured": ""})
}
