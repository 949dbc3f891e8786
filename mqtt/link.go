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

	connectTime = 10 * time.Second
	// wordTime is how long nothing may get through and nothing be confirmed while
	// the broker has something to confirm.
	wordTime = 10 * time.Second
	// queueTime is how long a message may wait for those before it to be written: as
	// many as are under way at a time, see inFlightBytes. The deadlines of writing
	// itself are wire's.
	queueTime = 5 * time.Second
	// quiesce is how long paho may take to get the disconnect out, in ms.
	quiesce = 200

	mqtt311 = 4

	// denied is the broker's word for a subscription that it does not allow.
	denied = 0x80

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

	once  sync.Once
	mu    sync.Mutex
	err   error
	moved time.Time // when something last got through, or was confirmed
	// unconfirmed is how many bytes of messages wait for the broker's word.
	unconfirmed int
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
		SetConnectTimeout(connectTime).SetWriteTimeout(queueTime).
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
	if c.reading.Load().take(m) {
		return
	}
	if size := len(m.Payload()); size > maxMessage {
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
	options.SetConnectionLostHandler(func(_ paho.Client, err error) { l.end(err) })
	release := func() bool { return true }
	options.SetCustomOpenConnectionFn(func(to *url.URL, o paho.ClientOptions) (net.Conn, error) {
		conn, err := c.open(ctx, to, o)
		if err != nil {
			return nil, err
		}
		l.wire = conn
		release = context.AfterFunc(ctx, func() { _ = conn.Close() })
		return &wire{Conn: conn, moved: l.touch}, nil
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
		l.abandon()
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, context.Cause(ctx))
	}
	if answer, ok := token.(*paho.ConnectToken); ok {
		if code := answer.ReturnCode(); code == badCredentials || code == notAuthorised {
			return nil, fmt.Errorf("%w: %w", ErrRefused, err)
		}
	}
	return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// end notes that the connection is gone, and why.
func (l *link) end(err error) {
	l.once.Do(func() {
		l.mu.Lock()
		l.err = err
		l.mu.Unlock()
		close(l.lost)
	})
}

// reason is why the connection is gone.
func (l *link) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		return errLost
	}
	return fmt.Errorf("%w: %w", errLost, l.err)
}

// touch notes that something got through.
func (l *link) touch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved = time.Now()
}

// load notes that bytes are under way that the broker must confirm, or, less than
// 0, no longer are.
func (l *link) load(bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unconfirmed += bytes
}

// deadline is until when the broker must give a sign of life to somebody who has
// waited since a moment. A slow line gets time for what it still carries.
func (l *link) deadline(since time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.moved.After(since) {
		since = l.moved
	}
	return since.Add(wordTime + time.Duration(l.unconfirmed)*time.Second/slowest)
}

// wait waits for the broker's word, as long as there is one to be had.
func (l *link) wait(ctx context.Context, token paho.Token, since time.Time, what string) error {
	select {
	case <-token.Done(): // counts even when the connection is lost by now
		return l.wordOf(token, what)
	default:
	}
	for {
		left := time.Until(l.deadline(since))
		if left <= 0 {
			return fmt.Errorf("%s: the broker did not confirm within %s", what, time.Since(since).Round(time.Second))
		}
		timer := time.NewTimer(left)
		select {
		case <-token.Done():
			timer.Stop()
			return l.wordOf(token, what)
		case <-l.lost:
			timer.Stop()
			return fmt.Errorf("%s: %w", what, l.reason())
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		case <-timer.C: // more may have got through in the meantime
		}
	}
}

// wordOf is the broker's word, which is a sign of life too.
func (l *link) wordOf(token paho.Token, what string) error {
	if err := token.Error(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	l.touch()
	return nil
}

// subscribe returns whether the broker allows it. A broker that says no is asked
// once more: the embedded one refuses a subscription whose packet id is that of a
// message that it waits for our word on.
func (l *link) subscribe(ctx context.Context, filter string) (allowed bool, err error) {
	for range 2 {
		token := l.paho.Subscribe(filter, 1, nil)
		if err := l.wait(ctx, token, time.Now(), "subscribing to "+filter); err != nil {
			return false, err
		}
		if answer, ok := token.(*paho.SubscribeToken); !ok || answer.Result()[filter] < denied {
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
	l.load(size)
	token := l.paho.Publish(topic, qos, retained, payload)
	return func() error {
		defer l.load(-size)
		return l.wait(ctx, token, since, "publishing "+topic)
	}
}

// close says goodbye: the broker drops the last will.
func (l *link) close() { l.paho.Disconnect(quiesce) }

// abandon cuts the connection without a goodbye, so that the will is heard: a
// clean disconnect would leave "online" behind. Paho takes no notice of a
// connection that its own side has cut, and has to be told as well.
func (l *link) abandon() {
	_ = l.wire.Close()
	l.close()
}
