// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// hint is a notification that arrives now.
//
// clock: called in bubbles
func hint(category withings.Category) bridge.Hint {
	return bridge.Hint{UserID: "1", Category: category, Received: time.Now()}
}

// TestHintSurvivesOutage has an outage until three minutes after a hint, while
// polls are six hours apart.
func TestHintSurvivesOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		var down atomic.Bool
		cloud := &fakeCloud{user: "1"}
		cloud.measures = func(time.Time) (withings.Measures, error) {
			if down.Load() {
				return withings.Measures{}, errOutage
			}
			return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, start)}}, nil
		}
		p, _ := withPush(profile("Alice", cloud))
		p.Schedule = everySchedule(6 * time.Hour)
		b := h.bridge(t, p)
		down.Store(true)
		runFor(t, b, 0, func() {
			<-time.After(2 * time.Minute) // after the retry of the failed start
			b.HandleHint(hint(1))
			<-time.After(3 * time.Minute)
			down.Store(false)
			<-time.After(3 * time.Minute)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
				t.Errorf("three minutes after the outage the weight is %q", got)
			}
		})
	})
}

// TestRefreshRequestIsNoNotification requests a refresh after each weigh-in,
// without any notification.
func TestRefreshRequestIsNoNotification(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		for range 3 {
			r.addWeighIn(-1)
			if err := r.bridge.Refresh("alice", "measure/getmeas", nil); err != nil {
				r.t.Error(err)
			}
			<-time.After(time.Hour)
		}
		if push := r.push(); push.Healthy || push.Lag != nil || r.rechecks.Load() != 3 {
			r.t.Errorf("%+v, %d audits", push, r.rechecks.Load())
		}
	})
}

// TestRefusedCategoryTriggersNoAudit has new glucose values, whose subscription
// is refused.
func TestRefusedCategoryTriggersNoAudit(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		for range 3 {
			r.mu.Lock()
			g := weighIn(int64(len(r.groups)+1), 5, time.Now())
			g.Measures[0].Type.N, g.Measures[0].Unit.N, g.Measures[0].Value = 119, 0, exact(90)
			r.groups = append(r.groups, g)
			r.mu.Unlock()
			<-time.After(time.Hour)
		}
		if push := r.push(); !push.Healthy || push.Missed != 0 {
			r.t.Errorf("%+v", push)
		}
	})
}

// TestFutureNotificationTimeIsCorrected has a notification from a year ahead.
func TestFutureNotificationTimeIsCorrected(t *testing.T) {
	t.Parallel()
	withScaleHarness(t, []withings.Category{1, 46}, func(r *scaleHarness) {
		ahead := hint(1)
		ahead.Received = time.Now().AddDate(1, 0, 0)
		r.bridge.HandleHint(ahead)
		for range 3 {
			<-time.After(time.Hour)
			r.addWeighIn(-1)
		}
		<-time.After(time.Hour)
		if push := r.push(); push.Healthy || push.Missed != 3 {
			r.t.Errorf("%+v", push)
		}
	})
}

// TestDowntimeIsNotSilence stops the daemon for two weeks.
func TestDowntimeIsNotSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p, _ := withPush(profile("Alice", &fakeCloud{user: "1"}))
		var audits atomic.Int64
		p.RequestAudit = func() { audits.Add(1) }
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			for range 7 {
				b.HandleHint(hint(1))
				<-time.After(2 * time.Hour)
			}
		})
		<-time.After(14 * 24 * time.Hour)
		b = h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(hint(1))
			audits.Store(0)
			<-time.After(24 * time.Hour)
			if n := audits.Load(); n != 1 {
				t.Errorf("%d audits in a day of silence", n)
			}
		})
	})
}

// TestHintsDoNotFetchRefusedEndpoint has hints for hours.
func TestHintsDoNotFetchRefusedEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", nights: func(time.Time) (withings.Nights, error) {
			return withings.Nights{}, &withings.Error{Status: 2554, Class: withings.Forbidden}
		}}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			for range 20 {
				<-time.After(time.Hour)
				b.HandleHint(hint(4711))
			}
			if n := cloud.callCount("nights"); n != 1 {
				t.Errorf("the refused endpoint was fetched %d times", n)
			}
		})
	})
}

