// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

// allCalls is one call of each service about what Owns leads to.
func allCalls(c *Cloud) map[string][]string {
	now := c.Now()
	return map[string][]string{
		"measure getmeas":        nil,
		"v2/sleep getsummary":    {"lastupdate", "1", "data_fields", allFields()},
		"v2/measure getactivity": {"lastupdate", "1", "data_fields", strings.Join(people.ActivityFields(), ",")},
		"v2/measure getworkouts": {"lastupdate", "1", "data_fields", strings.Join(people.WorkoutFields(), ",")},
		"v2/measure getintradayactivity": {
			"startdate", unix(now.Add(-24 * time.Hour)), "enddate", unix(now),
			"data_fields", strings.Join(people.IntradayFields(), ","),
		},
		"v2/heart list":     nil,
		"v2/stetho list":    nil,
		"v2/user getdevice": nil,
		"v2/user getgoals":  nil,
	}
}

// callByName makes a call by its name.
func callByName(t *testing.T, c *Cloud, name, access string, pairs ...string) string {
	t.Helper()
	service, action, _ := strings.Cut(name, " ")
	return text(t, c, service, access, append([]string{"action", action}, pairs...)...)
}

func TestScopesOfServices(t *testing.T) {
	t.Parallel()
	c := newUnlimitedCloud(patient(5))
	for scope, calls := range map[string][]string{
		"user.info":    {"v2/user getdevice", "v2/user getgoals"},
		"user.metrics": {"v2/heart list", "v2/heart get", "v2/stetho list", "v2/stetho get", "measure getmeas"},
		"user.activity": {
			"v2/measure getactivity", "v2/measure getintradayactivity", "v2/measure getworkouts",
			"v2/sleep get", "v2/sleep getsummary",
		},
	} {
		scopes := slices.DeleteFunc(withings.ScopesWithEvents(), func(s string) bool { return s == scope })
		without := signIn(t, c, "Carol", scopes...).access
		for _, name := range calls {
			if got := callByName(t, c, name, without); !strings.Contains(got, `"status":403,`) ||
				!strings.Contains(got, "Insufficient_scope") {
				t.Errorf("%s without %s: %s", name, scope, got)
			}
		}
		with := signIn(t, c, "Carol", scope).access
		for _, name := range calls {
			if got := callByName(t, c, name, with); strings.Contains(got, `"status":403,`) {
				t.Errorf("%s with %s: %s", name, scope, got)
			}
		}
	}
}

func TestParametersOfServices(t *testing.T) {
	t.Parallel()
	c := newUnlimitedCloud(patient(5))
	access := signIn(t, c, "Carol").access
	for _, row := range []struct {
		call  string
		pairs []string
		want  string
	}{
		{"v2/measure getactivity", nil, "missing startdateymd"},
		{"v2/measure getactivity", []string{"startdateymd", "2026-01-01"}, "missing enddateymd"},
		{"v2/measure getactivity", []string{"startdateymd", "1", "enddateymd", "2026-01-01"}, "invalid startdateymd"},
		{"v2/measure getactivity", []string{"lastupdate", "x"}, "invalid lastupdate"},
		{"v2/measure getactivity", []string{"lastupdate", "1", "offset", "-1"}, "invalid offset"},
		{"v2/measure getworkouts", nil, "missing startdateymd"},
		{"v2/measure getworkouts", []string{"lastupdate", "1", "offset", "x"}, "invalid offset"},
		{"v2/measure getintradayactivity", []string{"startdate", "x"}, "invalid startdate"},
		{"v2/measure getintradayactivity", []string{"startdate", "20", "enddate", "10"}, "invalid enddate"},
		{"v2/heart list", []string{"startdate", "x"}, "invalid startdate"},
		{"v2/heart list", []string{"offset", "x"}, "invalid offset"},
		{"v2/stetho list", []string{"enddate", "x"}, "invalid enddate"},
	} {
		if got := callByName(t, c, row.call, access, row.pairs...); !strings.Contains(got, `"status":503,`) ||
			!strings.Contains(got, "Invalid Params: "+row.want) {
			t.Errorf("%s %v: %s, want %s", row.call, row.pairs, got, row.want)
		}
	}
	both := []string{"startdateymd", "2000-01-01", "enddateymd", "2100-01-01", "lastupdate", "1"}
	for _, name := range []string{"v2/measure getactivity", "v2/measure getworkouts"} {
		if got := callByName(t, c, name, access, both...); !strings.Contains(got, `[],"more":false`) &&
			!strings.Contains(got, `"series":[]`) {
			t.Errorf("%s with range and cursor: %s", name, got)
		}
		if got := callByName(t, c, name, access, both[:4]...); !strings.Contains(got, `"series":[{`) &&
			!strings.Contains(got, `"activities":[{`) {
			t.Errorf("%s with a range: %s", name, got)
		}
	}
}

