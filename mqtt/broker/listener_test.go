// SPDX-License-Identifier: MIT

package broker

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// memoryListener is a listener in memory, so that time can be that of a bubble.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func() // may be called twice

	mu        sync.Mutex
	acceptErr error
}

func newMemoryListener() *memoryListener {
	h := &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	h.close = sync.OnceFunc(func() { close(h.closed) })
	return h
}

// Accept implements net.Listener.
func (h *memoryListener) Accept() (net.Conn, error) {
	h.mu.Lock()
	broken := h.acceptErr
	h.mu.Unlock()
	if broken != nil {
		return nil, &net.OpError{Op: "accept", Err: broken}
	}
	select {
	case conn := <-h.conns:
		return conn, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (h *memoryListener) Close() error {
	h.close()
	return nil
}

// Addr implements net.Listener.
func (*memoryListener) Addr() net.Addr { return &net.TCPAddr{} }

func (h *memoryListener) failAccept(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acceptErr = err
}

func (h *memoryListener) dial() net.Conn {
	near, far := net.Pipe()
	h.conns <- far
	return near
}

// withBroker runs a broker in a bubble.
func withBroker(t *testing.T, fn func(h *memoryListener, b *Broker, log *strings.Builder)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h, log := newMemoryListener(), &strings.Builder{}
		o := Options{Log: zerolog.New(zerolog.SyncWriter(log))}
		b, err := serve(o, newTCPListener(h, o.Log))
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // until it accepts
		fn(h, b, log)
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}

func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// connect sends a CONNECT with a client id of one letter and no keep-alive, and
// reads the answer.
func connect(t *testing.T, conn net.Conn, id string) {
	t.Helper()
	if _, err := conn.Write([]byte("\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01" + id)); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4)
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "\x20\x02\x00\x00" {
		t.Fatalf("connecting was answered with %x, %v", answer, err)
	}
}

func ping(t *testing.T, conn net.Conn) {
	t.Helper()
	answer := make([]byte, 2)
	if _, err := conn.Write([]byte{0xc0, 0}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, answer); err != nil || answer[0] != 0xd0 {
		t.Errorf("a ping was answered with %x, %v", answer, err)
	}
}

// Too many open files are temporary: the broker resumes when there are fewer.
func TestAcceptResumesAfterFailure(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, b *Broker, log *strings.Builder) {
		h.failAccept(syscall.EMFILE)
		connect(t, h.dial(), "a") // the one that was being accepted
		advance(time.Minute)
		since, err := b.Failing()
		if !errors.Is(err, syscall.EMFILE) || time.Since(since) < 50*time.Second {
			t.Errorf("it fails since %s with %v", since, err)
		}
		if n := strings.Count(log.String(), "cannot accept"); n != 1 {
			t.Errorf("logged %d times in a minute", n)
		}
		h.failAccept(nil)
		advance(10 * time.Second) // without connections
		if _, err := b.Failing(); err != nil {
			t.Errorf("it still fails with %v", err)
		}
		client := h.dial()
		connect(t, client, "b")
		ping(t, client)
	})
}

func TestCloseWhileAcceptFails(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, _ *Broker, _ *strings.Builder) {
		h.failAccept(syscall.EMFILE)
		connect(t, h.dial(), "a")
		advance(time.Second)
	})
}

// A connection without CONNECT is closed; with it, a client may be silent.
func TestSilentConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, _ *Broker, _ *strings.Builder) {
		client, silent, slow := h.dial(), h.dial(), h.dial()
		connect(t, client, "a")
		start := time.Now()
		for _, piece := range []byte{0x10, 0x0d, 0x00} { // sends a little now and then
			if _, err := slow.Write([]byte{piece}); err != nil {
				t.Fatal(err)
			}
			advance(3 * time.Second)
		}
		for name, conn := range map[string]net.Conn{"silent": silent, "slow": slow} {
			if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if took := time.Since(start); took != connectTimeout {
			t.Errorf("cut off after %s", took)
		}
		advance(time.Hour)
		ping(t, client)
	})
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, _ *Broker, log *strings.Builder) {
		first := h.dial()
		connect(t, first, "a")
		for range maxConnections - 1 {
			h.dial()
		}
		for range 10 {
			if _, err := h.dial().Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("one too many: %v", err)
			}
		}
		if n := strings.Count(log.String(), "connection limit"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		advance(time.Minute)
		next := h.dial()
		connect(t, next, "b")
		ping(t, next)
	})
}

// A large packet is refused by its header, before memory is allocated for it.
func TestLargePacketsAreRefused(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, b *Broker, _ *strings.Builder) {
		client, other := h.dial(), h.dial()
		connect(t, client, "a")
		connect(t, other, "b")
		// A retained publish of 100 MB.
		if _, err := other.Write([]byte{0x31, 0x80, 0xc2, 0xd7, 0x2f}); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("it was accepted: %v", err)
		}
		ping(t, client)
		// One of half a MB is a large document.
		half := append([]byte{0x31, 0x83, 0x80, 0x20, 0x00, 0x01, 'a'}, make([]byte, 1<<19)...)
		if _, err := client.Write(half); err != nil {
			t.Fatal(err)
		}
		ping(t, client)
		if n := len(b.Retained()["a"]); n != 1<<19 {
			t.Errorf("%d bytes are retained", n)
		}
	})
}

// A subscriber that does not read must not block others.
func TestStalledSubscriberDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, b *Broker, _ *strings.Builder) {
		stalled, client := h.dial(), h.dial()
		connect(t, stalled, "a")
		connect(t, client, "b")
		if _, err := stalled.Write([]byte("\x82\x06\x00\x01\x00\x01#\x00")); err != nil {
			t.Fatal(err)
		}
		advance(time.Second) // its acknowledgement waits to be read
		if _, err := client.Write([]byte("\x31\x04\x00\x01v1")); err != nil {
			t.Fatal(err)
		}
		ping(t, client)
		if got := b.Retained()["v"]; got != "1" {
			t.Errorf("retained is %q", got)
		}
		_ = stalled.Close() // a goroutine that waits for a lock stops the clock of a bubble
	})
}

// The delayed wills of MQTT 5 are retained without the hooks before.
func TestDelayedWillIsRetained(t *testing.T) {
	t.Parallel()
	withBroker(t, func(h *memoryListener, b *Broker, _ *strings.Builder) {
		// Version 5, a session of an hour, a will "w" of "gone" that waits a second.
		leaves := h.dial()
		if _, err := leaves.Write([]byte("\x10\x22\x00\x04MQTT\x05\x26\x00\x00\x05\x11\x00\x00\x0e\x10\x00\x01d" +
			"\x05\x18\x00\x00\x00\x01\x00\x01w\x00\x04gone")); err != nil {
			t.Fatal(err)
		}
		if _, err := leaves.Read(make([]byte, 64)); err != nil {
			t.Fatal(err)
		}
		_ = leaves.Close()
		advance(0)
		if got := b.Retained()["w"]; got != "" {
			t.Errorf("retained is %q at once: the will does not wait", got)
		}
		advance(5 * time.Second)
		if got := b.Retained()["w"]; got != "gone" {
			t.Errorf("retained is %q after a while", got)
		}
		client := h.dial()
		connect(t, client, "b")
		if _, err := client.Write([]byte("\x31\x04\x00\x01v1")); err != nil {
			t.Fatal(err)
		}
		ping(t, client)
	})
}
