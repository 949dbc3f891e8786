// SPDX-License-Identifier: MIT

package bridge_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// TestRefreshRequestRetriesUntilDataArrives requests one endpoint some seconds
// before the weigh-in is available. Only that endpoint is fetched, until it is.
func TestRefreshRequestRetriesUntilDataArrives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: measuresOf()}
		other := &fakeCloud{user: "2"}
		p := profile("Bob", other)
		p.Keys = []string{"sleep_score"}
		b := h.bridge(t, profile("Alice", cloud), p)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			nights := cloud.callCount("nights")
			b.HandleRequest(topics.Refresh, []byte(`{"endpoint": "measure/getmeas", "transaction": 7}`), false)
			<-time.After(20 * time.Second)
			got := h.publisher.messages(h.tree.Response(topics.Refresh))
			if len(got) != 1 || !containsAll(got[0], `"profiles":{"alice":"ok"}`, `"transaction":7`) {
				t.Errorf("responses %q", got)
			}
			cloud.mu.Lock()
			cloud.measures = measuresOf(weighIn(1, 70000, time.Now()))
			cloud.mu.Unlock()
			<-time.After(25 * time.Second)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
				t.Errorf("weight %q", got)
			}
			if n := cloud.callCount("nights"); n != nights || other.callCount("measures") != 0 {
				t.Errorf("nights were fetched, too: %d times, before %d", n, nights)
			}
		})
	})
}

func TestRefreshOfUnknownEndpointIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		p := profile("Alice", &fakeCloud{user: "1"})
		p.Keys = []string{"weight_kg"}
		b := h.bridge(t, p)
		if err := b.Refresh("alice", "v2/heart/list", nil); !errors.Is(err, bridge.ErrUnknownEndpoint) ||
			!strings.Contains(err.Error(), "measure/getmeas") {
			t.Errorf("an endpoint that no profile needs: %v", err)
		}
		if err := b.Refresh("bob", "", nil); !errors.Is(err, bridge.ErrUnknownProfile) {
			t.Errorf("an unknown profile: %v", err)
		}
		b.HandleRequest(topics.Refresh, []byte(`{"profile": "alice", "endpoint": "weather"}`), false)
		got := h.publisher.messages(h.tree.Response(topics.Refresh))
		if len(got) != 1 || !strings.Contains(got[0], "endpoints in use: measure/getmeas") {
			t.Errorf("responses %q", got)
		}
	})
}

func TestEndpointRefreshIsAnsweredOnFailureAndStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", measures: failing[withings.Measures](errOutage)}
		b := h.bridge(t, profile("Alice", cloud))
		outcome := make(chan error, 2)
		request := func() {
			done := func(outcomes map[string]error) { outcome <- outcomes["alice"] }
			if err := b.Refresh("", "measure/getmeas", done); err != nil {
				t.Error(err)
			}
		}
		runFor(t, b, 0, func() {
			<-time.After(10 * time.Second)
			request()
			if err := <-outcome; !errors.Is(err, errOutage) {
				t.Errorf("outcome %v, want the outage", err)
			}
			request() // must wait, and the stop comes first
		})
		if err := <-outcome; err == nil {
			t.Error("a request that was pending at the stop succeeded")
		}
	})
}

// TestRefreshOfSkippedEndpointIsAnswered requests the series of a night when
// none is needed, and an endpoint that is then refused.
func TestRefreshOfSkippedEndpointIsAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		cloud := &fakeCloud{user: "1", nights: func(time.Time) (withings.Nights, error) {
			<-time.After(5 * time.Second)
			return withings.Nights{}, &withings.Error{Status: 2554, Class: withings.Forbidden}
		}}
		p := profile("Alice", cloud)
		p.Keys = answeredKeys()
		b := h.bridge(t, p)
		answers := make(chan string, 3)
		request := func(endpoint string) {
			if err := b.Refresh("alice", endpoint, func(map[string]error) { answers <- endpoint }); err != nil {
				t.Error(err)
			}
		}
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			request("v2/sleep/get series")
			request("v2/sleep/getsummary")
			<-time.After(2 * time.Second)
			request("v2/sleep/getsummary") // during the fetch
			<-time.After(time.Minute)
			if len(answers) != 3 {
				t.Errorf("%d of three requests were answered", len(answers))
			}
		})
	})
}
