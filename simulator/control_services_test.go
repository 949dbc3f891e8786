// SPDX-License-Identifier: MIT

package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// controlClient is a person with the data of commands only, and her token.
type controlClient struct {
	t      *testing.T
	c      *Cloud
	access string
}

// newControlClient opens at 14:00 UTC.
func newControlClient(t *testing.T, o Owns) controlClient {
	t.Helper()
	<-time.After(14 * time.Hour)
	c := newUnlimitedCloud(Person{Name: "Carol", Days: -1, Owns: o}, Person{Name: "Dave", Days: -1})
	return controlClient{t: t, c: c, access: signIn(t, c, "Carol").access}
}

// do gives a command that must work and returns its response.
func (d controlClient) do(name, body string) map[string]any {
	d.t.Helper()
	code, answer := command(d.t, d.c, name, body)
	if code != http.StatusOK {
		d.t.Fatalf("%s %s: HTTP %d %v", name, body, code, answer)
	}
	return answer
}

// today is the only daily row.
func (d controlClient) today() map[string]any {
	d.t.Helper()
	rows := activitiesOf(d.t, d.c, d.access, "lastupdate", "1")
	if len(rows) != 1 {
		d.t.Fatalf("%d daily rows: %v", len(rows), rows)
	}
	return rows[0]
}

func (d controlClient) workout() map[string]any {
	d.t.Helper()
	rows := workoutsOf(d.t, d.c, d.access, "lastupdate", "1")
	if len(rows) != 1 {
		d.t.Fatalf("%d workouts: %v", len(rows), rows)
	}
	return rows[0]
}

func idOf(answer map[string]any) string { return strconv.FormatInt(whole(answer, "id"), 10) }

func TestControlSteps(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Owns{"watch": {Watch: true}, "phone": {Phone: true}, "nothing": {}} {
		synctest.Test(t, func(t *testing.T) {
			d := newControlClient(t, o)
			d.do("steps", `{"person": "Carol", "steps": 1234}`)
			first := d.today()
			tracker, now := first["is_tracker"] == true, d.c.Now().Unix()
			if whole(first, "steps") != 1234 || tracker == (name == "phone") || whole(first, "modified") != now {
				t.Errorf("%s: %v", name, first)
			}
			<-time.After(20 * time.Minute)
			d.do("steps", `{"person": "Carol", "steps": 766, "at": "2000-01-01T14:10:30Z"}`)
			if row := d.today(); whole(row, "steps") != 2000 || whole(row, "modified") != d.c.Now().Unix() {
				t.Errorf("%s: %v", name, row)
			}
			from, to := midnightsAround(t, "2000-01-01", "UTC")
			slots := slotsIn(t, d.c, d.access, from, to-1)
			sum := int64(0)
			for _, slot := range slots {
				if hasKey(slot, "steps") {
					sum += whole(slot, "steps")
				}
			}
			if name == "phone" && len(slots) > 0 || name != "phone" && sum != 2000 {
				t.Errorf("%s: %d steps in %d slots", name, sum, len(slots))
			}
		})
	}
}

// TestControlSync compares a row before and after a sync.
func TestControlSync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(14 * time.Hour)
		c := newUnlimitedCloud(walker(3))
		d := controlClient{t: t, c: c, access: signIn(t, c, "Carol").access}
		modified := func() int64 {
			rows := activitiesOf(t, c, d.access, "lastupdate", "1")
			return whole(rows[len(rows)-1], "modified")
		}
		before := modified()
		d.do("sync", `{"person": "Carol"}`)
		if got := modified(); got != c.Now().Unix() || got == before {
			t.Errorf("uploaded at %d, before %d, now %d", got, before, c.Now().Unix())
		}
	})
}

func TestControlWorkouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true})
		d.do("steps", `{"person": "Carol", "steps": 500, "at": "2000-01-01T09:00:00Z"}`)
		id := idOf(d.do("workout", `{"person": "Carol", "category": 2}`))
		run := d.workout()
		data := as[map[string]any](run["data"])
		end := d.c.Now().Unix()
		if whole(run, "category") != 2 || whole(run, "enddate") != end || whole(run, "startdate") != end-1800 ||
			whole(data, "steps") < 4000 || whole(data, "hr_max") < 100 || whole(run, "attrib") != 0 {
			t.Errorf("%v", run)
		}
		if row := d.today(); whole(row, "steps") != whole(data, "steps")+500 || whole(row, "intense") != 1800 {
			t.Errorf("a day %v with a workout %v", row, data)
		}
		<-time.After(time.Minute)
		d.do("edit-workout", `{"id": `+id+`, "category": 6, "start": "2000-01-01T13:45:00Z"}`)
		edited := d.workout()
		if whole(edited, "category") != 6 || whole(edited, "attrib") != 7 || whole(edited, "modified") != d.c.Now().Unix() ||
			whole(edited, "enddate")-whole(edited, "startdate") != 900 || edited["id"] != run["id"] {
			t.Errorf("%v", edited)
		}
		half, all := whole(as[map[string]any](edited["data"]), "steps"), whole(data, "steps")
		if half < all/2-9 || half > all/2+9 {
			t.Errorf("%d steps of %v in half of it", half, data)
		}
		d.do("delete", `{"id": `+id+`}`)
		if rows := workoutsOf(t, d.c, d.access, "lastupdate", "1"); len(rows) != 0 {
			t.Errorf("%v", rows)
		}
		ahead := d.do("workout",
			`{"person": "Carol", "category": 7, "start": "2000-01-01T15:00:00Z", "end": "2000-01-01T15:30:00Z"}`)
		if rows := workoutsOf(t, d.c, d.access, "lastupdate", "1"); len(rows) != 0 {
			t.Errorf("before %v: %v", ahead, rows)
		}
		d.c.Advance(90 * time.Minute)
		rows := workoutsOf(t, d.c, d.access, "lastupdate", "1")
		if swim := as[map[string]any](rows[len(rows)-1]["data"]); len(rows) != 1 || whole(swim, "pool_laps") != 48 {
			t.Errorf("%v", rows)
		}
	})
}

