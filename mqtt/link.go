package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	online  = "online"
	offline = "offline"

	connectTimeout = 10 * time.Second
	// ackTimeout is how long nothing may get through and nothing be confirmed while
	// the broker has something to confirm.
	ackTimeout = 10 * time.Second
	// queueTimeout is how long a message may wait for those before it to be written: as
	// many as are under way at a time, see inFlightBytes. The deadlines of writing
	// itself are wire's.
	queueTimeout = 5 * time.Second
	// quiesce is how long paho may take to get the disconnect out, in ms.
	quiesce = 200

	mqtt311 = 4

	// subackFailure is the broker's word for a subscription that it does not allow.
	subackFailure = 0x80

	// The broker's reasons to refuse a connection that a person can mend.
	badCredentials = 4
	notAuthorised  = 5
)

// link is one connection. A new one is made each time: paho's own reconnecting
// forgets subscriptions and reports messages as sent that were not.
type link struct {
	paho paho.Client
	lost chan struct{} // closed when the connection is gone
	wire net.Conn      // set by the time the connection stands

	once         sync.Once
	mu           sync.Mutex
	err          error
	lastProgress time.Time // when something last got through, or was confirmed
	// unackedBytes is how many bytes of messages wait for the broker's word.
	unackedBytes int
}

// connect makes a connection whose last will is "offline".
func (c *Client) connect(ctx context.Context) (*link, error) {
	options := c.pahoOptions()
	options.SetBinaryWill(c.options.StateTopic, []byte(offline), 1, true)
	return c.dial(ctx, options)
}

// connectWithoutWill makes a connection that leaves no trace.
func (c *Client) connectWithoutWill(ctx context.Context) (*link, error) {
	return c.dial(ctx, c.pahoOptions())
}

func (c *Client) pahoOptions() *paho.ClientOptions {
	options := paho.NewClientOptions().AddBroker(c.server).SetClientID(c.options.ClientID).
		SetUsername(c.options.Username).SetPassword(c.options.Password.Reveal()).
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).
		SetOrderMatters(true). // harmless, because receive never waits; else messages overtake each other
		SetConnectTimeout(connectTimeout).SetWriteTimeout(queueTimeout).
		SetProtocolVersion(mqtt311). // else a refusal is tried again as 3.1
		SetKeepAlive(c.options.KeepAlive).SetPingTimeout(c.options.KeepAlive/2 + time.Second).
		SetDefaultPublishHandler(c.receive)
	if c.options.TLS != nil {
		options.SetTLSConfig(c.options.TLS)
	}
	return options
}

// receive runs in a goroutine of paho's: it only hands over.
func (c *Client) receive(_ paho.Client, m paho.Message) {
	if c.activeRead.Load().accept(m) {
		return
	}
	if size := len(m.Payload()); size > maxMessageSize {
		c.options.Log.Warn().Str("topic", m.Topic()).Int("bytes", size).Msg("a message that is far too large is ignored")
		return
	}
	select {
	case c.inbox <- Message{Topic: m.Topic(), Payload: bytes.Clone(m.Payload()), Retained: m.Retained()}:
	default:
		c.options.Log.Warn().Str("topic", m.Topic()).Msg("too many messages at once: one is ignored")
	}
}

func (c *Client) dial(ctx context.Context, options *paho.ClientOptions) (*link, error) {
	l := &link{lost: make(chan struct{})}
	options.SetConnectionLostHandler(func(_ paho.Client, err error) { l.markLost(err) })
	release := func() bool { return true }
	options.SetCustomOpenConnectionFn(func(to *url.URL, o paho.ClientOptions) (net.Conn, error) {
		conn, err := c.openConn(ctx, to, o)
		if err != nil {
			return nil, err
		}
		l.wire = conn
		release = context.AfterFunc(ctx, func() { _ = conn.Close() })
		return &chunkedConn{Conn: conn, onProgress: l.recordProgress}, nil
	})
	l.paho = paho.NewClient(options)
	token := l.paho.Connect()
	<-token.Done() // the end of the context ends dialling and handshake too
	err := token.Error()
	cut := !release()
	if err == nil && !cut {
		return l, nil
	}
	if err == nil {
		l.closeWithoutDisconnect()
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, context.Cause(ctx))
	}
	if answer, ok := token.(*paho.ConnectToken); ok {
		if code := answer.ReturnCode(); code == badCredentials || code == notAuthorised {
			return nil, fmt.Errorf("%w: %w", ErrNotAuthorized, err)
		}
	}
	return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// markLost notes that the connection is gone, and why.
