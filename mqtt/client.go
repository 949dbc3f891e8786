// Package mqtt keeps a broker supplied: connect, last will, birth, last-value
// cache, requests. It is the only importer of paho, and knows no topic's
// meaning. A broker that denies a publish by its access list confirms it all the
// same in MQTT 3.1.1, so what was published is read back.
package mqtt

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
)

// What ends a connection, or keeps one from being made.
var (
	// ErrNotAuthorized says that the broker does not accept user name or password.
	ErrNotAuthorized = errors.New("the broker refuses the user name or password")
	// ErrUnreachable says that there is no broker at the address.
	ErrUnreachable = errors.New("the broker cannot be reached")
	// ErrHandover as the cause of a context's end makes Run leave "online" behind,
	// because somebody else takes over at once.
	ErrHandover = errors.New("handed over")
)

// Options are how to reach a broker, and what to say there.
type Options struct {
	// URL is mqtt://, mqtts://, ws:// or wss:// HOST[:PORT] (tcp:// and ssl:// too).
	URL      string
	ClientID string // stable, and nobody else's: a broker throws the older one out
	Username string
	Password secret.Text
	TLS      *tls.Config // nil is the system's trust
	// KeepAlive is how soon a dead connection is noticed; 0 is 30 s.
	KeepAlive time.Duration
	// QoS of values, 0 to 2; events and removals have 1 at least, and the state
	// topic always 1.
	QoS byte
	// StateTopic carries "online" and, also as the last will, "offline".
	StateTopic string
	// BirthTopic and BirthPayload are Home Assistant's; "" is not watched.
	BirthTopic, BirthPayload string
	// BirthDelay is how long to wait after a birth; nil is 1 to 15 s, by Jitter, so
	// that not all bridges answer at once.
	BirthDelay func() time.Duration
	// Jitter spreads the pauses between two tries to connect by half of them to both
	// sides; nil spreads nothing.
	Jitter *jitter.Source
	// Signature tells installations apart that publish on the same topics; nil when
	// nothing does.
	Signature *Signature
	// FilterFor names the filter that an access list must allow for a topic; nil is the
	// topic itself.
	FilterFor func(topic string) string
	// Rank orders the tree after a connect, lower first; nil is by topic alone.
	Rank func(topic string) int
	// AbortShutdown, once closed, ends goodbyes at once; nil lets them take their time.
	AbortShutdown <-chan struct{}
	Log           zerolog.Logger
}

// Message is what came in on a handled topic.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// Status is how the connection fares.
type Status struct {
	Connected bool
	// NotAuthorized says that the broker does not like our credentials.
	NotAuthorized bool
	LastError     string // "" while connected
	// Dropped counts events that were too many to keep.
	Dropped int
	// Retained counts the topics in the cache, the state topic left aside.
	Retained int
	// EverConnected says that there was a connection at some time, so that the state topic
	// has been ours.
	EverConnected bool
	// Problems are what is wrong although, or because, there is a connection.
	Problems []Problem
}

// Client supplies one broker. Its methods are safe for concurrent use.
type Client struct {
	options  Options
	server   string // URL in paho's spelling
	handlers []handler
	inbox    chan Message
	wakeup   chan struct{}
	dialer   func(ctx context.Context, address string) (net.Conn, error) // nil is the network

	mu                sync.Mutex
	cache             map[string]*entry
	dirty             map[string]struct{} // the topics of the cache that the broker must still get
	events            []event
	sending           int           // events that are under way, and no longer in the queue
	delivered         chan struct{} // closed and renewed whenever something was delivered
	lastLoggedFailure error         // the kind of failure that was logged last
	status            Status
	shuttingDown      bool // "offline" on the state topic is our own from now on
	// What is wrong at the broker.
	quarantine            quarantine
	otherInstallation     otherInstallation
	readback              readbackResult
	clientIDConflictSince time.Time // when somebody else began to use our client id

	activeRead atomic.Pointer[readbackBatch] // what is being read back
}

type handler struct {
	filter string
	fn     func(Message)
}

// entry is the last value of a topic; the cache, not paho, is the truth about
// what the broker should hold.
type entry struct {
	payload []byte // nil to be cleared
	version int    // tells a value that changed while it was under way
	// verified says that it was read back on this connection.
	verified bool
}

type event struct {
	topic   string
	payload []byte
	// onConfirmed is called when the broker has acknowledged the message; nil when
	// nobody waits for that.
	onConfirmed func()
}

// confirm tells whoever waits that the event needs no more sending.
func (e event) confirm() {
	if e.onConfirmed != nil {
		e.onConfirmed()
	}
}

const (
	maxEvents   = 256
	inboxLength = 1024
	// maxMessageSize is what may come in at most, in bytes: far more than a request or
	// anybody's discovery document has.
	maxMessageSize = 1 << 20
)

// New checks the options. Nothing happens before Run.
func New(o Options) (*Client, error) {
	server, err := serverURL(o.URL)
	if err != nil {
		return nil, err
	}
	switch {
	case o.ClientID == "":
		return nil, errors.New("mqtt: no client id")
	case o.StateTopic == "":
		return nil, errors.New("mqtt: no state topic")
	case o.QoS > 2:
		return nil, fmt.Errorf("mqtt: there is no quality of service %d", o.QoS)
	}
	if o.KeepAlive == 0 {
		o.KeepAlive = 30 * time.Second
	}
	o.KeepAlive = max(o.KeepAlive, time.Second) // less would mean never
	if o.BirthDelay == nil {
		o.BirthDelay = func() time.Duration { return o.Jitter.Between(time.Second, 15*time.Second) }
	}
	if o.FilterFor == nil {
		o.FilterFor = func(topic string) string { return topic }
	}
	if o.Rank == nil {
		o.Rank = func(string) int { return 0 }
	}
	return &Client{
		options: o, server: server, inbox: make(chan Message, inboxLength), wakeup: make(chan struct{}, 1),
		cache: map[string]*entry{o.StateTopic: {payload: []byte(online)}}, dirty: map[string]struct{}{}, delivered: make(chan struct{}),
		quarantine: newQuarantine(),
	}, nil
}

