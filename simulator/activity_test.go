// SPDX-License-Identifier: MIT

package simulator

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/people"
)

// newUnlimitedCloud is a strict cloud without a limit of requests.
func newUnlimitedCloud(people ...Person) *Cloud {
	return newCloud(Options{People: people, Knobs: Knobs{PerMinute: -1}})
}

// allPeople is all people there are, with so many days of history.
func allPeople(days int) []Person {
	people := append(DemoPeople(), Owners()...)
	for i := range people {
		people[i].Days = days
	}
	return people
}

func activitiesOf(t *testing.T, c *Cloud, access string, pairs ...string) []map[string]any {
	t.Helper()
	return pages(t, c, "v2/measure", access, "activities",
		append([]string{"action", "getactivity", "data_fields", strings.Join(people.ActivityFields(), ",")}, pairs...)...)
}

func workoutsOf(t *testing.T, c *Cloud, access string, pairs ...string) []map[string]any {
	t.Helper()
	return pages(t, c, "v2/measure", access, "series",
		append([]string{"action", "getworkouts", "data_fields", strings.Join(people.WorkoutFields(), ",")}, pairs...)...)
}

// slotsIn returns the slots of a range by their second.
func slotsIn(t *testing.T, c *Cloud, access string, from, to int64) map[int64]map[string]any {
	t.Helper()
	e := call(t, c, "v2/measure", access, "action", "getintradayactivity",
		"data_fields", strings.Join(people.IntradayFields(), ","),
		"startdate", strconv.FormatInt(from, 10), "enddate", strconv.FormatInt(to, 10))
	status(t, e, 0, "")
	slots := map[int64]map[string]any{}
	if series, ok := e.Body["series"].(map[string]any); ok {
		for key, slot := range series {
			at, err := strconv.ParseInt(key, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			slots[at] = as[map[string]any](slot)
		}
	}
	return slots
}

// midnightsAround are the midnights before and after a day.
func midnightsAround(t *testing.T, date, zone string) (from, to int64) {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.ParseInLocation(time.DateOnly, date, place)
	if err != nil {
		t.Fatal(err)
	}
	return day.Unix(), day.AddDate(0, 0, 1).Unix()
}

// TestRelationsOfDays checks what must hold in every daily row of all people.
func TestRelationsOfDays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, relationsOfDays)
}

func relationsOfDays(t *testing.T) {
	t.Helper()
	<-time.After(13*time.Hour + 7*time.Second)
	c := newUnlimitedCloud(allPeople(210)...)
	settled := c.Now().AddDate(0, 0, -3).Format(time.DateOnly)
	seen := map[string]int{}
	for _, p := range c.store.Accounts {
		rows := activitiesOf(t, c, signIn(t, c, p.Name).access, "lastupdate", "1")
		if p.Owns.Watch || p.Owns.Phone {
			if len(rows) < 210 {
				t.Errorf("%s: %d rows", p.Name, len(rows))
			}
		} else if len(rows) > 0 {
			t.Errorf("%s owns nothing and has %d rows", p.Name, len(rows))
		}
		watched := map[string]int64{}
		for _, row := range rows {
			if row["is_tracker"] == true {
				watched[as[string](row["date"])] = whole(row, "steps")
			}
		}
		for _, row := range rows {
			checkDay(t, p, row, seen)
			date := as[string](row["date"])
			if steps, ok := watched[date]; ok && whole(row, "steps") > steps && date < settled {
				t.Errorf("the phone counted more than the watch with its %d: %v", steps, row)
			}
		}
	}
	for _, want := range []string{
		"watch", "phone", "null device", "device", "pulse", "no pulse", "intense", "floors", "late",
	} {
		if seen[want] == 0 {
			t.Errorf("no day with %s", want)
		}
	}
}

