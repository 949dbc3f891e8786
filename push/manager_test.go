// SPDX-License-Identifier: MIT

package push_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

func TestNewSubscriptionManagerValidatesOptions(t *testing.T) {
	t.Parallel()
	fine := push.ManagerOptions{Account: &fakeCloud{}, CallbackURL: callbackURL, WantedCategories: withings.Categories}
	if _, err := push.NewSubscriptionManager(fine); err != nil {
		t.Error(err)
	}
	withURL := func(url string) func(*push.ManagerOptions) {
		return func(o *push.ManagerOptions) { o.CallbackURL = url }
	}
	for name, row := range map[string]struct {
		invalidate func(*push.ManagerOptions)
		want       error
	}{
		"no account":    {func(o *push.ManagerOptions) { o.Account = nil }, nil},
		"no categories": {func(o *push.ManagerOptions) { o.WantedCategories = nil }, nil},
		"no route":      {withURL("https://example.org/" + testSecret), push.ErrPublicURL},
		"weak secret":   {withURL("https://example.org/notify/hunter2"), push.ErrWeakSecret},
	} {
		o := fine
		row.invalidate(&o)
		_, err := push.NewSubscriptionManager(o)
		if err == nil || row.want != nil && !errors.Is(err, row.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The list comes first, only what is missing is added, five seconds apart, and
// the subscriptions of other programs stay.
func TestAuditSubscribesMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t,
			withings.CategorySleep, withings.CategoryWeight, withings.CategoryPressure,
			withings.CategoryWeight, withings.CategoryActivity, 77)
		theirs := slices.Concat(
			newRows(foreignURL, withings.CategoryWeight, withings.CategorySleep),
			newRows("https://example.org/vitals/notify/short", withings.CategoryWeight),
			newRows("https://example.com/vitals/notify/"+otherSecret, withings.CategoryWeight),
			newRows(otherInstallationURL, withings.CategoryWeight, withings.CategorySleep),
			[]withings.Subscription{{CallbackURL: callbackURL}}, // without a category
		)
		ours := newRows("HTTPS://Example.org:443/vitals/notify/"+testSecret+"/", withings.CategoryPressure)
		w.cloud.setRows(slices.Concat(theirs, ours))
		w.start()
		defer w.stop()
		synctest.Wait()
		w.checkStatus(withings.CategoryPressure, push.Subscribed)
		w.checkStatus(withings.CategoryActivity, push.Pending)
		w.checkHealthy(false)
		advance(time.Minute)
		times := w.checkCalls("list, subscribe 1, subscribe 16, subscribe 44")
		if gaps := []time.Duration{times[2].Sub(times[1]), times[3].Sub(times[2])}; gaps[0] != 5*time.Second ||
			gaps[1] != 5*time.Second {
			t.Errorf("gaps %v", gaps)
		}
		state := w.checkHealthy(true)
		want := []push.CategoryState{
			{Category: 1, Name: "weight", Status: push.Subscribed},
			{Category: 4, Name: "pressure", Status: push.Subscribed},
			{Category: 16, Name: "activity", Status: push.Subscribed},
			{Category: 44, Name: "sleep", Status: push.Subscribed},
		}
		if diff := cmp.Diff(want, state.Categories); diff != "" {
			t.Error(diff)
		}
		if !state.LastAudit.Equal(times[3]) || state.Problem != "" ||
			!state.Covers(withings.CategorySleep) || state.Covers(withings.CategoryBedIn) {
			t.Errorf("state %+v", state)
		}
		for _, row := range theirs {
			if !slices.Contains(w.cloud.currentRows(), row) {
				t.Errorf("%s %d is gone", row.CallbackURL, row.Category.N)
			}
		}
		// Nothing is removed at the end.
		before := w.cloud.currentRows()
		w.stop()
		w.checkCalls("")
		if diff := cmp.Diff(before, w.cloud.currentRows()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAuditRepairs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		changes := &atomic.Int32{}
		w.options.OnChange = func() { changes.Add(1) }
		w.start()
		defer w.stop()
		advance(time.Minute)
		w.checkCalls("list, subscribe 1, subscribe 44")
		next := w.manager.State().NextTry
		if until := time.Until(next); until < 5*time.Hour || until > 7*time.Hour {
			t.Errorf("next audit in %s", until)
		}
		w.cloud.setRows(newRows(callbackURL, withings.CategorySleep)) // one has lapsed
		w.cloud.failWith(func(call string) error {
			if call == "list" {
				return nil
			}
			w.cloud.failWith(nil)
			return apiError(2555, withings.Temporary)
		})
		advance(5 * time.Hour)
		w.checkCalls("")
		advance(time.Until(next))
		times := w.checkCalls("list, subscribe 1")
		if len(times) > 0 && !times[0].Equal(next) {
			t.Errorf("audit at %s, announced for %s", times[0], next)
		}
		w.checkHealthy(false)
		w.checkStatus(withings.CategoryWeight, push.Failing)
		advance(2 * time.Minute)
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(true)
		if !strings.Contains(w.recorder.log(), "subscription missing") {
			t.Errorf("log %s", w.recorder.log())
		}
		advance(7 * time.Hour)
		w.checkCalls("list")
		if changes.Load() != 4 {
			t.Errorf("OnChange was called %d times for 4 audits", changes.Load())
		}
	})
}

