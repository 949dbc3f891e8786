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

// wire is a cable between client and broker that can be cut or go dead.
type wire struct {
	listener net.Listener
	dead     atomic.Bool
	lost     atomic.Int32 // pieces that were swallowed
	mu       sync.Mutex
	open     []net.Conn
	group    sync.WaitGroup
}

func lay(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener}
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
			w.group.Go(func() { w.carry(near, far) })
			w.group.Go(func() { w.carry(far, near) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
		w.group.Wait()
	})
	return w
}

// carry copies, and swallows while the wire is dead.
func (w *wire) carry(from, to net.Conn) {
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

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, end := range w.open {
		_ = end.Close()
	}
	w.open = nil
}

func TestCutConnectionFiresTheWillAndComesBack(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	var mu sync.Mutex
	var states []string
	if err := b.Watch(state, func(_ string, payload []byte, _ bool) {
		mu.Lock()
		defer mu.Unlock()
		states = append(states, string(payload))
	}); err != nil {
		t.Fatal(err)
	}
	w := lay(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	w.cut()
	until(t, "the will was heard and it is back", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Equal(states, []string{"online", "offline", "online"})
	})
}

func TestHalfOpenConnectionIsNoticed(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	w := lay(t, b.Addr())
	c, _ := client(t, mqtt.Options{URL: "mqtt://" + w.listener.Addr().String(), KeepAlive: time.Second}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c)
	w.dead.Store(true)
	until(t, "the silence is noticed", func() bool { return !c.Status().Connected })
	c.Set("v/x", []byte("2"))
	w.dead.Store(false)
	flush(t, c)
	if own(b)["v/x"] != "2" {
		t.Errorf("retained %v", own(b))
	}
}
