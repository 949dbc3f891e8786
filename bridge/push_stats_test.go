// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// scaleHarness is a profile with weigh-ins and seemingly active subscriptions.
type scaleHarness struct {
	*harness
	t        *testing.T
	bridge   *bridge.Bridge
	rechecks atomic.Int64

	mu     sync.Mutex
	groups []withings.Group
}

// addWeighIn adds a weigh-in now, and announces it after a delay, or never if
// the delay is negative.
func (r *scaleHarness) addWeighIn(notifyAfter time.Duration) {
	r.t.Helper()
	r.mu.Lock()
	r.groups = append(r.groups, weighIn(int64(len(r.groups)+1), 70000, time.Now()))
	r.mu.Unlock()
	if notifyAfter >= 0 {
		<-time.After(notifyAfter)
		r.sendHint(1)
	}
}

func (r *scaleHarness) sendHint(category withings.Category) {
	r.t.Helper()
	if !r.bridge.HandleHint(bridge.Hint{UserID: "1", Category: category, Received: time.Now()}) {
		r.t.Error("the account is unknown")
	}
}

func (r *scaleHarness) push() bridge.PushHealth {
	return *r.bridge.Health().Profiles["alice"].Push
}

// withScaleHarness runs a test in a bubble, after half an hour without new
// data.
func withScaleHarness(t *testing.T, subscribed []withings.Category, run func(r *scaleHarness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &scaleHarness{harness: newHarness(), t: t}
		groups := func() (withings.Measures, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return withings.Measures{Groups: slices.Clone(r.groups)}, nil
		}
		cloud := &fakeCloud{
			user: "1", measures: func(time.Time) (withings.Measures, error) { return groups() },
			measuresBetween: func(_, _ time.Time) (withings.Measures, error) { return groups() },
		}
		p := profile("Alice", cloud)
		p.Push = func() bridge.PushState { return bridge.PushState{Healthy: true, Subscribed: subscribed} }
		p.RequestAudit = func() { r.rechecks.Add(1) }
		r.bridge = r.harness.bridge(t, p)
		runFor(t, r.bridge, 0, func() {
			<-time.After(30*time.Minute + time.Second)
			run(r)
		})
	})
}

// TestMissedNotificationTriggersAudit has values that arrive by polling without
// the expected notification.
func TestMissedNotificationTriggersAudit(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		t := r.t
		for i := range int64(3) {
			if push := r.push(); !push.Healthy || push.Missed != int(i) {
				t.Errorf("before the weigh-in number %d: %+v", i+1, push)
			}
			r.addWeighIn(-1)
			<-time.After(15 * time.Minute) // polls are five minutes apart
			if n := r.rechecks.Load(); n != i {
				t.Errorf("%d audits while the notification may still arrive", n)
			}
			<-time.After(7 * time.Minute)
			if n := r.rechecks.Load(); n != i+1 {
				t.Errorf("%d audits after %d weigh-ins without a notification", n, i+1)
			}
		}
		if push := r.push(); push.Healthy || !strings.Contains(push.Problem, "POST") {
			t.Errorf("after three: %+v", push)
		}
		<-time.After(5 * time.Minute)
		got := r.publisher.get(r.tree.Diagnostic("alice", "push"))
		if !strings.Contains(got, `"value":"OFF"`) || !strings.Contains(got, "POST") {
			t.Errorf("push is %s", got)
		}
		r.sendHint(1)
		if push := r.push(); !push.Healthy || push.Missed != 0 || push.Problem != "" {
			t.Errorf("after a notification: %+v", push)
		}
	})
}

func TestNotificationWithinGraceTriggersNoAudit(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		r.addWeighIn(14 * time.Minute)
		<-time.After(time.Hour)
		r.addWeighIn(0)
		<-time.After(time.Hour)
		if n := r.rechecks.Load(); n != 0 {
			r.t.Errorf("%d audits", n)
		}
		if push := r.push(); push.Missed != 0 {
			r.t.Errorf("%+v", push)
		}
	})
}

func TestNoAuditWithoutSubscription(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{44, 46}, func(r *scaleHarness) {
		for range 4 {
			r.addWeighIn(-1)
			<-time.After(time.Hour)
		}
		if push := r.push(); r.rechecks.Load() != 0 || !push.Healthy {
			r.t.Errorf("%d audits, %+v", r.rechecks.Load(), push)
		}
	})
}

// TestSilenceTriggersAudit has a weigh-in every two hours, and then none.
func TestSilenceTriggersAudit(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		for range 6 {
			r.addWeighIn(time.Second)
			<-time.After(2*time.Hour - time.Second)
		}
		<-time.After(2*time.Hour - time.Minute) // four since the last
		if n := r.rechecks.Load(); n != 0 {
			r.t.Errorf("%d audits after a usual silence", n)
		}
		<-time.After(3 * time.Minute)
		if n := r.rechecks.Load(); n != 1 {
			r.t.Errorf("%d audits, want one", n)
		}
		<-time.After(48 * time.Hour)
		if n := r.rechecks.Load(); n != 1 {
			r.t.Errorf("%d audits after one silence", n)
		}
		if push := r.push(); !push.Healthy {
			r.t.Errorf("unhealthy because of a silence: %+v", push)
		}
	})
}

func TestHealthReportsNotificationLag(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		for _, late := range []time.Duration{100 * time.Second, 40 * time.Second, 70 * time.Second} {
			sleepUntil(time.Now().Truncate(5 * time.Minute).Add(5*time.Minute + time.Second)) // just after a poll
			r.addWeighIn(late)
			<-time.After(10 * time.Second)
		}
		push := r.push()
		isLag := func(seconds *float64) bool { return seconds != nil && *seconds >= 70 && *seconds < 71 }
		if !isLag(push.Lag) || !isLag(push.UsualLag) {
			r.t.Errorf("%+v: %v, usually %v", push, push.Lag, push.UsualLag)
		}
	})
}

// TestNewConsentCallsOnSignIn signs in with wider scopes in another process.
func TestNewConsentCallsOnSignIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &consentingCloud{fakeCloud: &fakeCloud{user: "1"}}
		p := profile("Alice", cloud)
		var calls atomic.Int64
		p.OnSignIn = func() { calls.Add(1) }
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Hour)
			if n := calls.Load(); n != 0 {
				t.Errorf("called %d times without a new consent", n)
			}
			cloud.wider.Store(true)
			<-time.After(6 * time.Minute)
			if n := calls.Load(); n != 1 {
				t.Errorf("called %d times after the new consent", n)
			}
		})
	})
}

// consentingCloud is a cloud whose user can grant more scopes.
type consentingCloud struct {
	*fakeCloud
	wider atomic.Bool
}

func (c *consentingCloud) State() withings.AccountState {
	state := c.fakeCloud.State()
	state.Scopes = []string{"user.metrics"}
	if c.wider.Load() {
		state.Scopes = append(state.Scopes, "user.sleepevents")
	}
	return state
}
