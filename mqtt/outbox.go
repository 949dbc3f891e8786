// SPDX-License-Identifier: MIT

package mqtt

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
)

// maxEvents bounds the queue of events.
const maxEvents = 256

// outbox holds what the broker should have: the last value of each topic, and a
// queue of events. It, not paho, knows what has been delivered.
type outbox struct {
	stateTopic string
	wakeup     chan struct{} // holds a token when there is something new to publish

	mu        sync.Mutex
	entries   map[string]*entry
	dirty     map[string]struct{} // the topics that the broker must still get
	events    []event
	sending   int           // events that are in flight and not in the queue
	delivered chan struct{} // closed and replaced when everything is delivered
	dropped   int
	retained  int // entries with a payload, without the state topic
}

// entry is the last value of a topic.
type entry struct {
	content

	version  int  // changes with every reason to publish
	verified bool // read back on this connection
}

// event is a message that is not retained.
type event struct {
	topic   string
	payload []byte
	// onConfirmed is called once the message needs no more sending; it may be nil.
	onConfirmed func()
}

func (e event) confirm() {
	if e.onConfirmed != nil {
		e.onConfirmed()
	}
}

func newOutbox(stateTopic string) *outbox {
	return &outbox{
		stateTopic: stateTopic,
		wakeup:     make(chan struct{}, 1),
		entries:    map[string]*entry{stateTopic: {content: newContent([]byte(online), nil)}},
		dirty:      map[string]struct{}{},
		delivered:  make(chan struct{}),
	}
}

// wake wakes the worker. It never blocks.
func (o *outbox) wake() {
	select {
	case o.wakeup <- struct{}{}:
	default:
	}
}

// set stores the value of a topic; an empty payload clears it. The payload is
// not copied.
func (o *outbox) set(topic string, payload []byte, build func() []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	held, known := o.entries[topic]
	if known && held.is(payload) {
		return
	}
	if !known {
		held = &entry{}
		o.entries[topic] = held
	}
	if !held.isCleared() {
		o.retained--
	}
	held.content = newContent(payload, build)
	if !held.isCleared() {
		o.retained++
	}
	o.markDirtyLocked(topic)
}

// add appends an event to the queue.
func (o *outbox) add(e event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, e)
	o.trimEventsLocked()
	o.wake()
}

// trimEventsLocked drops the oldest of too many events, except those that must
// be confirmed. o.mu must be held.
func (o *outbox) trimEventsLocked() {
	over := len(o.events) - maxEvents
	if over <= 0 {
		return
	}
	o.events = slices.DeleteFunc(o.events, func(e event) bool {
		if over == 0 || e.onConfirmed != nil {
			return false
		}
		over--
		o.dropped++
		return true
	})
}

// markDirty causes topics to be published again, even those that are in flight.
// Unknown ones are ignored.
func (o *outbox) markDirty(topics ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, topic := range topics {
		o.markDirtyLocked(topic)
	}
}

// markDirtyLocked is markDirty for one topic. o.mu must be held.
func (o *outbox) markDirtyLocked(topic string) {
	if held, known := o.entries[topic]; known {
		held.version++
		o.dirty[topic] = struct{}{}
		o.wake()
	}
}

// markAllDirty causes everything to be published again.
func (o *outbox) markAllDirty() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for topic := range o.entries {
		o.markDirtyLocked(topic)
	}
}

// startConnection makes everything dirty and unverified: whether the broker has
// retained anything is not known.
func (o *outbox) startConnection() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for topic, held := range o.entries {
		held.verified = false
		o.markDirtyLocked(topic)
	}
}

// takePending returns the dirty topics, lowest rank first, and the queued
// events. Both at the same moment: the values an event refers to were set
// before it. Among topics of the same rank, those to clear come last: what
// refers to them may refer to a new one by then. Topics that must wait stay
// dirty.
func (o *outbox) takePending(
	rank func(topic string) int, mustWait func(topic string) bool,
) (topics []string, events []event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	rankOf := func(topic string) int {
		if topic == o.stateTopic {
			return math.MinInt
		}
		return rank(topic)
	}
	isCleared := func(topic string) bool { return o.entries[topic].isCleared() }
	topics = slices.DeleteFunc(sortByRank(maps.Keys(o.dirty), rankOf, isCleared), mustWait)
	events, o.events = o.events, nil
	o.sending = len(events)
	return topics, events
}

// requeue ends what takePending began: these events were not delivered, and are
// next again.
func (o *outbox) requeue(undelivered []event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sending = 0
	o.events = append(undelivered, o.events...)
	o.trimEventsLocked()
	o.signalDeliveredLocked()
}

// has reports whether a payload is the value of a topic.
func (o *outbox) has(topic string, payload []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	held, known := o.entries[topic]
	return known && !held.isCleared() && held.is(payload)
}

// value returns the present value of a topic.
func (o *outbox) value(topic string) (value content, version int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	held := o.entries[topic]
	return held.content, held.version
}

// markPublished records that the broker has this version of a topic. A cleared
// topic is forgotten.
func (o *outbox) markPublished(topic string, version int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if held := o.markCleanLocked(topic, version); held != nil && held.isCleared() {
		delete(o.entries, topic)
	}
}

// markSkipped records that this version of a topic is not going to be
// published.
func (o *outbox) markSkipped(topic string, version int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.markCleanLocked(topic, version)
}

// markCleanLocked makes a topic no longer dirty and returns its entry, or nil
// if there is a newer version. o.mu must be held.
func (o *outbox) markCleanLocked(topic string, version int) *entry {
	held, known := o.entries[topic]
	if !known || held.version != version {
		return nil
	}
	held.release()
	delete(o.dirty, topic)
	if len(o.dirty) == 0 {
		o.dirty = map[string]struct{}{} // iterating a map that was large stays slow
	}
	o.signalDeliveredLocked()
	return held
}

// countDropped counts an event that is given up.
func (o *outbox) countDropped() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dropped++
}

func (o *outbox) counts() (retained, dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.retained, o.dropped
}

// flush waits until everything is delivered.
func (o *outbox) flush(ctx context.Context) error {
	for {
		o.mu.Lock()
		done, changed := o.isDeliveredLocked(), o.delivered
		o.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("flushing to the broker: %w", context.Cause(ctx))
		}
	}
}

// isDeliveredLocked reports whether nothing is pending. o.mu must be held.
func (o *outbox) isDeliveredLocked() bool {
	return len(o.dirty) == 0 && len(o.events) == 0 && o.sending == 0
}

// signalDeliveredLocked wakes flush when everything is delivered. o.mu must be
// held.
func (o *outbox) signalDeliveredLocked() {
	if o.isDeliveredLocked() {
		close(o.delivered)
		o.delivered = make(chan struct{})
	}
}

// sortByRank sorts topics by rank; among the same rank, those that are last,
// then by name.
func sortByRank(
	topics func(yield func(string) bool), rank func(topic string) int, isLast func(topic string) bool,
) []string {
	ranks, last := map[string]int{}, map[string]int{}
	for topic := range topics {
		ranks[topic] = rank(topic)
		if isLast(topic) {
			last[topic] = 1
		}
	}
	return slices.SortedFunc(maps.Keys(ranks), func(a, b string) int {
		return cmp.Or(cmp.Compare(ranks[a], ranks[b]), cmp.Compare(last[a], last[b]), cmp.Compare(a, b))
	})
}
