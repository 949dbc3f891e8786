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
	_ "time/tzdata" // Zones must not depend on the machine.
)

// TestThirtyKeys starts a fresh client every three hours of a day and fetches
// what the thirty original keys need.
func TestThirtyKeys(t *testing.T) {
	t.Parallel()
	types := []int64{1, 8, 5, 76, 88, 4, 12, 71, 73, 6, 9, 10, 11, 54, 77, 91}
	fields := strings.Split("wakeupduration,lightsleepduration,deepsleepduration,remsleepduration,wakeupcount,"+
		"sleep_latency,"+
		"durationtosleep,wakeup_latency,durationtowakeup,hr_average,hr_min,hr_max,rr_average,rr_min,rr_max", ",")
	for hour := 0; hour < 24; hour += 3 {
		t.Run(strconv.Itoa(hour), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				<-time.After(time.Duration(hour)*time.Hour + 17*time.Second)
				c := New(Options{Seed: uint64(hour), Strict: true})
				missing, slices6h := map[int64]bool{}, 0
				for _, typ := range types {
					missing[typ] = true
				}
				for _, p := range c.People() {
					access := signIn(t, c, p.Name).access
					for _, g := range measuresOf(t, c, access, "category", "1") {
						for _, m := range as[[]any](g["measures"]) {
							delete(missing, whole(as[map[string]any](m), "type"))
						}
					}
					newest := newestNight(t, c, access, fields)
					for _, field := range fields {
						if _, number := newest[field].(float64); !number {
							t.Errorf("%s: no %s in the newest night", p.Name, field)
						}
					}
					e := call(t, c, "v2/sleep", access, "action", "get",
						"startdate", unix(c.Now().Add(-6*time.Hour)), "enddate", unix(c.Now()))
					slices6h += len(as[[]any](e.Body["series"]))
				}
				if len(missing) > 0 || slices6h == 0 {
					t.Errorf("missing types %v, %d slices in six hours", slices.Sorted(maps.Keys(missing)), slices6h)
				}
			})
		})
	}
}

// newestNight returns the data of the night that ended last, within a day.
func newestNight(t *testing.T, c *Cloud, access string, fields []string) map[string]any {
	t.Helper()
	var newest map[string]any
	for _, n := range nightsOf(t, c, access, "lastupdate", "1", "data_fields", strings.Join(fields, ",")) {
		if newest == nil || whole(n, "enddate") > whole(newest, "enddate") {
			newest = n
		}
	}
	if newest == nil || whole(newest, "enddate") < c.Now().Add(-24*time.Hour).Unix() {
		t.Fatalf("no night in 24 h: %v", newest)
	}
	return as[map[string]any](newest["data"])
}

func TestUnknownZoneIsUTC(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{People: []Person{{Name: "Carol", Timezone: "Mars/Olympus", Days: -1}}})
	e := call(t, c, "measure", signIn(t, c, "Carol").access, "action", "getmeas")
	if e.Body["timezone"] != "UTC" {
		t.Errorf("zone %v", e.Body["timezone"])
	}
}
