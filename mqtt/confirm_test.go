package mqtt_test

import (
	"context"
	"sync/atomic"
	"testing"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// Whoever waits for a confirmation bounds the number by waiting.
func TestSendConfirmedIsNeverDropped(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/event")
	c, err := mqtt.New(mqtt.Options{URL: b.URL(), ClientID: "x", StateTopic: stateTopic})
	if err != nil {
		t.Fatal(err)
	}
	confirmed := make(chan int, 2)
	c.SendConfirmed("v/event", []byte("first"), func() { confirmed <- 1 })
	for range 300 {
		c.Send("v/other", []byte("x"))
	}
	c.SendConfirmed("v/event", []byte("second"), func() { confirmed <- 2 })
	if got := c.Status().Dropped; got != 302-256 {
		t.Errorf("%d dropped, want 46 of the others", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = c.Run(ctx) }()
	flush(t, c)
	stop()
	<-ended
	if first, second := <-confirmed, <-confirmed; first != 1 || second != 2 {
		t.Errorf("confirmed %d and %d", first, second)
	}
	waitUntil(t, "both were handed on", func() bool { return d.count("v/event=first") == 1 && d.count("v/event=second") == 1 })
}

// The broker's word ends the wait, and not that the message is on its way. The
// next message of a chain is part of what Flush waits for.
func TestSendConfirmedWaitsForAck(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/#")
	r := newRelay(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: r.url()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	r.holdResponses()
	var confirmed atomic.Int32
	c.SendConfirmed("v/event", []byte("1"), func() {
		confirmed.Add(1)
		c.SendConfirmed("v/event", []byte("2"), func() { confirmed.Add(1) })
	})
	waitUntil(t, "the event is on its way", func() bool { return d.count("v/event=1") == 1 })
	if n := confirmed.Load(); n != 0 {
		t.Errorf("confirmed %d times without the broker's word", n)
	}
	r.releaseResponses()
	flush(t, c)
	if n := confirmed.Load(); n != 2 {
		t.Errorf("confirmed %d times, want both", n)
	}
}
