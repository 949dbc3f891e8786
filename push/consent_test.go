// SPDX-License-Identifier: MIT

package push_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

// A scope that is missing costs its own category only, until the next sign-in.
func TestScopeMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep, withings.CategoryBedIn)
		w.cloud.failWith(func(call string) error {
			if call == "subscribe 44" {
				return apiError(403, withings.Forbidden)
			}
			return nil
		})
		w.start()
		defer w.stop()
		advance(time.Minute)
		w.checkCalls("list, subscribe 1, subscribe 44, subscribe 50")
		if at := w.checkStatus(withings.CategorySleep, push.NotGranted); !strings.Contains(at.Cause, "sign in") {
			t.Errorf("%+v", at)
		}
		if state := w.checkHealthy(true); state.Covers(withings.CategorySleep) ||
			!state.Covers(withings.CategoryBedIn) {
			t.Errorf("%+v", state)
		}
		advance(20 * time.Hour)
		if calls, _ := w.cloud.takeCalls(); strings.Contains(calls, "44") || !strings.Contains(calls, "list, list") {
			t.Errorf("calls %s", calls)
		}
		w.checkStatus(withings.CategorySleep, push.NotGranted)
		w.cloud.failWith(nil)
		w.manager.OnSignIn()
		synctest.Wait()
		w.checkCalls("list, subscribe 44")
		w.checkStatus(withings.CategorySleep, push.Subscribed)
	})
}

// A refusal under the old consent does not count against a new one.
func TestSignInDuringRefusedSubscribe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategorySleep)
		first := true
		w.cloud.failWith(func(call string) error {
			if call != "list" && first {
				first = false
				w.manager.OnSignIn()
				return apiError(403, withings.Forbidden)
			}
			return nil
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.checkCalls("list, subscribe 44, list, subscribe 44")
		w.checkStatus(withings.CategorySleep, push.Subscribed)
	})
}

// A category that the Withings API rejects is retried ever more seldom, and
// does not affect the others.
func TestRefusedCategory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategoryUrine)
		w.cloud.failWith(func(call string) error {
			if call == "subscribe 63" {
				return apiError(503, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		advance(30 * time.Second)
		w.checkCalls("list, subscribe 1, subscribe 63")
		w.checkStatus(withings.CategoryUrine, push.Refused)
		w.checkHealthy(true)
		advance(24 * time.Hour)
		if calls, _ := w.cloud.takeCalls(); strings.Count(calls, "63") < 9 || strings.Count(calls, "63") > 14 {
			t.Errorf("calls %s", calls)
		}
		if count := strings.Count(w.recorder.log(), "subscribing failed"); count != 1 {
			t.Errorf("logged %d times", count)
		}
	})
}

func TestSignInNeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight)
		w.cloud.failWith(func(string) error { return withings.ErrSignIn })
		w.start()
		defer w.stop()
		advance(time.Hour)
		if calls, _ := w.cloud.takeCalls(); strings.Count(calls, "list") > 7 {
			t.Errorf("calls %s", calls) // these calls do not reach the API
		}
		if at := w.checkStatus(withings.CategoryWeight, push.Failing); !strings.Contains(at.Cause, "not signed in") {
			t.Errorf("%+v", at)
		}
		w.cloud.failWith(nil)
		w.manager.OnSignIn()
		synctest.Wait()
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(true)
	})
}
