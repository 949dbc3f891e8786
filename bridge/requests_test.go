// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// slowCloud takes ten seconds for a response, and its second one is an error.
func slowCloud() *fakeCloud {
	var asked atomic.Int64
	return &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
		n := asked.Add(1)
		<-time.After(10 * time.Second)
		if n == 3 {
			return withings.Measures{}, errOutage
		}
		return withings.Measures{}, nil
	}}
}

func TestRefreshWaitsForItsOwnFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		b := h.bridge(t, withKeys(profile("Alice", slowCloud()), "weight_kg"))
		runFor(t, b, 0, func() {
			<-time.After(5*time.Minute + 15*time.Second) // during the second fetch
			b.HandleRequest(topics.Refresh, nil, false)
			<-time.After(time.Minute)
			got := h.publisher.messages("vitals2mqtt/bridge/response/refresh")
			if len(got) != 1 || !strings.Contains(got[0], `"status":"error"`) {
				t.Errorf("responses %q, want the outcome of the third fetch", got)
			}
		})
	})
}

func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		b := h.bridge(t, withKeys(profile("Alice", slowCloud()), "weight_kg"))
		runFor(t, b, 0, func() {
			<-time.After(5 * time.Second) // during the first fetch
			for range 150 {
				b.HandleRequest(topics.Refresh, nil, false)
			}
			got := h.publisher.messages("vitals2mqtt/bridge/response/refresh")
			if len(got) != 50 || !strings.Contains(got[0], "too many") {
				t.Errorf("%d of 150 requests were refused at once, want 50: %.200q", len(got), got)
			}
			<-time.After(time.Minute)
			if got := h.publisher.messages("vitals2mqtt/bridge/response/refresh"); len(got) != 150 {
				t.Errorf("%d of 150 requests were answered", len(got))
			}
		})
	})
}

func TestShortRetryAfterIsExtended(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		alice := newRecordingCloud("1", func(int) error {
			return &withings.Error{Class: withings.Limited, Status: 601, RetryAfter: time.Second}
		})
		runFor(t, newHarness().bridge(t, withKeys(profile("Alice", alice), "weight_kg")), 10*time.Minute-time.Second, nil)
		if got := len(alice.times()); got > 10 {
			t.Errorf("%d polls in ten minutes", got)
		}
	})
}
