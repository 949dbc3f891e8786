// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestUnchangedValueIsNotRepublished(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var seen, ended atomic.Int32
	if err := b.Watch("v/#", func(topic string, _ []byte, _ bool) {
		switch topic {
		case "v/x":
			seen.Add(1)
		case "v/end":
			ended.Add(1)
		}
	}); err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	for range 3 {
		c.Set("v/x", []byte("same"))
		flush(t, c)
	}
	c.Set("v/end", []byte("1"))
	waitUntil(t, "the last message arrived", func() bool { return ended.Load() == 1 })
	if seen.Load() != 1 {
		t.Errorf("published %d times", seen.Load())
	}
}

func TestBurstIsDelivered(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	for i := range 1000 {
		c.Set(fmt.Sprintf("v/burst/%d", i), []byte("1"))
	}
	for range 300 {
		c.Send("v/event", []byte("x"))
	}
	flush(t, c)
	if got := len(retainedOwn(b)); got != 1001 {
		t.Errorf("%d retained topics, want 1001", got)
	}
}

func TestEventQueueIsBounded(t *testing.T) {
	t.Parallel()
	c, err := mqtt.New(mqtt.Options{URL: "mqtt://127.0.0.1:1", ClientID: "x", StateTopic: stateTopic})
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		c.Send("v/event", []byte("x"))
	}
	if got := c.Status().Dropped; got != 300-256 {
		t.Errorf("%d dropped, want 44", got)
	}
}

func TestSetWithEmptyPayloadClears(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	c.Set("v/x", nil)
	flush(t, c)
	if _, kept := retainedOwn(b)["v/x"]; kept || c.Status().Retained != 0 {
		t.Errorf("retained %v, %d counted", retainedOwn(b), c.Status().Retained)
	}
}

// The broker would close the connection over an invalid topic after every
// connect.
func TestInvalidTopicsAreNotPublished(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	for _, topic := range []string{"", "v/+/x", "v/#", "v/\x00", "v/\xff", strings.Repeat("v", 65536)} {
		c.Set(topic, []byte("1"))
		c.Send(topic, []byte("1"))
	}
	c.Set("v/good", []byte("1"))
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if err := c.Flush(ctx); err != nil {
		t.Fatalf("%v; %+v", err, c.Status())
	}
	if retainedOwn(b)["v/good"] != "1" {
		t.Errorf("retained %v", retainedOwn(b))
	}
}

// One value must cost the same however large the tree is.
func BenchmarkSetOneOfMany(b *testing.B) {
	for _, size := range []int{100, 10_000, 100_000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			server, err := broker.Start(broker.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			c, err := mqtt.New(mqtt.Options{URL: server.URL(), ClientID: "b", StateTopic: stateTopic, QoS: 1})
			if err != nil {
				b.Fatal(err)
			}
			for i := range size {
				c.Set(fmt.Sprintf("v/%d", i), []byte("1"))
			}
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error, 1)
			go func() { done <- c.Run(ctx) }()
			if err := c.Flush(ctx); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for i := range b.N {
				c.Set("v/1", fmt.Append(nil, i))
				if err := c.Flush(ctx); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			cancel()
			if err := <-done; err != nil {
				b.Error(err)
			}
		})
	}
}

// The caller bounds the number of messages with a confirmation.
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
	waitUntil(t, "both were passed on",
		func() bool { return d.count("v/event=first") == 1 && d.count("v/event=second") == 1 })
}

// Subscribers must learn first that the bridge is online.
func TestRepublishStartsWithState(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/#")
	c, stop := client(t, mqtt.Options{URL: b.URL(), Rank: func(string) int { return -1 }}, nil)
	c.Set("v/a", []byte("1"))
	c.Set("v/z", []byte("2"))
	flush(t, c)
	c.Republish()
	flush(t, c)
	once := []string{stateTopic + "=online", "v/a=1", "v/z=2"}
	waitUntil(t, "everything was passed on twice", func() bool { return d.count("v/z=2") >= 2 })
	if got := d.read(); !slices.Equal(got, slices.Concat(once, once)) {
		t.Errorf("published %v", got)
	}
	stop(nil)
	if got := retainedOwn(b)[stateTopic]; got != "offline" {
		t.Errorf("after the stop the state is %q", got)
	}
}

// A renamed profile's new topics come before its old ones are removed, which
// Home Assistant may still read.
func TestTopicsAreClearedLast(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/#")
	// The highest rank is that of a topic on trial.
	rank := func(string) int { return math.MaxInt }
	c, _ := client(t, mqtt.Options{URL: b.URL(), Rank: rank}, func(c *mqtt.Client) {
		c.Clear("v/a")
		c.Set("v/b", []byte("1"))
		c.Clear("v/c")
		c.Set("v/d", []byte("2"))
	})
	flush(t, c)
	want := []string{stateTopic + "=online", "v/b=1", "v/d=2", "v/a=", "v/c="}
	waitUntil(t, "everything was passed on", func() bool { return len(d.read()) == len(want) })
	if got := d.read(); !slices.Equal(got, want) {
		t.Errorf("published %v, want %v", got, want)
	}
}
