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

// Silence is looked into at once, and the address proven by the cloud's own HEAD
// even when the list is as it should be; but not as often as somebody likes.
func TestNudge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		w.cloud.set(rowsOf(ours, push.Weight, push.Sleep))
		w.start()
		defer w.stop()
		later(time.Hour)
		w.calls("list")
		w.keeper.Nudge()
		synctest.Wait()
		w.calls("list, subscribe 1")
		for range 600 {
			w.keeper.Nudge()
			later(100 * time.Millisecond)
		}
		w.calls("list, subscribe 1")
		later(time.Minute)
		w.cloud.said()
		later(time.Hour)
		w.calls("")
		w.healthy(true)
		later(6 * time.Hour)
		w.calls("list") // the doubt is over
	})
}

// A list that looks well is not believed while the cloud cannot reach us.
func TestNudgeFindsTheWayClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		w.cloud.set(rowsOf(ours, push.Weight, push.Sleep))
		w.start()
		defer w.stop()
		later(time.Hour)
		w.healthy(true)
		w.cloud.said()
		w.cloud.failing(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return refusal(293, withings.Params)
			}
			return nil
		})
		w.keeper.Nudge()
		synctest.Wait()
		w.calls("list, subscribe 1")
		w.healthy(false)
		w.stands(push.Sleep, push.Failing)
		// Another failure does not make the list any truer.
		w.cloud.failing(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return refusal(2555, withings.Temporary)
			}
			return nil
		})
		later(67 * time.Second)
		w.calls("list, subscribe 1")
		w.stands(push.Sleep, push.Failing)
		w.healthy(false)
		w.cloud.failing(nil)
		later(3 * time.Minute)
		w.calls("list, subscribe 1")
		w.healthy(true)
		w.stands(push.Sleep, push.Subscribed)
	})
}

// Neither does it help that what was refused is not wanted any more.
func TestClosedWayIsRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t)
		wanted := &atomic.Pointer[[]push.Category]{}
		wanted.Store(&[]push.Category{push.Weight, push.Sleep})
		w.options.Wanted = func() []push.Category { return *wanted.Load() }
		w.cloud.set(rowsOf(ours, push.Weight))
		w.cloud.failing(func(call string) error {
			if call == "list" {
				return nil
			}
			return refusal(293, withings.Params)
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.calls("list, subscribe 44")
		w.stands(push.Weight, push.Failing)
		wanted.Store(&[]push.Category{push.Weight})
		later(67 * time.Second)
		w.calls("list, subscribe 1")
		w.healthy(false)
	})
}

// After the secret was changed the old addresses go, each when its new one stands.
func TestFormerSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep, push.Urine)
		theirs := rowsOf(foreign, push.Weight)
		w.cloud.set(slices.Concat(theirs, rowsOf(formers, push.Weight, push.Glucose, push.Sleep, push.Urine)))
		w.cloud.failing(func(call string) error {
			switch call {
			case "subscribe 63":
				return refusal(503, withings.Params)
			case "revoke 58":
				return refusal(286, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		later(40 * time.Second)
		times := w.calls("list, subscribe 1, subscribe 44, subscribe 63, revoke 1, revoke 58, revoke 44")
		if len(times) == 7 && (times[5].Sub(times[4]) != time.Second || times[6].Sub(times[5]) != time.Second) {
			t.Errorf("times %v", times)
		}
		want := slices.Concat(theirs, rowsOf(formers, push.Glucose, push.Urine), rowsOf(ours, push.Weight, push.Sleep))
		if diff := cmp.Diff(want, w.cloud.list()); diff != "" {
			t.Error(diff)
		}
		w.healthy(true)
	})
}

func TestFormerStaysWhileTheNewFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight)
		w.cloud.set(rowsOf(formers, push.Weight))
		w.cloud.failing(func(call string) error {
			if call == "subscribe 1" {
				return refusal(293, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		later(3 * time.Hour)
		if calls, _ := w.cloud.said(); strings.Contains(calls, "revoke") {
			t.Errorf("calls %s", calls)
		}
	})
}

func TestStopInTheMiddle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep, push.Activity)
		w.start()
		later(6 * time.Second)
		began := time.Now()
		w.stop()
		if time.Since(began) != 0 {
			t.Errorf("took %s to stop", time.Since(began))
		}
		w.calls("list, subscribe 1, subscribe 16")
		if len(w.cloud.list()) != 2 {
			t.Errorf("left %v", w.cloud.list())
		}
		if log := w.diary.log(); strings.Contains(log, "relied") {
			t.Errorf("a stop is no failure: %s", log)
		}
	})
}

func TestWishesChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t)
		wanted := &atomic.Pointer[[]push.Category]{}
		wanted.Store(new([]push.Category))
		w.options.Wanted = func() []push.Category { return *wanted.Load() }
		w.start()
		defer w.stop()
		later(time.Hour)
		w.calls("")
		w.healthy(false)
		wanted.Store(&[]push.Category{push.Weight})
		later(11 * time.Minute)
		w.calls("list, subscribe 1")
		w.healthy(true)
		wanted.Store(&[]push.Category{push.Sleep})
		later(7 * time.Hour)
		w.calls("list, subscribe 44")
		w.stands(push.Weight, "")
		w.stands(push.Sleep, push.Subscribed)
	})
}
