// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/withings"
)

// TestHealthHasTheVerdict expects the findings about the whole program in the
// health report.
func TestHealthHasTheVerdict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		o := h.options(profile("Alice", &fakeCloud{user: "1"}))
		o.Facts = func(f *health.Facts) {
			f.Broker = &health.Broker{Connected: true, Problems: []health.Problem{
				{Code: health.CodeSecondInstallation, Text: "another installation", Since: time.Now()},
				{Code: health.CodeNotRetained, Text: "not retained", Remedy: "fix it", Since: time.Now()},
			}}
		}
		fetchOnce(t, newBridge(t, o))
		var report struct{ Verdict health.Verdict }
		if err := json.Unmarshal([]byte(h.publisher.get(h.tree.BridgeHealth())), &report); err != nil {
			t.Fatal(err)
		}
		found := report.Verdict.Findings
		if len(found) != 2 || found[0].Text != "Not retained." || found[1].Code != health.CodeSecondInstallation {
			t.Errorf("the report has %+v", found)
		}
		if report.Verdict.Level != health.Failed || !report.Verdict.Problem || len(report.Verdict.Subjects) > 0 {
			t.Errorf("%+v", report.Verdict)
		}
	})
}

// A machine that slept is no hanging program.
func TestOverdueIsAHangingPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		hangs := false
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			if hangs {
				<-hang
			}
			return withings.Measures{}, nil
		}}
		b := newHarness().bridge(t, profile("Alice", alice))
		isOverdue := func() bool { synctest.Wait(); v := b.Verdict(); return v.Has(health.CodePollOverdue) }
		runFor(t, b, 0, func() {
			<-time.After(4 * time.Minute)
			hangs = true
			b.StepClock("alice", 12*time.Hour)
			if isOverdue() {
				t.Error("overdue when the machine wakes up")
			}
			<-time.After(15 * time.Minute) // the loop notices within a minute
			if isOverdue() {
				t.Error("overdue too early")
			}
			<-time.After(2 * time.Minute)
			if !isOverdue() {
				t.Error("a poll hangs, and is not overdue")
			}
			close(hang)
			<-time.After(time.Minute)
			if isOverdue() {
				t.Error("overdue after the end of the poll")
			}
		})
	})
}

// A schedule with long pauses is no reason to call a profile offline.
func TestLongPausesAreNotStale(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		var fails atomic.Bool
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			if fails.Load() {
				return withings.Measures{}, withings.ErrApplication
			}
			return withings.Measures{}, nil
		}}
		p := profile("Alice", alice)
		p.Keys = []string{"weight_kg"}
		p.Schedule = dailySchedule{}
		runFor(t, h.bridge(t, p), 0, func() {
			for range 47 {
				<-time.After(time.Hour)
				synctest.Wait()
				if got := h.publisher.get(h.tree.Status("alice")); got != "online" {
					t.Fatalf("%s: %s", time.Now().UTC(), got)
				}
			}
			fails.Store(true)
			<-time.After(72 * time.Hour)
			synctest.Wait()
			if got := h.publisher.get(h.tree.Status("alice")); got != "offline" {
				t.Errorf("after three days without a success: %s", got)
			}
		})
	})
}

// While notifications are reliable, the relaxed schedule says how old the last
// poll may be.
func TestRelaxedPollsAreNotStale(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p, _ := withPush(profile("Alice", &fakeCloud{user: "1"}))
		p.RelaxedSchedule = everySchedule(12 * time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(hint(1))
			for range 24 {
				<-time.After(time.Hour)
				synctest.Wait()
				v := b.Verdict()
				if got := h.publisher.get(h.tree.Status("alice")); got != "online" || v.Has(health.CodeOffline) {
					t.Fatalf("%s: %s", time.Now().UTC(), got)
				}
			}
		})
	})
}

// A token is not refreshed when the new one could not be stored: then nothing is
// fetched, and neither the API nor the sign-in is to blame.
func TestTokenFolderNotWritable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			denied := &fs.PathError{Op: "open", Path: "/state/tokens/alice.json", Err: syscall.EACCES}
			return withings.Measures{}, fmt.Errorf("token not refreshed: %w", denied)
		}}
		p := profile("Alice", alice)
		p.Keys = []string{"weight_kg"}
		b := h.bridge(t, p)
		runFor(t, b, time.Minute, func() {
			<-time.After(time.Minute)
			synctest.Wait()
			v := b.Verdict()
			if len(v.Findings) != 1 || v.Findings[0].Code != health.CodeStateNotStored {
				t.Errorf("%+v", v.Findings)
			}
			if got := h.publisher.get(h.tree.Diagnostic("alice", "sync_problem")); !strings.Contains(got, `"ON"`) {
				t.Errorf("sync_problem is %s", got)
			}
		})
	})
}
