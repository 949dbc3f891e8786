// SPDX-License-Identifier: MIT

package push_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

func TestRevoke(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep, withings.CategoryActivity,
			withings.CategoryPressure)
		theirs := newRows(foreignURL, withings.CategoryWeight)
		w.cloud.setRows(slices.Concat(theirs, newRows(formerURL, withings.CategoryGlucose)))
		w.start()
		defer w.stop()
		advance(6 * time.Second) // two are subscribed, two are pending
		w.cloud.takeCalls()
		if err := w.manager.Revoke(t.Context()); err != nil {
			t.Error(err)
		}
		times := w.checkCalls("list, revoke 58, revoke 1, revoke 4")
		if len(times) == 4 && times[3].Sub(times[2]) != time.Second {
			t.Errorf("times %v", times)
		}
		if diff := cmp.Diff(theirs, w.cloud.currentRows()); diff != "" {
			t.Error(diff)
		}
		// Nothing is subscribed again, even if an audit is requested.
		w.manager.RequestAudit()
		advance(24 * time.Hour)
		w.checkCalls("")
		w.checkHealthy(false)
		w.manager.OnSignIn()
		advance(time.Minute)
		if len(w.cloud.currentRows()) != 5 {
			t.Errorf("after the next sign-in %v", w.cloud.currentRows())
		}
		w.checkHealthy(true)
	})
}

func TestRevokeCancelsAudit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight)
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight))
		w.cloud.stall = true
		w.start()
		defer w.stop()
		advance(time.Minute)
		w.checkCalls("list") // and no answer
		w.cloud.mu.Lock()
		w.cloud.stall = false
		w.cloud.mu.Unlock()
		if err := w.manager.Revoke(t.Context()); err != nil {
			t.Error(err)
		}
		w.checkCalls("list, revoke 1")
		if state := w.checkHealthy(false); len(state.Categories) > 0 || state.Problem != "" {
			t.Errorf("state %+v", state)
		}
	})
}

// The cancelled audit may have got its answer already.
func TestRevokeIgnoresLateAuditResult(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newHarness(t, withings.CategoryWeight, withings.CategorySleep)
		w.start()
		defer w.stop()
		advance(time.Minute)
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight))
		slow := make(chan struct{})
		w.cloud.failWith(func(call string) error {
			if call == "subscribe 44" {
				<-slow
			}
			return nil
		})
		advance(7 * time.Hour)
		ended := make(chan error)
		go func() { ended <- w.manager.Revoke(t.Context()) }()
		synctest.Wait()
		close(slow)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if state := w.checkHealthy(false); len(state.Categories) > 0 || len(w.cloud.currentRows()) > 0 {
			t.Errorf("state %+v, left %v", state, w.cloud.currentRows())
		}
	})
}

func TestRevokeErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const all = "list, revoke 1, revoke 44"
		for name, row := range map[string]struct {
			fail  map[string]error
			calls string
			fails bool
		}{
			"cannot list":  {map[string]error{"list": withings.ErrSignIn}, "list", true},
			"one is gone":  {map[string]error{"revoke 1": apiError(294, withings.Params)}, all, false},
			"one is stuck": {map[string]error{"revoke 1": apiError(503, withings.Params)}, all, true},
			"outage": {
				map[string]error{"revoke 1": apiError(withings.NoStatus, withings.Temporary)},
				"list, revoke 1", true,
			},
		} {
			w := newHarness(t)
			w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight, withings.CategorySleep))
			w.cloud.failWith(func(call string) error { return row.fail[call] })
			manager, err := push.NewSubscriptionManager(w.options)
			if err != nil {
				t.Fatal(err)
			}
			err = manager.Revoke(t.Context())
			if (err != nil) != row.fails || err != nil && !errors.Is(err, row.fail["list"]) &&
				!errors.Is(err, row.fail["revoke 1"]) {
				t.Errorf("%s: %v", name, err)
			}
			w.checkCalls(row.calls)
		}
		w := newHarness(t)
		w.cloud.setRows(newRows(callbackURL, withings.CategoryWeight, withings.CategorySleep))
		manager, err := push.NewSubscriptionManager(w.options)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if err := manager.Revoke(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		w.checkCalls("list, revoke 1")
	})
}
