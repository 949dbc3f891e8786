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
	// May says who may read a filter or write a topic; nil is everybody. What is
	// denied is thrown away without a word, as MQTT 3.1.1 has it.
	May func(topic string, write bool) bool
	// Forgets keeps nothing, as a broker without retained messages does.
	Forgets bool
	// MaxPacket is the largest packet that is taken, in bytes: whoever sends a larger
	// one is cut off. 0 is a MiB.
	MaxPacket uint32
	Log       zerolog.Logger
}

// Broker is a running broker.
type Broker struct {
	server  *mochi.Server
	address string
	gate    *gate
	subs    atomic.Int64
	tree    *tree
	close   func() error
}

// maxPacket is the largest packet that is taken, in bytes: far more than any
// discovery document has.
const maxPacket = 1 << 20

// ErrOpen says that everybody on the network could read health data.
var ErrOpen = errors.New("an embedded broker that listens beyond this machine needs mqtt.username and mqtt.password")

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
		return nil, fmt.Errorf("broker: %s: %w", o.Listen, ErrOpen)
	}
	gate, err := openGate(o.Listen, o.Log)
	if err != nil {
		return nil, fmt.Errorf("broker: cannot listen on %s: %w", o.Listen, err)
	}
	return serve(o, gate)
}

// serve serves whom the gate lets in.
func serve(o Options, gate *gate) (*Broker, error) {
	capabilities := mochi.NewDefaultServerCapabilities()
	capabilities.MaximumPacketSize = cmp.Or(o.MaxPacket, maxPacket)
	capabilities.MaximumMessageExpiryInterval = math.MaxInt32 // its default drops retained messages after a day
	server := mochi.New(&mochi.Options{
		InlineClient: true, Capabilities: capabilities,
		Logger: slog.New(zerolog.NewSlogHandler(o.Log.Level(zerolog.ErrorLevel))),
	})
	b := &Broker{server: server, tree: &tree{held: map[string]string{}}}
	for _, hook := range []mochi.Hook{&door{username: o.Username, password: o.Password}, &rights{may: o.May, forgets: o.Forgets}, b.tree} {
		if err := server.AddHook(hook, nil); err != nil {
			gate.Close(nil)
			return nil, errors.Join(fmt.Errorf("broker: %w", err), server.Close())
		}
	}
	b.address, b.gate = gate.Address(), gate
	b.close = sync.OnceValue(func() error {
		gate.Close(nil) // also where the library was never given it
		return server.Close()
	})
	if err := server.AddListener(gate); err != nil {
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
func (b *Broker) Failing() (since time.Time, err error) { return b.gate.failing() }

// URL is the address as a client takes it.
func (b *Broker) URL() string { return "mqtt://" + b.address }

// Close cuts all clients off and forgets every message. A second call does
// nothing.
func (b *Broker) Close() error { return b.close() }

// Retained returns the whole retained tree, without the broker's statistics.
func (b *Broker) Retained() map[string]string { return b.tree.read() }

// Watch calls a function for every message that matches, the retained ones
// first. It must return soon, and wait for nothing that publishes.
func (b *Broker) Watch(filter string, fn func(topic string, payload []byte, retained bool)) error {
	b.tree.scan.RLock()
	defer b.tree.scan.RUnlock()
	err := b.server.Subscribe(filter, int(b.subs.Add(1)), func(_ *mochi.Client, _ packets.Subscription, packet packets.Packet) {
		fn(packet.TopicName, bytes.Clone(packet.Payload), packet.FixedHeader.Retain)
	})
	if err != nil {
		return fmt.Errorf("broker: watching %s: %w", filter, err)
	}
	return nil
}

// door lets clients in.
type door struct {
	mochi.HookBase

	username string
	password secret.Text
}

// ID implements mochi.Hook.
func (*door) ID() string { return "door" }

// Provides implements mochi.Hook.
func (*door) Provides(hook byte) bool {
	return hook == mochi.OnConnectAuthenticate
}

// OnConnectAuthenticate implements mochi.Hook.
func (d *door) OnConnectAuthenticate(_ *mochi.Client, packet packets.Packet) bool {
	if d.username == "" {
		return true
	}
	user := subtle.ConstantTimeCompare(packet.Connect.Username, []byte(d.username))
	password := subtle.ConstantTimeCompare(packet.Connect.Password, []byte(d.password.Reveal()))
	return user&password == 1
}
