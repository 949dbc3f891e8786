// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// decodeGoals decodes the body of a response as the client does.
func decodeGoals(t *testing.T, body string) withings.Goals {
	t.Helper()
	var answer withings.GoalsResponse
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Goals.Value
}

const allGoals = `{"goals":{"steps":10000,"sleep":28800,"weight":{"value":70500,"unit":-3}}}`

func TestGoals(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, steps, sleep, weight string }{
		"all":                 {allGoals, "10000", "28800", "70.5"},
		"weight alone":        {`{"goals":{"weight":{"value":705,"unit":-1}}}`, "", "", "70.5"},
		"no weight":           {`{"goals":{"steps":8000,"sleep":27000}}`, "8000", "27000", ""},
		"none, as PHP":        {`{"goals":[]}`, "", "", ""},
		"none":                {`{"goals":{}}`, "", "", ""},
		"null":                {`{"goals":null}`, "", "", ""},
		"no goals at all":     {`{}`, "", "", ""},
		"whole kilograms":     {`{"goals":{"weight":{"value":70,"unit":0}}}`, "", "", "70"},
		"tons":                {`{"goals":{"weight":{"value":7,"unit":1}}}`, "", "", "70"},
		"weight as PHP":       {`{"goals":{"steps":1,"weight":[]}}`, "1", "", ""},
		"weight without unit": {`{"goals":{"weight":{"value":70}}}`, "", "", ""},
		"unit alone":          {`{"goals":{"weight":{"unit":-3}}}`, "", "", ""},
		"extreme unit":        {`{"goals":{"weight":{"value":70,"unit":99}}}`, "", "", ""},
		"more extreme unit":   {`{"goals":{"weight":{"value":70,"unit":9223372036854775807}}}`, "", "", ""},
		"zeros":               {`{"goals":{"steps":0,"sleep":0,"weight":{"value":0,"unit":-3}}}`, "", "", ""},
		"negative":            {`{"goals":{"steps":-1,"sleep":-1,"weight":{"value":-70,"unit":0}}}`, "", "", ""},
		"texts": {
			`{"goals":{"steps":"9000","sleep":"27000","weight":{"value":"70500","unit":"-3"}}}`, "9000", "27000", "70.5",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			applyGoals(s, decodeGoals(t, test.body), pollOptions())
			wantReadings(t, s, map[string]string{
				"step_goal": test.steps, "sleep_goal": test.sleep, "weight_goal": test.weight, "last_measured": "",
			})
		})
	}
}

func TestRemovedGoals(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyGoals(s, decodeGoals(t, allGoals), pollOptions())
	u := applyGoals(s, decodeGoals(t, `{"goals":{"steps":10000}}`), pollOptions())
	wantKeys(t, "gone", u.Gone, "sleep_goal", "weight_goal")
	wantReadings(t, s, map[string]string{"step_goal": "10000", "sleep_goal": "", "weight_goal": ""})
	u = applyGoals(s, decodeGoals(t, `{"goals":[]}`), pollOptions())
	wantKeys(t, "gone", u.Gone, "step_goal")
	u = applyGoals(s.restarted(pollOptions()), decodeGoals(t, `{"goals":[]}`), pollOptions())
	if len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("still none: %+v", u)
	}
}

// The cloud does not return when a goal was set, so its time is when we saw it
// change, which must not move with every poll.
func TestRepeatedGoalsKeepTheirTime(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyGoals(s, decodeGoals(t, allGoals), pollOptions())
	since := func(what string, want time.Time) {
		t.Helper()
		if r, _ := s.Current("weight_goal"); !r.MeasuredAt.Equal(want) || !r.ReceivedAt.Equal(want) {
			t.Errorf("%s: since %v, want %v", what, r.MeasuredAt, want)
		}
	}
	hour := func(n int) sensors.ApplyOptions {
		return sensors.ApplyOptions{Now: noon().Add(time.Duration(n) * time.Hour)}
	}
	for _, same := range []string{
		allGoals, `{"goals":{"weight":{"value":705,"unit":-1},"sleep":"28800","steps":10000.0}}`, // the same in other words
	} {
		if u := applyGoals(s, decodeGoals(t, same), hour(1)); len(u.Changed) != 0 {
			t.Errorf("changed %v", changedKeys(u))
		}
		since("the same", noon())
	}
	s = s.restarted(pollOptions())
	applyGoals(s, decodeGoals(t, allGoals), hour(2))
	since("the same after a restart", noon())
	u := applyGoals(s, decodeGoals(t, `{"goals":{"steps":10000,"sleep":28800,"weight":{"value":69,"unit":0}}}`), hour(3))
	since("another weight", noon().Add(3*time.Hour))
	wantReadings(t, s, map[string]string{"weight_goal": "69", "step_goal": "10000"})
	if len(u.Events) != 0 {
		t.Errorf("events %v", u.Events)
	}
}
