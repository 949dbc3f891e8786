// SPDX-License-Identifier: MIT

package mqtt

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const onlineLine, offlineLine = stateTopic + "=" + online, stateTopic + "=" + offline

func setOne(c *Client) { c.Set("v/x", []byte("1")) }

// A broker that starts late, or restarts without its messages, gets everything,
// in the order of the ranks.
func TestRepublishesToLateAndEmptiedBroker(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	ranks := map[string]int{"v/value": 3, "v/document": 1, "v/status": 2}
	withHarness(t, b, func(h *harness) {
		b.setDown(true)
		c, stop := h.run(Options{Rank: func(topic string) int { return ranks[topic] }}, func(c *Client) {
			for _, topic := range []string{"v/value", "v/status", "v/document"} {
				c.Set(topic, []byte("1"))
			}
			c.Send("v/event", []byte("news"))
		})
		advance(time.Minute)
		if c.Status().LastError == "" {
			t.Error("the failure is not reported")
		}
		c.Set("v/value", []byte("2"))
		want := []string{onlineLine, "v/document=1", "v/status=1", "v/value=2"}
		for round, want := range [][]string{slices.Concat(want, []string{"v/event=news"}), want} {
			b.setDown(false)
			advance(time.Minute)
			if got := b.lines("v/"); !slices.Equal(got, want) {
				t.Errorf("round %d: published %v, want %v", round, got, want)
			}
			if b.retainedPayload("v/event") != "" {
				t.Error("the event is retained")
			}
			b.closeSessions()
			b.setDown(true)
			synctest.Wait()
		}
		stop(nil)
	})
}

func TestLostConnectionFiresWillAndReconnects(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		_, stop := h.run(Options{}, setOne)
		synctest.Wait()
		b.closeSessions()
		advance(10 * time.Second)
		if got := b.lines(stateTopic); !slices.Equal(got, []string{onlineLine, offlineLine, onlineLine}) {
			t.Errorf("states %v", got)
		}
		stop(nil)
		if got := b.count(offlineLine); got != 2 || strings.Contains(h.log.String(), "could not publish offline") {
			t.Errorf("published offline %d times\n%s", got, h.log)
		}
	})
}

func TestHalfOpenConnectionIsDetected(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{KeepAlive: time.Second}, setOne)
		advance(10 * time.Second)
		if !c.Status().Connected {
			t.Error("not connected")
		}
		b.setMute(true)
		advance(5 * time.Second)
		if c.Status().Connected {
			t.Error("the silence is not noticed")
		}
		c.Set("v/x", []byte("2"))
		b.setMute(false)
		advance(time.Minute)
		if got := b.retainedPayload("v/x"); got != "2" {
			t.Errorf("retained %q", got)
		}
		stop(nil)
	})
}

func TestEventsSurviveConnectionLoss(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, setOne)
		synctest.Wait()
		b.closeSessions()
		var want []string
		for i := range 20 {
			c.Send("v/event", fmt.Append(nil, i))
			want = append(want, fmt.Sprint("v/event=", i))
		}
		advance(10 * time.Second)
		if got := slices.Compact(b.lines("v/event")); !slices.Equal(got, want) {
			t.Errorf("events %v", got)
		}
		if got := b.retainedPayload("v/event"); got != "" {
			t.Error("an event is retained")
		}
		stop(nil)
	})
}

// A removal is forgotten once it is delivered, so it needs an acknowledgement
// even when values do not.
func TestRemovalsWaitForAck(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		h.qos = 0
		c, stop := h.run(Options{}, setOne)
		advance(time.Second)
		if got := b.retainedPayload("v/x"); got != "1" {
			t.Errorf("retained %q", got)
		}
		b.setMute(true)
		c.Clear("v/x")
		synctest.Wait()
		b.setMute(false)
		b.closeSessions()
		advance(10 * time.Second)
		if got := b.retainedPayload("v/x"); got != "" {
			t.Errorf("retained %q after the removal", got)
		}
		stop(nil)
	})
}

// A failure is logged when it is of another kind than the last one.
func TestFailuresAreLoggedOncePerKind(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, setOne)
		advance(time.Minute)
		b.setMute(true)
		b.closeSessions()
		advance(10 * time.Minute)
		if n := strings.Count(h.log.String(), "broker connection failed"); n != 2 || b.connections() < 10 {
			t.Errorf("logged %d times in %d connections, want the loss and the outage", n, b.connections())
		}
		b.setMute(false)
		advance(time.Minute)
		b.closeSessions()
		advance(time.Minute)
		if n := strings.Count(h.log.String(), "broker connection failed"); n != 3 || !c.Status().Connected {
			t.Errorf("logged %d times after another loss", n)
		}
		stop(nil)
	})
}

// Two clients with one client id disconnect each other forever.
func TestClientIDConflictIsReported(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.hangsUp = true
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, setOne)
		advance(10 * time.Minute)
		if n := strings.Count(h.log.String(), "client id may be in use"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		if got := problemCodes(c); !slices.Equal(got, []string{"client_id_in_use"}) {
			t.Errorf("problems %v", got)
		}
		stop(nil)
	})
}
