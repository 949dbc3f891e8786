// SPDX-License-Identifier: MIT

package bridge_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// TestHintDuringFetchTriggersAnother has a second weigh-in while the first is
// being fetched.
func TestHintDuringFetchTriggersAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		var grams atomic.Int64
		cloud := &fakeCloud{user: "1"}
		cloud.measures = func(time.Time) (withings.Measures, error) {
			now := grams.Load()
			<-time.After(500 * time.Millisecond)
			if now == 0 {
				return withings.Measures{}, nil
			}
			group := weighIn(now, now, start.Add(time.Duration(now)*time.Millisecond))
			return withings.Measures{Groups: withings.List[withings.Group]{group}}, nil
		}
		p, _ := withPush(profile("Alice", cloud))
		p.Schedule = everySchedule(24 * time.Hour)
		b := h.bridge(t, p)
		runFor(t, b, 0, func() {
			sleepUntil(start.Add(time.Hour))
			grams.Store(70000)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()})
			<-time.After(100 * time.Millisecond)
			grams.Store(71000)
			b.HandleHint(bridge.Hint{UserID: "1", Category: 1, Received: time.Now()})
			<-time.After(10 * time.Second)
			if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "71" {
				t.Errorf("weight %q: the second hint was ignored", got)
			}
		})
	})
}
