// SPDX-License-Identifier: MIT

// Package mqtt publishes to a broker: connection, last will, birth messages,
// last-value cache, requests. It is the only importer of paho, and does not
// know what the topics mean. A broker that denies a publish by its access list
// still acknowledges it in MQTT 3.1.1, so what was published is read back.
package mqtt

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	inboxLength = 1024
	// eraseBatchSize is how many removals are in flight at a time.
	eraseBatchSize = 50
)

// Client publishes to one broker. Its methods are safe for concurrent use.
type Client struct {
	*connector

	handlers   []handler
	inbox      chan Message
	outbox     *outbox
	quarantine *quarantine
	publisher  *publisher
	verifier   *verifier
	retained   *retainedReader
	other      *otherInstallation
	state      *connectionState
}

// New checks the options. Nothing happens before Run.
func New(o Options) (*Client, error) {
	connector, err := newConnector(o)
	if err != nil {
		return nil, err
	}
	c := &Client{connector: connector, inbox: make(chan Message, inboxLength)}
	options := &connector.options
	connector.receive = c.onMessage
	c.outbox = newOutbox(options.StateTopic)
	changed := newChangeSignal()
	c.quarantine = newQuarantine(options.Log, changed)
	c.publisher = &publisher{options: options, outbox: c.outbox, quarantine: c.quarantine}
	c.verifier = &verifier{options: options, outbox: c.outbox, isSkipped: c.isReadbackSkipped, changed: changed}
	c.retained = &retainedReader{
		options:  options,
		outbox:   c.outbox,
		verifier: c.verifier,
		queue:    make(chan Message, retainedQueueLength),
		arrived:  newChangeSignal(),
	}
	c.publisher.isUnread = c.retained.isUnread
	c.other = &otherInstallation{
		stateTopic: options.StateTopic,
		signature:  options.Signature,
		log:        options.Log,
		changed:    changed,
	}
	c.state = &connectionState{
		clientID: options.ClientID,
		server:   readableURL(connector.server),
		log:      options.Log,
		changed:  changed,
	}
	return c, nil
}

// Handle calls a function for messages that match a filter, one after the
// other. It may call any method of the client. Call Handle before Run.
func (c *Client) Handle(filter string, fn func(Message)) {
	c.handlers = append(c.handlers, handler{filter, fn})
}

// HandleRetained calls a function for what the broker has retained on the topics
// that match a filter, after each connect. Messages that are the same as what
// Set keeps there are left out, and so is everything that is published later.
// However many there are, none is lost. Functions are called one after the
// other, those of Handle included. Call HandleRetained before Run.
func (c *Client) HandleRetained(filter string, fn func(Message)) {
	c.retained.handlers = append(c.retained.handlers, handler{filter, fn})
}

// Set keeps a retained payload on a topic. It does not wait for the broker, and
// publishes nothing if the payload has not changed. An empty payload is a
// removal: see Clear.
func (c *Client) Set(topic string, payload []byte) {
	if checkTopic(c, topic) {
		c.outbox.set(topic, bytes.Clone(payload), nil)
	}
}

// SetBuilt is Set for a large payload that is not kept once the broker has it:
// build returns the same again, for the next connection. The payload must not be
// changed.
func (c *Client) SetBuilt(topic string, payload []byte, build func() []byte) {
	if checkTopic(c, topic) {
		c.outbox.set(topic, payload, build)
	}
}

// Clear removes the retained payload of a topic, also that of another client.
func (c *Client) Clear(topic string) { c.Set(topic, nil) }

// Send publishes a message that is not retained. It waits for a connection in a
// bounded queue, which drops the oldest message when it is full.
func (c *Client) Send(topic string, payload []byte) { c.SendConfirmed(topic, payload, nil) }

