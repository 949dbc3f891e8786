// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// devicesOf returns the devices by the name of their model.
func devicesOf(t *testing.T, c *Cloud, access string) map[string]map[string]any {
	t.Helper()
	e := call(t, c, "v2/user", access, "action", "getdevice")
	status(t, e, 0, "")
	devices := map[string]map[string]any{}
	for _, row := range as[[]any](e.Body["devices"]) {
		row := as[map[string]any](row)
		model := as[string](row["model"])
		if devices[model] != nil {
			t.Errorf("%s is listed twice", model)
		}
		devices[model] = row
	}
	return devices
}

// TestDevicesMatchTheData looks up every id that data name in the list, and
// compares the times of use.
func TestDevicesMatchTheData(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(15 * time.Hour)
		c := newUnlimitedCloud(allPeople(60)...)
		classes, levels := map[string]int{}, map[string]int{}
		for _, p := range c.store.Accounts {
			access := signIn(t, c, p.Name).access
			listed := map[string]map[string]any{}
			for _, d := range devicesOf(t, c, access) {
				listed[as[string](d["deviceid"])] = d
				levels[as[string](d["battery"])]++ // Programs have one too: some clients fail without.
				classes[as[string](d["type"])]++
				if d["deviceid"] != d["hash_deviceid"] || len(as[string](d["deviceid"])) != 40 {
					t.Errorf("%s: %v", p.Name, d)
				}
			}
			for id, at := range namedBy(t, c, access) {
				d := listed[id]
				if d == nil {
					t.Errorf("%s: %s is not listed", p.Name, id)
				} else if d["last_session_date"] == nil || whole(d, "last_session_date") < at ||
					whole(d, "first_session_date") > at || whole(d, "last_session_date") > c.Now().Unix() {
					t.Errorf("%s: data of %d, %v", p.Name, at, d)
				}
			}
		}
		for _, class := range []string{
			"Scale", "Sleep Monitor", "Activity Tracker", "Blood Pressure Monitor", "Smart Connected Thermometer",
			"HealthKit Apple", "HealthKit Google",
		} {
			if classes[class] == 0 {
				t.Errorf("no %s among %v", class, classes)
			}
		}
		for _, level := range []string{"unknown", "high", "medium"} {
			if levels[level] == 0 {
				t.Errorf("no battery %q among %v", level, levels)
			}
		}
	})
}

// namedBy returns the devices that a person's data name, with the time of the
// newest.
func namedBy(t *testing.T, c *Cloud, access string) map[string]int64 {
	t.Helper()
	newest := map[string]int64{}
	record := func(id any, at int64) {
		if id, ok := id.(string); ok && id != "" {
			newest[id] = max(newest[id], at)
		}
	}
	for _, g := range measuresOf(t, c, access) {
		record(g["deviceid"], whole(g, "created"))
	}
	if e := call(t, c, "v2/sleep", access, "action", "getsummary", "lastupdate", "1"); e.Status == 0 {
		for _, n := range as[[]any](e.Body["series"]) {
			n := as[map[string]any](n)
			record(n["hash_deviceid"], whole(n, "created"))
		}
	}
	for _, a := range activitiesOf(t, c, access, "lastupdate", "1") {
		record(a["deviceid"], whole(a, "modified"))
	}
	for _, h := range heartsOf(t, c, "v2/heart", access) {
		record(h["deviceid"], whole(h, "timestamp"))
	}
	for _, s := range heartsOf(t, c, "v2/stetho", access) {
		record(s["hash_deviceid"], whole(s, "timestamp"))
	}
	return newest
}

func TestSharedScale(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people := []Person{
			{Name: "Carol", Timezone: "Europe/Berlin", Scale: true, Thermometer: true, Days: -1},
			{Name: "Dora", Timezone: "Asia/Tokyo", Scale: true, Thermometer: true, Days: -1},
		}
		c := newUnlimitedCloud(people...)
		carol, dora := signIn(t, c, "Carol").access, signIn(t, c, "Dora").access
		scale := func(access string) map[string]any {
			d := maps.Clone(devicesOf(t, c, access)["Body Cardio"])
			delete(d, "timezone")
			return d
		}
		if d := scale(carol); d["last_session_date"] != nil || d["first_session_date"] != nil {
			t.Errorf("not used yet: %v", d)
		}
		c.Weigh("Dora", "60.0", time.Now())
		<-time.After(3 * time.Minute)
		first := scale(carol)
		if !maps.Equal(first, scale(dora)) || first["last_session_date"] == nil {
			t.Errorf("Carol %v, Dora %v", first, scale(dora))
		}
		<-time.After(time.Hour)
		c.Weigh("Carol", "70.0", time.Now())
		<-time.After(3 * time.Minute)
		if d := scale(dora); whole(d, "last_session_date") < whole(first, "last_session_date")+3600 ||
			d["first_session_date"] != first["first_session_date"] {
			t.Errorf("%v after %v", d, first)
		}
		c.SetBattery("Carol", "body cardio", "empty")
		if d := scale(dora); d["battery"] != "empty" {
			t.Errorf("the battery is shared: %v", d)
		}
		mine, hers := devicesOf(t, c, carol)["Thermo"], devicesOf(t, c, dora)["Thermo"]
		if mine["deviceid"] == hers["deviceid"] {
			t.Error("the thermometer is not shared")
		}
	})
}

func TestRemovedDevices(t *testing.T) {
	t.Parallel()
	c := newUnlimitedCloud(Person{Name: "Carol", Days: -1}, Person{Name: "Dora", Scale: true, Days: -1})
	at := c.Now().Add(-time.Hour)
	access := signIn(t, c, "Carol").access
	c.Weigh("Carol", "70", at)
	names := func() []string { return slices.Sorted(maps.Keys(devicesOf(t, c, access))) }
	if got := names(); !slices.Equal(got, []string{"Body Cardio"}) {
		t.Errorf("%v", got)
	}
	c.SetBattery("Carol", "Body Cardio", "")
	if d := devicesOf(t, c, access)["Body Cardio"]; hasKey(d, "battery") {
		t.Errorf("%v", d)
	}
	c.RemoveDevice("Carol", "Body Cardio")
	if got := names(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if rows := measuresOf(t, c, access); len(rows) == 0 || rows[0]["model"] != "Body Cardio" {
		t.Errorf("data of a removed device: %v", rows)
	}
	if d := devicesOf(t, c, signIn(t, c, "Dora").access); d["Body Cardio"] == nil {
		t.Errorf("another person's: %v", d)
	}
}
