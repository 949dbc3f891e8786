package mqtt

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
)

// inFlight is how many messages may wait for the broker's word at a time: a
// burst of a whole tree overloads small brokers.
const inFlight = 32

// flight is one message under way.
type flight struct {
	landed  func() error // waits for the broker's word
	topic   string
	version int
	event   int // its place among the events; -1 for a topic of the tree
}

// deliver publishes until nothing is left: values by rank, then the events that
// go with them, so that whoever reacts to an event finds the new values.
func (c *Client) deliver(ctx context.Context, l *link) error {
	for {
		topics, events := c.take()
		if len(topics)+len(events) == 0 {
			return nil
		}
		left, err := c.send(ctx, l, topics, events)
		c.giveBack(left)
		if err != nil {
			return err
		}
	}
}

// take returns the dirty topics, lowest rank first, and the events that wait.
// Both at the same moment: the values an event is about were set before it.
func (c *Client) take() (topics []string, events []event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	type ranked struct {
		rank  int
		topic string
	}
	order := make([]ranked, 0, len(c.dirty))
	for topic := range c.dirty {
		rank := c.options.Rank(topic)
		if topic == c.options.StateTopic {
			rank = math.MinInt
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

// giveBack ends a take: these events were not delivered, and are next again.
func (c *Client) giveBack(left []event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending = 0
	c.events = append(left, c.events...)
	c.trim()
	c.tell()
}

// send publishes what the topics hold now, then the events, with some of them
// under way at a time. It returns the events that did not arrive.
func (c *Client) send(ctx context.Context, l *link, topics []string, events []event) (left []event, failed error) {
	var flying []flight
	land := func(atMost int) {
		for len(flying) > atMost {
			next := flying[0]
			flying = flying[1:]
			switch err := next.landed(); {
			case err != nil:
				failed = cmp.Or(failed, err)
				if next.event >= 0 {
					left = append(left, events[next.event])
				}
			case next.event < 0:
				c.settle(next.topic, next.version)
			case events[next.event].confirmed != nil:
				events[next.event].confirmed()
			}
		}
	}
	for _, topic := range topics {
		if land(inFlight - 1); failed != nil {
			break
		}
		payload, version := c.held(topic)
		flying = append(flying, flight{l.send(ctx, topic, c.quality(topic, payload), true, payload), topic, version, -1})
	}
	for i, next := range events {
		if land(inFlight - 1); failed != nil {
			land(0)
			return append(left, events[i:]...), failed
		}
		flying = append(flying, flight{l.send(ctx, next.topic, max(1, c.options.QoS), false, next.payload), next.topic, 0, i})
	}
	land(0)
	return left, failed
}

// quality is the quality of service for a topic of the tree. A value that gets
// lost is sent again after the next connect; a removal is forgotten once it
// counts as delivered, so the broker's word is needed.
func (c *Client) quality(topic string, payload []byte) byte {
	switch {
	case topic == c.options.StateTopic:
		return 1
	case payload == nil:
		return max(1, c.options.QoS)
	}
	return c.options.QoS
}

// held returns what a topic shall hold right now.
func (c *Client) held(topic string) (payload []byte, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.cache[topic]
	return held.payload, held.version
}

// settle notes that the broker has a message, unless there is a newer one.
func (c *Client) settle(topic string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, known := c.cache[topic]
	if !known || held.version != version {
		return
	}
	delete(c.dirty, topic)
	if len(c.dirty) == 0 {
		c.dirty = map[string]struct{}{} // one that was large stays slow to go through
	}
	if held.payload == nil {
		delete(c.cache, topic)
	}
	c.tell()
}

// tell wakes whoever waits in Flush when all is delivered. It wants c.mu held.
func (c *Client) tell() {
	if !c.delivered() {
		return
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// matches says whether a topic fits a filter of MQTT.
func matches(filter, topic string) bool {
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

// errLost says that the connection went away while something was under way.
var errLost = errors.New("the connection to the broker was lost")