// SendConfirmed publishes a message that is not retained and must not be lost:
// the queue never drops it, so the caller must bound the number of such
// messages. confirmed is called once, without any lock of the client held, when
// the broker has acknowledged the message or has refused it so often that it is
// given up, which is logged and counted. The next message is sent after it has
// returned. It may call any method but Flush and Run.
func (c *Client) SendConfirmed(topic string, payload []byte, confirmed func()) {
	if checkTopic(c, topic) {
		c.outbox.add(event{topic: topic, payload: bytes.Clone(payload), onConfirmed: confirmed})
	}
}

// checkTopic reports whether a topic is valid, and logs if it is not.
func checkTopic(c *Client, topic string) (ok bool) {
	if isTopic(topic) {
		return true
	}
	c.options.Log.Error().Str("topic", topic).Msg("invalid topic; message not published")
	return false
}

// isTopic reports whether messages can be published on a topic. Otherwise a
// broker closes the connection, and would do so after every connect.
func isTopic(topic string) bool {
	return topic != "" && len(topic) < 1<<16 && utf8.ValidString(topic) && !strings.ContainsAny(topic, "+#\x00")
}

// Republish publishes every retained payload again, the state topic first.
func (c *Client) Republish() { c.outbox.markAllDirty() }

// Flush waits until the broker has everything except what it refuses, or until
// the context ends.
func (c *Client) Flush(ctx context.Context) error { return c.outbox.flush(ctx) }

// Changed delivers a signal after the connection has changed: then Status is
// worth looking at again.
func (c *Client) Changed() <-chan struct{} { return c.state.changed }

// Status describes the connection.
func (c *Client) Status() Status {
	status := c.state.snapshot()
	status.Retained, status.Dropped = c.outbox.counts()
	add := func(p Problem, exists bool) {
		if exists {
			status.Problems = append(status.Problems, p)
		}
	}
	add(c.state.problem())
	add(c.quarantine.problem())
	add(c.other.problem())
	add(c.verifier.problem())
	return status
}

// Erase connects once, without a last will, and removes what is retained on
// topics. It returns when the broker has acknowledged all removals. The error
// wraps ErrNotAuthorized or ErrUnreachable when there is no connection. Run
// must not be running.
func (c *Client) Erase(ctx context.Context, topics []string) error {
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	defer connection.close()
	for batch := range slices.Chunk(topics, eraseBatchSize) {
		var waits []func() error
		for _, topic := range batch {
			waits = append(waits, connection.send(ctx, topic, 1, true, nil))
		}
		var failed []error
		for _, wait := range waits {
			failed = append(failed, wait())
		}
		if err := errors.Join(failed...); err != nil {
			return err
		}
	}
	return nil
}

// PublishOfflineOnce connects once to publish "offline", after a handover that
// no other client completed. Run must have returned.
func (c *Client) PublishOfflineOnce(ctx context.Context) error {
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	defer connection.close()
	return connection.publish(ctx, c.options.StateTopic, 1, true, []byte(offline))
}

// onMessage passes an incoming message on. It never blocks.
func (c *Client) onMessage(m paho.Message) {
	if c.verifier.accept(m) || c.retained.accept(m) {
		return
	}
	if size := len(m.Payload()); size > maxMessageSize {
		c.options.Log.Warn().Str("topic", m.Topic()).Int("bytes", size).Msg("incoming message too large; ignored")
		return
	}
	select {
	case c.inbox <- copyMessage(m):
	default:
		c.options.Log.Warn().Str("topic", m.Topic()).Msg("incoming message queue full; message dropped")
	}
}

// subscriptionFilters lists what must be subscribed to.
func (c *Client) subscriptionFilters() []string {
	filters := []string{c.options.StateTopic}
	if c.options.Signature != nil {
		filters = append(filters, c.options.Signature.Topic)
	}
	for _, h := range c.handlers {
		filters = append(filters, h.filter)
	}
	if c.options.BirthTopic != "" {
		filters = append(filters, c.options.BirthTopic)
	}
	return filters
}

// isReadbackSkipped reports whether a topic is not read back: reading it would
// end a subscription, or it is not published.
func (c *Client) isReadbackSkipped(topic string) bool {
	return slices.Contains(c.subscriptionFilters(), topic) || c.quarantine.contains(topic)
}
