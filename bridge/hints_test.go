// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// withPush returns a profile with notifications, and a flag for their health.
func withPush(p bridge.Profile) (bridge.Profile, *atomic.Bool) {
	healthy := &atomic.Bool{}
	healthy.Store(true)
	p.Push = func() bridge.PushState { return bridge.PushState{Healthy: healthy.Load(), Problem: "because"} }
	return p, healthy
}

// TestBurstOfHintsIsCoalesced has eight hints for one weigh-in, which can be
// fetched only twenty seconds later.
func TestBurstOfHintsIsCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		var readable atomic.Bool
		cloud := &fakeCloud{user: "1"}
		cloud.measures = func(time.Time) (withings.Measures, error) {
			if readable.Load() {
				return withings.Measures{Groups: withings.List[withings.Group]{weighIn(1, 70000, start)}}, nil
			}
			return withings.Measures{}, nil
		}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			sleepUntil(start.Add(time.Minute))
			for range 8 {
				if !b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()}) {
					t.Error("the account is unknown")
				}
				<-time.After(300 * time.Millisecond)
			}
			<-time.After(20 * time.Second)
			readable.Store(true)
			<-time.After(30 * time.Second)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
				t.Errorf("weight %q", got)
			}
			// At the start, with the first hint, after 10 and 40 seconds.
			if n := cloud.callCount("measures"); n != 4 {
				t.Errorf("measures were fetched %d times, want 4", n)
			}
			if n := cloud.callCount("nights"); n != 1 {
				t.Errorf("nights were fetched %d times, want 1: the hint was for measures", n)
			}
			<-time.After(2 * time.Minute)
			if n := cloud.callCount("measures"); n != 4 {
				t.Errorf("measures were fetched %d times, want 4: there was new data", n)
			}
			// Hints do not delay the next poll.
			sleepUntil(start.Add(5*time.Minute + time.Second))
			if n := cloud.callCount("nights"); n != 2 {
				t.Errorf("nights were fetched %d times after five minutes", n)
			}
		})
	})
}

func TestHintsForUnknownAccountAndCategory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1"}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			for _, user := range []string{"", "2"} {
				if b.HandleHint(bridge.Hint{UserID: user, Category: 1, Received: time.Now()}) || b.HasAccount(user) {
					t.Errorf("user %q is known", user)
				}
			}
			<-time.After(10 * time.Second)
			if n := cloud.callCount("measures"); n != 1 {
				t.Errorf("measures were fetched %d times, want only at the start", n)
			}
			b.HandleHint(bridge.Hint{UserID: "1", Category: 4711, Received: time.Now()})
			<-time.After(3 * time.Second)
			for _, name := range []string{"measures", "nights", "stages"} {
				if n := cloud.callCount(name); n != 2 {
					t.Errorf("%s were fetched %d times, want 2", name, n)
				}
			}
			// Without new data, three more fetches follow.
			<-time.After(3 * time.Minute)
			if n := cloud.callCount("measures"); n != 5 {
				t.Errorf("measures were fetched %d times, want 5", n)
			}
		})
	})
}

func TestCategoriesFollowKeys(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys []string
		want []withings.Category
	}{
		{[]string{"weight_kg"}, []withings.Category{1, 2, 4, 46, 54, 58, 63}},
		{[]string{"sleep_score"}, []withings.Category{44, 46}},
		{[]string{"in_bed"}, []withings.Category{46, 50, 51}},
		{[]string{"workout_type"}, []withings.Category{16, 46}},
	} {
		if got := bridge.Categories(bridge.Profile{Keys: test.keys}); !slices.Equal(got, test.want) {
			t.Errorf("%v need %v, want %v", test.keys, got, test.want)
		}
	}
}

