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

func TestNewKeeperWantsItsOptions(t *testing.T) {
	t.Parallel()
	fine := push.KeeperOptions{Account: &cloud{}, CallbackURL: ours, Wanted: push.Categories}
	if _, err := push.NewKeeper(fine); err != nil {
		t.Error(err)
	}
	for name, row := range map[string]struct {
		spoil func(*push.KeeperOptions)
		want  error
	}{
		"no account":  {func(o *push.KeeperOptions) { o.Account = nil }, nil},
		"no wish":     {func(o *push.KeeperOptions) { o.Wanted = nil }, nil},
		"no route":    {func(o *push.KeeperOptions) { o.CallbackURL = "https://example.org/" + testSecret }, push.ErrPublicURL},
		"weak secret": {func(o *push.KeeperOptions) { o.CallbackURL = "https://example.org/notify/hunter2" }, push.ErrSecret},
	} {
		o := fine
		row.spoil(&o)
		_, err := push.NewKeeper(o)
		if err == nil || row.want != nil && !errors.Is(err, row.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The list comes first, only what is missing is added, five seconds apart, and
// everybody else's stays as it is.
func TestAddsOnlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Sleep, push.Weight, push.Pressure, push.Weight, push.Activity, 77)
		theirs := slices.Concat(
			rowsOf(foreign, push.Weight, push.Sleep),
			rowsOf("https://example.org/vitals/notify/short", push.Weight),
			rowsOf("https://example.com/vitals/notify/"+otherSecret, push.Weight),
			rowsOf(neighbours, push.Weight, push.Sleep),
			[]withings.Subscription{{CallbackURL: ours}}, // without a category
		)
		w.cloud.set(slices.Concat(theirs, rowsOf("HTTPS://Example.org:443/vitals/notify/"+testSecret+"/", push.Pressure)))
		w.start()
		defer w.stop()
		synctest.Wait()
		w.stands(push.Pressure, push.Subscribed)
		w.stands(push.Activity, push.Pending)
		w.healthy(false)
		later(time.Minute)
		times := w.calls("list, subscribe 1, subscribe 16, subscribe 44")
		if gaps := []time.Duration{times[2].Sub(times[1]), times[3].Sub(times[2])}; gaps[0] != 5*time.Second || gaps[1] != 5*time.Second {
			t.Errorf("gaps %v", gaps)
		}
		state := w.healthy(true)
		want := []push.CategoryState{
			{Category: 1, Name: "weight", Status: push.Subscribed},
			{Category: 4, Name: "pressure", Status: push.Subscribed},
			{Category: 16, Name: "activity", Status: push.Subscribed},
			{Category: 44, Name: "sleep", Status: push.Subscribed},
		}
		if diff := cmp.Diff(want, state.Categories); diff != "" {
			t.Error(diff)
		}
		if !state.LastAudit.Equal(times[3]) || state.Problem != "" || !state.Covers(push.Sleep) || state.Covers(push.BedIn) {
			t.Errorf("state %+v", state)
		}
		for _, row := range theirs {
			if !slices.Contains(w.cloud.list(), row) {
				t.Errorf("%s %d is gone", row.CallbackURL, row.Category.N)
			}
		}
		// Nothing is taken away at the end.
		before := w.cloud.list()
		w.stop()
		w.calls("")
		if diff := cmp.Diff(before, w.cloud.list()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAuditRepairs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		told := &atomic.Int32{}
		w.options.Changed = func() { told.Add(1) }
		w.start()
		defer w.stop()
		later(time.Minute)
		w.calls("list, subscribe 1, subscribe 44")
		next := w.keeper.State().NextTry
		if until := time.Until(next); until < 5*time.Hour || until > 7*time.Hour {
			t.Errorf("next audit in %s", until)
		}
		w.cloud.set(rowsOf(ours, push.Sleep)) // one has lapsed
		w.cloud.failing(func(call string) error {
			if call == "list" {
				return nil
			}
			w.cloud.failing(nil)
			return refusal(2555, withings.Temporary)
		})
		later(5 * time.Hour)
		w.calls("")
		later(time.Until(next))
		times := w.calls("list, subscribe 1")
		if len(times) > 0 && !times[0].Equal(next) {
			t.Errorf("audit at %s, said %s", times[0], next)
		}
		w.healthy(false)
		w.stands(push.Weight, push.Failing)
		later(2 * time.Minute)
		w.calls("list, subscribe 1")
		w.healthy(true)
		if !strings.Contains(w.diary.log(), "dropped") {
			t.Errorf("log %s", w.diary.log())
		}
		later(7 * time.Hour)
		w.calls("list")
		if told.Load() != 4 {
			t.Errorf("told %d times of 4 audits", told.Load())
		}
	})
}

