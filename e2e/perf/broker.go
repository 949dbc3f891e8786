// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// brokerName is mosquitto with its version when it is installed, else the
// embedded one.
func brokerName(ctx context.Context) string {
	out, _ := exec.CommandContext(ctx, "mosquitto", "-h").CombinedOutput() // it exits with 3
	first, _, _ := strings.Cut(string(out), "\n")
	if name, version, ok := strings.Cut(first, " version "); ok && name == "mosquitto" {
		return "mosquitto " + version
	}
	return "the embedded broker, in the measuring process"
}

// subscribedBroker is an empty broker with a subscriber that records when each
// topic arrived.
type subscribedBroker struct {
	address string // HOST:PORT
	stop    func(ctx context.Context) error

	mu    sync.Mutex
	first map[string]time.Time // by topic: when it was first published since reset
	last  map[string]string    // by topic: the payload
	seen  traffic              // since reset
	more  chan struct{}        // closed and renewed with every message
}

// traffic is what was published.
type traffic struct {
	messages, documents, bytes int64 // documents are those for Home Assistant
}

// newBroker starts a broker.
func (h *testbed) newBroker(ctx context.Context) (_ *subscribedBroker, err error) {
	e := &subscribedBroker{first: map[string]time.Time{}, last: map[string]string{}, more: make(chan struct{})}
	e.stop, err = e.startBroker(ctx, h)
	return e, err
}

// newSubscribedBroker starts a broker and subscribes.
func (h *testbed) newSubscribedBroker(ctx context.Context) (_ *subscribedBroker, err error) {
	e, err := h.newBroker(ctx)
	if err != nil {
		return nil, err
	}
	stopBroker := e.stop
	client, err := mqtt.New(mqtt.Options{
		URL:        "mqtt://" + e.address,
		ClientID:   "perf",
		StateTopic: "perf/state",
		BirthDelay: func() time.Duration { return 0 },
		Log:        zerolog.Nop(),
	})
	if err != nil {
		return nil, errors.Join(err, stopBroker(ctx))
	}
	client.Handle("homeassistant/device/+/config", e.record)
	client.Handle("vitals2mqtt/#", e.record)
	connection, disconnect := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = client.Run(connection) })
	e.stop = func(ctx context.Context) error {
		disconnect()
		running.Wait()
		return stopBroker(ctx)
	}
	// This message arrives once the subscription is active.
	client.Set("perf/ready", []byte("yes"))
	patient, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	if err := client.Flush(patient); err != nil {
		return nil, errors.Join(err, e.stop(ctx))
	}
	return e, nil
}

// startBroker sets the address and returns what stops the broker.
func (e *subscribedBroker) startBroker(ctx context.Context, h *testbed) (func(context.Context) error, error) {
	if !strings.HasPrefix(h.brokerName, "mosquitto ") {
		inside, err := broker.Start(broker.Options{Log: zerolog.Nop()})
		if err != nil {
			return nil, err
		}
		e.address = inside.Addr()
		return func(context.Context) error { return inside.Close() }, nil
	}
	address, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(address, ":")
	h.files++
	config := filepath.Join(h.folder, fmt.Sprintf("mosquitto-%d.conf", h.files))
	text := fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous true\npersistence false\n", port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	p, err := start(ctx, "mosquitto", "-c", config)
	if err != nil {
		return nil, err
	}
	e.address = address
	return p.stop, awaitListening(ctx, address)
}

// awaitListening waits until an address accepts connections.
func awaitListening(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		if err := sleepContext(ctx, 5*time.Millisecond); err != nil {
			return fmt.Errorf("nothing is listening on %s: %w", address, err)
		}
	}
}

// sleepContext waits, unless the context ends.
func sleepContext(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// record takes a message. Retained messages do not count.
func (e *subscribedBroker) record(m mqtt.Message) {
	now := time.Now()
	if m.Retained {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, known := e.first[m.Topic]; !known {
		e.first[m.Topic] = now
	}
	e.last[m.Topic] = string(m.Payload)
	e.seen.messages++
	e.seen.bytes += int64(len(m.Topic) + len(m.Payload))
	if strings.HasPrefix(m.Topic, documentPrefix) {
		e.seen.documents++
	}
	close(e.more)
	e.more = make(chan struct{})
}

// reset discards the messages received so far.
func (e *subscribedBroker) reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.first)
	clear(e.last)
	e.seen = traffic{}
}

// topics are those with a message since reset.
func (e *subscribedBroker) topics() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Collect(maps.Keys(e.last))
}

func (e *subscribedBroker) traffic() traffic {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen
}

// await waits until a condition holds for the last payloads by topic, and
// returns when each topic was first received.
func (e *subscribedBroker) await(
	ctx context.Context, p *process, holds func(map[string]string) bool,
) (map[string]time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	for {
		e.mu.Lock()
		done, first, more := holds(e.last), maps.Clone(e.first), e.more
		e.mu.Unlock()
		if done {
			return first, nil
		}
		select {
		case <-more:
		case <-p.exited:
			return nil, p.failure("ended before there was a complete tree")
		case <-ctx.Done():
			return nil, p.failure("published no complete tree")
		}
	}
}

// documentPrefix begins the topics of the documents for Home Assistant.
const documentPrefix = "homeassistant/device/"

// isComplete reports whether all profiles have values and documents.
func (at installation) isComplete(last map[string]string) bool {
	documents := 0
	for topic := range last {
		if strings.HasPrefix(topic, documentPrefix) && !strings.Contains(topic, "_device_") {
			documents++ // of profiles and of the bridge, not of devices
		}
	}
	for _, name := range at.names {
		base := "vitals2mqtt/" + strings.ToLower(name)
		if last[base+"/status"] != "online" || last[base] == "" {
			return false
		}
		for _, key := range at.awaited {
			if last[base+"/"+key] == "" {
				return false
			}
		}
	}
	return documents == len(at.names)+1
}
