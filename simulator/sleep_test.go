// SPDX-License-Identifier: MIT

package simulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/simulator/people"
)

func allFields() string { return strings.Join(people.NightFieldNames(), ",") }

func hasKey(d map[string]any, key string) bool  { _, ok := d[key]; return ok }
func hasNull(d map[string]any, key string) bool { return hasKey(d, key) && d[key] == nil }

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
	raw := text(t, c, "v2/sleep", alice, "action", "getsummary", "startdateymd", day, "enddateymd", day,
		"data_fields", "withings_index")
	if !strings.Contains(raw, `"data":[]`) || !strings.Contains(raw, `"Europe\/Berlin"`) {
		t.Errorf("not as PHP writes it: %s", raw)
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
	early := now.Add(-7*24*time.Hour - 2*time.Hour)
	status(t, ask("startdate", unix(early), "enddate", unix(now)), 503, "invalid enddate")
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
		if rows := count(1); whole(rows[0], "id") != id {
			t.Errorf("%v", rows)
		}
		c.Advance(6 * time.Hour)
		access = signIn(t, c, "Carol").access
		count(2)
		c.Delete(nap)
		count(1)
	})
}
