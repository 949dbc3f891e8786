// SPDX-License-Identifier: MIT

package mqtt

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
)

// Reasons for which there is no connection, or none any more.
var (
	// ErrNotAuthorized means that the broker rejects the user name or password.
	ErrNotAuthorized = errors.New("broker rejected the user name or password")
	// ErrUnreachable means that no broker answers at the URL.
	ErrUnreachable = errors.New("broker unreachable")
	// ErrHandover as the cause of the context's end makes Run leave "online" on
	// the state topic, because another client takes over at once.
	ErrHandover = errors.New("handed over")
)

// Options configure a Client. URL, ClientID and StateTopic are required.
type Options struct {
	// URL is mqtt://, mqtts://, ws:// or wss:// HOST[:PORT] (tcp:// and ssl://
	// too).
	URL string
	// ClientID must be stable and unique: a broker disconnects the older of two
	// clients with the same id.
	ClientID string
	Username string
	Password secret.Text
	TLS      *tls.Config // nil uses the system's trusted certificates
	// KeepAlive bounds how long a dead connection goes unnoticed; 0 is 30 s.
	KeepAlive time.Duration
	// QoS of values, 0 to 2. Events and removals use at least 1, the state topic
	// always 1.
	QoS byte
	// StateTopic carries "online" and "offline", the latter also as the last will.
	StateTopic string
	// BirthTopic and BirthPayload are Home Assistant's birth message; "" ignores
	// it.
	BirthTopic, BirthPayload string
	// BirthDelay is the time between a birth message and the answer; nil is 1 to
	// 15 s, spread by Jitter, so that not all bridges answer at once.
	BirthDelay func() time.Duration
	// Jitter spreads the pauses between connection attempts by half in both
	// directions; nil does not.
	Jitter *jitter.Source
	// Signature detects other installations on the same topics; nil does not.
	Signature *Signature
	// FilterFor returns the filter that an access list must allow for a topic; nil
	// is the topic itself.
	FilterFor func(topic string) string
	// Rank orders the topics that are published after a connect, lowest first; nil
	// orders by topic alone.
	Rank func(topic string) int
	// AbortShutdown, once closed, ends what is left of a shutdown at once.
	AbortShutdown <-chan struct{}
	Timeouts      Timeouts
	Log           zerolog.Logger
}

// Timeouts bound what a Client waits for. A field that is 0 has its default.
type Timeouts struct {
	// Connect bounds dialing and handshake; 10 s.
	Connect time.Duration
	// Ack bounds how long a connection may make no progress while an
	// acknowledgement is pending; 10 s.
	Ack time.Duration
	// Flush bounds the delivery of the last values at shutdown; 5 s.
	Flush time.Duration
	// Offline bounds the publication of "offline" at shutdown; 3 s.
	Offline time.Duration
	// Reconnect is the pause before the first reconnect, which grows up to 30 s; 1
	// s.
	Reconnect time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	return Timeouts{
		Connect:   cmp.Or(t.Connect, 10*time.Second),
		Ack:       cmp.Or(t.Ack, 10*time.Second),
		Flush:     cmp.Or(t.Flush, 5*time.Second),
		Offline:   cmp.Or(t.Offline, 3*time.Second),
		Reconnect: cmp.Or(t.Reconnect, time.Second),
	}
}

// Signature is a retained topic whose payload identifies the installation.
type Signature struct {
	Topic string
	// IsOurs reports whether this installation published a payload.
	IsOurs func(payload []byte) bool
}

// Message is a message that the broker delivered.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// Status describes the connection.
type Status struct {
	Connected     bool
	NotAuthorized bool   // the broker rejects the credentials
	LastError     string // "" while connected
	// Since is when the connection was lost or first failed; zero while connected.
	Since time.Time
	// BirthOffline is true when the last message on the birth topic in this
	// connection was another than the birth message, since BirthSince: Home
	// Assistant's last will.
	BirthOffline bool
	BirthSince   time.Time
	// Dropped counts the events that were discarded because there were too many.
	Dropped int
	// Retained counts the topics in the cache, without the state topic.
	Retained int
	// EverConnected reports whether there was a connection since the start, so
	// that the state topic may hold "online".
	EverConnected bool
	// Problems are what the user has to fix.
	Problems []Problem
}

// Problem is something at the broker that the user has to fix.
type Problem struct {
	// Code is stable.
	Code string
	// Text describes the problem in one sentence, Remedy how to fix it.
	Text, Remedy string
	Since        time.Time
}

// withDefaults returns the options with all defaults filled in.
func (o Options) withDefaults() (Options, error) {
	switch {
	case o.ClientID == "":
		return o, errors.New("mqtt: no client id")
	case o.StateTopic == "":
		return o, errors.New("mqtt: no state topic")
	case o.QoS > 2:
		return o, fmt.Errorf("mqtt: invalid QoS %d", o.QoS)
	}
	o.KeepAlive = max(cmp.Or(o.KeepAlive, 30*time.Second), time.Second) // paho treats less as never
	o.Timeouts = o.Timeouts.withDefaults()
	if o.BirthDelay == nil {
		source := o.Jitter
		o.BirthDelay = func() time.Duration { return source.Between(time.Second, 15*time.Second) }
	}
	if o.FilterFor == nil {
		o.FilterFor = func(topic string) string { return topic }
	}
	if o.Rank == nil {
		o.Rank = func(string) int { return 0 }
	}
	return o, nil
}

// logDenied logs subscriptions that the broker has denied.
func (o *Options) logDenied(filters []string) {
	for _, filter := range filters {
		o.Log.Warn().Str("topic", filter).Msg("subscription denied by the broker's ACL")
	}
}

// serverURL converts a broker URL to paho's spelling.
func serverURL(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return "", errors.New("mqtt: broker URL must have the form mqtt://HOST:PORT")
	}
	schemes := map[string]struct{ name, port string }{
		"mqtt": {"tcp", "1883"}, "tcp": {"tcp", "1883"}, "mqtts": {"ssl", "8883"}, "ssl": {"ssl", "8883"},
		"ws": {"ws", ""}, "wss": {"wss", ""},
	}
	scheme, ok := schemes[parsed.Scheme]
	if !ok {
		return "", fmt.Errorf("mqtt: unsupported broker scheme %q; use mqtt, mqtts, ws or wss", parsed.Scheme)
	}
	parsed.Scheme, parsed.User = scheme.name, nil
	if parsed.Port() == "" && scheme.port != "" {
		parsed.Host += ":" + scheme.port
	}
	return parsed.String(), nil
}

// readableURL returns paho's spelling of an address in that of the
// configuration, for the log.
func readableURL(server string) string {
	for spelled, configured := range map[string]string{"tcp://": "mqtt://", "ssl://": "mqtts://"} {
		if rest, ok := strings.CutPrefix(server, spelled); ok {
			return configured + rest
		}
	}
	return server
}