// serverURL turns an address as people write it into paho's spelling.
func serverURL(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return "", errors.New("mqtt: the broker's address is not of the form mqtt://HOST:PORT")
	}
	schemes := map[string]struct{ name, port string }{
		"mqtt": {"tcp", "1883"}, "tcp": {"tcp", "1883"}, "mqtts": {"ssl", "8883"}, "ssl": {"ssl", "8883"},
		"ws": {"ws", ""}, "wss": {"wss", ""},
	}
	scheme, ok := schemes[parsed.Scheme]
	if !ok {
		return "", fmt.Errorf("mqtt: %q is no way to reach a broker; use mqtt, mqtts, ws or wss", parsed.Scheme)
	}
	parsed.Scheme, parsed.User = scheme.name, nil
	if parsed.Port() == "" && scheme.port != "" {
		parsed.Host += ":" + scheme.port
	}
	return parsed.String(), nil
}

// Handle calls a function for messages that match a filter, one after the
// other. It may call any method of the client. Call Handle before Run.
func (c *Client) Handle(filter string, fn func(Message)) {
	c.handlers = append(c.handlers, handler{filter, fn})
}

// Set keeps a retained payload on a topic. It does not wait for the broker, and
// publishes nothing when the payload is what it was. An empty payload is what
// MQTT calls a removal: see Clear.
func (c *Client) Set(topic string, payload []byte) {
	if len(payload) == 0 {
		payload = nil
	}
	c.store(topic, payload)
}

// Clear removes the retained payload of a topic, also one of somebody else.
func (c *Client) Clear(topic string) { c.store(topic, nil) }

func (c *Client) store(topic string, payload []byte) {
	if !c.isPublishable(topic) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	held, known := c.cache[topic]
	if known && bytes.Equal(held.payload, payload) {
		return
	}
	if !known {
		held = &entry{}
		c.cache[topic] = held
	}
	if held.payload != nil {
		c.status.Retained--
	}
	if payload != nil {
		c.status.Retained++
	}
	held.payload = bytes.Clone(payload)
	c.markDirtyLocked(topic, held)
	c.wake()
}

// markDirtyLocked wants a topic published (again), also when it is just under way. It
// wants c.mu held.
func (c *Client) markDirtyLocked(topic string, held *entry) {
	held.version++
	c.dirty[topic] = struct{}{}
}

// markAllDirtyLocked wants the whole tree published again. It wants c.mu held.
func (c *Client) markAllDirtyLocked() {
	for topic, held := range c.cache {
		c.markDirtyLocked(topic, held)
	}
}

// isPublishable says whether a broker takes messages on the topic. One that does
// not cuts the connection, and would do so after every connect.
func (c *Client) isPublishable(topic string) bool {
	if topic != "" && len(topic) < 1<<16 && utf8.ValidString(topic) && !strings.ContainsAny(topic, "+#\x00") {
		return true
	}
	c.options.Log.Error().Str("topic", topic).Msg("not published: this is no topic")
	return false
}

// Send passes a message on that is not retained. It waits for a connection in a
// bounded queue; the oldest is dropped when there are too many.
func (c *Client) Send(topic string, payload []byte) {
	c.enqueue(event{topic: topic, payload: bytes.Clone(payload)})
}

// SendConfirmed passes a message on that is not retained and must not be lost:
// the queue never drops it. confirmed is called once, without any lock of the
// client held, when the broker has acknowledged the message, or has refused it so
// often that it is given up, which is logged and counted; the next message goes
// out after it has returned. It may call any method but Flush and Run. How many
// such messages wait is the caller's business.
func (c *Client) SendConfirmed(topic string, payload []byte, confirmed func()) {
	c.enqueue(event{topic: topic, payload: bytes.Clone(payload), onConfirmed: confirmed})
}

func (c *Client) enqueue(e event) {
	if !c.isPublishable(e.topic) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, e)
	c.trimEventsLocked()
	c.wake()
}

// trimEventsLocked drops the oldest of the events that are too many, those left aside whose
// confirmation somebody waits for. c.mu must be held.
func (c *Client) trimEventsLocked() {
	over := len(c.events) - maxEvents
	if over <= 0 {
		return
	}
	c.events = slices.DeleteFunc(c.events, func(e event) bool {
		if over == 0 || e.onConfirmed != nil {
			return false
		}
		over--
		c.status.Dropped++
		return true
	})
}

// Republish publishes every retained payload again, the state topic first.
func (c *Client) Republish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.markAllDirtyLocked()
	c.wake()
}

// wake wakes the worker. It never blocks.
func (c *Client) wake() {
	select {
	case c.wakeup <- struct{}{}:
	default:
	}
}

// Flush waits until the broker has everything but what it refuses, or until the
// context ends.
func (c *Client) Flush(ctx context.Context) error {
	for {
		c.mu.Lock()
		done, changed := c.isDeliveredLocked(), c.delivered
		c.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("delivering to the broker: %w", context.Cause(ctx))
		}
	}
}

// isDeliveredLocked wants c.mu held.
func (c *Client) isDeliveredLocked() bool {
	return len(c.dirty) == 0 && len(c.events) == 0 && c.sending == 0
}

// Status tells how the connection fares.
func (c *Client) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	status := c.status
	status.Problems = c.problemsLocked(time.Now())
	return status
}