// TestLastUpdateOfServices uses the newest change of each service as a cursor,
// which is inclusive.
func TestLastUpdateOfServices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(21 * time.Hour)
		c := newUnlimitedCloud(walker(30))
		access := signIn(t, c, "Carol").access
		for name, list := range map[string]func(t *testing.T, c *Cloud, access string, pairs ...string) []map[string]any{
			"days": activitiesOf, "workouts": workoutsOf,
		} {
			all := list(t, c, access, "lastupdate", "1")
			if !isSortedBy(all, "modified") {
				t.Errorf("%s are not in order of change", name)
			}
			middle := whole(all[len(all)/2], "modified")
			since := strconv.FormatInt(middle, 10)
			later, same := 0, 0
			for _, row := range all {
				if m := whole(row, "modified"); m > middle {
					later++
				} else if m == middle {
					same++
				}
			}
			if got := list(t, c, access, "lastupdate", since); len(got) != later+same {
				t.Errorf("%s since their change: %d, want %d", name, len(got), later+same)
			}
		}
	})
}

func TestIntradayRange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(12 * time.Hour)
		c := newUnlimitedCloud(walker(10), Person{Name: "Bob", Days: 10, Owns: Owns{Phone: true}})
		access, now := signIn(t, c, "Carol").access, c.Now().Unix()
		last := c.store.Accounts[0].LastSync(people.Watch, now)
		day := int64(24 * 3600)
		for name, row := range map[string]struct {
			pairs    []int64
			from, to int64
		}{
			"none":       {[]int64{0, 0}, last - day, last},
			"two days":   {[]int64{now - 5*day, now - 3*day}, now - 5*day, now - 4*day},
			"an hour":    {[]int64{now - 5*day, now - 5*day + 3600}, now - 5*day, now - 5*day + 3600},
			"start only": {[]int64{now - 2*day, 0}, now - 2*day, now - day},
			"end only":   {[]int64{0, now - 2*day}, now - 3*day, now - 2*day},
			"ahead":      {[]int64{now - 3600, now + day}, now - 3600, last},
		} {
			var pairs []string
			for i, parameter := range []string{"startdate", "enddate"} {
				if row.pairs[i] != 0 {
					pairs = append(pairs, parameter, strconv.FormatInt(row.pairs[i], 10))
				}
			}
			pairs = append(pairs, "action", "getintradayactivity", "data_fields", "heart_rate")
			e := call(t, c, "v2/measure", access, pairs...)
			var keys []int64
			for key := range as[map[string]any](e.Body["series"]) {
				at, _ := strconv.ParseInt(key, 10, 64)
				keys = append(keys, at)
			}
			slices.Sort(keys)
			if keys[0] < row.from || keys[0] > row.from+1200 || keys[len(keys)-1] > row.to || keys[len(keys)-1] < row.to-1200 {
				t.Errorf("%s: %d … %d, want %d … %d", name, keys[0], keys[len(keys)-1], row.from, row.to)
			}
		}
		bob := signIn(t, c, "Bob").access
		if got := callByName(t, c, "v2/measure getintradayactivity", bob); !strings.Contains(got, `"series":[]`) {
			t.Errorf("with only a phone: %s", got)
		}
	})
}