func checkDay(t *testing.T, p *people.Account, row map[string]any, seen map[string]int) {
	t.Helper()
	from, to := midnightsAround(t, as[string](row["date"]), as[string](row["timezone"]))
	v := func(key string) int64 { return whole(row, key) }
	watch, pulse := row["is_tracker"] == true, hasKey(row, "hr_average")
	length := min(to, v("modified")) - from
	zones := int64(0)
	if pulse {
		zones = v("hr_zone_0") + v("hr_zone_1") + v("hr_zone_2") + v("hr_zone_3")
	}
	for relation, ok := range map[string]bool{
		"active = moderate + intense":   v("active") == v("moderate")+v("intense"),
		"time fits into the day":        v("soft")+v("active") <= length,
		"whole minutes":                 (v("soft")+v("active"))%60 == 0,
		"kcal":                          as[float64](row["totalcalories"]) >= as[float64](row["calories"]),
		"a step is about 0.7 m":         within(as[float64](row["distance"]), float64(v("steps")), 0.6, 1.1),
		"steps":                         v("steps") >= 0 && v("steps") < 45_000,
		"uploaded in or after the day":  v("modified") > from,
		"brand":                         watch == (v("brand") == 1) && watch != (v("brand") == 18),
		"the own watch":                 !watch || p.Owns.Watch && v("modelid") == int64(cmp.Or(p.Owns.WatchModel, 94)),
		"the own phone":                 watch || p.Owns.Phone && v("modelid") >= 1051 && row["deviceid"] == nil,
		"same id twice":                 row["deviceid"] == row["hash_deviceid"],
		"pulse":                         !pulse || v("hr_min") <= v("hr_average") && v("hr_average") <= v("hr_max"),
		"plausible pulse":               !pulse || v("hr_min") > 40,
		"zones fill the time so far":    !pulse || zones == length/60*60,
		"pulse of a watch that has one": pulse == (watch && len(p.Owns.Locked) == 0),
	} {
		if !ok {
			t.Errorf("%s: %s does not hold: %v", p.Name, relation, row)
		}
	}
	countHolding(seen, "watch", watch)
	countHolding(seen, "phone", !watch)
	countHolding(seen, "null device", watch && row["deviceid"] == nil)
	countHolding(seen, "device", row["deviceid"] != nil)
	countHolding(seen, "pulse", pulse)
	countHolding(seen, "no pulse", !pulse)
	countHolding(seen, "intense", v("intense") > 0)
	countHolding(seen, "floors", v("elevation") > 0)
	countHolding(seen, "late", v("modified") > to+11*3600)
}

func within(value, base, low, high float64) bool { return value >= base*low && value <= base*high }

// TestIntradayAddsUpToTheDay compares slots with rows over two weeks, clock
// changes and today among them.
func TestIntradayAddsUpToTheDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(90*24*time.Hour + 16*time.Hour + 20*time.Minute) // The end of March, in the afternoon.
		c := newUnlimitedCloud(walker(14))
		access := signIn(t, c, "Carol").access
		days := 0
		for _, row := range activitiesOf(t, c, access, "lastupdate", "1") {
			if row["is_tracker"] != true {
				continue
			}
			days++
			from, to := midnightsAround(t, as[string](row["date"]), "Europe/Berlin")
			slots := slotsIn(t, c, access, from, min(to-1, from+24*3600))
			if to-from > 24*3600 {
				continue // The last hour of the long day is another request's.
			}
			compareDay(t, row, slots, min(to, whole(row, "modified"))-from)
		}
		if days != 15 {
			t.Errorf("%d days", days)
		}
	})
}

func compareDay(t *testing.T, row map[string]any, slots map[int64]map[string]any, uploaded int64) {
	t.Helper()
	sums, pulses := map[string]float64{}, []float64{}
	for at, slot := range slots {
		for _, name := range []string{"steps", "elevation", "calories", "distance", "duration"} {
			if value, ok := slot[name].(float64); ok {
				sums[name] += value
			}
		}
		if pulse, ok := slot["heart_rate"].(float64); ok {
			pulses = append(pulses, pulse)
		}
		if hasKey(slot, "steps") && (at%60 != 0 || slot["duration"] != 60.0) {
			t.Errorf("slot %d: %v", at, slot)
		}
	}
	for _, name := range []string{"steps", "elevation", "calories", "distance"} {
		if math.Abs(sums[name]-as[float64](row[name])) > 1e-6 {
			t.Errorf("%v: the slots have %v of %s, the day %v", row["date"], sums[name], name, row[name])
		}
	}
	if int64(sums["duration"]) != uploaded/60*60 {
		t.Errorf("%v: the slots last %v s of %d", row["date"], sums["duration"], uploaded)
	}
	slices.Sort(pulses)
	if len(pulses) < 40 || pulses[0] != row["hr_min"] || pulses[len(pulses)-1] != row["hr_max"] {
		t.Errorf("%v: %d pulses %v, the day has %v … %v", row["date"], len(pulses), pulses, row["hr_min"], row["hr_max"])
	}
}

func TestActivityFields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, activityFieldsAsAsked)
}

func activityFieldsAsAsked(t *testing.T) {
	t.Helper()
	person := walker(3)
	person.Owns.Locked = []string{"elevation"}
	c := newUnlimitedCloud(person)
	access := signIn(t, c, "Carol").access
	fixed := []string{
		"brand", "date", "deviceid", "hash_deviceid", "is_tracker", "model", "modelid", "modified", "timezone",
	}
	for fields, want := range map[string][]string{
		"": {
			"active", "calories", "distance", "intense", "moderate", "soft", "steps", "totalcalories",
		},
		"steps,hr_zone_3":          {"hr_zone_3", "steps"},
		"elevation,totalcalories":  {"totalcalories"},
		"calories,elevation,steps": {"calories", "steps"},
	} {
		rows := pages(t, c, "v2/measure", access, "activities",
			"action", "getactivity", "lastupdate", "1", "data_fields", fields)
		var names []string
		tracked := rows[slices.IndexFunc(rows, func(row map[string]any) bool { return row["is_tracker"] == true })]
		for name := range tracked {
			if !slices.Contains(fixed, name) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, want) {
			t.Errorf("%q: %v, want %v", fields, names, want)
		}
	}
}
