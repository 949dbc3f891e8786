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
		w := newWatch(t, push.Weight, push.Sleep, push.BedIn)
		w.cloud.failing(func(call string) error {
			if call == "subscribe 44" {
				return refusal(403, withings.Forbidden)
			}
			return nil
		})
		w.start()
		defer w.stop()
		later(time.Minute)
		w.calls("list, subscribe 1, subscribe 44, subscribe 50")
		if at := w.stands(push.Sleep, push.NotGranted); !strings.Contains(at.Cause, "sign in") {
			t.Errorf("%+v", at)
		}
		if state := w.healthy(true); state.Covers(push.Sleep) || !state.Covers(push.BedIn) {
			t.Errorf("%+v", state)
		}
		later(20 * time.Hour)
		if calls, _ := w.cloud.said(); strings.Contains(calls, "44") || !strings.Contains(calls, "list, list") {
			t.Errorf("calls %s", calls)
		}
		w.stands(push.Sleep, push.NotGranted)
		w.cloud.failing(nil)
		w.keeper.SignedIn()
		synctest.Wait()
		w.calls("list, subscribe 44")
		w.stands(push.Sleep, push.Subscribed)
	})
}

// A consent that comes while the old one is being refused is not held against it.
func TestConsentWhileRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Sleep)
		first := true
		w.cloud.failing(func(call string) error {
			if call != "list" && first {
				first = false
				w.keeper.SignedIn()
				return refusal(403, withings.Forbidden)
			}
			return nil
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.calls("list, subscribe 44, list, subscribe 44")
		w.stands(push.Sleep, push.Subscribed)
	})
}

// What the cloud does not want at all is asked for ever more seldom, and does not
// make the others unreliable.
func TestRefusedCategory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Urine)
		w.cloud.failing(func(call string) error {
			if call == "subscribe 63" {
				return refusal(503, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		later(30 * time.Second)
		w.calls("list, subscribe 1, subscribe 63")
		w.stands(push.Urine, push.Refused)
		w.healthy(true)
		later(24 * time.Hour)
		if calls, _ := w.cloud.said(); strings.Count(calls, "63") < 9 || strings.Count(calls, "63") > 14 {
			t.Errorf("calls %s", calls)
		}
		if told := strings.Count(w.diary.log(), "one kind"); told != 1 {
			t.Errorf("logged %d times", told)
		}
	})
}

func TestSignInNeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight)
		w.cloud.failing(func(string) error { return withings.ErrSignIn })
		w.start()
		defer w.stop()
		later(time.Hour)
		if calls, _ := w.cloud.said(); strings.Count(calls, "list") > 7 {
			t.Errorf("calls %s", calls) // they do not reach the cloud, yet
		}
		if at := w.stands(push.Weight, push.Failing); !strings.Contains(at.Cause, "sign-in") {
			t.Errorf("%+v", at)
		}
		w.cloud.failing(nil)
		w.keeper.SignedIn()
		synctest.Wait()
		w.calls("list, subscribe 1")
		w.healthy(true)
	})
}
