// SPDX-License-Identifier: MIT

package bridge_test

import (
	"maps"
	"strings"
	"sync"
)

// weekBroker is a broker that keeps what it was sent.
type weekBroker struct {
	mu       sync.Mutex
	retained map[string]string
	events   map[string]int             // "topic payload" → how often
	shown    map[string]map[string]bool // topic → every payload it ever had
	cleared  map[string]bool            // topics that had a payload and were cleared
}

func newWeekBroker() *weekBroker {
	return &weekBroker{
		retained: map[string]string{},
		events:   map[string]int{},
		shown:    map[string]map[string]bool{},
		cleared:  map[string]bool{},
	}
}

func (b *weekBroker) set(topic, payload string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.retained[topic] = payload
	if b.shown[topic] == nil {
		b.shown[topic] = map[string]bool{}
	}
	b.shown[topic][payload] = true
}

func (b *weekBroker) clear(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.retained[topic]; there {
		delete(b.retained, topic)
		b.cleared[topic] = true
	}
}

// event counts an event.
func (b *weekBroker) event(topic string, payload []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events[topic+" "+string(payload)]++
}

// sent counts the events so far.
func (b *weekBroker) sent() (total int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, times := range b.events {
		total += times
	}
	return total
}

// forget loses what is retained.
func (b *weekBroker) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.retained)
}

func (b *weekBroker) all() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.retained)
}

// weekConnection is the connection of one process. As package mqtt does, it keeps
// the last value of each topic and the events that were not confirmed while the
// broker is away.
type weekConnection struct {
	broker *weekBroker

	mu      sync.Mutex
	away    bool
	dead    bool                     // the process was killed
	last    map[string]func() string // "" = cleared
	waiting []func()                 // events
	working sync.WaitGroup           // confirmations
}

func newWeekConnection(b *weekBroker, away bool) *weekConnection {
	return &weekConnection{broker: b, away: away, last: map[string]func() string{}}
}

// Set implements bridge.Publisher.
func (c *weekConnection) Set(topic string, payload []byte) {
	text := string(payload)
	c.write(topic, text, func() string { return text })
}

// SetBuilt implements bridge.Publisher: what is lost is built again.
func (c *weekConnection) SetBuilt(topic string, payload []byte, build func() []byte) {
	c.write(topic, string(payload), func() string { return string(build()) })
}

// Clear implements bridge.Publisher.
func (c *weekConnection) Clear(topic string) { c.Set(topic, nil) }

// Send implements bridge.Publisher.
func (*weekConnection) Send(string, []byte) {}

// Republish implements bridge.Publisher.
func (c *weekConnection) Republish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.republishLocked()
}

// SendConfirmed implements bridge.Publisher.
func (c *weekConnection) SendConfirmed(topic string, payload []byte, confirmed func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, func() {
		c.broker.event(topic, payload)
		c.working.Go(confirmed)
	})
	c.sendLocked()
}

func (c *weekConnection) write(topic, payload string, again func() string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[topic] = again
	if !c.away && !c.dead {
		c.writeLocked(topic, payload)
	}
}

func (c *weekConnection) writeLocked(topic, payload string) {
	if payload == "" {
		c.broker.clear(topic)
		return
	}
	c.broker.set(topic, payload)
}

func (c *weekConnection) republishLocked() {
	if c.away || c.dead {
		return
	}
	for topic, again := range c.last {
		c.writeLocked(topic, again())
	}
}

func (c *weekConnection) sendLocked() {
	if c.away || c.dead {
		return
	}
	for _, send := range c.waiting {
		send()
	}
	c.waiting = nil
}

// lose loses the connection to the broker.
func (c *weekConnection) lose() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = true
}

// reconnect sends what the broker does not know.
func (c *weekConnection) reconnect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = false
	c.republishLocked()
	c.sendLocked()
}

// kill makes the connection that of a process that no longer exists.
func (c *weekConnection) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = true
}

// values selects bare values of a tree that each come from one measurement.
func (b *weekBroker) values() map[string]map[string]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	values := map[string]map[string]bool{}
	for topic, payloads := range b.shown {
		for _, key := range []string{"/weight_kg", "/systolic_blood_pressure_mmhg", "/diastolic_blood_pressure_mmhg", "/spo2_pct"} {
			if strings.HasSuffix(topic, key) {
				values[topic] = maps.Clone(payloads)
			}
		}
	}
	return values
}
