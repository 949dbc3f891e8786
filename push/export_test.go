package push

import (
	"context"
	"net"
	"net/http"
	"net/netip"
)

// Insides that are worth a table of their own.
func Normal(text string) string { return normal(text) }

func Former(ours, other string) bool { return former(ours, other) }

func Origin(r *http.Request, trusted []netip.Prefix) netip.Addr { return origin(r, trusted) }

func Near(address string) string { return near(address) }

// RunOn runs on a listener that no address leads to, so that it can stand in a bubble.
func (l *Listener) RunOn(ctx context.Context, listener net.Listener) error {
	l.listener = listener
	return l.Run(ctx)
}

// Remembered counts the addresses and notifications that are kept.
func (l *Listener) Remembered() (addresses, notifications int) {
	return l.throttle.buckets.order.Len(), l.seen.before.order.Len()
}

// The bounds.
const (
	MostAddresses, MostSeen, MostConnections = mostAddresses, mostSeen, mostConnections
	MostFromOne                              = mostFromOne
	LargestBody, LongestAddress              = largestBody, longestAddress
	AddressBurst, OverallBurst               = addressBurst, overallBurst
)
