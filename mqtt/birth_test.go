// SPDX-License-Identifier: MIT

package mqtt

import (
	"testing"
	"time"
)

// Live birth messages cause everything to be published again, once within the
// delay; a retained one does not.
func TestBirthRepublishesOnce(t *testing.T) {
	t.Parallel()
	const birthTopic = "homeassistant/status"
	b := newFakeBroker()
	b.retained[birthTopic] = online
	withHarness(t, b, func(h *harness) {
		delays := 0
		_, stop := h.run(Options{
			BirthTopic:   birthTopic,
			BirthPayload: online,
			BirthDelay:   func() time.Duration { delays++; return 5 * time.Second },
		}, setOne)
		for i, step := range []struct {
			topic, payload string
			want           int
		}{
			{want: 1},
			{birthTopic, offline, 1},
			{"homeassistant/other", online, 1},
			{birthTopic, online, 1},
			{birthTopic, online, 1},
			{want: 2},
			{birthTopic, online, 2},
			{want: 3},
		} {
			if step.topic != "" {
				b.publish(step.topic, step.payload)
				advance(time.Second)
			} else {
				advance(time.Minute)
			}
			if n := b.count("v/x=1"); n != step.want {
				t.Errorf("step %d: published %d times, want %d", i, n, step.want)
			}
		}
		if delays != 2 {
			t.Errorf("%d delays, want 2", delays)
		}
		stop(nil)
	})
}

// What is not retained may have changed while there was no connection.
func TestBirthIsUnknownAfterConnectionLoss(t *testing.T) {
	t.Parallel()
	for _, retained := range []bool{false, true} {
		const birthTopic = "homeassistant/status"
		b := newFakeBroker()
		withHarness(t, b, func(h *harness) {
			c, stop := h.run(Options{
				BirthTopic:   birthTopic,
				BirthPayload: online,
				BirthDelay:   func() time.Duration { return time.Second },
			}, setOne)
			advance(time.Second)
			b.publish(birthTopic, offline)
			advance(time.Second)
			if s := c.Status(); !s.BirthOffline || s.BirthSince.IsZero() {
				t.Errorf("the last will was ignored: %+v", s)
			}
			if !retained {
				b.mu.Lock()
				delete(b.retained, birthTopic)
				b.mu.Unlock()
			}
			b.closeSessions()
			advance(time.Minute)
			if s := c.Status(); !s.Connected || s.BirthOffline != retained || s.BirthSince.IsZero() == retained {
				t.Errorf("retained %v: %+v", retained, s)
			}
			stop(nil)
		})
	}
}
