// SPDX-License-Identifier: MIT

// Package broker is an embedded MQTT broker, for the demo, for setups without
// one (`mqtt.url: embedded`) and for tests. It does not replace a real one:
// nothing is stored on disk, and there is no TLS.
package broker

import (
	"bytes"
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
)

// Options configure a Broker.
type Options struct {
	// Listen is HOST:PORT; "" is a free port on loopback.
	Listen string
	// Username and Password are required from clients if Username is not "".
	Username string
	Password secret.Text
	// Allow reports whether a filter may be read or a topic be written; nil allows
	// all. What is denied is discarded silently, as MQTT 3.1.1 demands.
	Allow func(topic string, write bool) bool
	// DiscardRetained simulates a broker without retained messages.
	DiscardRetained bool
	// MaxPacketSize is the size limit of packets in bytes; the connection is
	// closed over a larger one. 0 is 1 MiB.
	MaxPacketSize uint32
	Log           zerolog.Logger
}

// Broker is a running broker.
type Broker struct {
	server   *mochi.Server
	address  string
	listener *tcpListener
	subs     atomic.Int64
	retained *retainedHook
	close    func() error
}

// defaultMaxPacketSize is far more than any discovery document has, in bytes.
const defaultMaxPacketSize = 1 << 20

// ErrNoAuthentication means that anyone on the network could read health data.
var ErrNoAuthentication = errors.New("embedded broker: " +
	"mqtt.username and mqtt.password are required unless it listens on loopback")

// Start binds the address and serves until Close.
func Start(o Options) (*Broker, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("broker: listen address %q: %w", o.Listen, err)
	}
	if ip := net.ParseIP(host); o.Username == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("broker: %s: %w", o.Listen, ErrNoAuthentication)
	}
	listener, err := listenTCP(o.Listen, o.Log)
	if err != nil {
		return nil, fmt.Errorf("broker: cannot listen on %s: %w", o.Listen, err)
	}
	return serve(o, listener)
}

// serve serves the connections of a listener.
func serve(o Options, listener *tcpListener) (*Broker, error) {
	capabilities := mochi.NewDefaultServerCapabilities()
	capabilities.MaximumPacketSize = cmp.Or(o.MaxPacketSize, defaultMaxPacketSize)
	capabilities.MaximumMessageExpiryInterval = math.MaxInt32 // its default drops retained messages after a day
	server := mochi.New(&mochi.Options{
		InlineClient: true, Capabilities: capabilities,
		Logger: slog.New(zerolog.NewSlogHandler(o.Log.Level(zerolog.ErrorLevel))),
	})
	b := &Broker{server: server, retained: &retainedHook{retained: map[string]string{}}}
	hooks := []mochi.Hook{
		&packetIDHook{},
		&authHook{username: o.Username, password: o.Password},
		&aclHook{allow: o.Allow, discardRetained: o.DiscardRetained},
		b.retained, // last: see retainedHook.OnPublish
	}
	for _, hook := range hooks {
		if err := server.AddHook(hook, nil); err != nil {
			listener.Close(nil)
			return nil, errors.Join(fmt.Errorf("broker: %w", err), server.Close())
		}
	}
	b.address, b.listener = listener.Address(), listener
	b.close = sync.OnceValue(func() error {
		listener.Close(nil) // the library may not have it yet
		return server.Close()
	})
	if err := server.AddListener(listener); err != nil {
		return nil, errors.Join(fmt.Errorf("broker: %w", err), b.close())
	}
	if err := server.Serve(); err != nil {
		return nil, errors.Join(fmt.Errorf("broker: %w", err), b.close())
	}
	return b, nil
}

// Addr returns the bound address, HOST:PORT.
func (b *Broker) Addr() string { return b.address }

// Failing returns what currently keeps the broker from accepting connections,
// and since when; nil if nothing does.
func (b *Broker) Failing() (since time.Time, err error) { return b.listener.acceptError() }

// URL returns the address in the form that package mqtt expects.
func (b *Broker) URL() string { return "mqtt://" + b.address }

// Close disconnects all clients and discards every message. A second call does
// nothing.
func (b *Broker) Close() error { return b.close() }

// Retained returns the payloads of all retained topics.
func (b *Broker) Retained() map[string]string { return b.retained.snapshot() }

// Watch calls a function for every message that matches, retained ones first.
// It must return soon, and must not wait for anything that publishes.
func (b *Broker) Watch(filter string, fn func(topic string, payload []byte, retained bool)) error {
	b.retained.scan.RLock()
	defer b.retained.scan.RUnlock()
	deliver := func(_ *mochi.Client, _ packets.Subscription, packet packets.Packet) {
		fn(packet.TopicName, bytes.Clone(packet.Payload), packet.FixedHeader.Retain)
	}
	if err := b.server.Subscribe(filter, int(b.subs.Add(1)), deliver); err != nil {
		return fmt.Errorf("broker: watching %s: %w", filter, err)
	}
	return nil
}

// authHook authenticates clients.
type authHook struct {
	mochi.HookBase

	username string
	password secret.Text
}

// ID implements mochi.Hook.
func (*authHook) ID() string { return "auth" }

// Provides implements mochi.Hook.
func (*authHook) Provides(hook byte) bool {
	return hook == mochi.OnConnectAuthenticate
}

// OnConnectAuthenticate implements mochi.Hook.
func (h *authHook) OnConnectAuthenticate(_ *mochi.Client, packet packets.Packet) bool {
	if h.username == "" {
		return true
	}
	user := subtle.ConstantTimeCompare(packet.Connect.Username, []byte(h.username))
	password := subtle.ConstantTimeCompare(packet.Connect.Password, []byte(h.password.Reveal()))
	return user&password == 1
}
