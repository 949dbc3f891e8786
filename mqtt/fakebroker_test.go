// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// fakeBroker is a broker in memory, for tests in a synctest bubble. It
// acknowledges what it denies, as MQTT 3.1.1 demands.
type fakeBroker struct {
	maxPacket int               // closes connections over larger ones; 0 is no limit
	deny      func(string) bool // topics that are discarded
	denyRead  func(string) bool // filters that may not be subscribed to
	// maxRetained is how many retained messages it sends for a filter, and drops
	// the others; 0 is no limit.
	maxRetained int
	hangsUp     bool // closes each connection on the first subscription
	// onSubscribe is called before what is retained is sent.
	onSubscribe func(filter string)
	// rate is the throughput of the connection in bytes per second, 0 for
	// unlimited. If buffered, the connection accepts everything at once and
	// transfers it later.
	rate     int
	buffered bool

	mu        sync.Mutex
	down      bool          // accepts no connection
	mute      bool          // ignores everything
	gate      chan struct{} // answers wait until it is closed; nil: they do not
	retained  map[string]string
	published []string
	// subscribed are the filters, sorted, of each request to subscribe before
	// anything was published.
	subscribed [][]string
	sessions   map[*session]bool
	connects   int
	workers    sync.WaitGroup
}

// session is a connection of the broker.
type session struct {
	conn    net.Conn
	out     chan packets.ControlPacket
	filters map[string]bool
	will    *packets.ConnectPacket
}

func newFakeBroker() *fakeBroker {
	never := func(string) bool { return false }
	return &fakeBroker{deny: never, denyRead: never, retained: map[string]string{}, sessions: map[*session]bool{}}
}

func (b *fakeBroker) dial(context.Context, string) (net.Conn, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return nil, errors.New("connection refused")
	}
	near, far := net.Pipe()
	s := &session{conn: far, out: make(chan packets.ControlPacket, 1<<16), filters: map[string]bool{}}
	b.connects++
	b.sessions[s] = true
	b.workers.Go(func() { b.serve(s) })
	b.workers.Go(func() {
		for p := range s.out {
			b.waitForGate()
			_ = p.Write(far)
		}
	})
	return near, nil
}

// hold makes answers wait until release is called.
func (b *fakeBroker) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gate = make(chan struct{})
}

func (b *fakeBroker) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gate != nil {
		close(b.gate)
	}
	b.gate = nil
}

func (b *fakeBroker) waitForGate() {
	b.mu.Lock()
	gate := b.gate
	b.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

// setDown ends or starts the broker, which forgets everything.
func (b *fakeBroker) setDown(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down, b.published = down, nil
	clear(b.retained)
}

func (b *fakeBroker) setMute(mute bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mute = mute
}

// slowReader reads at the rate of the line.
type slowReader struct {
	from io.Reader
	rate int
}

func (s slowReader) Read(data []byte) (int, error) {
	n, err := s.from.Read(data[:min(len(data), 512)])
	<-time.After(time.Duration(n) * time.Second / time.Duration(s.rate))
	return n, err
}

// reader returns what the broker reads from.
func (b *fakeBroker) reader(s *session) io.Reader {
	switch {
	case b.rate == 0:
		return s.conn
	case !b.buffered:
		return slowReader{s.conn, b.rate}
	}
	read, write := io.Pipe()
	queue := make(chan []byte, 1<<16)
	b.workers.Go(func() {
		defer close(queue)
		for {
			data := make([]byte, 512)
			n, err := s.conn.Read(data)
			if err != nil {
				return
			}
			queue <- data[:n]
		}
	})
	b.workers.Go(func() {
		for data := range queue {
			<-time.After(time.Duration(len(data)) * time.Second / time.Duration(b.rate))
			_, _ = write.Write(data)
		}
		_ = write.Close()
	})
	b.workers.Go(func() { // the reader is gone
		<-b.sessionEnded(s)
		_ = read.Close()
	})
	return read
}

// sessionEnded returns a channel that is closed when a session ends.
func (b *fakeBroker) sessionEnded(s *session) <-chan struct{} {
	done := make(chan struct{})
	b.workers.Go(func() {
		defer close(done)
		for b.hasSession(s) {
			<-time.After(time.Second)
		}
	})
	return done
}

func (b *fakeBroker) hasSession(s *session) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions[s]
}

func (b *fakeBroker) serve(s *session) {
	graceful := false
	defer func() {
		_ = s.conn.Close()
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.sessions, s)
		close(s.out)
		if !graceful && s.will != nil {
			b.publishLocked(s.will.WillTopic, string(s.will.WillMessage), true)
		}
	}()
	from := b.reader(s)
	for {
		received, err := packets.ReadPacket(from)
		if err != nil {
			return
		}
		b.mu.Lock()
		end := b.handleLocked(s, received)
		b.mu.Unlock()
		if _, graceful = received.(*packets.DisconnectPacket); graceful || end {
			return
		}
	}
}

