// SPDX-License-Identifier: MIT

package mqtt

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A broker closes the connection over messages beyond its size limit. Only
// those are skipped.
func TestRefusedMessageDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.maxPacket = 20_000
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, func(c *Client) {
			c.Set("a/document", []byte(strings.Repeat("x", 40_000)))
			c.Set("a/second", []byte(strings.Repeat("x", 30_000)))
			setValues(c, 200, 300)
		})
		advance(time.Minute)
		if held := len(b.retained); held != 201 {
			t.Errorf("%d topics are there, want all 201 that fit", held)
		}
		problems := c.Status().Problems
		if len(problems) != 1 || problems[0].Code != "message_refused" ||
			!strings.Contains(problems[0].Text, "40000 bytes are published to a/document") ||
			!strings.Contains(problems[0].Text, "(and 1 more)") ||
			!strings.Contains(problems[0].Remedy, "max_packet_size") {
			t.Errorf("problems %+v", problems)
		}
		if strings.Contains(h.log.String(), "client id") {
			t.Error("a conflict about the client id is reported")
		}
		before := b.connections()
		c.Set("a/document", []byte(strings.Repeat("y", 41_000)))
		c.Set("v/value/0001", []byte("new"))
		c.Send("v/event", []byte("new"))
		advance(9 * time.Minute)
		if b.retainedPayload("v/value/0001") != "new" || b.connections() != before {
			t.Errorf("%d connections more, and the value is %q", b.connections()-before,
				b.retainedPayload("v/value/0001"))
		}
		if lines := b.lines("v/"); slices.Index(lines, "v/value/0001=new") > slices.Index(lines, "v/event=new") {
			t.Error("the event came before its value")
		}
		// A connection that another reason made necessary retries once.
		b.closeSessions()
		advance(time.Minute)
		if got := b.connections() - before; got != 2 {
			t.Errorf("%d connections after a cut, want the next one and another after the try", got)
		}
		if held := len(b.retained); held != 201 {
			t.Errorf("%d topics are there after the cut", held)
		}
		// It recovers once the limit is gone.
		b.mu.Lock()
		b.maxPacket = 0
		b.mu.Unlock()
		advance(24 * time.Hour)
		if len(problemCodes(c)) != 0 || b.retainedPayload("a/document") != strings.Repeat("y", 41_000) ||
			len(b.retained) != 203 {
			t.Errorf("problems %v, %d topics", c.Status().Problems, len(b.retained))
		}
		stop(nil)
	})
}

// Retries of a skipped message cost a connection now and then.
func TestRefusedMessageRetryBacksOff(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.maxPacket = 20_000
	withHarness(t, b, func(h *harness) {
		_, stop := h.run(Options{}, func(c *Client) { c.Set("a/document", []byte(strings.Repeat("x", 40_000))) })
		advance(48 * time.Hour)
		if n := b.connections(); n < 6 || n > 15 {
			t.Errorf("%d connections in two days", n)
		}
		stop(nil)
	})
}

// An event is not retried later, so it gets more attempts; then it is dropped,
// and those behind it get through, on the same topic too.
func TestRefusedEventIsDropped(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.maxPacket = 20_000
	withHarness(t, b, func(h *harness) {
		settled := 0
		c, stop := h.run(Options{}, func(c *Client) {
			setValues(c, 10, 10)
			c.Send("v/other", []byte("before"))
			c.SendConfirmed("v/event", []byte(strings.Repeat("x", 40_000)), func() { settled++ })
			c.Send("v/other", []byte("after"))
		})
		advance(5 * time.Minute)
		if b.count("v/other=after") == 0 || c.Status().Dropped != 1 || settled != 1 {
			t.Errorf("the next event came %d times, %d dropped, confirmed %d times", b.count("v/other=after"),
				c.Status().Dropped, settled)
		}
		if got := problemCodes(c); len(got) != 1 || got[0] != "message_refused" {
			t.Errorf("problems %v", got)
		}
		c.Send("v/event", []byte("small"))
		advance(time.Second)
		if b.count("v/event=small") != 1 || len(problemCodes(c)) != 0 {
			t.Errorf("the next event came %d times; problems %v", b.count("v/event=small"), problemCodes(c))
		}
		stop(nil)
	})
}

// An unstable connection always has something in flight, which is no reason to
// skip it.
func TestFlappingConnectionQuarantinesNothing(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.rate = 20_000
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, func(c *Client) { setValues(c, 400, 300) })
		advance(time.Minute)
		for range 40 {
			b.closeSessions()
			advance(1500 * time.Millisecond)
		}
		advance(time.Minute)
		if len(problemCodes(c)) != 0 || len(b.retained) != 401 {
			t.Errorf("problems %v, %d topics of 401", c.Status().Problems, len(b.retained))
		}
		stop(nil)
	})
}