func (l *link) markLost(err error) {
	l.once.Do(func() {
		l.mu.Lock()
		l.err = err
		l.mu.Unlock()
		close(l.lost)
	})
}

// lostError is why the connection is gone.
func (l *link) lostError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		return errConnectionLost
	}
	return fmt.Errorf("%w: %w", errConnectionLost, l.err)
}

// recordProgress notes that something got through.
func (l *link) recordProgress() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastProgress = time.Now()
}

// addUnacked notes that bytes are under way that the broker must confirm, or, less than
// 0, no longer are.
func (l *link) addUnacked(bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unackedBytes += bytes
}

// ackDeadline is until when the broker must give a sign of life to somebody who has
// waited since a moment. A slow line gets time for what it still carries.
func (l *link) ackDeadline(since time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lastProgress.After(since) {
		since = l.lastProgress
	}
	return since.Add(ackTimeout + time.Duration(l.unackedBytes)*time.Second/minBytesPerSecond)
}

// waitForAck waits for the broker's word, as long as there is one to be had.
func (l *link) waitForAck(ctx context.Context, token paho.Token, since time.Time, what string) error {
	select {
	case <-token.Done(): // counts even when the connection is lost by now
		return l.ackError(token, what)
	default:
	}
	for {
		left := time.Until(l.ackDeadline(since))
		if left <= 0 {
			return fmt.Errorf("%s: the broker did not confirm within %s", what, time.Since(since).Round(time.Second))
		}
		timer := time.NewTimer(left)
		select {
		case <-token.Done():
			timer.Stop()
			return l.ackError(token, what)
		case <-l.lost:
			timer.Stop()
			return fmt.Errorf("%s: %w", what, l.lostError())
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		case <-timer.C: // more may have got through in the meantime
		}
	}
}

// ackError is the broker's word, which is a sign of life too.
func (l *link) ackError(token paho.Token, what string) error {
	if err := token.Error(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	l.recordProgress()
	return nil
}

// subscribe returns whether the broker allows it. A broker that says no is asked
// once more: the embedded one refuses a subscription whose packet id is that of a
// message that it waits for our word on.
func (l *link) subscribe(ctx context.Context, filter string) (allowed bool, err error) {
	for range 2 {
		token := l.paho.Subscribe(filter, 1, nil)
		if err := l.waitForAck(ctx, token, time.Now(), "subscribing to "+filter); err != nil {
			return false, err
		}
		if answer, ok := token.(*paho.SubscribeToken); !ok || answer.Result()[filter] < subackFailure {
			return true, nil
		}
	}
	return false, nil
}

// publish sends a message and waits for the broker's word.
func (l *link) publish(ctx context.Context, topic string, qos byte, retained bool, payload []byte) error {
	return l.send(ctx, topic, qos, retained, payload)()
}

// send sends a message and returns the wait for the broker's word, which must be
// waited for.
func (l *link) send(ctx context.Context, topic string, qos byte, retained bool, payload []byte) func() error {
	if payload == nil {
		payload = []byte{}
	}
	size := len(topic) + len(payload)
	since := time.Now() // of each message: a silent broker must cost one of them, not the sum
	l.addUnacked(size)
	token := l.paho.Publish(topic, qos, retained, payload)
	return func() error {
		defer l.addUnacked(-size)
		return l.waitForAck(ctx, token, since, "publishing "+topic)
	}
}

// close says goodbye: the broker drops the last will.
func (l *link) close() { l.paho.Disconnect(quiesce) }

// closeWithoutDisconnect cuts the connection without a goodbye, so that the will is heard: a
// clean disconnect would leave "online" behind. Paho takes no notice of a
// connection that its own side has cut, and has to be told as well.
func (l *link) closeWithoutDisconnect() {
	_ = l.wire.Close()
	l.close()
}
