// SPDX-License-Identifier: MIT

package push

import (
	"context"
	"net"
	"net/http"
	"net/netip"
)

// Internal functions that have table tests of their own.
func NormalizeURL(text string) string { return normalizeURL(text) }

func IsFormerAddress(ours, other string) bool { return isFormerAddress(ours, other) }

func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	return clientAddress(r, trusted)
}

func DialableAddress(address string) string { return dialableAddress(address) }

// RunOn serves on a listener without an address, so that it can run in a
// synctest bubble.
func (l *Listener) RunOn(ctx context.Context, listener net.Listener) error {
	return l.runWith(ctx, func(ctx context.Context) error { return l.server.Serve(ctx, listener) })
}

// SeenCount counts the notifications that are remembered.
func (l *Listener) SeenCount() int { return len(l.handler.dedupe.seen) }

// Limits for the tests.
const (
	MaxSeen                   = maxSeen
	MaxBodySize, MaxURLLength = maxBodySize, maxURLLength
	Burst, PerSecond          = defaultBurst, defaultPerSecond
)
