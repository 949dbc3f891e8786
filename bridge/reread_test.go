// SPDX-License-Identifier: MIT

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

// requestAndWait sends a request and waits for a successful response.
func (h *harness) requestAndWait(t *testing.T, b *bridge.Bridge, payload string) {
	t.Helper()
	answers := len(h.publisher.messages(h.tree.Response(topics.Refresh)))
	b.HandleRequest(topics.Refresh, []byte(payload), false)
	for range 60 {
		<-time.After(time.Second)
		if got := h.publisher.messages(h.tree.Response(topics.Refresh)); len(got) > answers {
			if !strings.Contains(got[answers], `"status":"ok"`) {
				t.Errorf("the response to %s is %s", payload, got[answers])
			}
			return
		}
	}
	t.Fatalf("no response to %s", payload)
}

// TestRefreshFindsDeletions deletes records of every kind. They must be gone
// when the refresh is answered.
func TestRefreshFindsDeletions(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{}`, `{"profile": "alice"}`} {
		t.Run(payload, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
				start := time.Now()
				h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: demoPeople(5)})
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
					values := h.publisher.all()
					for i, id := range wrong {
						if values[h.tree.Value("alice", keys[i])] == "" {
							t.Errorf("no value for %s: the test proves nothing", keys[i])
						}
						h.cloud.Delete(id)
					}
					h.requestAndWait(t, b, payload)
					for _, key := range keys {
						if got := h.publisher.get(h.tree.Value("alice", key)); got == values[h.tree.Value("alice", key)] {
							t.Errorf("%s is still %q after the deletion", key, got)
						}
					}
					if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
						t.Errorf("the weight is %q, want the one before", got)
					}
				})
			})
		})
	}
}

// scaleCloud is a cloud that has some weigh-ins and nothing else.
type scaleCloud struct {
	fakeCloud

	groups []withings.Group
	quiet  bool  // incremental requests return nothing
	broken error // the result of a reread
}

func newScaleCloud(groups ...withings.Group) *scaleCloud {
	s := &scaleCloud{groups: groups}
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

func (s *scaleCloud) setGroups(groups ...withings.Group) {
	s.change(func() { s.groups = groups })
}

func (s *scaleCloud) change(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// TestEndpointRefreshFindsDeletions rereads only the requested endpoint.
func TestEndpointRefreshFindsDeletions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		cloud := newScaleCloud(first, wrong)
		b := h.bridge(t, profile("Alice", cloud))
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			cloud.setGroups(first)
			atStart := cloud.callCount("nights between")
			h.requestAndWait(t, b, `{"endpoint": "measure/getmeas"}`)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q, want the one before", got)
			}
			if n := cloud.callCount("nights between") - atStart; n != 0 {
				t.Errorf("the nights were reread %d times", n)
			}
		})
	})
}

// TestRefreshMissIsCorrectedLater has replicas that lag behind each other: a
// record that a refresh missed returns without another request, and without an
// event.
func TestRefreshMissIsCorrectedLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		first, newest := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 61700, start.Add(-time.Minute))
		cloud := newScaleCloud(first)
		b := h.bridge(t, profile("Alice", cloud))
		weight := h.tree.Value("alice", "weight_kg")
		runFor(t, b, 0, func() {
			<-time.After(time.Second)
			cloud.setGroups(first, newest)
			h.requestAndWait(t, b, `{}`)
			if got := h.publisher.get(weight); got != "61.7" {
				t.Errorf("the weight is %q", got)
			}
			cloud.setGroups(first)
			h.requestAndWait(t, b, `{}`)
			if got := h.publisher.get(weight); got != "61.5" {
				t.Errorf("the weight is %q, want the one before: the refresh did not remove it", got)
			}
			// An ordinary poll only fetches changes, and does not find it.
			cloud.change(func() { cloud.quiet = true })
			cloud.setGroups(first, newest)
			<-time.After(30 * time.Minute)
			if got := h.publisher.get(weight); got != "61.7" {
				t.Errorf("the weight is %q half an hour later, want the newest", got)
			}
		})
		if got := h.publisher.messages(h.tree.Event("alice")); len(got) > 1 {
			t.Errorf("events %v, want one for the weigh-in", got)
		}
	})
}

// TestFrequentRefreshesLimitRereads requests a refresh every minute. Not each
// one rereads the past, but none is forgotten.
func TestFrequentRefreshesLimitRereads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		cloud := newScaleCloud(first, wrong)
		b := h.bridge(t, profile("Alice", cloud))
		runFor(t, b, 0, func() {
			<-time.After(time.Second)
			atStart := cloud.callCount("measures between")
			for range 60 {
				<-time.After(time.Minute)
				h.requestAndWait(t, b, `{}`)
			}
			if n := cloud.callCount("measures between") - atStart; n != 3+5 {
				t.Errorf("the past was reread %d times in an hour, want three at once and then one every ten minutes", n)
			}
			cloud.setGroups(first)
			h.requestAndWait(t, b, `{}`)
			<-time.After(15 * time.Minute)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q: a request was forgotten", got)
			}
		})
	})
}

// TestFailedRereadIsRetried fails the reread of a refresh, and expects another
// one in the next round.
func TestFailedRereadIsRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHarness(), time.Now()
		first, wrong := weighIn(1, 61500, start.Add(-3*time.Hour)), weighIn(2, 85100, start.Add(-2*time.Hour))
		cloud := newScaleCloud(first, wrong)
		b := h.bridge(t, profile("Alice", cloud))
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			cloud.setGroups(first)
			cloud.change(func() { cloud.broken = errOutage })
			b.HandleRequest(topics.Refresh, []byte(`{}`), false)
			<-time.After(10 * time.Second)
			got := h.publisher.messages(h.tree.Response(topics.Refresh))
			if len(got) != 1 || !strings.Contains(got[0], `"status":"error"`) {
				t.Errorf("responses %v", got)
			}
			cloud.change(func() { cloud.broken = nil })
			<-time.After(10 * time.Minute)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "61.5" {
				t.Errorf("the weight is %q after the outage", got)
			}
		})
	})
}
