package mqtt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// inFlight is how many messages may wait for the broker's word at a time: a
// burst of a whole tree overloads small brokers.
const inFlight = 32

// parcel is one retained message under way.
type parcel struct {
	topic   string
	payload []byte
	version int
}

// deliver publishes until nothing is dirty: values by rank, then the events
// that go with them, so that whoever reacts to an event finds the new values.
func (c *Client) deliver(ctx context.Context, l *link) error {
	for {
		batch := c.batch()
		if len(batch) == 0 {
			break
		}
		sent := make([]func() error, len(batch))
		for i, p := range batch {
			sent[i] = l.send(ctx, p.topic, c.options.QoS, true, p.payload)
		}
		var failed error
		for i, wait := range sent {
			if err := wait(); err != nil {
				failed = cmp.Or(failed, err)
				continue
			}
			c.settle(batch[i])
		}
		if failed != nil {
			return failed
		}
	}
	return c.deliverEvents(ctx, l)
}

// batch takes the next dirty topics, lowest rank first.
func (c *Client) batch() []parcel {
	c.mu.Lock()
	defer c.mu.Unlock()
	var batch []parcel
	for topic, held := range c.cache {
		if held.dirty {
			batch = append(batch, parcel{topic, held.payload, held.version})
		}
	}
	slices.SortFunc(batch, func(a, b parcel) int {
		return cmp.Or(cmp.Compare(c.options.Rank(a.topic), c.options.Rank(b.topic)), cmp.Compare(a.topic, b.topic))
	})
	return batch[:min(len(batch), inFlight)]
}

// settle notes that the broker has a message, unless there is a newer one.
func (c *Client) settle(p parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, known := c.cache[p.topic]
	if !known || held.version != p.version {
		return
	}
	held.dirty = false
	if held.payload == nil {
		delete(c.cache, p.topic)
	}
	c.tell()
}

// deliverEvents passes on what is not retained, oldest first.
func (c *Client) deliverEvents(ctx context.Context, l *link) error {
	for {
		c.mu.Lock()
		if len(c.events) == 0 {
			c.tell()
			c.mu.Unlock()
			return nil
		}
		next := c.events[0]
		dropped := c.status.Dropped
		c.mu.Unlock()
		if err := l.publish(ctx, next.topic, max(1, c.options.QoS), false, next.payload); err != nil {
			return err
		}
		c.mu.Lock()
		if dropped == c.status.Dropped { // else it was dropped from the queue meanwhile
			c.events = c.events[1:]
		}
		c.mu.Unlock()
	}
}

// tell wakes whoever waits in Flush. It wants c.mu held.
func (c *Client) tell() {
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
