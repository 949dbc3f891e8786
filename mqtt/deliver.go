package mqtt

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
)

// deliver publishes until nothing is left: values by rank, then the events that
// go with them, so that whoever reacts to an event finds the new values.
func (c *Client) deliver(ctx context.Context, l *link) error {
	for {
		topics, events := c.takePending()
		if len(topics)+len(events) == 0 {
			return nil
		}
		left, err := c.sendBatch(ctx, l, topics, events)
		c.requeue(left)
		if err != nil {
			return err
		}
	}
}

// takePending returns the dirty topics, lowest rank first, and the events that wait.
// Both at the same moment: the values an event is about were set before it.
func (c *Client) takePending() (topics []string, events []event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	type ranked struct {
		rank  int
		topic string
	}
	order := make([]ranked, 0, len(c.dirty))
	for topic := range c.dirty {
		rank := c.options.Rank(topic)
		switch topic {
		case c.options.StateTopic:
			rank = math.MinInt
		case c.quarantine.trial:
			rank = math.MaxInt // nothing else shall wait for another loss
		}
		order = append(order, ranked{rank, topic})
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.topic, b.topic))
	})
	for _, item := range order {
		topics = append(topics, item.topic)
	}
	events, c.events = c.events, nil
	c.sending = len(events)
	return topics, events
}

// requeue ends a take: these events were not delivered, and are next again.
func (c *Client) requeue(left []event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending = 0
	c.events = append(left, c.events...)
	c.trimEventsLocked()
	c.signalDeliveredLocked()
}

// sendBatch publishes what the topics hold now, then the events, with some of them
// under way at a time. It returns the events that did not arrive.
func (c *Client) sendBatch(ctx context.Context, l *link, topics []string, events []event) (left []event, failed error) {
	w := &window{client: c, link: l, events: events}
	for _, topic := range topics {
		payload, version := c.cached(topic)
		f := inflight{topic: topic, version: version, size: len(payload), event: -1}
		alone, quarantined := c.checkQuarantine(topic, f.size)
		if quarantined {
			c.skipQuarantined(topic, version)
			continue
		}
		if !w.send(ctx, f, alone, c.qosFor(topic, payload), payload) {
			break
		}
	}
	for i, next := range events {
		f := inflight{topic: next.topic, size: len(next.payload), event: i}
		alone, quarantined := c.checkQuarantine(next.topic, f.size)
		if quarantined {
			c.dropRefusedEvent(next)
			continue
		}
		if !w.send(ctx, f, alone, max(1, c.options.QoS), next.payload) {
			w.drain(0, 0)
			w.unsent = append(w.unsent, events[i:]...)
			break
		}
	}
	w.drain(0, 0)
	if w.err != nil && ctx.Err() == nil {
		c.recordLoss(w.unacked)
	}
	return c.dropRefusedEvents(w.unsent), w.err
}

// qosFor is the qosFor of service for a topic of the tree. A value that gets
// lost is sent again after the next connect; a removal is forgotten once it
// counts as delivered, so the broker's word is needed.
func (c *Client) qosFor(topic string, payload []byte) byte {
	switch {
	case topic == c.options.StateTopic:
		return 1
	case payload == nil, len(payload) >= minAckSize:
		return max(1, c.options.QoS)
	}
	return c.options.QoS
}

// cached returns what a topic shall hold right now.
func (c *Client) cached(topic string) (payload []byte, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.cache[topic]
	return held.payload, held.version
}

// markPublished notes that the broker has a message, unless there is a newer one.
func (c *Client) markPublished(topic string, version, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recordAckLocked(topic, size)
	held, known := c.cache[topic]
	if !known || held.version != version {
		return
	}
	c.clearDirtyLocked(topic)
	if held.payload == nil {
		delete(c.cache, topic)
	}
	c.signalDeliveredLocked()
}

// clearDirtyLocked notes that a topic need not be published. c.mu must be held.
func (c *Client) clearDirtyLocked(topic string) {
	delete(c.dirty, topic)
	if len(c.dirty) == 0 {
		c.dirty = map[string]struct{}{} // one that was large stays slow to go through
	}
}

// signalDeliveredLocked wakes whoever waits in Flush when all is delivered. It wants c.mu held.
func (c *Client) signalDeliveredLocked() {
	if !c.isDeliveredLocked() {
		return
	}
	close(c.delivered)
	c.delivered = make(chan struct{})
}

// topicMatches says whether a topic fits a filter of MQTT.
func topicMatches(filter, topic string) bool {
	filters, levels := strings.Split(filter, "/"), strings.Split(topic, "/")
	for i, level := range filters {
		if level == "#" {
			return true
		}
		if i >= len(levels) || level != "+" && level != levels[i] {
			return false
		}
	}
	return len(filters) == len(levels)
}

// errConnectionLost says that the connection went away while something was under way.
var errConnectionLost = errors.New("the connection to the broker was lost")
