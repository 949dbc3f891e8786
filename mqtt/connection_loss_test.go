package mqtt_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// cutProxy is a cable between client and broker that can be cut or go dead.
type cutProxy struct {
	listener net.Listener
	dead     atomic.Bool
	lost     atomic.Int32 // pieces that were swallowed
	mu       sync.Mutex
	open     []net.Conn
	group    sync.WaitGroup
}

func newCutProxy(t *testing.T, to string) *cutProxy {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &cutProxy{listener: listener}
	w.group.Go(func() {
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
			w.mu.Lock()
			w.open = append(w.open, near, far)
			w.mu.Unlock()
			w.group.Go(func() { w.forward(near, far) })
			w.group.Go(func() { w.forward(far, near) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
		w.group.Wait()
	})
	return w
}

// forward copies, and swallows while the wire is dead.
func (w *cutProxy) forward(from, to net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		switch {
		case n > 0 && w.dead.Load():
			w.lost.Add(1)
		case n > 0:
			_, _ = to.Write(buffer[:n])
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = from.Close()
			}
			_ = to.Close()
			return
		}
	}
}

func (w *cutProxy) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range w.open {
		_ = end.Close()
	}
	w.open = nil
}

func TestLostConnectionFiresWillAndReconnects(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var mu sync.Mutex
	var states []string
	if err := b.Watch(stateTopic, func(_ string, payload []byte, _ bool) {
		mu.Lock()
		defer mu.Unlock()
		states = append(states, string(payload))
	}); err != nil {
		t.Fatal(err)
	}
	w := newCutProxy(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	w.cut()
	waitUntil(t, "the will was heard and it is back", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Equal(states, []string{"online", "offline", "online"})
	})
}

func TestHalfOpenConnectionIsDetected(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	w := newCutProxy(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String(), KeepAlive: time.Second}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	w.dead.Store(true)
	waitUntil(t, "the silence is noticed", func() bool { return !c.Status().Connected })
	c.Set("v/x", []byte("2"))
	w.dead.Store(false)
	flush(t, c)
	if retainedOwn(b)["v/x"] != "2" {
		t.Errorf("retained %v", retainedOwn(b))
	}
}