// TestSamplesFollowTheModel looks at what watches of several models measure in
// a night and a day.
func TestSamplesFollowTheModel(t *testing.T) {
	t.Parallel()
	for model, want := range map[int]string{
		58: "heart_rate",
		91: "",
		93: "chest_movement_rate heart_rate rr spo2_auto",
		94: "chest_movement_rate core_body_temperature heart_rate hrv_quality rmssd rr sdnn1 spo2_auto",
	} {
		synctest.Test(t, func(t *testing.T) {
			person := walker(5)
			person.Owns.WatchModel = model
			<-time.After(23 * time.Hour)
			c := newUnlimitedCloud(person)
			kinds := map[string]bool{}
			for at, slot := range slotsIn(t, c, signIn(t, c, "Carol").access, c.Now().Unix()-24*3600, c.Now().Unix()) {
				for name, value := range slot {
					v, number := value.(float64)
					if strings.HasPrefix(name, "model") || !number || at%60 == 0 {
						continue
					}
					kinds[name] = true
					if limit := map[string][2]float64{
						"heart_rate": {40, 190}, "spo2_auto": {90, 100}, "rmssd": {20, 80}, "sdnn1": {20, 90}, "hrv_quality": {1, 9},
						"core_body_temperature": {36, 38}, "rr": {9, 22}, "chest_movement_rate": {9, 24},
					}[name]; v < limit[0] || v > limit[1] {
						t.Errorf("%s %v", name, v)
					}
				}
			}
			if got := strings.Join(slices.Sorted(maps.Keys(kinds)), " "); got != want {
				t.Errorf("model %d: %q, want %q", model, got, want)
			}
		})
	}
}

// servicesHistory is all responses of the services about all people.
func servicesHistory(t *testing.T, c *Cloud) string {
	t.Helper()
	var all strings.Builder
	for _, p := range c.People() {
		access := signIn(t, c, p.Name).access
		calls := allCalls(c)
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			all.WriteString(callByName(t, c, name, access, calls[name]...))
		}
	}
	return all.String()
}

func TestServicesAreRepeatable(t *testing.T) {
	t.Parallel()
	var runs []string
	for _, seed := range []uint64{7, 7, 8} {
		synctest.Test(t, func(t *testing.T) {
			<-time.After(9 * time.Hour)
			c := newCloud(Options{Seed: seed, People: allPeople(40), Knobs: Knobs{PerMinute: -1}})
			runs = append(runs, servicesHistory(t, c))
		})
	}
	if runs[0] != runs[1] || len(runs[0]) < 50_000 {
		t.Errorf("one seed made two histories of %d and %d bytes", len(runs[0]), len(runs[1]))
	}
	if runs[0] == runs[2] {
		t.Error("two seeds gave the same history")
	}
}

// TestServicesIndependentOfQueries moves one clock at once and another in steps,
// with queries after each.
func TestServicesIndependentOfQueries(t *testing.T) {
	t.Parallel()
	var runs []string
	for _, step := range []time.Duration{3 * 24 * time.Hour, 8 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(Options{Knobs: Knobs{PerMinute: -1}})
			for passed := time.Duration(0); passed < 3*24*time.Hour; passed += step {
				_ = servicesHistory(t, c)
				c.Advance(step)
			}
			runs = append(runs, servicesHistory(t, c))
		})
	}
	if runs[0] != runs[1] {
		t.Error("queries changed the history")
	}
}

// TestServicesIndependentOfStart starts a cloud ten days later; the days before
// must be the same.
func TestServicesIndependentOfStart(t *testing.T) {
	t.Parallel()
	var runs []string
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			<-time.After(12 * time.Hour)
			person := patient(30)
			if late {
				<-time.After(10 * 24 * time.Hour)
				person.Days = 60
			}
			c := newUnlimitedCloud(person)
			if !late {
				c.Advance(10 * 24 * time.Hour)
			}
			access := signIn(t, c, "Carol").access
			days := []string{"startdateymd", "1999-12-12", "enddateymd", "2000-01-09"}
			from := time.Date(1999, 12, 20, 12, 0, 0, 0, time.UTC)
			moments := []string{"startdate", unix(from), "enddate", unix(from.Add(20 * time.Hour))}
			runs = append(runs, callByName(t, c, "v2/measure getactivity", access, days...)+
				callByName(t, c, "v2/measure getworkouts", access, days...)+
				callByName(t, c, "v2/measure getintradayactivity", access, moments...)+
				callByName(t, c, "v2/heart list", access, "startdate", unix(from), "enddate", unix(from.AddDate(0, 0, 20))))
		})
	}
	if runs[0] != runs[1] || len(runs[0]) < 5000 {
		t.Errorf("two histories:\n%.600s\n%.600s", runs[0], runs[1])
	}
}
