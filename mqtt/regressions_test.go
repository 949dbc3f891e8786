package mqtt_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// Who asks for everything must hear first that we are there at all.
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
	waitUntil(t, "all was handed on twice", func() bool { return d.count("v/z=2") >= 2 })
	if got := d.read(); !slices.Equal(got, slices.Concat(once, once)) {
		t.Errorf("published %v", got)
	}
	stop(nil)
	if got := retainedOwn(b)[stateTopic]; got != "offline" {
		t.Errorf("after the stop the state is %q", got)
	}
}

// A removal that got lost under way is not known to anybody any more: it counts
// only with the broker's word, also where values do without.
func TestRemovalsWaitForAck(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	w := newCutProxy(t, b.Addr())
	c, _ := startClientWith(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String(), QoS: 0, Log: zerolog.Nop()}, nil)
	c.Set("v/x", []byte("1"))
	waitUntil(t, "the value is there", func() bool { return retainedOwn(b)["v/x"] == "1" })
	w.dead.Store(true)
	c.Clear("v/x")
	waitUntil(t, "the removal is on its way", func() bool { return w.lost.Load() > 0 })
	w.dead.Store(false)
	w.cut()
	waitUntil(t, "the value is gone", func() bool { _, kept := retainedOwn(b)["v/x"]; return !kept })
}

// A thousand messages may wait; they must not be of any size.
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
	if log.count("far too large") != 1 || log.count(`"topic":"v/in"`) != 1 {
		t.Error("nothing is said of it")
	}
}

func TestPublishOfflineOnceAfterHandover(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{Username: "v", Password: secret.New("right")})
	c, stop := client(t, mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("right")}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	stop(mqtt.ErrHandover)
	if got := retainedOwn(b)[stateTopic]; got != "online" || !c.Status().EverConnected {
		t.Errorf("after the handover the state is %q; %+v", got, c.Status())
	}
	heir, _ := client(t, mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("wrong")}, nil)
	waitUntil(t, "the heir is refused", func() bool { return heir.Status().NotAuthorized })
	if heir.Status().EverConnected {
		t.Error("one that was refused was never met")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := heir.PublishOfflineOnce(ctx); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("the heir may speak: %v", err)
	}
	if err := c.PublishOfflineOnce(ctx); err != nil || retainedOwn(b)[stateTopic] != "offline" {
		t.Errorf("%v, the state is %q", err, retainedOwn(b)[stateTopic])
	}
}
