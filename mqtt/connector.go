// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"vitals2mqtt/internal/failure"
)

const (
	online  = "online"
	offline = "offline"

	// queueTimeout is how long a message may wait in paho for those before it, of
	// which there are few: see maxInflightBytes. chunkedConn bounds the writing.
	queueTimeout = 5 * time.Second

	mqtt311 = 4

	// The CONNACK codes that the user can fix.
	badCredentials = 4
	notAuthorised  = 5
)

// connector makes connections.
type connector struct {
	options Options
	server  string // the URL in paho's spelling
	// receive is called for each incoming message, from a goroutine of paho's that
	// must not be kept waiting.
	receive func(paho.Message)
	open    func(ctx context.Context, address string) (net.Conn, error) // nil is the network
}

func newConnector(o Options) (*connector, error) {
	server, err := serverURL(o.URL)
	if err != nil {
		return nil, err
	}
	o, err = o.withDefaults()
	return &connector{options: o, server: server, receive: func(paho.Message) {}}, err
}

// isSecure reports whether connections are encrypted.
func (c *connector) isSecure() bool {
	return strings.HasPrefix(c.server, "ssl:") || strings.HasPrefix(c.server, "wss:")
}

// tcpAddress is the address of the broker; false with WebSocket.
func (c *connector) tcpAddress() (address string, ok bool) {
	scheme, address, _ := strings.Cut(c.server, "://")
	return strings.TrimSuffix(address, "/"), c.open == nil && (scheme == "tcp" || scheme == "ssl")
}

// withClientID returns a connector for another client that receives nothing.
func (c *connector) withClientID(id string) *connector {
	other := &connector{options: c.options, server: c.server, receive: func(paho.Message) {}, open: c.open}
	other.options.ClientID = id
	return other
}

// connect makes a connection whose last will is "offline".
func (c *connector) connect(ctx context.Context) (*link, error) {
	options := c.pahoOptions()
	options.SetBinaryWill(c.options.StateTopic, []byte(offline), 1, true)
	return c.dial(ctx, options)
}

// connectWithoutWill makes a connection that leaves nothing behind.
func (c *connector) connectWithoutWill(ctx context.Context) (*link, error) {
	return c.dial(ctx, c.pahoOptions())
}

func (c *connector) pahoOptions() *paho.ClientOptions {
	options := paho.NewClientOptions().AddBroker(c.server).SetClientID(c.options.ClientID).
		SetUsername(c.options.Username).SetPassword(c.options.Password.Reveal()).
		SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).
		SetOrderMatters(true). // safe because receive never blocks; otherwise messages overtake each other
		SetConnectTimeout(c.options.Timeouts.Connect).SetWriteTimeout(queueTimeout).
		SetProtocolVersion(mqtt311). // otherwise paho retries a refused connection with 3.1
		SetKeepAlive(c.options.KeepAlive).SetPingTimeout(c.options.KeepAlive/2 + time.Second).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.receive(m) })
	if c.options.TLS != nil {
		options.SetTLSConfig(c.options.TLS)
	}
	return options
}

func (c *connector) dial(ctx context.Context, options *paho.ClientOptions) (*link, error) {
	l := &link{ackTimeout: c.options.Timeouts.Ack, lost: make(chan struct{})}
	seen := &handshake{secure: c.isSecure()}
	options.SetTLSConfig(seen.watch(options.TLSConfig))
	options.SetConnectionLostHandler(func(_ paho.Client, err error) { l.markLost(err) })
	release := func() bool { return true }
	options.SetCustomOpenConnectionFn(func(to *url.URL, o paho.ClientOptions) (net.Conn, error) {
		conn, err := c.openConn(ctx, to, o)
		if err != nil {
			return nil, err
		}
		seen.done.Store(true)
		l.conn = conn
		release = context.AfterFunc(ctx, func() { _ = conn.Close() })
		return newChunkedConn(conn, l.recordProgress), nil
	})
	l.paho = paho.NewClient(options)
	token := l.paho.Connect()
	<-token.Done() // the end of the context ends dialing and handshake too
	err := token.Error()
	cut := !release()
	if err == nil && !cut {
		return l, nil
	}
	if err == nil {
		l.closeWithoutDisconnect()
	}
	if ctx.Err() != nil {
		return nil, unreachable(context.Cause(ctx))
	}
	if answer, ok := token.(*paho.ConnectToken); ok {
		if code := answer.ReturnCode(); code == badCredentials || code == notAuthorised {
			return nil, fmt.Errorf("%w: %w", ErrNotAuthorized, err)
		} else if code > 0 && code < badCredentials {
			return nil, unreachable(failure.As(failure.RefusedByBroker, "refused by the broker: "+err.Error(), err))
		}
	}
	return nil, unreachable(seen.explain(err))
}

// unreachable wraps an error in ErrUnreachable; nil stays nil.
func unreachable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// openConn replaces paho's own dialing, which cannot be cancelled, and gives
// access to the connection so that it can be cut without a disconnect.
func (c *connector) openConn(ctx context.Context, to *url.URL, o paho.ClientOptions) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, o.ConnectTimeout)
	defer cancel()
	if c.open != nil {
		return c.open(ctx, to.Host)
	}
	switch to.Scheme {
	case "ws", "wss":
		conn, err := paho.NewWebsocket(to.String(), o.TLSConfig, o.ConnectTimeout, http.Header{},
			&paho.WebsocketOptions{})
		if err != nil {
			return nil, fmt.Errorf("opening websocket: %w", err)
		}
		return conn, nil
	case "ssl":
		dialer := tls.Dialer{Config: o.TLSConfig}
		return dialer.DialContext(ctx, "tcp", to.Host)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", to.Host)
}

// CheckConnection connects once and disconnects, under a client id that must
// not be the daemon's. The error wraps ErrNotAuthorized or ErrUnreachable.
func CheckConnection(ctx context.Context, o Options) error {
	c, err := newConnector(o)
	if err != nil {
		return unreachable(err)
	}
	connection, err := c.connectWithoutWill(ctx)
	if err != nil {
		return err
	}
	connection.close()
	return nil
}
