// SPDX-License-Identifier: MIT

package mirror_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mirror"
)

func TestSendsThePastOnceAndThenWhatChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIns(100, 2)...)
		m := start(t, options(archive, db))
		defer m.stop()
		want := []string{
			`vitals,profile=alice,device=Body+ note="a text",weight_kg=70 100000000000`,
			`vitals,profile=alice,device=Body+ note="a text",weight_kg=71 101000000000`,
		}
		if got := db.stored(); !slices.Equal(got, want) {
			t.Fatalf("at the start: %q", got)
		}
		archive.add("1", weighIn(102))
		m.Notify()
		synctest.Wait()
		if got := db.stored(); len(got) != 3 || !strings.HasSuffix(got[2], " 102000000000") {
			t.Errorf("after a change: %q", got)
		}
		archive.add("1", weighIn(103)) // by another process
		pass(11 * time.Minute)
		if got := db.stored(); len(got) != 4 {
			t.Errorf("without a notice: %q", got)
		}
		requests := db.requests()
		pass(24 * time.Hour)
		if db.requests() != requests {
			t.Error("something is sent although nothing has changed")
		}
		if s := m.Status(); s.Sent != 4 || s.Refused != 0 || s.Problem != nil || s.LastSuccess.IsZero() {
			t.Errorf("%+v", s)
		}
	})
}

func TestRemovedRecordsAndNapsMakeNoLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		removed, nap := weighIn(1), weighIn(2)
		removed.Deleted, nap.Nap = 5, true
		archive.add("1", removed, nap)
		m := start(t, options(archive, db))
		defer m.stop()
		if got := db.requests(); got != 0 {
			t.Errorf("%d requests for nothing", got)
		}
		for _, sequence := range archive.cursors {
			if sequence != 2 {
				t.Errorf("the cursor is at %d", sequence)
			}
		}
		if len(archive.cursors) != 1 {
			t.Error("the cursor did not move")
		}
	})
}

// A week without the database, then everything that was measured meanwhile
// comes, in bounded requests and once.
func TestCatchesUpAfterAWeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIn(1))
		m := start(t, options(archive, db))
		defer m.stop()
		db.setDown(true)
		const perDay = 3000
		for day := range int64(7) {
			archive.add("1", weighIns(10+day*perDay, perDay)...)
			m.Notify()
			pass(24 * time.Hour)
		}
		problem := m.Status().Problem
		if problem == nil || !strings.Contains(problem.Text, "cannot reach the database at db.lan:8086") ||
			!strings.Contains(problem.Remedy, "Nothing is lost") || time.Since(problem.Since) < 6*24*time.Hour {
			t.Errorf("%+v", problem)
		}
		if warnings := strings.Count(m.log.String(), "mirror failed"); warnings != 1 {
			t.Errorf("%d warnings:\n%s", warnings, m.log)
		}
		db.setDown(false)
		pass(6 * time.Minute)
		lines := db.stored()
		slices.Sort(lines)
		if len(lines) != 1+7*perDay || len(slices.Compact(lines)) != 1+7*perDay {
			t.Errorf("%d lines", len(lines))
		}
		if slices.Max(db.sizes) > 5000 || len(db.sizes) > 6 {
			t.Errorf("requests of %v lines", db.sizes)
		}
		if m.Status().Problem != nil || !strings.Contains(m.log.String(), "mirror recovered") {
			t.Errorf("%+v\n%s", m.Status(), m.log)
		}
	})
}

func TestContinuesAfterARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIns(1, 12000)...)
		// The second request does not arrive.
		db.setRefuse(func([]string, *http.Request) (int, string) {
			if len(db.sizes) == 1 {
				return http.StatusBadGateway, "<html>"
			}
			return 0, ""
		})
		first := start(t, options(archive, db))
		first.stop()
		if got := len(db.stored()); got != 5000 {
			t.Fatalf("%d lines before the restart", got)
		}
		db.setRefuse(nil)
		second := start(t, options(archive, db))
		defer second.stop()
		if got := db.stored(); len(got) != 12000 || !strings.HasSuffix(got[5000], " 5001000000000") {
			t.Errorf("%d lines after it", len(got))
		}
	})
}

// Another database, and another name of the series, begin at the beginning.
func TestCursorBelongsToDatabaseAndProfile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIn(1))
		o := options(archive, db)
		for want, change := range []func(){
			func() {}, func() { o.Target.Database = "other" },
			func() {
				o.Accounts = func(context.Context) []mirror.Account { return []mirror.Account{{User: "1", Profile: "alicia"}} }
			},
			func() { o.Target.Token = secret.New("x") }, // another API of the same database
			func() { o.Target.Token = secret.New("y") },
		} {
			change()
			start(t, o).stop()
			if got := len(db.stored()); got != min(want+1, 4) {
				t.Errorf("after step %d: %d lines", want, got)
			}
		}
	})
}

func TestOneAccountDoesNotStopAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.broken["1"] = errors.New("disk I/O error")
		archive.add("2", weighIn(1))
		o := options(archive, db)
		o.Accounts = func(context.Context) []mirror.Account {
			return []mirror.Account{{User: "1", Profile: "alice"}, {User: "2", Profile: "bob"}}
		}
		m := start(t, o)
		defer m.stop()
		if got := db.stored(); len(got) != 1 || !strings.Contains(got[0], "profile=bob") {
			t.Errorf("%q", got)
		}
		if p := m.Status().Problem; p == nil || !strings.Contains(p.Text, "the archive cannot be read") {
			t.Errorf("%+v", p)
		}
	})
}

// Memory stays flat: no request is larger than its bound, however large the
// records are.
func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		for i := range int64(40) {
			item := weighIn(i)
			item.Model = strings.Repeat("m", 60_000)
			archive.add("1", item)
		}
		m := start(t, options(archive, db))
		defer m.stop()
		if len(db.stored()) != 40 || slices.Max(db.sizes) > 18 {
			t.Errorf("%d lines in %v", len(db.stored()), db.sizes)
		}
	})
}

func TestFailuresAreTriedAgainLessAndLessOften(t *testing.T) {
	t.Parallel()
	for status, limits := range map[int][2]int{
		http.StatusServiceUnavailable: {280, 320}, // every five minutes
		http.StatusUnauthorized:       {90, 110},  // every fifteen
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				archive, db := newArchive(), &database{}
				archive.add("1", weighIn(1))
				db.setRefuse(func([]string, *http.Request) (int, string) { return status, "" })
				m := start(t, options(archive, db))
				defer m.stop()
				for range 24 {
					m.Notify()
					pass(time.Hour)
				}
				if n := db.requests(); n < limits[0] || n > limits[1] {
					t.Errorf("%d requests in a day", n)
				}
			})
		})
	}
}

func TestWaitsAsLongAsTheDatabaseAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{header: http.Header{"Retry-After": {"600"}}}
		archive.add("1", weighIn(1))
		db.setRefuse(func([]string, *http.Request) (int, string) { return http.StatusTooManyRequests, "" })
		m := start(t, options(archive, db))
		defer m.stop()
		pass(9 * time.Minute)
		if n := db.requests(); n != 1 {
			t.Errorf("%d requests", n)
		}
		pass(2 * time.Minute)
		if n := db.requests(); n != 2 {
			t.Errorf("%d requests later", n)
		}
	})
}
