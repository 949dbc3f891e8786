// SPDX-License-Identifier: MIT

package mqtt

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// withHeldAcks runs a test in which the broker has everything and answers
// nothing more until it is released.
func withHeldAcks(t *testing.T, fn func(h *harness, c *Client, stop func(cause error))) {
	t.Helper()
	withHarness(t, newFakeBroker(), func(h *harness) {
		c, stop := h.run(Options{}, setOne)
		synctest.Wait()
		h.broker.hold()
		fn(h, c, stop)
	})
}

// A subscriber that reacts to an event must find the value it refers to.
func TestEventsDoNotOvertakeTheirValues(t *testing.T) {
	t.Parallel()
	withHeldAcks(t, func(h *harness, c *Client, stop func(error)) {
		c.Send("v/event", []byte("1"))
		synctest.Wait()
		c.Set("v/value", []byte("2"))
		c.Send("v/event", []byte("2"))
		synctest.Wait()
		h.broker.release()
		synctest.Wait()
		want := []string{"v/x=1", "v/event=1", "v/value=2", "v/event=2"}
		isOnline := func(line string) bool { return line == onlineLine }
		if got := slices.DeleteFunc(h.broker.lines("v/"), isOnline); !slices.Equal(got, want) {
			t.Errorf("published %v, want %v", got, want)
		}
		stop(nil)
	})
}

// A stop while the acknowledgement is pending must not repeat the event.
func TestStopDoesNotRepeatAnEvent(t *testing.T) {
	t.Parallel()
	withHeldAcks(t, func(h *harness, c *Client, stop func(error)) {
		c.Send("v/event", []byte("news"))
		synctest.Wait()
		stopped := make(chan struct{})
		go func() { defer close(stopped); stop(nil) }()
		synctest.Wait()
		h.broker.release()
		<-stopped
		if n := h.broker.count("v/event=news"); n != 1 {
			t.Errorf("the event was published %d times", n)
		}
	})
}

// A handover must not cause the last will, even if the broker did not
// acknowledge everything in time.
func TestHandoverKeepsOnlineWhenTheBrokerIsSlow(t *testing.T) {
	t.Parallel()
	withHeldAcks(t, func(h *harness, c *Client, stop func(error)) {
		c.Set("v/x", []byte("2"))
		synctest.Wait()
		began := time.Now() // clock: in a bubble
		stop(ErrHandover)
		took := time.Since(began) // clock: in a bubble
		if took < 5*time.Second || took > 6*time.Second {
			t.Errorf("the stop took %s", took)
		}
		h.broker.release()
		advance(time.Minute)
		if lines := h.broker.lines(stateTopic); !slices.Equal(lines, []string{onlineLine}) {
			t.Errorf("states %v", lines)
		}
	})
}

// The confirmation waits for the acknowledgement, and Flush for the next
// message that it sends.
func TestSendConfirmedWaitsForAck(t *testing.T) {
	t.Parallel()
	withHeldAcks(t, func(h *harness, c *Client, stop func(error)) {
		confirmed := 0
		c.SendConfirmed("v/event", []byte("1"), func() {
			confirmed++
			c.SendConfirmed("v/event", []byte("2"), func() { confirmed++ })
		})
		synctest.Wait()
		if h.broker.count("v/event=1") != 1 || confirmed != 0 {
			t.Errorf("confirmed %d times without an acknowledgement", confirmed)
		}
		h.broker.release()
		if err := c.Flush(h.t.Context()); err != nil || confirmed != 2 {
			t.Errorf("%v, confirmed %d times, want both", err, confirmed)
		}
		stop(nil)
	})
}

// A value that must be published again while it is in flight is sent twice.
func TestRepublishResendsInflightMessages(t *testing.T) {
	t.Parallel()
	withHeldAcks(t, func(h *harness, c *Client, stop func(error)) {
		c.Set("v/y", []byte("1"))
		synctest.Wait()
		c.Republish()
		h.broker.release()
		advance(time.Second)
		if n := h.broker.count("v/y=1"); n != 2 {
			t.Errorf("published %d times, want twice", n)
		}
		stop(nil)
	})
}
