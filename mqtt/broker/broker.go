// Package broker is an MQTT broker inside the process, for the demo, for
// households without one (`mqtt.url: embedded`) and for tests. It is no
// replacement for a real one: nothing is kept on disk, and there is no TLS.
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

// Options say where a broker listens and whom it lets in.
type Options struct {
	// Listen is HOST:PORT; "" is a free port of this machine alone.
	Listen string
	// Username and Password are asked for when there is a user name.
	Username string
	Password secret.Text
	// Allow says who may read a filter or write a topic; nil is everybody. What is
	// denied is thrown away without a word, as MQTT 3.1.1 has it.
	Allow func(topic string, write bool) bool
	// DiscardRetained keeps nothing, as a broker without retained messages does.
	DiscardRetained bool
	// MaxPacketSize is the largest packet that is taken, in bytes: whoever sends a larger
	// one is cut off. 0 is a MiB.
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

// defaultMaxPacketSize is the largest packet that is taken, in bytes: far more than any
// discovery document has.
const defaultMaxPacketSize = 1 << 20

// ErrNoAuthentication says that everybody on the network could read health data.
var ErrNoAuthentication = errors.New("an embedded broker that listens beyond this machine needs mqtt.username and mqtt.password")

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

// serve serves whom the gate lets in.
func serve(o Options, listener *tcpListener) (*Broker, error) {
	capabilities := mochi.NewDefaultServerCapabilities()
	capabilities.MaximumPacketSize = cmp.Or(o.MaxPacketSize, defaultMaxPacketSize)
	capabilities.MaximumMessageExpiryInterval = math.MaxInt32 // its default drops retained messages after a day
	server := mochi.New(&mochi.Options{
		InlineClient: true, Capabilities: capabilities,
		Logger: slog.New(zerolog.NewSlogHandler(o.Log.Level(zerolog.ErrorLevel))),
	})
	b := &Broker{server: server, retained: &retainedHook{retained: map[string]string{}}}
	for _, hook := range []mochi.Hook{&authHook{username: o.Username, password: o.Password}, &aclHook{allow: o.Allow, discardRetained: o.DiscardRetained}, b.retained} {
		if err := server.AddHook(hook, nil); err != nil {
			listener.Close(nil)
			return nil, errors.Join(fmt.Errorf("broker: %w", err), server.Close())
		}
	}
	b.address, b.listener = listener.Address(), listener
	b.close = sync.OnceValue(func() error {
		listener.Close(nil) // also where the library was never given it
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

// Addr is the bound address, HOST:PORT.
func (b *Broker) Addr() string { return b.address }

// Failing is what keeps the broker from accepting connections now, and since
// when; nil when nothing does.
func (b *Broker) Failing() (since time.Time, err error) { return b.listener.acceptError() }

// URL is the address as a client takes it.
func (b *Broker) URL() string { return "mqtt://" + b.address }

// Close cuts all clients off and forgets every message. A second call does
// nothing.
func (b *Broker) Close() error { return b.close() }

// Retained returns the whole retained tree, without the broker's statistics.
func (b *Broker) Retained() map[string]string { return b.retained.snapshot() }

// Watch calls a function for every message that matches, the retained ones
// first. It must return soon, and wait for nothing that publishes.
func (b *Broker) Watch(filter string, fn func(topic string, payload []byte, retained bool)) error {
	b.retained.scan.RLock()
	defer b.retained.scan.RUnlock()
	err := b.server.Subscribe(filter, int(b.subs.Add(1)), func(_ *mochi.Client, _ packets.Subscription, packet packets.Packet) {
		fn(packet.TopicName, bytes.Clone(packet.Payload), packet.FixedHeader.Retain)
	})
	if err != nil {
		return fmt.Errorf("broker: watching %s: %w", filter, err)
	}
	return nil
}

// authHook lets clients in.
type authHook struct {
	mochi.HookBase

	username string
	password secret.Text
}

// ID implements mochi.Hook.
func (*authHook) ID() string { return "door" }

// Provides implements mochi.Hook.
func (*authHook) Provides(hook byte) bool {
	return hook == mochi.OnConnectAuthenticate
}

// OnConnectAuthenticate implements mochi.Hook.
func (d *authHook) OnConnectAuthenticate(_ *mochi.Client, packet packets.Packet) bool {
	if d.username == "" {
		return true
	}
	user := subtle.ConstantTimeCompare(packet.Connect.Username, []byte(d.username))
	password := subtle.ConstantTimeCompare(packet.Connect.Password, []byte(d.password.Reveal()))
	return user&password == 1
}
