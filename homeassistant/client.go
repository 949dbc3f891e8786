// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"vitals2mqtt/internal/secret"
)

// Options are how to connect.
type Options struct {
	// URL is the address of Home Assistant: see WebsocketURL.
	URL string
	// Token is a long-lived access token of an administrator.
	Token secret.Text
	// Timeout bounds the connection and each command; 0 is a minute.
	Timeout time.Duration
	// Dial is for tests; nil is the standard one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// defaultTimeout is long enough for years of statistics from a small computer.
const defaultTimeout = time.Minute

// maxMessage bounds a message: the entity registry of a large home has several
// megabytes.
const maxMessage = 64 << 20

// Client is a connection to Home Assistant, for one goroutine.
type Client struct {
	connection *websocket.Conn
	version    version
	timeout    time.Duration
	answers    chan answer
	received   chan struct{} // closed when nothing more is received
	failure    error         // why; set before received is closed
	closing    chan struct{}
	id         int
}

// answer is a message of Home Assistant.
type answer struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"`
	Version string          `json:"ha_version"`
	Success bool            `json:"success"`
	Result  json.RawMessage `json:"result"`
	Error   CommandError    `json:"error"`
}

// Dial connects and signs in. It fails with ErrUnreachable or ErrToken. The
// caller closes the client.
func Dial(ctx context.Context, o Options) (*Client, error) {
	address, err := WebsocketURL(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, NetDialContext: o.Dial, HandshakeTimeout: o.Timeout}
	connection, reply, err := dialer.DialContext(ctx, address, nil)
	if reply != nil {
		_ = reply.Body.Close()
	}
	switch {
	case errors.Is(err, websocket.ErrBadHandshake) && reply != nil:
		return nil, fmt.Errorf("%w at %s: it answers %q; is this its address?", ErrUnreachable, address, reply.Status)
	case err != nil:
		return nil, fmt.Errorf("%w at %s: %w", ErrUnreachable, address, err)
	}
	connection.SetReadLimit(maxMessage)
	c := &Client{
		connection: connection,
		timeout:    o.Timeout,
		answers:    make(chan answer),
		received:   make(chan struct{}),
		closing:    make(chan struct{}),
	}
	go c.receive()
	if err := c.signIn(ctx, o.Token); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() {
	close(c.closing)
	_ = c.connection.Close()
	<-c.received
}

// receive reads until the connection ends: whoever does not read misses the
// pings of Home Assistant, and is disconnected.
func (c *Client) receive() {
	defer close(c.received)
	for {
		var a answer
		if err := c.connection.ReadJSON(&a); err != nil {
			c.failure = fmt.Errorf("%w: the connection ended: %w", ErrUnreachable, err)
			return
		}
		select {
		case c.answers <- a:
		case <-c.closing:
			return
		}
	}
}

func (c *Client) signIn(ctx context.Context, token secret.Text) error {
	first, err := c.next(ctx)
	if err != nil {
		return err
	}
	if first.Type != "auth_required" {
		return fmt.Errorf("%w: something else answers at its address", ErrUnreachable)
	}
	if err := c.send(map[string]any{"type": "auth", "access_token": token.Reveal()}); err != nil {
		return err
	}
	switch signedIn, err := c.next(ctx); {
	case err != nil:
		return err
	case signedIn.Type != "auth_ok":
		return ErrToken
	default:
		c.version = parseVersion(signedIn.Version)
		return nil
	}
}

func (c *Client) send(message map[string]any) error {
	if err := c.connection.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if err := c.connection.WriteJSON(message); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return nil
}

// next waits for a message.
func (c *Client) next(ctx context.Context) (answer, error) {
	select {
	case a := <-c.answers:
		return a, nil
	case <-c.received:
		return answer{}, c.failure
	case <-ctx.Done():
		return answer{}, fmt.Errorf("waiting for Home Assistant: %w", context.Cause(ctx))
	}
}

// command sends a command with its fields, and decodes its result into result
// unless that is nil.
func (c *Client) command(ctx context.Context, name string, fields map[string]any, result any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	c.id++
	message := map[string]any{"id": c.id, "type": name}
	maps.Copy(message, fields)
	if err := c.send(message); err != nil {
		return err
	}
	a, err := c.next(ctx)
	for err == nil && a.ID != c.id { // of a command that was given up
		a, err = c.next(ctx)
	}
	switch {
	case err != nil:
		return err
	case !a.Success:
		refused := a.Error
		refused.Command = name
		return &refused
	case result == nil:
		return nil
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		return fmt.Errorf("decoding the answer to %s: %w", name, err)
	}
	return nil
}
