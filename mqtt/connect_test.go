package mqtt_test

import (
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestRepublishesToLateAndEmptiedBroker(t *testing.T) {
	t.Parallel()
	// A port that was free a moment ago.
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	ranks := map[string]int{"v/value": 3, "v/document": 1, "v/status": 2}
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + address, Rank: func(topic string) int { return ranks[topic] }}, nil)
	for _, topic := range []string{"v/value", "v/status", "v/document"} {
		c.Set(topic, []byte("1"))
	}
	c.Send("v/event", []byte("news"))
	waitUntil(t, "the failure is noticed", func() bool { return c.Status().LastError != "" })
	c.Set("v/value", []byte("2"))

	for round := range 2 {
		b := startBroker(t, broker.Options{Listen: address})
		var mu sync.Mutex
		var order []string
		if err := b.Watch("v/#", func(topic string, payload []byte, _ bool) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, topic+"="+string(payload))
		}); err != nil {
			t.Fatal(err)
		}
		want := []string{stateTopic + "=online", "v/document=1", "v/status=1", "v/value=2"}
		if round == 0 {
			want = append(want, "v/event=news")
		}
		waitUntil(t, "the whole tree is there", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(order) >= len(want)
		})
		flush(t, c)
		mu.Lock()
		if !slices.Equal(order, want) {
			t.Errorf("round %d: published %v, want %v", round, order, want)
		}
		mu.Unlock()
		if _, kept := retainedOwn(b)["v/event"]; kept {
			t.Error("the event is retained")
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBadPasswordIsReportedAndRetried(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{Username: "v", Password: secret.New("right")})
	o := mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("wrong"), StateTopic: stateTopic, ClientID: "probe"}
	if err := mqtt.CheckConnection(t.Context(), o); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("probe: %v, want ErrRefused", err)
	}
	c, _ := client(t, mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("wrong")}, nil)
	waitUntil(t, "the refusal is noticed", func() bool { return c.Status().NotAuthorized })
	if text := c.Status().LastError; strings.Contains(text, "wrong") {
		t.Errorf("the password is in the error: %s", text)
	}
	address := b.Addr()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	c.Set("v/x", []byte("1"))
	b = startBroker(t, broker.Options{Listen: address, Username: "v", Password: secret.New("wrong")}) // mended
	flush(t, c)
	if retainedOwn(b)["v/x"] != "1" || c.Status().NotAuthorized {
		t.Errorf("after mending: %v, %+v", retainedOwn(b), c.Status())
	}
	o.Password = secret.New("wrong")
	if err := mqtt.CheckConnection(t.Context(), o); err != nil {
		t.Errorf("probe: %v", err)
	}
}

func TestCheckConnectionUnreachable(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	address := b.Addr()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"mqtt://" + address, "http://" + address, "mqtt://"} {
		err := mqtt.CheckConnection(t.Context(), mqtt.Options{URL: target, StateTopic: stateTopic, ClientID: "probe"})
		if !errors.Is(err, mqtt.ErrUnreachable) {
			t.Errorf("%s: %v, want ErrUnreachable", target, err)
		}
	}
}
