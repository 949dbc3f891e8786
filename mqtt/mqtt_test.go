package mqtt_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// waitTimeout bounds every wait; it is far above what any of them takes.
const waitTimeout = 20 * time.Second

const stateTopic = "v/bridge/state"

func startBroker(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	o.Log = zerolog.Nop()
	b, err := broker.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	t.Cleanup(func() { once.Do(func() { _ = b.Close() }) })
	return b
}

// client runs a client until the test ends; stop ends it with a cause.
func client(t *testing.T, o mqtt.Options, prepare func(*mqtt.Client)) (c *mqtt.Client, stop func(cause error)) {
	t.Helper()
	o.QoS, o.Log = 1, zerolog.New(zerolog.NewTestWriter(t))
	return startClientWith(t, o, prepare)
}

// startClientWith is client with a quality of service and a log of the test's own.
func startClientWith(t *testing.T, o mqtt.Options, prepare func(*mqtt.Client)) (c *mqtt.Client, stop func(cause error)) {
	t.Helper()
	if o.ClientID == "" {
		o.ClientID = "test"
	}
	o.StateTopic = stateTopic
	c, err := mqtt.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if prepare != nil {
		prepare(c)
	}
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	stop = sync.OnceValue(func() func(error) {
		var once sync.Once
		return func(cause error) {
			once.Do(func() {
				cancel(cause)
				if err := <-done; err != nil {
					t.Errorf("Run returned %v", err)
				}
			})
		}
	})()
	t.Cleanup(func() { stop(nil) })
	return c, stop
}

// waitUntil waits for a condition, looking often.
func waitUntil(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.NewTimer(waitTimeout)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func flush(t *testing.T, c *mqtt.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if err := c.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestPublishesOfflineOnStop(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, stop := client(t, mqtt.Options{URL: b.URL()}, nil)
	c.Set("v/alice/weight_kg", []byte("81.35"))
	c.Set("v/alice/fat", []byte("20"))
	flush(t, c)
	want := map[string]string{stateTopic: "online", "v/alice/weight_kg": "81.35", "v/alice/fat": "20"}
	if got := retainedOwn(b); !maps.Equal(got, want) {
		t.Errorf("retained %v, want %v", got, want)
	}
	c.Clear("v/alice/fat")
	c.Clear("v/never/there")
	flush(t, c)
	delete(want, "v/alice/fat")
	if got := retainedOwn(b); !maps.Equal(got, want) {
		t.Errorf("after clearing: %v, want %v", got, want)
	}
	if status := c.Status(); !status.Connected || status.Retained != 1 || status.LastError != "" {
		t.Errorf("status %+v", status)
	}
	stop(nil)
	if got := retainedOwn(b)[stateTopic]; got != "offline" {
		t.Errorf("after the stop the state is %q", got)
	}
}

// retainedOwn is the retained tree without the broker's statistics.
func retainedOwn(b *broker.Broker) map[string]string {
	tree := b.Retained()
	maps.DeleteFunc(tree, func(topic, _ string) bool { return strings.HasPrefix(topic, "$SYS") })
	return tree
}

func TestHandoverKeepsOnline(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, stop := client(t, mqtt.Options{URL: b.URL()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	stop(mqtt.ErrHandover)
	if got := retainedOwn(b)[stateTopic]; got != "online" {
		t.Errorf("after the handover the state is %q", got)
	}
}

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

func TestRepublishesToLateAndEmptiedBroker(t *testing.T) {
	t.Parallel()
	// A port that was free a moment ago; nobody listens there yet.
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

func TestBirthRepublishesOnce(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var seen atomic.Int32
	if err := b.Watch("v/x", func(string, []byte, bool) { seen.Add(1) }); err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, mqtt.Options{
		URL: b.URL(), BirthTopic: "homeassistant/status", BirthPayload: "online",
		BirthDelay: func() time.Duration { return 50 * time.Millisecond },
	}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	assistant, _ := client(t, mqtt.Options{URL: b.URL(), ClientID: "assistant"}, nil)
	for _, payload := range []string{"offline", "online", "online", "online"} {
		assistant.Send("homeassistant/status", []byte(payload))
	}
	flush(t, assistant)
	waitUntil(t, "it is published again", func() bool { return seen.Load() >= 2 })
	c.Set("v/end", []byte("1"))
	waitUntil(t, "the last message arrived", func() bool { return retainedOwn(b)["v/end"] == "1" })
	if seen.Load() != 2 {
		t.Errorf("published %d times, want twice", seen.Load())
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
