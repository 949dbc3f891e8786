// SPDX-License-Identifier: MIT

package bridge_test

import (
	"os"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// held is what a process has.
type held struct {
	goroutines, files int
	heap              int64 // bytes in use
}

// heldNow is what this process has. Files are those of Linux, 0 elsewhere.
func heldNow() held {
	synctest.Wait()
	runtime.GC() // twice: what is in pools lives for one collection
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd")
	return held{runtime.NumGoroutine(), len(files), int64(m.HeapAlloc)}
}

// TestDaysHoldNothing lives through days with archive, notifications, mirror
// and statistics. What is held does not depend on how many they are.
func TestDaysHoldNothing(t *testing.T) { //nolint:paralleltest // it counts what the process holds
	if !isWhole() {
		t.Skip("simulated days; V2M_LONG=1 runs it")
	}
	few, many := heldAfter(t, 3*24*time.Hour), heldAfter(t, 9*24*time.Hour)
	t.Logf("after three days %+v, after nine %+v", few, many)
	if few.goroutines < 3 || few.heap < 100_000 {
		t.Errorf("%+v is too little to prove anything", few)
	}
	if many.goroutines > few.goroutines || many.files > few.files {
		t.Error("goroutines or open files have become more")
	}
	if many.heap > few.heap+few.heap/10 {
		t.Error("the heap has grown")
	}
}

// heldAfter is what bridge, archive, mirror and statistics hold after a time:
// what there is less when they have ended, as what surrounds them grows.
func heldAfter(t *testing.T, length time.Duration) (difference held) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(weekBegins)
		w := newWeekRun(t)
		for i := range w.profiles {
			w.profiles[i].Schedule = everySchedule(2 * time.Hour)
		}
		w.begin()
		plan := drawWeek(1, length)
		w.live(weekPlan{length: length, changes: everyNth(5, plan.changes)}, everyNth(5, onlyHints(plan.disturbances)))
		before := heldNow()
		w.end()
		closeArchive(t, w.archive)
		w.archive, w.stop = nil, nil
		after := heldNow()
		runtime.KeepAlive(w) // what the broker was sent
		difference = held{before.goroutines - after.goroutines, before.files - after.files, before.heap - after.heap}
	})
	return difference
}

func onlyHints(steps []weekStep) []weekStep {
	return slices.DeleteFunc(steps, func(s weekStep) bool { return s.what != hinted })
}

// everyNth returns some steps of all.
func everyNth(n int, steps []weekStep) (some []weekStep) {
	for i := 0; i < len(steps); i += n {
		some = append(some, steps[i])
	}
	return some
}
