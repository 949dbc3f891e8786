package simulator

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
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
					t.Errorf("%s %s: status %d for somebody else", q.call, q.pairs, e.Status)
				}
				status(t, call(t, c, q.call, "no token", pairs...), 401, "invalid_token")
			}
		})
	}
}

// TestFreePlanLeavesOut compares what a free plan lets out with the same person's everything.
func TestFreePlanLeavesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		free := FreePlanOwner(0)
		free.Days = 20
		paid := free
		paid.Name, paid.Plan, paid.Owns.Locked = "Carol", Plan{}, nil
		var groups, values, fields, series, days [2]int
		for i, p := range []Person{free, paid} {
			c := newSinglePersonCloud(p)
			access := signIn(t, c, p.Name).access
			for _, g := range allGroups(t, c, p) {
				groups[i]++
				values[i] += len(g.Measures)
			}
			nights := allNights(t, c, p)
			for _, n := range nights {
				fields[i] += len(n.Data.Fields)
			}
			n := nights[len(nights)-1]
			for _, s := range decoded[withings.Stages](t, c, "v2/sleep", access, "action", "get", "data_fields", "hr,rr,rmssd",
				"startdate", strconv.FormatInt(n.Start.N, 10), "enddate", strconv.FormatInt(n.End.N, 10)).Series {
				series[i] += 1 + len(s.Series)
			}
			for _, row := range pages(t, c, "v2/measure", access, "activities", "action", "getactivity", "lastupdate", "1",
				"data_fields", "steps,hr_average,hr_zone_1") {
				days[i] += len(row)
			}
		}
		for what, n := range map[string][2]int{"values": values, "fields": fields, "series": series, "activity": days} {
			if n[0] == 0 || n[0] >= n[1] {
				t.Errorf("%s: %d of %d", what, n[0], n[1])
			}
		}
		if groups[0] == 0 || groups[0] >= groups[1] { // Some have nothing basic.
			t.Errorf("%d groups of %d", groups[0], groups[1])
		}
		if series[1] != 4*series[0] {
			t.Errorf("stages with %d and %d series", series[0], series[1])
		}
	})
}
