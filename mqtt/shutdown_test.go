// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

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

// promptly is long for a busy machine, and less than the 30 s after which a
// silent connection is given up anyway.
const promptly = 20 * time.Second

// A broker that accepts the connection and does not answer must not block Run,
// nor leave a goroutine behind (goleak would find it).
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
	if err := conn.SetReadDeadline(time.Now().Add(promptly)); err != nil { // clock: a deadline of a real socket
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection is still open after the stop: %v", err)
	}
}

// A silent client must not keep the broker from closing.
func TestBrokerClosesWithSilentClient(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	silent, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	c, _ := client(t, mqtt.Options{URL: b.URL()}, nil)
	c.Set("v/x", []byte("1"))
	flush(t, c) // the silent client was accepted before
	closed := make(chan error, 1)
	go func() { closed <- b.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(promptly):
		t.Error("the broker does not close")
		_ = silent.Close()
		if err := <-closed; err != nil {
			t.Error(err)
		}
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
	successor, _ := client(t, mqtt.Options{URL: b.URL(), Username: "v", Password: secret.New("wrong")}, nil)
	waitUntil(t, "the successor is refused", func() bool { return successor.Status().NotAuthorized })
	if successor.Status().EverConnected {
		t.Error("a client that was refused counts as connected")
	}
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if err := successor.PublishOfflineOnce(ctx); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("the successor may publish: %v", err)
	}
	if err := c.PublishOfflineOnce(ctx); err != nil || retainedOwn(b)[stateTopic] != "offline" {
		t.Errorf("%v, the state is %q", err, retainedOwn(b)[stateTopic])
	}
}
