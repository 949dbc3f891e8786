// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestMeasureOrder(t *testing.T) {
	t.Parallel()
	people := DemoPeople()
	people[1].Days = 200 // his cuff is seldom late enough to be overtaken
	c := newCloud(Options{People: people})
	bob := signIn(t, c, "Bob").access
	byDate := measuresOf(t, c, bob)
	if !slices.IsSortedFunc(byDate, func(x, y map[string]any) int { return int(whole(y, "date") - whole(x, "date")) }) {
		t.Error("without a cursor: not newest first")
	}
	byChange := measuresOf(t, c, bob, "lastupdate", "0")
	if !isSortedBy(byChange, "modified") {
		t.Error("with a cursor: not in order of change")
	}
	if isSortedBy(byChange, "date") {
		t.Error("nothing was ever uploaded late")
	}
}

func TestMeasureFilters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{People: []Person{{Name: "Carol", Timezone: "Asia/Tokyo", Days: -1}}})
		start := time.Now()
		<-time.After(time.Hour)
		weight := c.Weigh("Carol", "79.30", start)
		goal := c.Goal("Carol", "75", start.Add(time.Minute))
		oxygen := c.SpO2("Carol", 97, start.Add(2*time.Minute))
		<-time.After(4 * time.Minute) // The wave comes later than the weight.
		access := signIn(t, c, "Carol").access
		for name, row := range map[string]struct {
			pairs []string
			want  []int64
		}{
			"all":            {nil, []int64{oxygen, goal, weight + 2, weight + 1, weight}},
			"goals":          {[]string{"category", "2"}, []int64{goal}},
			"one type":       {[]string{"meastype", "1"}, []int64{goal, weight}},
			"types":          {[]string{"meastypes", "54, 91", "category", "1"}, []int64{oxygen, weight + 2}},
			"types as one":   {[]string{"meastype", "54,91", "category", "1"}, []int64{oxygen, weight + 2}},
			"none":           {[]string{"meastypes", "4"}, nil},
			"from inclusive": {[]string{"startdate", unix(start.Add(2 * time.Minute))}, []int64{oxygen}},
			"to inclusive":   {[]string{"enddate", unix(start)}, []int64{weight + 2, weight + 1, weight}},
			"both":           {[]string{"enddate", unix(start), "lastupdate", "1"}, nil},
		} {
			var got []int64
			for _, g := range measuresOf(t, c, access, row.pairs...) {
				got = append(got, whole(g, "grpid"))
			}
			slices.Sort(got)
			slices.Sort(row.want)
			if !slices.Equal(got, row.want) {
				t.Errorf("%s: %v, want %v", name, got, row.want)
			}
		}
		for _, name := range []string{"category", "meastype", "meastypes", "startdate", "enddate", "lastupdate", "offset"} {
			status(t, call(t, c, "measure", access, "action", "getmeas", name, "x"), 503, "Invalid Params: invalid "+name)
		}
	})
}

func TestLastUpdate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{People: []Person{{Name: "Carol", Days: -1}}})
		id := c.Measure("Carol", 54, "97", time.Now().Add(-24*time.Hour))
		access := signIn(t, c, "Carol").access
		at := unix(time.Now())
		count := func(want int) {
			t.Helper()
			if got := measuresOf(t, c, access, "lastupdate", at); len(got) != want {
				t.Errorf("%d groups, want %d", len(got), want)
			}
		}
		count(1)
		<-time.After(time.Second)
		at = unix(time.Now())
		count(0)
		c.Edit(id, 54, "98.5")
		count(1)
		edited := measuresOf(t, c, access)[0]
		want := map[string]any{"value": 985.0, "type": 54.0, "unit": -1.0, "algo": 0.0, "fm": 131.0}
		got := as[map[string]any](as[[]any](edited["measures"])[0])
		if !maps.Equal(got, want) || whole(edited, "grpid") != id {
			t.Errorf("edited: %v, want %v", edited, want)
		}
		c.Delete(id)
		count(0)
		ahead := time.Now().Add(time.Hour)
		c.Measure("Carol", 54, "99", ahead)
		count(0)
		c.Advance(time.Hour)
		count(1)
	})
}

func TestWeighInIsThreeGroupsOfOneDate(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{People: []Person{{Name: "Carol", Days: -1}}})
	c.Weigh("Carol", "79.30", c.Now().Add(-time.Hour))
	c.Advance(time.Hour)
	access := signIn(t, c, "Carol").access
	groups := measuresOf(t, c, access, "lastupdate", "1")
	want := [][]int{{1, 8, 5, 6, 76, 77, 88}, {11}, {91, 155}}
	values := map[int]float64{}
	for i, g := range groups {
		var types []int
		for _, m := range as[[]any](g["measures"]) {
			m := as[map[string]any](m)
			types = append(types, int(whole(m, "type")))
			values[int(whole(m, "type"))] = as[float64](m["value"]) * math.Pow10(int(whole(m, "unit")))
		}
		if i >= len(want) || !slices.Equal(types, want[i]) || g["date"] != groups[0]["date"] || g["model"] != "Body Cardio" {
			t.Errorf("group %d: %v", i, g)
		}
	}
	if whole(groups[2], "attrib") != 8 || values[1] != 79.3 || math.Abs(values[5]+values[8]-values[1]) > 0.001 {
		t.Errorf("weight %v, fat-free %v, fat %v, attrib %v", values[1], values[5], values[8], groups[2]["attrib"])
	}
}