// TestBedEventsArePublished covers the time before the first event, and a
// restart.
func TestBedEventsArePublished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		mat := deviceOf("m1", "Aura Sensor V2", "", start)
		mat.Type = "Sleep Monitor"
		cloud := &fakeCloud{user: "1", devices: devicesOf(mat)}
		p, _ := withPush(profile("Alice", cloud))
		p.Keys = answeredKeys()
		b := h.bridge(t, p)
		_ = b.Once(t.Context(), "")
		id := sensors.DeviceID("m1")
		profileTopic, deviceTopic := h.tree.Document(discovery.ProfileID("1")), h.tree.Document(discovery.DeviceID(id))
		for document, key := range map[string]string{profileTopic: `"in_bed"`, deviceTopic: `"bed_occupied"`} {
			if !strings.Contains(h.publisher.get(document), key) {
				t.Errorf("%s has no %s before the first event", document, key)
			}
		}
		expect := func(when, want string) {
			t.Helper()
			for _, topic := range []string{h.tree.Value("alice", "in_bed"), h.tree.DeviceValue(id, "bed_occupied")} {
				if got := h.publisher.get(topic); got != want {
					t.Errorf("%s: %s is %q, want %q", when, topic, got, want)
				}
			}
		}
		event := func(category withings.Category, at time.Time) {
			b.HandleHint(bridge.Hint{UserID: "1", Category: category, Device: "m1", At: at, Received: time.Now()})
		}
		event(50, start.Add(-2*time.Hour))
		expect("in bed", "ON")
		event(51, start.Add(-3*time.Hour)) // late
		event(50, start.Add(-2*time.Hour)) // again
		expect("after a late and a doubled one", "ON")
		b = h.bridge(t, p)
		expect("after a restart", "ON")
		event(51, start.Add(-time.Hour))
		expect("out of bed", "OFF")
	})
}

// TestPollsRelaxWhilePushIsHealthy counts rounds by the hour.
func TestPollsRelaxWhilePushIsHealthy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1"}
		p, healthy := withPush(profile("Alice", cloud))
		p.RelaxedSchedule = everySchedule(time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 46, Received: time.Now()})
			<-time.After(10 * time.Minute)
			first := cloud.callCount("measures") - 1
			<-time.After(4 * time.Hour)
			if n := cloud.callCount("measures") - first; n != 5 {
				t.Errorf("%d rounds in four healthy hours, want 5", n)
			}
			if got := h.publisher.get(h.tree.Diagnostic("alice", "push")); !strings.Contains(got, `"value":"ON"`) {
				t.Errorf("push is %s", got)
			}
			healthy.Store(false)
			<-time.After(2 * time.Minute)
			if n := cloud.callCount("measures") - first; n != 6 {
				t.Errorf("%d rounds, want one more at once for missed data", n)
			}
			<-time.After(time.Hour)
			if n := cloud.callCount("measures") - first; n < 17 || n > 18 {
				t.Errorf("%d rounds after an hour without push, want every five minutes", n)
			}
			if push := b.Health().Profiles["alice"].Push; push == nil || push.Healthy || push.Problem != "because" {
				t.Errorf("health says %+v", push)
			}
			got := h.publisher.get(h.tree.Diagnostic("alice", "push"))
			if !strings.Contains(got, `"value":"OFF"`) || !strings.Contains(got, "because") {
				t.Errorf("push is %s", got)
			}
		})
	})
}

// TestFirstHintFetchesAtOnce has eight hints for a weigh-in that is available:
// one fetch for the first, one for all the others.
func TestFirstHintFetchesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: measuresOf()}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			cloud.mu.Lock()
			cloud.measures = measuresOf(weighIn(1, 70000, time.Now()))
			cloud.mu.Unlock()
			for i := range 8 {
				b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()})
				synctest.Wait()
				if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
					t.Errorf("after hint %d the weight is %q", i+1, got)
				}
				<-time.After(200 * time.Millisecond)
			}
			<-time.After(5 * time.Second)
			if n := cloud.callCount("measures"); n != 3 {
				t.Errorf("measures were fetched %d times, want 3: at the start, and twice for the burst", n)
			}
		})
	})
}

// TestHintIsNotDelayedByEarlierHint has a weigh-in half a minute after a hint
// without data, whose next retry is much later.
func TestHintIsNotDelayedByEarlierHint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: measuresOf()}
		p, _ := withPush(profile("Alice", cloud))
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()})
			<-time.After(60 * time.Second) // fetched after 0, 10 and 40 seconds; the next would be after 130
			cloud.mu.Lock()
			cloud.measures = measuresOf(weighIn(1, 70000, time.Now()))
			cloud.mu.Unlock()
			b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()})
			synctest.Wait()
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
				t.Errorf("the weight is %q", got)
			}
		})
	})
}