// Installations that were started together do not send requests together
// forever.
func TestAuditTimesAreJittered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		moments := map[time.Time]bool{}
		for seed := range uint64(8) {
			w := newHarness(t, withings.CategoryWeight)
			w.options.Jitter = jitter.New(seed)
			w.start()
			synctest.Wait()
			moments[w.manager.State().NextTry] = true
			w.stop()
		}
		if len(moments) < 4 {
			t.Errorf("next tries %v", moments)
		}
	})
}

func TestUnreachableAddressIsRetriedForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.cloud.failWith(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return apiError(293, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.checkCalls("list, subscribe 1") // the others would be refused as well
		cause := w.checkStatus(withings.CategorySleep, push.Failing).Cause
		if !strings.Contains(cause, "443") || w.checkHealthy(false).Problem != cause {
			t.Errorf("cause %q", cause)
		}
		last := time.Now()
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			want *= time.Minute
			next := w.manager.State().NextTry
			if gap := next.Sub(last); gap < want*9/10 || gap > want*11/10 {
				t.Errorf("wait %d is %s, want about %s", i, gap, want)
			}
			advance(time.Until(next))
			w.checkCalls("list, subscribe 1")
			last = next
		}
		if count := strings.Count(w.recorder.log(), "443"); count != 1 {
			t.Errorf("logged %d times: %s", count, w.recorder.log())
		}
		w.cloud.failWith(nil)
		advance(67 * time.Minute)
		w.checkCalls("list, subscribe 1, subscribe 44")
		if state := w.checkHealthy(true); state.Problem != "" || time.Until(state.NextTry) < 4*time.Hour {
			t.Errorf("state %+v", state)
		}
	})
}

// An outage of the Withings API does not change the status of subscriptions.
func TestOutageKeepsStatus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.start()
		defer w.stop()
		advance(time.Minute)
		w.checkCalls("list, subscribe 1, subscribe 44")
		w.cloud.failWith(func(string) error { return apiError(withings.NoStatus, withings.Temporary) })
		advance(7 * time.Hour)
		state := w.checkHealthy(true)
		if state.Problem == "" || time.Until(state.NextTry) > 66*time.Minute {
			t.Errorf("state %+v", state)
		}
		w.checkStatus(withings.CategoryWeight, push.Subscribed)
		advance(10 * time.Hour)
		w.checkHealthy(false) // the last audit is too long ago
		w.cloud.takeCalls()
		w.cloud.failWith(nil)
		advance(66 * time.Minute)
		w.checkCalls("list")
		w.checkHealthy(true)
	})
}

// An error of a proxy on the way does not concern the category.
func TestProxyErrorIsNotCategoryRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.cloud.failWith(func(call string) error {
			if call == "list" {
				return nil
			}
			return apiError(withings.NoStatus, withings.Forbidden)
		})
		w.start()
		defer w.stop()
		advance(30 * time.Second)
		w.checkCalls("list, subscribe 1")
		w.checkStatus(withings.CategoryWeight, push.Failing)
		w.checkStatus(withings.CategorySleep, push.Failing)
	})
}

func TestRateLimitHonorsRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight)
		w.cloud.failWith(func(string) error {
			return &withings.Error{Status: 601, Class: withings.Limited, RetryAfter: 90 * time.Minute}
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		if wait := time.Until(w.manager.State().NextTry); wait < 90*time.Minute {
			t.Errorf("next try in %s", wait)
		}
		w.checkStatus(withings.CategoryWeight, push.Failing)
	})
}

// No request is sent before our own listener answers.
func TestProbePrecedesAudit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight)
		up := &atomic.Bool{}
		w.options.Probe = func(context.Context) error {
			if !up.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		w.start()
		defer w.stop()
		advance(10 * time.Minute)
		w.checkCalls("")
		at := w.checkStatus(withings.CategoryWeight, push.Failing)
		if !strings.Contains(at.Cause, "does not respond locally") {
			t.Errorf("%+v", at)
		}
		up.Store(true)
		w.cloud.failWith(func(string) error { return apiError(2555, withings.Temporary) })
		advance(time.Until(w.manager.State().NextTry))
		w.checkCalls("list")
		if wait := time.Until(w.manager.State().NextTry); wait > 66*time.Second {
			t.Errorf("failures of the probe delay the next audit: %s", wait)
		}
		w.cloud.failWith(nil)
		advance(66 * time.Second)
		w.checkCalls("list, subscribe 1")
		w.checkHealthy(true)
		// Later it fails: what is listed does not matter.
		up.Store(false)
		advance(7 * time.Hour)
		w.checkHealthy(false)
		w.checkCalls("")
		if wait := time.Until(w.manager.State().NextTry); wait > 66*time.Second {
			t.Errorf("next try in %s", wait)
		}
		up.Store(true)
		advance(2 * time.Minute)
		w.checkCalls("list")
		w.checkHealthy(true)
	})
}