func TestControlHearts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true, WatchModel: 92})
		id := idOf(d.do("ecg", `{"person": "Carol", "afib": 2, "pulse": 77}`))
		hearts := heartsOf(t, d.c, "v2/heart", d.access)
		if len(hearts) != 1 || whole(hearts[0], "model") != 92 ||
			strconv.FormatInt(whole(as[map[string]any](hearts[0]["ecg"]), "signalid"), 10) != id {
			t.Errorf("%v", hearts)
		}
		sound := idOf(d.do("heart-sound", `{"person": "Carol", "vhd": 1}`))
		sounds := heartsOf(t, d.c, "v2/stetho", d.access)
		if len(sounds) != 1 || strconv.FormatInt(whole(sounds[0], "signalid"), 10) != sound || whole(sounds[0], "vhd") != 1 {
			t.Errorf("%v", sounds)
		}
		d.do("delete", `{"id": `+sound+`}`)
		d.do("delete", `{"id": `+id+`}`)
		hearts, sounds = heartsOf(t, d.c, "v2/heart", d.access), heartsOf(t, d.c, "v2/stetho", d.access)
		if groups := measuresOf(t, d.c, d.access); len(hearts)+len(sounds)+len(groups) != 0 {
			t.Errorf("left: %v, %v, %v", hearts, sounds, groups)
		}
	})
}

func TestControlDevicesAndGoals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true})
		d.do("battery", `{"person": "Carol", "device": "ScanWatch 2", "battery": "empty"}`)
		if got := devicesOf(t, d.c, d.access)["ScanWatch 2"]["battery"]; got != "empty" {
			t.Errorf("battery %v", got)
		}
		d.do("remove-device", `{"person": "Carol", "device": "scanwatch 2"}`)
		if got := devicesOf(t, d.c, d.access); len(got) != 0 {
			t.Errorf("%v", got)
		}
		d.do("set-goals", `{"person": "Carol", "steps": 7000, "sleep": "7h30m", "kg": "61.5"}`)
		goals := `{"sleep":27000,"steps":7000,"weight":{"unit":-3,"value":61500}}`
		if got := callByName(t, d.c, "v2/user getgoals", d.access); !strings.Contains(got, goals) {
			t.Errorf("%s, want %s", got, goals)
		}
		d.do("set-goals", `{"person": "Carol", "sleep": "0s", "kg": 0}`)
		if got := callByName(t, d.c, "v2/user getgoals", d.access); !strings.Contains(got, `{"goals":{"steps":7000}}`) {
			t.Errorf("%s", got)
		}
		d.do("set-goals", `{"person": "Carol", "steps": 0}`)
		if got := callByName(t, d.c, "v2/user getgoals", d.access); !strings.Contains(got, `{"goals":[]}`) {
			t.Errorf("%s", got)
		}
	})
}

func TestControlErrorsOfServices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true})
		for _, row := range []struct{ name, body, words string }{
			{"steps", `{"person": "Erin", "steps": 1}`, `no person "Erin"`},
			{"steps", `{"person": "Carol"}`, `missing field "steps"`},
			{"steps", `{"person": "Carol", "steps": 1000000}`, "from 1 to 200000, not 1000000"},
			{"sync", `{}`, `missing field "person"`},
			{"sync", `{"person": "Dave"}`, "Dave has neither a watch nor a phone"},
			{"workout", `{"person": "Carol"}`, `missing field "category"`},
			{"workout", `{"person": "Carol", "category": 1, "start": "2000-01-01T14:00:00Z"}`, "invalid workout duration 0s"},
			{"workout", `{"person": "Carol", "category": 1, "start": "1999-12-31T14:00:00Z"}`, "crosses midnight"},
			{"edit-workout", `{"id": 1}`, "nothing to change"},
			{"edit-workout", `{"id": 1, "category": 2}`, "no workout 1"},
			{"ecg", `{"person": "Carol", "afib": -1, "pulse": 60}`, "not -1"},
			{"ecg", `{"person": "Carol"}`, `missing field "pulse"`},
			{"heart-sound", `{"person": "Carol", "vhd": -1}`, "not -1"},
			{"delete", `{"id": 0}`, "1 or more, not 0"},
			{"set-goals", `{"person": "Carol"}`, "missing goal"},
			{"set-goals", `{"person": "Carol", "steps": -1}`, "not -1"},
			{"set-goals", `{"person": "Carol", "kg": "much"}`, "much"},
			{
				"battery", `{"person": "Carol", "device": "Toaster", "battery": "low"}`,
				`no device "Toaster"; known devices: ScanWatch 2`,
			},
			{"remove-device", `{"person": "Carol", "device": "Toaster"}`, `no device "Toaster"`},
		} {
			code, answer := command(t, d.c, row.name, row.body)
			if message, _ := answer["error"].(string); code != http.StatusBadRequest || !strings.Contains(message, row.words) {
				t.Errorf("%s %s: HTTP %d %v, want %q", row.name, row.body, code, answer, row.words)
			}
		}
	})
}
