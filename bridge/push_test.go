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

func hint(category withings.Category) bridge.Hint {
	return bridge.Hint{UserID: "1", Category: category, Received: time.Now()}
}

// TestHintSurvivesOutage has the cloud answer again three minutes after it told
// of something, while polls are six hours apart.
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
			<-time.After(2 * time.Minute) // the first retry after a start that failed is over
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

// TestRefreshRequestIsNoNotification has a router poke after each weigh-in, while no
// notification ever comes.
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
			r.t.Errorf("%+v, looked at %d times", push, r.rechecks.Load())
		}
	})
}

// TestRefusedCategoryTriggersNoAudit has glucose come by polling, whose
// notifications the cloud refuses.
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

// TestFutureNotificationTimeIsCorrected hears a notification a year from now.
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

// TestDowntimeIsNotSilence has the daemon off for two weeks.
func TestDowntimeIsNotSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p, _ := withPush(profile("Alice", &fakeCloud{user: "1"}))
		var looks atomic.Int64
		p.RequestAudit = func() { looks.Add(1) }
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
			looks.Store(0)
			<-time.After(24 * time.Hour)
			if n := looks.Load(); n != 1 {
				t.Errorf("looked %d times in a day of silence", n)
			}
		})
	})
}

// TestHintsDoNotWakeRefusedEndpoint is hinted at for hours.
func TestHintsDoNotWakeRefusedEndpoint(t *testing.T) {
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
				t.Errorf("asked %d times for what was refused", n)
			}
		})
	})
}

// TestHintStormIsCoalesced has a cloud that takes its time.
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
				t.Errorf("%d fetches in ten minutes, of which at most one in ten seconds brought nothing", n)
			}
		})
	})
}

// TestPollsRelaxAfterFirstNotification begins with an address that nothing
// has come to, and moves to another one.
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
				t.Errorf("%d rounds in a day with one", n)
			}
		})
		address = "another"
		b = h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			if n := rounds(time.Hour); n != 12 {
				t.Errorf("%d rounds in an hour at a new address", n)
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
			asked, answered := cloud.callCount("measures"), make(chan int, 1)
			done := func(map[string]error) { answered <- cloud.callCount("measures") }
			if err := b.Refresh("alice", "measure/getmeas", done); err != nil {
				t.Fatal(err)
			}
			if n := <-answered; n <= asked {
				t.Errorf("answered by question %d, which was asked before", n)
			}
		})
	})
}

// slowDisk takes its time over one profile.
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
	b, err := bridge.New(bridge.Options{
		Site: h.site(), Discovery: true, Profiles: []bridge.Profile{p}, Publisher: h.publisher,
		StateStore: slow, Requests: h.requests, Digest: "d",
	})
	if err != nil {
		t.Fatal(err)
	}
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
		t.Error("nobody is known while somebody is being stored")
	}
	close(slow.done)
	<-stored
}
