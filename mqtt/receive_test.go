// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestHandlerCanPublish(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var answers, events atomic.Int32
	for filter, count := range map[string]*atomic.Int32{"v/answer/v/ask/+": &answers, "v/answer/event": &events} {
		if err := b.Watch(filter, func(string, []byte, bool) { count.Add(1) }); err != nil {
			t.Fatal(err)
		}
	}
	asking, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "asking"}, nil)
	var retained atomic.Int32
	c, _ := client(t, mqtt.Options{URL: b.URL()}, func(c *mqtt.Client) {
		c.Handle("v/ask/+", func(m mqtt.Message) {
			if m.Retained {
				retained.Add(1)
			}
			c.Set("v/answer/"+m.Topic, m.Payload)
			c.Send("v/answer/event", m.Payload)
		})
	})
	c.Set("v/ready", []byte("x")) // is published after the subscriptions
	flush(t, c)
	for i := range 100 {
		asking.Send("v/ask/"+strconv.Itoa(i), []byte("x"))
	}
	t.Cleanup(func() { t.Logf("%d answers, %d events", answers.Load(), events.Load()) })
	waitUntil(t, "all is answered", func() bool { return answers.Load() >= 100 && events.Load() >= 100 })
	if retained.Load() != 0 {
		t.Error("a live message was called retained")
	}
}

func TestHandlerSeesRetainedFlag(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	first, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "first"}, nil)
	first.Set("v/old", []byte("leftover"))
	flush(t, first)
	got := make(chan mqtt.Message, 1)
	client(t, mqtt.Options{URL: b.URL()}, func(c *mqtt.Client) { c.Handle("v/old", func(m mqtt.Message) { got <- m }) })
	select {
	case m := <-got:
		if !m.Retained || string(m.Payload) != "leftover" {
			t.Errorf("%+v", m)
		}
	case <-time.After(waitTimeout):
		t.Fatal("the retained message never came")
	}
}

// The messages that wait are bounded in number, so their size must be as well.
func TestOversizedMessagesAreIgnored(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{MaxPacketSize: 2 << 20})
	log := &lines{}
	var sizes [3]atomic.Int32
	c, _ := startClientWith(t, mqtt.Options{URL: b.URL(), QoS: 1, Log: zerolog.New(log)}, func(c *mqtt.Client) {
		c.Handle("v/in", func(m mqtt.Message) {
			switch len(m.Payload) {
			case 1 << 20:
				sizes[0].Add(1)
			case 1<<20 + 1:
				sizes[1].Add(1)
			default:
				sizes[2].Add(1)
			}
		})
	})
	c.Set("v/ready", []byte("x"))
	flush(t, c)
	other, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "other"}, nil)
	for _, size := range []int{1 << 20, 1<<20 + 1, 1} {
		other.Send("v/in", bytes.Repeat([]byte("x"), size))
	}
	waitUntil(t, "the last one arrived", func() bool { return sizes[2].Load() == 1 })
	if large, huge := sizes[0].Load(), sizes[1].Load(); large != 1 || huge != 0 {
		t.Errorf("%d of the largest that is allowed, %d of one byte more", large, huge)
	}
	if log.count("too large; ignored") != 1 || log.count(`"topic":"v/in"`) != 1 {
		t.Error("it is not logged")
	}
	if log.count(`"broker":"mqtt://127.0.0.1:`) == 0 || log.count("tcp://") != 0 {
		t.Error("the log has the broker in another spelling than the configuration")
	}
}

func TestMessageOrderIsPreserved(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var mu sync.Mutex
	var got, want []string
	c, _ := client(t, mqtt.Options{URL: b.URL()}, func(c *mqtt.Client) {
		c.Handle("v/ask", func(m mqtt.Message) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, string(m.Payload))
		})
	})
	c.Set("v/x", []byte("1"))
	flush(t, c)
	asking, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "asking"}, nil)
	for i := range 200 {
		asking.Send("v/ask", fmt.Append(nil, i))
		want = append(want, strconv.Itoa(i))
	}
	flush(t, asking)
	waitUntil(t, "all arrived", func() bool { mu.Lock(); defer mu.Unlock(); return len(got) == len(want) })
	if !slices.Equal(got, want) {
		t.Errorf("order %v", got)
	}
}