// Installations that were started together do not ask together for ever.
func TestAuditsSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		moments := map[time.Time]bool{}
		for seed := range uint64(8) {
			w := newWatch(t, push.Weight)
			w.options.Jitter = jitter.New(seed)
			w.start()
			synctest.Wait()
			moments[w.keeper.State().NextTry] = true
			w.stop()
		}
		if len(moments) < 4 {
			t.Errorf("next tries %v", moments)
		}
	})
}

func TestUnreachableIsTriedForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		w.cloud.failing(func(call string) error {
			if strings.HasPrefix(call, "subscribe") {
				return refusal(293, withings.Params)
			}
			return nil
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		w.calls("list, subscribe 1") // the others would be refused as well
		cause := w.stands(push.Sleep, push.Failing).Cause
		if !strings.Contains(cause, "443") || w.healthy(false).Problem != cause {
			t.Errorf("cause %q", cause)
		}
		last := time.Now()
		for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			want *= time.Minute
			next := w.keeper.State().NextTry
			if gap := next.Sub(last); gap < want*9/10 || gap > want*11/10 {
				t.Errorf("wait %d is %s, want about %s", i, gap, want)
			}
			later(time.Until(next))
			w.calls("list, subscribe 1")
			last = next
		}
		if told := strings.Count(w.diary.log(), "443"); told != 1 {
			t.Errorf("logged %d times: %s", told, w.diary.log())
		}
		w.cloud.failing(nil)
		later(67 * time.Minute)
		w.calls("list, subscribe 1, subscribe 44")
		if state := w.healthy(true); state.Problem != "" || time.Until(state.NextTry) < 4*time.Hour {
			t.Errorf("state %+v", state)
		}
	})
}

// What stands is not forgotten when the cloud cannot be asked.
func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		w.start()
		defer w.stop()
		later(time.Minute)
		w.calls("list, subscribe 1, subscribe 44")
		w.cloud.failing(func(string) error { return refusal(withings.NoStatus, withings.Temporary) })
		later(7 * time.Hour)
		state := w.healthy(true)
		if state.Problem == "" || time.Until(state.NextTry) > 66*time.Minute {
			t.Errorf("state %+v", state)
		}
		w.stands(push.Weight, push.Subscribed)
		later(10 * time.Hour)
		w.healthy(false) // nobody has looked for too long
		w.cloud.said()
		w.cloud.failing(nil)
		later(66 * time.Minute)
		w.calls("list")
		w.healthy(true)
	})
}

// What a proxy on the way says about one call is not the cloud's word about a category.
func TestForeignRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight, push.Sleep)
		w.cloud.failing(func(call string) error {
			if call == "list" {
				return nil
			}
			return refusal(withings.NoStatus, withings.Forbidden)
		})
		w.start()
		defer w.stop()
		later(30 * time.Second)
		w.calls("list, subscribe 1")
		w.stands(push.Weight, push.Failing)
		w.stands(push.Sleep, push.Failing)
	})
}

func TestLimitedWaitsAsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight)
		w.cloud.failing(func(string) error {
			return &withings.Error{Status: 601, Class: withings.Limited, RetryAfter: 90 * time.Minute}
		})
		w.start()
		defer w.stop()
		synctest.Wait()
		if wait := time.Until(w.keeper.State().NextTry); wait < 90*time.Minute {
			t.Errorf("asks again in %s", wait)
		}
		w.stands(push.Weight, push.Failing)
	})
}

// Nothing is asked of the cloud before our own listener answers.
func TestProbeComesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWatch(t, push.Weight)
		up := &atomic.Bool{}
		w.options.Probe = func(context.Context) error {
			if !up.Load() {
				return errors.New("connection refused")
			}
			return nil
		}
		w.start()
		defer w.stop()
		later(10 * time.Minute)
		w.calls("")
		if at := w.stands(push.Weight, push.Failing); !strings.Contains(at.Cause, "our own") {
			t.Errorf("%+v", at)
		}
		up.Store(true)
		w.cloud.failing(func(string) error { return refusal(2555, withings.Temporary) })
		later(time.Until(w.keeper.State().NextTry))
		w.calls("list")
		if wait := time.Until(w.keeper.State().NextTry); wait > 66*time.Second {
			t.Errorf("the patience with ourselves is counted against the cloud: %s", wait)
		}
		w.cloud.failing(nil)
		later(66 * time.Second)
		w.calls("list, subscribe 1")
		w.healthy(true)
		// Later it dies: what stands in the list does not help.
		up.Store(false)
		later(7 * time.Hour)
		w.healthy(false)
		w.calls("")
		if wait := time.Until(w.keeper.State().NextTry); wait > 66*time.Second {
			t.Errorf("looks again in %s", wait)
		}
		up.Store(true)
		later(2 * time.Minute)
		w.calls("list")
		w.healthy(true)
	})
}
