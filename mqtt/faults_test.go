package mqtt_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// messageLog notes what a broker passes on, in order.
type messageLog struct {
	mu        sync.Mutex
	logBuffer []string
}

func watchMessages(t *testing.T, b *broker.Broker, filter string) *messageLog {
	t.Helper()
	d := &messageLog{}
	if err := b.Watch(filter, func(topic string, payload []byte, _ bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.logBuffer = append(d.logBuffer, topic+"="+string(payload))
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *messageLog) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.logBuffer)
}

func (d *messageLog) count(line string) int {
	n := 0
	for _, l := range d.read() {
		if l == line {
			n++
		}
	}
	return n
}

// relay stands between client and broker, and lets the broker's answers wait
// while the door is shut.
type relay struct {
	listener net.Listener
	mu       sync.Mutex
	released chan struct{} // closed: open
	workers  sync.WaitGroup
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: listener, released: make(chan struct{})}
	close(r.released)
	r.workers.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			r.workers.Go(func() {
				_, _ = io.Copy(far, near)
				if half, ok := far.(*net.TCPConn); ok {
					_ = half.CloseWrite() // the broker closes, having done all that it does at an end
				}
			})
			r.workers.Go(func() { r.forwardResponses(near, far) })
		}
	})
	t.Cleanup(r.close)
	return r
}

// close returns when the broker has done with all who came through the relay.
func (r *relay) close() {
	_ = r.listener.Close()
	r.releaseResponses()
	r.workers.Wait()
}

func (r *relay) forwardResponses(near, far net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := far.Read(buffer)
		r.mu.Lock()
		door := r.released
		r.mu.Unlock()
		<-door
		if n > 0 {
			_, _ = near.Write(buffer[:n])
		}
		if err != nil {
			_ = near.Close()
			_ = far.Close()
			return
		}
	}
}

func (r *relay) holdResponses() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.released = make(chan struct{})
}

func (r *relay) releaseResponses() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.released:
	default:
		close(r.released)
	}
}

func (r *relay) url() string { return "mqtt://" + r.listener.Addr().String() }

// A subscriber that reacts to an event must find the value it is about.
func TestEventsDoNotOvertakeTheirValues(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/#")
	r := newRelay(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: r.url()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	r.holdResponses()
	c.Send("v/event", []byte("1"))
	waitUntil(t, "the first event is on its way", func() bool { return d.count("v/event=1") == 1 })
	c.Set("v/value", []byte("2"))
	c.Send("v/event", []byte("2"))
	r.releaseResponses()
	waitUntil(t, "the second event was handed on", func() bool { return d.count("v/event=2") == 1 })
	lines := d.read()
	if value, event := slices.Index(lines, "v/value=2"), slices.Index(lines, "v/event=2"); value > event {
		t.Errorf("the event came before its value: %v", lines)
	}
}

// A stop while the broker's word is on its way must not repeat the event.
func TestStopDoesNotRepeatAnEvent(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/#")
	r := newRelay(t, b.Addr())
	c, stop := client(t, mqtt.Options{URL: r.url()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	r.holdResponses()
	c.Send("v/event", []byte("news"))
	waitUntil(t, "the event is on its way", func() bool { return d.count("v/event=news") == 1 })
	stopped := make(chan struct{})
	go func() { defer close(stopped); stop(nil) }()
	// Nothing tells from outside when the client has noticed the stop.
	select {
	case <-stopped:
	case <-time.After(200 * time.Millisecond):
	}
	r.releaseResponses()
	<-stopped
	if n := d.count("v/event=news"); n != 1 {
		t.Errorf("the event came %d times", n)
	}
}

// A broker that accepts and then says nothing must not keep a goroutine of ours
// busy after Run has returned (goleak sees it), nor Run itself.
func TestStopWithSilentBroker(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, stop := client(t, mqtt.Options{URL: "mqtt://" + listener.Addr().String()}, nil)
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	stop(nil)
	if err := conn.SetReadDeadline(time.Now().Add(3 * time.Second)); err != nil { // clock: a deadline of a real socket
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection is still open after the stop: %v", err)
	}
}

// A handover must not let the will say "offline", even when the broker did not
// take everything in time.
func TestHandoverKeepsOnlineWhenTheBrokerIsSlow(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, stateTopic)
	r := newRelay(t, b.Addr())
	c, stop := client(t, mqtt.Options{URL: r.url()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	r.holdResponses()
	c.Set("v/x", []byte("2"))
	waitUntil(t, "the value is on its way", func() bool { return retainedOwn(b)["v/x"] == "2" })
	stop(mqtt.ErrHandover)
	r.close()
	if lines := d.read(); slices.Contains(lines, stateTopic+"=offline") || retainedOwn(b)[stateTopic] != "online" {
		t.Errorf("state said %v", lines)
	}
}

// Somebody who connects and says nothing must not keep the broker from closing.
func TestBrokerClosesWithSilentClient(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	guest, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = guest.Close() }()
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c) // the guest was accepted before
	closed := make(chan error, 1)
	go func() { closed <- b.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the broker does not close")
		_ = guest.Close()
		if err := <-closed; err != nil {
			t.Error(err)
		}
	}
}

// An empty payload is what MQTT calls a removal.
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

// One bad topic would have the broker cut the connection after every connect.
func TestInvalidTopicsAreNotPublished(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	for _, topic := range []string{"", "v/+/x", "v/#", "v/\x00", "v/\xff", strings.Repeat("v", 65536)} {
		c.Set(topic, []byte("1"))
		c.Send(topic, []byte("1"))
	}
	c.Set("v/good", []byte("1"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := c.Flush(ctx); err != nil {
		t.Fatalf("%v; %+v", err, c.Status())
	}
	if retainedOwn(b)["v/good"] != "1" {
		t.Errorf("retained %v", retainedOwn(b))
	}
}

func TestEventsSurviveConnectionLoss(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	d := watchMessages(t, b, "v/event")
	w := newCutProxy(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	w.cut()
	var want []string
	for i := range 20 {
		c.Send("v/event", fmt.Append(nil, i))
		want = append(want, fmt.Sprint("v/event=", i))
	}
	flush(t, c)
	waitUntil(t, "the last event was handed on", func() bool { return d.count(want[len(want)-1]) > 0 })
	if got := slices.Compact(d.read()); !slices.Equal(got, want) {
		t.Errorf("events %v", got)
	}
	if _, kept := retainedOwn(b)["v/event"]; kept {
		t.Error("an event is retained")
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