// handleLocked answers a packet, and reports whether to close the connection
// over it.
func (b *fakeBroker) handleLocked(s *session, received packets.ControlPacket) (end bool) {
	if b.mute {
		return false
	}
	switch p := received.(type) {
	case *packets.ConnectPacket:
		if p.WillFlag {
			s.will = p
		}
		s.out <- packets.NewControlPacket(packets.Connack)
	case *packets.PingreqPacket:
		s.out <- packets.NewControlPacket(packets.Pingresp)
	case *packets.SubscribePacket:
		if b.hangsUp {
			return true
		}
		if len(b.published) == 0 {
			b.subscribed = append(b.subscribed, slices.Sorted(slices.Values(p.Topics)))
		}
		b.subscribeLocked(s, p)
	case *packets.UnsubscribePacket:
		for _, filter := range p.Topics {
			delete(s.filters, filter)
		}
		answer := newPacket[*packets.UnsubackPacket](packets.Unsuback)
		answer.MessageID = p.MessageID
		s.out <- answer
	case *packets.PublishPacket:
		if b.maxPacket > 0 && len(p.Payload)+len(p.TopicName)+4 > b.maxPacket {
			return true
		}
		if !b.deny(p.TopicName) {
			b.publishLocked(p.TopicName, string(p.Payload), p.Retain)
		}
		if p.Qos > 0 {
			answer := newPacket[*packets.PubackPacket](packets.Puback)
			answer.MessageID = p.MessageID
			s.out <- answer
		}
	}
	return false
}

func (b *fakeBroker) subscribeLocked(s *session, p *packets.SubscribePacket) {
	answer := newPacket[*packets.SubackPacket](packets.Suback)
	answer.MessageID = p.MessageID
	var now []packets.ControlPacket
	for _, filter := range p.Topics {
		if b.denyRead(filter) {
			answer.ReturnCodes = append(answer.ReturnCodes, 0x80)
			continue
		}
		s.filters[filter] = true
		if b.onSubscribe != nil {
			b.onSubscribe(filter)
		}
		answer.ReturnCodes = append(answer.ReturnCodes, 0)
		sent := 0
		for topic, payload := range b.matchingLocked(filter) {
			if sent++; b.maxRetained == 0 || sent <= b.maxRetained {
				now = append(now, newMessage(topic, payload, true))
			}
		}
	}
	s.out <- answer
	for _, m := range now {
		s.out <- m
	}
}

// matchingLocked returns the retained messages that match a filter.
func (b *fakeBroker) matchingLocked(filter string) map[string]string {
	matching := map[string]string{}
	if !strings.ContainsAny(filter, "+#") {
		if payload, ok := b.retained[filter]; ok {
			matching[filter] = payload
		}
		return matching
	}
	for topic, payload := range b.retained {
		if topicMatches(filter, topic) {
			matching[topic] = payload
		}
	}
	return matching
}

// newPacket returns a packet of a type.
func newPacket[T packets.ControlPacket](kind byte) T {
	made, _ := packets.NewControlPacket(kind).(T)
	return made
}

func newMessage(topic, payload string, retained bool) packets.ControlPacket {
	m := newPacket[*packets.PublishPacket](packets.Publish)
	m.TopicName, m.Payload, m.Retain = topic, []byte(payload), retained
	return m
}

func (b *fakeBroker) publishLocked(topic, payload string, retain bool) {
	b.published = append(b.published, topic+"="+payload)
	if retain {
		if b.retained[topic] = payload; payload == "" {
			delete(b.retained, topic)
		}
	}
	for s := range b.sessions {
		for filter := range s.filters {
			if topicMatches(filter, topic) {
				s.out <- newMessage(topic, payload, false)
				break
			}
		}
	}
}

// publish publishes as another client.
func (b *fakeBroker) publish(topic, payload string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.publishLocked(topic, payload, true)
}

func (b *fakeBroker) retainedPayload(topic string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.retained[topic]
}

// documents returns the retained discovery documents.
func (b *fakeBroker) documents() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.matchingLocked(documents)
}

// isSubscribed reports whether a client is subscribed to a filter.
func (b *fakeBroker) isSubscribed(filter string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.sessions {
		if s.filters[filter] {
			return true
		}
	}
	return false
}

// count counts how often TOPIC=PAYLOAD was published.
func (b *fakeBroker) count(line string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, published := range b.published {
		if published == line {
			n++
		}
	}
	return n
}

// lines returns what was published on a topic, or below it, as TOPIC=PAYLOAD.
func (b *fakeBroker) lines(topic string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	isOther := func(line string) bool { return !strings.HasPrefix(line, topic) }
	return slices.DeleteFunc(slices.Clone(b.published), isOther)
}

// closeSessions closes all connections.
func (b *fakeBroker) closeSessions() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.sessions {
		_ = s.conn.Close()
	}
}

func (b *fakeBroker) connections() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.connects
}
