// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	// retainedQueueLength is how many retained messages wait for their handler
	// whole. The topics of all others are noted, and read by name.
	retainedQueueLength = 64
	// maxUnreadBytes bounds what is read by name at a time; a topic with more is
	// read alone.
	maxUnreadBytes = 1 << 20
	// maxSingleRead is how many retained messages a broker sends for a filter
	// whatever its limits: Mosquitto queues 1000 for a client, and drops the rest.
	maxSingleRead = 500
)

// retainedReader reads what the broker has retained on the filters of
// HandleRetained, once per connection. A broker sends that as fast as it can,
// and drops what is not read in time, so nothing waits while messages arrive:
// when the queue is full, the topic alone is kept, and is read again by name
// later. Until then nothing is published there, because that would replace what
// is to be read.
type retainedReader struct {
	options  *Options
	outbox   *outbox
	verifier *verifier // reads by name
	handlers []handler
	queue    chan Message
	arrived  changeSignal // raised by each message

	mu     sync.Mutex
	unread map[string]int      // sizes, in bytes, of the topics that are to be read by name
	taken  map[string]struct{} // topics that were handled on this connection, or will be
	count  int                 // messages that arrived for the last subscription
	fresh  int                 // of them on topics that were not taken before
}

// start forgets the last connection.
func (r *retainedReader) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unread, r.taken = map[string]int{}, map[string]struct{}{}
	r.count, r.fresh = 0, 0
}

// handlerFor returns the handler of a topic, nil if there is none.
func (r *retainedReader) handlerFor(topic string) func(Message) {
	for _, h := range r.handlers {
		if topicMatches(h.filter, topic) {
			return h.fn
		}
	}
	return nil
}

// accept takes an incoming message if it is on a topic with a handler. Only
// what the broker had retained, and is not as it should be, gets there.
func (r *retainedReader) accept(m paho.Message) (taken bool) {
	topic, payload := m.Topic(), m.Payload()
	if r.handlerFor(topic) == nil {
		return false
	}
	if !m.Retained() || len(payload) == 0 {
		return true // what somebody publishes now, mostly ourselves
	}
	r.arrived.raise()
	isPublished := r.outbox.has(topic, payload)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if _, again := r.taken[topic]; again || isPublished {
		return true
	}
	r.fresh++
	r.taken[topic] = struct{}{}
	if len(payload) > maxMessageSize {
		r.options.Log.Warn().Str("topic", topic).Int("bytes", len(payload)).Msg("incoming message too large; ignored")
		return true
	}
	select {
	case r.queue <- copyMessage(m):
	default:
		r.unread[topic] = len(payload)
	}
	return true
}

// isUnread reports whether nothing may be published on a topic yet.
func (r *retainedReader) isUnread(topic string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, unread := r.unread[topic]
	return unread
}

// releaseAll allows publishing on all topics.
func (r *retainedReader) releaseAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.unread)
	r.outbox.wake()
}

// release allows publishing on topics.
func (r *retainedReader) release(topics []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, topic := range topics {
		delete(r.unread, topic)
	}
	r.outbox.wake()
}

// subscribe makes the broker send what it has retained.
func (r *retainedReader) subscribe(ctx context.Context, l *link) error {
	r.mu.Lock()
	r.count, r.fresh = 0, 0
	r.mu.Unlock()
	for _, h := range r.handlers {
		// With QoS 0, Mosquitto 2 drops more than messages when there are too many:
		// acknowledgements too, and the connection seems dead.
		denied, err := l.subscribe(ctx, 1, h.filter)
		if err != nil {
			return err
		}
		r.options.logDenied(denied)
	}
	return nil
}

// run reads until everything was handled, and ends the subscriptions. It
// returns false when the connection ended before.
func (r *retainedReader) run(ctx context.Context, l *link) (done bool) {
	defer r.releaseAll()
	if err := r.read(ctx, l); err != nil {
		if ctx.Err() == nil {
			r.options.Log.Debug().Err(err).Msg("reading retained messages aborted")
		}
		return false
	}
	return true
}

func (r *retainedReader) read(ctx context.Context, l *link) error {
	for {
		if err := r.readOnce(ctx, l); err != nil {
			return err
		}
		r.mu.Lock()
		isWhole := r.count < maxSingleRead || r.fresh == 0
		r.mu.Unlock()
		if isWhole || !sleep(ctx, readDelay) {
			return nil
		}
		// What was removed meanwhile makes room for what the broker dropped.
		if err := r.subscribe(ctx, l); err != nil {
			return err
		}
	}
}

// readOnce reads what the last subscription brought.
func (r *retainedReader) readOnce(ctx context.Context, l *link) error {
	for arrives := true; arrives; {
		if err := r.readUnread(ctx, l); err != nil {
			return err
		}
		// Some brokers send retained messages a moment later.
		timer := time.NewTimer(readTimeout)
		select {
		case <-r.arrived:
		case <-timer.C:
			arrives = false
		case <-ctx.Done():
			arrives = false
		}
		timer.Stop()
	}
	for _, h := range r.handlers {
		if err := l.unsubscribe(ctx, time.Now(), h.filter); err != nil {
			return err
		}
	}
	return r.readUnread(ctx, l)
}

// nextUnread returns some topics to read at a time.
func (r *retainedReader) nextUnread() (topics []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes := 0
	for _, topic := range slices.Sorted(maps.Keys(r.unread)) {
		if bytes += r.unread[topic]; len(topics) == maxReadTopics || len(topics) > 0 && bytes > maxUnreadBytes {
			break
		}
		topics = append(topics, topic)
	}
	return topics
}

// readUnread reads topics by name, as fast as they are handled.
func (r *retainedReader) readUnread(ctx context.Context, l *link) error {
	for {
		some := r.nextUnread()
		if len(some) == 0 {
			return nil
		}
		batch := make(map[string]*expectation, len(some))
		for _, topic := range some {
			batch[topic] = &expectation{keep: true}
		}
		if _, _, err := r.verifier.readBatch(ctx, l, batch); err != nil {
			return err
		}
		for _, topic := range some {
			if found := batch[topic]; found != nil && found.received {
				select {
				case r.queue <- Message{Topic: topic, Payload: found.kept, Retained: true}:
				case <-ctx.Done():
					return fmt.Errorf("reading retained messages: %w", context.Cause(ctx))
				}
			}
		}
		r.release(some)
	}
}
