// SPDX-License-Identifier: MIT

package push_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

// A requested audit runs at once, and has the callback URL checked even if
// nothing is missing, but not more often than once a minute.
func TestRequestAudit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight, withings.CategorySleep))
		w.start()
		defer w.stop()
		advance(time.Hour)
		w.checkCalls("list")
		w.manager.RequestAudit()
		synctest.Wait()
		w.checkCalls("list, subscribe 1")
		for range 600 {
			w.manager.RequestAudit()
			advance(100 * time.Millisecond)
		}
		w.checkCalls("list, subscribe 1")
		advance(time.Minute)
		w.cloud.takeCalls()
		advance(time.Hour)
		w.checkCalls("")
		w.checkHealthy(true)
		advance(6 * time.Hour)
		w.checkCalls("list") // no check is needed any more
	})
}

// A complete list proves nothing while the callback URL is unreachable.
func TestRequestedAuditDetectsUnreachableAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight, withings.CategorySleep))
		w.start()
		defer w.stop()
		advance(time.Hour)
		w.checkHealthy(true)
		w.cloud.takeCalls()
		w.cloud.failWith(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return apiError(293, withings.Params)
			}
			return nil
		})
		w.manager.RequestAudit()
		synctest.Wait()
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(false)
		w.checkStatus(withings.CategorySleep, push.Failing)
		// Another failure proves nothing either.
		w.cloud.failWith(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return apiError(2555, withings.Temporary)
			}
			return nil
		})
		advance(67 * time.Second)
		w.checkCalls("list, subscribe 1")
		w.checkStatus(withings.CategorySleep, push.Failing)
		w.checkHealthy(false)
		w.cloud.failWith(nil)
		advance(3 * time.Minute)
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(true)
		w.checkStatus(withings.CategorySleep, push.Subscribed)
	})
}

// The callback URL stays unreachable even if the failed category is no longer
// wanted.
func TestUnreachableAddressSurvivesCategoryChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t)
		wanted := &atomic.Pointer[[]withings.Category]{}
		wanted.Store(&[]withings.Category{withings.CategoryWeight, withings.CategorySleep})
		w.options.WantedCategories = func() []withings.Category { return *wanted.Load() }
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight))
		w.cloud.failWith(func(call string) error {
			if call == "list" {
				return nil
			}
			return apiError(293, withings.Params)
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.checkCalls("list, subscribe 44")
		w.checkStatus(withings.CategoryWeight, push.Failing)
		wanted.Store(&[]withings.Category{withings.CategoryWeight})
		advance(67 * time.Second)
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(false)
	})
}

// Subscriptions with a former secret are removed once the new ones are made.
func TestFormerSecretIsReplaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep, withings.CategoryUrine)
		theirs := newRows(foreignURL, withings.CategoryWeight)
		w.cloud.setRows(slices.Concat(theirs, newRows(formerURL,
			withings.CategoryWeight, withings.CategoryGlucose, withings.CategorySleep, withings.CategoryUrine)))
		w.cloud.failWith(func(call string) error {
			switch call {
			case "subscribe 63":
				return apiError(503, withings.Params)
			case "revoke 58":
				return apiError(286, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		advance(40 * time.Second)
		times := w.checkCalls("list, subscribe 1, subscribe 44, subscribe 63, revoke 1, revoke 58, revoke 44")
		if len(times) == 7 && (times[5].Sub(times[4]) != time.Second || times[6].Sub(times[5]) != time.Second) {
			t.Errorf("times %v", times)
		}
		want := slices.Concat(theirs, newRows(formerURL, withings.CategoryGlucose, withings.CategoryUrine),
			newRows(callbackURL, withings.CategoryWeight, withings.CategorySleep))
		if diff := cmp.Diff(want, w.cloud.currentRows()); diff != "" {
			t.Error(diff)
		}
		w.checkHealthy(true)
		if n := strings.Count(w.recorder.log(), "removed subscription of former"); n != 3 {
			t.Errorf("%d removals are logged", n)
		}
	})
}

func TestFormerSubscriptionStaysWhileNewFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight)
		w.cloud.setRows(newRows(formerURL, withings.CategoryWeight))
		w.cloud.failWith(func(call string) error {
			if call == "subscribe 1" {
				return apiError(293, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		advance(3 * time.Hour)
		if calls, _ := w.cloud.takeCalls(); strings.Contains(calls, "revoke") {
			t.Errorf("calls %s", calls)
		}
	})
}

func TestStopDuringAudit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep, withings.CategoryActivity)
		w.start()
		advance(6 * time.Second)
		began := time.Now()
		w.stop()
		if time.Since(began) != 0 {
			t.Errorf("took %s to stop", time.Since(began))
		}
		w.checkCalls("list, subscribe 1, subscribe 16")
		if len(w.cloud.currentRows()) != 2 {
			t.Errorf("left %v", w.cloud.currentRows())
		}
		if log := w.recorder.log(); strings.Contains(log, "audit failed") {
			t.Errorf("a stop was logged as a failure: %s", log)
		}
	})
}

func TestWantedCategoriesChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t)
		wanted := &atomic.Pointer[[]withings.Category]{}
		wanted.Store(new([]withings.Category))
		w.options.WantedCategories = func() []withings.Category { return *wanted.Load() }
		w.start()
		defer w.stop()
		advance(time.Hour)
		w.checkCalls("")
		w.checkHealthy(false)
		wanted.Store(&[]withings.Category{withings.CategoryWeight})
		advance(11 * time.Minute)
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(true)
		wanted.Store(&[]withings.Category{withings.CategorySleep})
		advance(7 * time.Hour)
		w.checkCalls("list, subscribe 44")
		w.checkStatus(withings.CategoryWeight, "")
		w.checkStatus(withings.CategorySleep, push.Subscribed)
	})
}
