// SPDX-License-Identifier: MIT

package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestSyncAtNight uploads the day before earlier than the watch would.
func TestSyncAtNight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newUnlimitedCloud(walker(10))
		access := signIn(t, c, "Carol").access
		<-time.After(24*time.Hour - 30*time.Minute) // 0:30 in Berlin.
		c.Sync("Carol")
		at := time.Now()
		c.Advance(15 * time.Hour)
		access, old := signIn(t, c, "Carol").access, access
		status(t, call(t, c, "v2/user", old, "action", "getgoals"), 401, "")
		for _, row := range activitiesOf(t, c, access, "startdateymd", "2000-01-01", "enddateymd", "2000-01-01") {
			if whole(row, "modified") != at.Unix() {
				t.Errorf("uploaded at %d, synced at %d: %v", whole(row, "modified"), at.Unix(), row)
			}
		}
	})
}

// TestWalkUnderWay polls in the middle of a walk that is uploaded later.
func TestWalkUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true})
		d.c.Walk("Carol", 500, d.c.Now().Add(2*time.Minute))
		d.c.Walk("Carol", 100, d.c.Now())
		if row := d.today(); whole(row, "steps") != 100 {
			t.Errorf("%v", row)
		}
		<-time.After(2 * time.Minute)
		if row := d.today(); whole(row, "steps") != 600 || whole(row, "modified") != d.c.Now().Unix() {
			t.Errorf("%v", row)
		}
	})
}

// TestWalkOverMidnight squeezes what would begin the day before into its own
// day.
func TestWalkOverMidnight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newControlClient(t, Owns{Watch: true})
		d.c.Walk("Carol", 1000, time.Date(2000, 1, 1, 0, 3, 0, 0, time.UTC))
		d.c.Walk("Carol", 1000, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
		rows := activitiesOf(t, d.c, d.access, "lastupdate", "1")
		if len(rows) != 2 || rows[0]["date"] != "1999-12-31" ||
			whole(rows[0], "steps") != 1000 || whole(rows[1], "steps") != 1000 {
			t.Errorf("%v", rows)
		}
		d.c.Advance(10*time.Hour + 3*time.Minute)
		d.access = signIn(t, d.c, "Carol").access
		d.c.Walk("Carol", 1000, d.c.Now())
		rows = activitiesOf(t, d.c, d.access, "startdateymd", "2000-01-02", "enddateymd", "2000-01-02")
		if len(rows) != 1 || whole(rows[0], "steps") != 1000 {
			t.Errorf("three minutes after midnight: %v", rows)
		}
	})
}
