// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// ProbeOptions configure Probe. Nothing of what it publishes stays on the
// broker.
type ProbeOptions struct {
	// ScratchTopic is an unused topic: messages are published on it and below it,
	// read back and cleared.
	ScratchTopic string
	// Echoes are topics on which an empty message, which has no meaning to anyone,
	// must come back.
	Echoes []string
	// Filters are subscribed to; what the broker has retained there is reported.
	Filters []string
	// LeftoverRoot is a topic below which interrupted probes may have left
	// messages, "" for none. Those for which IsStale is true, given the rest of
	// the topic, are cleared; nothing else ever is.
	LeftoverRoot string
	IsStale      func(rest string) bool
	// MaxSize is the largest message size that is tried, in bytes; 0 tries none.
	MaxSize int
	// EchoTimeout is how long each message may take to come back; 0 is 3 s.
	EchoTimeout time.Duration
}

// ProbeResult is what Probe found. A broker that speaks MQTT 3.1.1 denies
// silently, so whatever did not come back counts as denied.
type ProbeResult struct {
	// DeniedFilters are the filters that may not be subscribed to.
	DeniedFilters []string
	// Published, Retained and WillDelivered report that a message on the scratch
	// topic came back, that it was retained, and that the last will was published.
	Published, Retained, WillDelivered bool
	// Denied are the echoes that did not come back.
	Denied []string
	// RetainedMessages is what was retained on the filters.
	RetainedMessages []Message
	// AcceptedSize is the size of the largest message that came back, in bytes, up
	// to MaxSize; 0 if that was not tried or is unknown.
	AcceptedSize int
	// NotCleared are the scratch topics that could not be cleared.
	NotCleared []string
}

// clearTimeout bounds clearing, which also happens after the context has ended.
const clearTimeout = 5 * time.Second

// isLeftover reports whether a topic may be cleared.
func (o ProbeOptions) isLeftover(topic string) bool {
	rest, below := strings.CutPrefix(topic, o.LeftoverRoot+"/")
	return o.LeftoverRoot != "" && below && o.IsStale(rest)
}

// prober is the connection that reads.
type prober struct {
	connector *connector
	link      *link

	mu       sync.Mutex
	received []Message
	changed  chan struct{} // closed and replaced with each message
}

func newProber(ctx context.Context, o Options) (*prober, error) {
	connector, err := newConnector(o)
	if err != nil {
		return nil, unreachable(err)
	}
	p := &prober{connector: connector, changed: make(chan struct{})}
	connector.receive = p.onMessage
	p.link, err = connector.connectWithoutWill(ctx)
	return p, err
}

func (p *prober) close() { p.link.close() }

func (p *prober) onMessage(m paho.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.received = append(p.received, copyMessage(m))
	close(p.changed)
	p.changed = make(chan struct{})
}

// waitFor waits for a message and reports whether it came.
func (p *prober) waitFor(ctx context.Context, timeout time.Duration, wanted func(Message) bool) (came bool) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return p.waitUntil(ctx, wanted)
}

// waitUntil does the same without a timeout of its own.
func (p *prober) waitUntil(ctx context.Context, wanted func(Message) bool) (came bool) {
	for {
		p.mu.Lock()
		found, changed := slices.ContainsFunc(p.received, wanted), p.changed
		p.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-changed:
		case <-p.link.lost:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// subscribe reports whether the broker allows a subscription.
func (p *prober) subscribe(ctx context.Context, filter string) (allowed bool, err error) {
	denied, err := p.link.subscribe(ctx, 0, filter)
	return len(denied) == 0, unreachable(err)
}

// readLeftovers reads what is retained below a topic. The daemon does not need
// it, so the broker may deny it.
func (p *prober) readLeftovers(ctx context.Context, root string) error {
	if root == "" {
		return nil
	}
	if _, err := p.subscribe(ctx, root+"/#"); err != nil {
		return err
	}
	return unreachable(p.link.unsubscribe(ctx, time.Now(), root+"/#"))
}

func (p *prober) subscribeAll(ctx context.Context, o ProbeOptions, found *ProbeResult) error {
	for _, filter := range slices.Concat(o.Filters, o.Echoes, []string{o.ScratchTopic, o.ScratchTopic + "/will"}) {
		allowed, err := p.subscribe(ctx, filter)
		if err != nil {
			return err
		}
		if !allowed && !slices.Contains(found.DeniedFilters, filter) {
			found.DeniedFilters = append(found.DeniedFilters, filter)
		}
	}
	return nil
}

// probeTopics publishes, and checks what comes back.
func (p *prober) probeTopics(ctx context.Context, writer *link, o ProbeOptions, found *ProbeResult) error {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	marker := []byte(hex.EncodeToString(random))
	isMarker := func(m Message) bool { return m.Topic == o.ScratchTopic && bytes.Equal(m.Payload, marker) }
	if err := writer.publish(ctx, o.ScratchTopic, 1, true, marker); err != nil {
		return unreachable(err)
	}
	// Retained messages on the filters arrive before the marker.
	found.Published = p.waitFor(ctx, o.EchoTimeout, isMarker)
	p.mu.Lock()
	var stale []string
	for _, m := range p.received {
		switch {
		case !m.Retained || isMarker(m):
		case o.isLeftover(m.Topic):
			stale = append(stale, m.Topic)
		default:
			found.RetainedMessages = append(found.RetainedMessages, m)
		}
	}
	p.mu.Unlock()
	_ = p.clearTopics(ctx, stale...) // the next probe may try again
	for _, topic := range o.Echoes {
		if err := writer.publish(ctx, topic, 0, false, nil); err != nil { // the echo is confirmation enough
			return unreachable(err)
		}
		if !p.waitFor(ctx, o.EchoTimeout, func(m Message) bool { return m.Topic == topic }) {
			found.Denied = append(found.Denied, topic)
		}
	}
	if !found.Published {
		return nil // then nothing can be retained either
	}
	// A new subscription brings what is retained, and nothing else.
	if _, err := p.subscribe(ctx, o.ScratchTopic); err != nil {
		return err
	}
	found.Retained = p.waitFor(ctx, o.EchoTimeout, func(m Message) bool { return isMarker(m) && m.Retained })
	return nil
}

// clearTopics removes what is retained on topics, and returns those that
// failed.
func (p *prober) clearTopics(ctx context.Context, topics ...string) (failed []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTimeout)
	defer cancel()
	for _, topic := range topics {
		if err := p.link.publish(ctx, topic, 1, true, nil); err != nil {
			failed = append(failed, topic)
		}
	}
	return failed
}