// TestHintStormIsCoalesced has a slow cloud.
func TestHintStormIsCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			<-time.After(150 * time.Millisecond)
			return withings.Measures{}, nil
		}}
		p, _ := withPush(profile("Alice", cloud))
		p.Schedule = everySchedule(24 * time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			before := cloud.callCount("measures")
			for range 6000 { // ten minutes
				b.HandleHint(hint(1))
				<-time.After(100 * time.Millisecond)
			}
			if n := cloud.callCount("measures") - before; n > 62 {
				t.Errorf("%d fetches in ten minutes, want at most one every ten seconds without new data", n)
			}
		})
	})
}

// TestPollsRelaxAfterFirstNotification starts with a callback without
// notifications, and changes to another one later.
func TestPollsRelaxAfterFirstNotification(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1"}
		p := profile("Alice", cloud)
		address := "one"
		p.Push = func() bridge.PushState { return bridge.PushState{Healthy: true, Address: address} }
		p.RelaxedSchedule = everySchedule(6 * time.Hour)
		rounds := func(d time.Duration) int {
			before := cloud.callCount("nights")
			<-time.After(d)
			return cloud.callCount("nights") - before
		}
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			if n := rounds(time.Hour); n != 12 {
				t.Errorf("%d rounds in an hour without a notification", n)
			}
			b.HandleHint(hint(1))
			<-time.After(10 * time.Minute)
			if n := rounds(24 * time.Hour); n != 4 {
				t.Errorf("%d rounds in a day with a notification", n)
			}
		})
		address = "another"
		b = h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			if n := rounds(time.Hour); n != 12 {
				t.Errorf("%d rounds in an hour with a new callback", n)
			}
		})
	})
}

// TestPushEntityUpdatesWithoutPoll has a schedule of half a day.
func TestPushEntityUpdatesWithoutPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p, healthy := withPush(profile("Alice", &fakeCloud{user: "1"}))
		p.Schedule = everySchedule(12 * time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			healthy.Store(false)
			<-time.After(2 * time.Minute)
			if got := h.publisher.get(h.tree.Diagnostic("alice", "push")); !strings.Contains(got, `"OFF"`) {
				t.Errorf("two minutes later push is %s", got)
			}
		})
	})
}

// TestEndpointRefreshWaitsForItsOwnFetch has a slow cloud.
func TestEndpointRefreshWaitsForItsOwnFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			<-time.After(10 * time.Second)
			return withings.Measures{}, nil
		}}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			if err := b.Refresh("alice", "measure/getmeas", nil); err != nil {
				t.Fatal(err)
			}
			<-time.After(9 * time.Second)
			before, answered := cloud.callCount("measures"), make(chan int, 1)
			done := func(map[string]error) { answered <- cloud.callCount("measures") }
			if err := b.Refresh("alice", "measure/getmeas", done); err != nil {
				t.Fatal(err)
			}
			if n := <-answered; n <= before {
				t.Errorf("answered by fetch %d, which started before the request", n)
			}
		})
	})
}

// slowDisk blocks while it stores one profile.
type slowDisk struct {
	*memoryStore
	busy, done chan struct{}
}

func (d slowDisk) Save(profile string, value any) error {
	if profile == "alice" {
		select {
		case d.busy <- struct{}{}:
			<-d.done
		default:
		}
	}
	return d.memoryStore.Save(profile, value)
}

// TestHasAccountDoesNotBlock calls it while a profile is being stored.
//
// clock: called in bubbles
func TestHasAccountDoesNotBlock(t *testing.T) {
	t.Parallel()
	h := newHarness()
	p, _ := withPush(profile("Alice", &fakeCloud{user: "1"}))
	slow := slowDisk{h.store, make(chan struct{}), make(chan struct{})}
	o := h.options(p)
	o.StateStore = slow
	b := newBridge(t, o)
	if err := b.Once(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	stored := make(chan struct{})
	go func() {
		defer close(stored)
		b.HandleHint(bridge.Hint{UserID: "1", Category: 50, Device: "m", At: time.Now(), Received: time.Now()})
	}()
	<-slow.busy
	if !b.HasAccount("1") || b.HasAccount("2") {
		t.Error("HasAccount is wrong while a profile is being stored")
	}
	close(slow.done)
	<-stored
}
