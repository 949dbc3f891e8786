package simulator

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func allFields() string {
	var names []string
	for name := range (&nightSummary{light: 1}).fields() {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// TestRelationsOfNights checks what held in all recorded nights in hundreds of invented ones.
func TestRelationsOfNights(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for seed := range uint64(2) {
		c := newCloud(Options{Seed: seed, People: DemoPeople()})
		for _, p := range c.People() {
			zone := c.people[slices.IndexFunc(c.people, func(a *account) bool { return a.Name == p.Name })].zone
			nights := nightsOf(t, c, signIn(t, c, p.Name).access, "lastupdate", "1", "data_fields", allFields())
			if len(nights) < 380 {
				t.Errorf("%s has %d nights", p.Name, len(nights))
			}
			for _, n := range nights {
				checkNight(t, n, zone, seen)
			}
		}
	}
	for _, want := range []string{"exits", "no exits", "nap", "snoring", "modified before created", "computed again"} {
		if seen[want] == 0 {
			t.Errorf("no night with %s", want)
		}
	}
}

func checkNight(t *testing.T, n map[string]any, zone *time.Location, seen map[string]int) {
	t.Helper()
	d := as[map[string]any](n["data"])
	v := func(key string) int64 { return whole(d, key) }
	asleep, inBed := v("total_sleep_time"), v("total_timeinbed")
	out := whole(n, "enddate") - whole(n, "startdate") - inBed
	efficiency := as[float64](d["sleep_efficiency"])
	events := as[map[string]any](d["night_events"])
	for relation, ok := range map[string]bool{
		"asleep = light + deep + REM":            asleep == v("lightsleepduration")+v("deepsleepduration")+v("remsleepduration"),
		"in bed = asleep + awake":                inBed == asleep+v("wakeupduration"),
		"efficiency":                             math.Abs(efficiency-math.Round(float64(asleep)/float64(inBed)*100)/100) < 1e-9,
		"out of bed 0 … 1559 s":                  out >= 0 && out <= 1559 && (out == 0) == (v("out_of_bed_count") == 0),
		"awake = latency + rising + waso":        v("wakeupduration") == v("sleep_latency")+v("wakeup_latency")+v("waso"),
		"old latency":                            v("durationtosleep") == v("sleep_latency"),
		"old rising":                             v("durationtowakeup") == v("wakeup_latency"),
		"date of the end":                        n["date"] == time.Unix(whole(n, "enddate"), 0).In(zone).Format(time.DateOnly),
		"heart rate":                             v("hr_min") <= v("hr_average") && v("hr_average") <= v("hr_max") && v("hr_min") > 35,
		"breathing":                              v("rr_min") <= v("rr_average") && v("rr_average") <= v("rr_max") && v("rr_max") < 25,
		"score":                                  d["sleep_score"] == nil || v("sleep_score") > 0 && v("sleep_score") <= 100,
		"a mat":                                  whole(n, "model") == 32 && whole(n, "model_id") == 63,
		"stored after its end":                   whole(n, "created") > whole(n, "enddate"),
		"null and absent members":                hasNull(d, "asleepduration") && !hasKey(d, "withings_index"),
		"got up at the end":                      lastElement(events["4"]) == whole(n, "enddate")-whole(n, "startdate"),
		"fell asleep":                            lastElement(events["2"]) == v("sleep_latency"),
		"one more into bed than out of it":       len(as[[]any](events["1"])) == len(as[[]any](events["4"])),
		"as many REM phases as cycles, at least": v("nb_rem_episodes") >= 1,
	} {
		if !ok {
			raw, _ := json.Marshal(n)
			t.Errorf("%s does not hold: %s", relation, raw)
		}
	}
	countHolding(seen, "exits", v("out_of_bed_count") > 0)
	countHolding(seen, "no exits", v("out_of_bed_count") == 0)
	countHolding(seen, "nap", asleep < 2*3600)
	countHolding(seen, "snoring", v("snoring") > 0 && v("snoringepisodecount") > 0)
	countHolding(seen, "modified before created", whole(n, "modified") == whole(n, "created")-1)
	countHolding(seen, "computed again", whole(n, "modified") > whole(n, "created"))
}

func countHolding(seen map[string]int, what string, holds bool) {
	if holds {
		seen[what]++
	}
}

func hasKey(d map[string]any, key string) bool  { _, ok := d[key]; return ok }
func hasNull(d map[string]any, key string) bool { return hasKey(d, key) && d[key] == nil }

func lastElement(list any) int64 {
	values := as[[]any](list)
	return int64(as[float64](values[len(values)-1]))
}

// TestSlicesAgreeWithSummary adds the slices of each night up and compares them with its row.
func TestSlicesAgreeWithSummary(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	alice := signIn(t, c, "Alice").access
	scattered := false
	for _, n := range nightsOf(t, c, alice, "lastupdate", "1", "data_fields", allFields()) {
		e := call(t, c, "v2/sleep", alice, "action", "get", "data_fields", "hr,rr,snoring,rmssd,breathing_sounds,withings_index",
			"startdate", strconv.FormatInt(whole(n, "startdate"), 10), "enddate", strconv.FormatInt(whole(n, "enddate"), 10))
		sums, low, high, snoring := map[int64]int64{}, 1e9, 0.0, 0.0
		before := int64(0)
		for _, row := range as[[]any](e.Body["series"]) {
			s := as[map[string]any](row)
			length := whole(s, "enddate") - whole(s, "startdate")
			sums[whole(s, "state")] += length
			scattered = scattered || whole(s, "startdate") < before
			before = whole(s, "startdate")
			hr := as[map[string]any](s["hr"])
			if length < 60 || length > 600 || int64(len(hr)) != length/60 || hr[strconv.FormatInt(before, 10)] == nil {
				t.Fatalf("a slice of %d s with %d heart rates", length, len(hr))
			}
			if list, empty := s["breathing_sounds"].([]any); !empty || len(list) != 0 || hasKey(s, "withings_index") {
				t.Fatalf("empty and absent series: %v", s)
			}
			for at, v := range hr {
				low, high = min(low, as[float64](v)), max(high, as[float64](v))
				snoring += as[float64](as[map[string]any](s["snoring"])[at]) * 60
			}
		}
		d := as[map[string]any](n["data"])
		for state, key := range []string{"wakeupduration", "lightsleepduration", "deepsleepduration", "remsleepduration"} {
			if sums[int64(state)] != whole(d, key) {
				t.Errorf("night %v: state %d lasts %d s, %s is %d s", n["date"], state, sums[int64(state)], key, whole(d, key))
			}
		}
		if low != d["hr_min"] || high != d["hr_max"] || snoring != d["snoring"] {
			t.Errorf("night %v: heart rate %v … %v, snoring %v: %v", n["date"], low, high, snoring, d)
		}
	}
	if !scattered {
		t.Error("slices come in order of time")
	}
}

func TestSummaryParameters(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	alice := signIn(t, c, "Alice").access
	ask := func(pairs ...string) envelope {
		return call(t, c, "v2/sleep", alice, append([]string{"action", "getsummary"}, pairs...)...)
	}
	status(t, ask(), 503, "missing startdateymd")
	status(t, ask("startdateymd", "2026-01-01"), 503, "missing enddateymd")
	status(t, ask("startdateymd", "1", "enddateymd", "2026-01-01"), 503, "invalid startdateymd")
	status(t, ask("lastupdate", "x"), 503, "invalid lastupdate")
	status(t, ask("lastupdate", "1", "offset", "-1"), 503, "invalid offset")
	rows := nightsOf(t, c, alice, "lastupdate", "1")
	if got := len(as[map[string]any](rows[0]["data"])); got != 15 {
		t.Errorf("%d fields by default, want 15", got)
	}
	day := as[string](rows[len(rows)/2]["date"])
	for _, n := range nightsOf(t, c, alice, "startdateymd", day, "enddateymd", day, "data_fields", "hr_average") {
		if n["date"] != day || len(as[map[string]any](n["data"])) != 1 {
			t.Errorf("day %s: %v", day, n)
		}
	}
	e := ask("startdateymd", day, "enddateymd", day, "lastupdate", "1")
	if len(as[[]any](e.Body["series"])) != 0 || e.Body["more"] != false {
		t.Errorf("range and cursor: %v", e.Body)
	}
	raw := text(t, c, "v2/sleep", alice, "action", "getsummary", "startdateymd", day, "enddateymd", day, "data_fields", "withings_index")
	if !strings.Contains(raw, `"data":[]`) || !strings.Contains(raw, `"Europe\/Berlin"`) {
		t.Errorf("not as PHP writes it: %s", raw)
	}
	c.SetKnobs(Knobs{EmptyMapsAsObjects: true})
	raw = text(t, c, "v2/sleep", alice, "action", "getsummary", "startdateymd", day, "enddateymd", day, "data_fields", "withings_index")
	if !strings.Contains(raw, `"data":{}`) {
		t.Errorf("the knob has no effect: %s", raw)
	}
}

func TestSleepGetParameters(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{})
	alice := signIn(t, c, "Alice").access
	ask := func(pairs ...string) envelope {
		return call(t, c, "v2/sleep", alice, append([]string{"action", "get"}, pairs...)...)
	}
	now := c.Now()
	status(t, ask("enddate", unix(now)), 503, "missing startdate")
	status(t, ask("startdate", unix(now)), 503, "missing enddate")
	status(t, ask("startdate", unix(now), "enddate", "noon"), 503, "invalid enddate")
	status(t, ask("startdate", unix(now), "enddate", unix(now.Add(-time.Hour))), 503, "invalid enddate")
	status(t, ask("startdate", unix(now.AddDate(0, 0, -7).Add(-time.Hour*2)), "enddate", unix(now)), 503, "invalid enddate")
	week := ask("startdate", unix(now.Add(-7*24*time.Hour)), "enddate", unix(now))
	status(t, week, 0, "")
	if row := as[map[string]any](as[[]any](week.Body["series"])[0]); len(row) != 6 || week.Body["model"] != 32.0 {
		t.Errorf("without data_fields only states: %v", row)
	}
}

func TestNightsComeWhenTheyAreStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{People: []Person{{Name: "Carol", Days: -1}}})
		end := time.Now().Add(time.Hour)
		id := c.Night("Carol", end)
		nap := c.Nap("Carol", end.Add(6*time.Hour))
		watch := c.TrackerNight("Carol", end)
		access := signIn(t, c, "Carol").access
		count := func(want int) []map[string]any {
			t.Helper()
			rows := nightsOf(t, c, access, "lastupdate", "1")
			if len(rows) != want {
				t.Errorf("%d nights, want %d", len(rows), want)
			}
			return rows
		}
		count(0)
		<-time.After(time.Hour)
		rows := count(2)
		if whole(rows[0], "id") != id || whole(rows[1], "id") != watch || whole(rows[1], "model") != 16 {
			t.Errorf("mat and watch: %v", rows)
		}
		<-time.After(time.Minute)
		c.Recompute(id)
		if rows := count(2); whole(rows[1], "id") != id || whole(rows[1], "modified") != time.Now().Unix() {
			t.Errorf("computed again: %v", rows)
		}
		c.Advance(6 * time.Hour)
		access = signIn(t, c, "Carol").access
		count(3)
		c.Delete(nap)
		count(2)
	})
}

func TestUnfinishedNight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(Options{People: []Person{{Name: "Carol", Mat: true, Days: 60}}})
		access := signIn(t, c, "Carol").access
		nightsOf(t, c, access, "lastupdate", "1")
		carol := c.people[0]
		at := slices.IndexFunc(carol.nights, func(n *night) bool { return n.finalAt != 0 })
		n := carol.nights[at]
		row := n.row(carol, n.finalAt-1, []string{"sleep_score"}, Knobs{})
		if row.Completed == nil || *row.Completed || row.Modified == n.finalAt {
			t.Errorf("not half-ready: %+v", row)
		}
		row = n.row(carol, n.finalAt, []string{"sleep_score"}, Knobs{})
		if row.Completed != nil || row.Modified != n.finalAt {
			t.Errorf("not ready: %+v", row)
		}
	})
}
