package push

import (
	"context"
	"net"
	"net/http"
	"net/netip"
)

// Insides that are worth a table of their own.
func NormalizeURL(text string) string { return normalizeURL(text) }

func IsFormerAddress(ours, other string) bool { return isFormerAddress(ours, other) }

func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	return clientAddress(r, trusted)
}

func DialableAddress(address string) string { return dialableAddress(address) }

// RunOn runs on a listener that no address leads to, so that it can stand in a bubble.
func (l *Listener) RunOn(ctx context.Context, listener net.Listener) error {
	l.listener = listener
	return l.Run(ctx)
}

// SeenCount counts the notifications that are remembered.
func (l *Listener) SeenCount() int { return len(l.dedupe.seen) }

// The bounds.
const (
	MaxSeen, MaxConnections   = maxSeen, maxConnections
	MaxBodySize, MaxURLLength = maxBodySize, maxURLLength
	Burst, PerSecond          = defaultBurst, defaultPerSecond
)
