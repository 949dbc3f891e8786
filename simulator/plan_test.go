// SPDX-License-Identifier: MIT

package simulator

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/simulator/people"
)

// planCall is one that a free plan may not have answered, or that it may.
type planCall struct {
	call, pairs string
	refused     bool
}

func planCalls(now time.Time) []planCall {
	span := " startdate " + unix(now.Add(-24*time.Hour)) + " enddate " + unix(now)
	return []planCall{
		{"measure", "action getmeas", false},
		{"v2/measure", "action getmeas", false},
		{"v2/measure", "action getactivity lastupdate 1", false},
		{"v2/user", "action getdevice", false},
		{"v2/user", "action getgoals", false},
		{"v2/sleep", "action getsummary lastupdate 1", true},
		{"v2/sleep", "action get" + span, true},
		{"v2/measure", "action getintradayactivity" + span, true},
		{"v2/measure", "action getworkouts lastupdate 1", true},
		{"v2/heart", "action list", true},
		{"v2/stetho", "action list", true},
	}
}

func TestFreePlanRefuses(t *testing.T) {
	t.Parallel()
	for _, want := range []int{0, 277, 214} {
		t.Run(strconv.Itoa(want), func(t *testing.T) {
			t.Parallel()
			p := FreePlanOwner(want)
			p.Days = 10
			c := newCloud(Options{People: []Person{p, {Name: "Carol", Days: -1}}})
			ivan, carol := signIn(t, c, p.Name).access, signIn(t, c, "Carol").access
			for _, q := range planCalls(c.Now()) {
				pairs, expected := strings.Fields(q.pairs), 0
				if q.refused {
					expected = want
				}
				if e := call(t, c, q.call, ivan, pairs...); e.Status != expected || (expected != 0) != (len(e.Body) == 0) {
					t.Errorf("%s %s: status %d %v, want %d", q.call, q.pairs, e.Status, e.Body, expected)
				}
				if e := call(t, c, q.call, carol, pairs...); e.Status != 0 {
					t.Errorf("%s %s: status %d for another person", q.call, q.pairs, e.Status)
				}
				status(t, call(t, c, q.call, "no token", pairs...), 401, "invalid_token")
			}
		})
	}
}

// TestPlanRefusesKnownCalls: a plan that names a call that does not exist would
// refuse nothing.
func TestPlanRefusesKnownCalls(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); !strings.Contains(fmt.Sprint(got), `a call that does not exist: "v2/sleep summary"`) {
			t.Errorf("panic %v", got)
		}
	}()
	plan := people.Plan{Refused: map[string]int{"v2/sleep summary": 277}}
	New(Options{People: []Person{{Name: "Ivan", Days: -1, Plan: plan}}})
}
