// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// waitTimeout bounds every wait; it is far above what any of them takes.
const waitTimeout = 2 * time.Minute

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

// startClientWith is client with a QoS and log of its own.
func startClientWith(
	t *testing.T, o mqtt.Options, prepare func(*mqtt.Client),
) (c *mqtt.Client, stop func(cause error)) {
	t.Helper()
	if o.ClientID == "" {
		o.ClientID = "test"
	}
	o.StateTopic, o.Timeouts.Reconnect = stateTopic, 10*time.Millisecond
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

// waitUntil polls until a condition holds.
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
			t.Fatalf("timed out waiting until %s", what)
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

// retainedOwn is the retained tree without the broker's statistics.
func retainedOwn(b *broker.Broker) map[string]string {
	tree := b.Retained()
	maps.DeleteFunc(tree, func(topic, _ string) bool { return strings.HasPrefix(topic, "$SYS") })
	return tree
}

// messageLog records what a broker passes on, in order.
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

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}
