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

// A removal is forgotten once it is delivered, so it needs an acknowledgement even
// when values do not.
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

// Two clients with one client id disconnect each other forever.
func TestClientIDConflictIsReported(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.hangsUp = true
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, setOne)
		advance(10 * time.Minute)
		if n := strings.Count(h.log.String(), "client id probably in use"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		if got := problemCodes(c); !slices.Equal(got, []string{"client_id_in_use"}) {
			t.Errorf("problems %v", got)
		}
		stop(nil)
	})
}
