package bridge_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// asks sends a request and waits until it is answered with ok.
func (h *house) asks(t *testing.T, b *bridge.Bridge, payload string) {
	t.Helper()
	answers := len(h.out.messages(h.tree.Response(topics.Refresh)))
	b.Request(topics.Refresh, []byte(payload), false)
	for range 60 {
		<-time.After(time.Second)
		if got := h.out.messages(h.tree.Response(topics.Refresh)); len(got) > answers {
			if !strings.Contains(got[answers], `"status":"ok"`) {
				t.Errorf("%s is answered with %s", payload, got[answers])
			}
			return
		}
	}
	t.Fatalf("%s is not answered", payload)
}

// What was deleted in the cloud a moment ago is gone when a refresh is answered,
// whatever kind of record it is.
func TestRefreshFindsWhatWasDeleted(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{}`, `{"profile": "alice"}`} {
		t.Run(payload, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
				start := time.Now()
				h := newClouded(t, simulator.Options{Seed: 3, Strict: true})
				before := func(d time.Duration) time.Time { return start.Add(-d) }
				h.cloud.Weigh("Alice", "61.5", before(3*time.Hour))
				h.cloud.Workout("Alice", 1, before(50*time.Hour), before(49*time.Hour))
				h.cloud.ECG("Alice", 0, 61, before(26*time.Hour))
				h.cloud.HeartSound("Alice", 0, before(25*time.Hour))
				wrong := []int64{
					h.cloud.Weigh("Alice", "85.1", before(2*time.Hour)),
					h.cloud.Workout("Alice", 2, before(5*time.Hour), before(4*time.Hour)),
					h.cloud.ECG("Alice", 1, 62, before(150*time.Minute)),
					h.cloud.HeartSound("Alice", 1, before(140*time.Minute)),
					h.cloud.Nap("Alice", before(30*time.Minute)),
				}
				p := h.signIn(t)[0]
				p.Keys = sensors.Keys()
				b := h.bridge(t, p)
				keys := []string{"weight_kg", "workout_end", "ecg_afib", "vhd_result", "sleep_nap_duration_seconds"}
				runFor(t, b, 0, func() {
					<-time.After(time.Minute)
					values := h.out.all()
					for i, id := range wrong {
						if values[h.tree.Value("alice", keys[i])] == "" {
							t.Errorf("there is no %s: the test proves nothing", keys[i])
						}
						h.cloud.Delete(id)
					}
					h.asks(t, b, payload)
					for _, key := range keys {
						if got := h.out.get(h.tree.Value("alice", key)); got == values[h.tree.Value("alice", key)] {
							t.Errorf("%s is %q as before the deletion", key, got)
						}
					}
					if got := h.out.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
						t.Errorf("the weight is %q, want the one before", got)
					}
				})
			})
		})
	}
}

// scale is a cloud that lists some weigh-ins, and everything else not at all.
type scale struct {
	cloud

	groups []withings.Group
	quiet  bool  // nothing has changed since anybody asked last
	broken error // what comes instead of a whole range
}

func newScale(groups ...withings.Group) *scale {
	s := &scale{groups: groups}
	s.user = "1"
	s.measures = func(time.Time) (withings.Measures, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.quiet {
			return withings.Measures{}, nil
		}
		return withings.Measures{Groups: s.groups}, nil
	}
	s.measuresBetween = func(time.Time, time.Time) (withings.Measures, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return withings.Measures{Groups: s.groups}, s.broken
	}
	return s
}

func (s *scale) lists(groups ...withings.Group) {
	s.change(func() { s.groups = groups })
}

func (s *scale) change(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// A request for one endpoint is answered when that one was read again.
func TestRefreshOfAnEndpointFindsWhatWasDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHouse(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		sky := newScale(first, wrong)
		b := h.bridge(t, profile("Alice", sky))
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			sky.lists(first)
			h.asks(t, b, `{"endpoint": "measure/getmeas"}`)
			if got := h.out.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q, want the one before", got)
			}
			if n := sky.counted("nights between"); n != 0 {
				t.Errorf("the nights were read again %d times", n)
			}
		})
	})
}

// The copies of the cloud lag behind one another: what a refresh did not find, and
// is there after all, comes back by itself, and is no news.
func TestWhatARefreshMissedComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHouse(), time.Now()
		first, newest := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 61700, start.Add(-time.Minute))
		sky := newScale(first)
		b := h.bridge(t, profile("Alice", sky))
		weight := h.tree.Value("alice", "weight_kg")
		runFor(t, b, 0, func() {
			<-time.After(time.Second)
			sky.lists(first, newest)
			h.asks(t, b, `{}`)
			if got := h.out.get(weight); got != "61.7" {
				t.Errorf("the weight is %q", got)
			}
			sky.lists(first)
			h.asks(t, b, `{}`)
			if got := h.out.get(weight); got != "61.5" {
				t.Errorf("the weight is %q: the refresh did not believe what it saw", got)
			}
			// The usual question is about what has changed, and does not bring it.
			sky.change(func() { sky.quiet = true })
			sky.lists(first, newest)
			<-time.After(30 * time.Minute)
			if got := h.out.get(weight); got != "61.7" {
				t.Errorf("the weight is %q half an hour later, want the one that is there", got)
			}
		})
		if got := h.out.messages(h.tree.Event("alice")); len(got) > 1 {
			t.Errorf("events %v, want one of the weigh-in", got)
		}
	})
}

// An automation that asks every minute does not read the past every minute, and
// what it has asked for is not forgotten either.
func TestFrequentRefreshesReadThePastNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHouse(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		sky := newScale(first, wrong)
		b := h.bridge(t, profile("Alice", sky))
		runFor(t, b, 0, func() {
			for range 60 {
				<-time.After(time.Minute)
				h.asks(t, b, `{}`)
			}
			if n := sky.counted("measures between"); n != 3+5 {
				t.Errorf("the past was read %d times in an hour, want three at once and then one each ten minutes", n)
			}
			sky.lists(first)
			h.asks(t, b, `{}`)
			<-time.After(15 * time.Minute)
			if got := h.out.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q: a wish was forgotten", got)
			}
		})
	})
}

// A refresh whose second answer fails says so, and the next round makes up for it.
func TestFailedRereadIsMadeUpFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHouse(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		sky := newScale(first, wrong)
		b := h.bridge(t, profile("Alice", sky))
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			sky.lists(first)
			sky.change(func() { sky.broken = errOutage })
			b.Request(topics.Refresh, []byte(`{}`), false)
			<-time.After(10 * time.Second)
			if got := h.out.messages(h.tree.Response(topics.Refresh)); len(got) != 1 || !strings.Contains(got[0], `"status":"error"`) {
				t.Errorf("answered with %v", got)
			}
			sky.change(func() { sky.broken = nil })
			<-time.After(10 * time.Minute)
			if got := h.out.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q after the outage", got)
			}
		})
	})
}
