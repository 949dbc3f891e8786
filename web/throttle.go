// SPDX-License-Identifier: MIT

package web

import (
	"net/netip"
	"sync"
	"time"
)

// The allowance of wrong passwords per address: a burst for typing errors, then
// one every few seconds.
const (
	wrongPasswordBurst    = 10
	wrongPasswordInterval = 5 * time.Second
	// maxAddresses limits the addresses with an allowance of their own. Others
	// share one.
	maxAddresses = 1024
)

// throttle slows down guessing of the password. Only wrong passwords count.
// Once the allowance of an address is used up, no password from it is compared
// for some time, not even the right one, which the response would reveal.
type throttle struct {
	mu       sync.Mutex
	buckets  map[string]*bucket
	overflow bucket // of the addresses beyond maxAddresses
	prunedAt time.Time
}

func newThrottle() *throttle {
	return &throttle{buckets: map[string]*bucket{}, overflow: bucket{tokens: wrongPasswordBurst}}
}

// bucket is a token bucket of wrong passwords.
type bucket struct {
	tokens    float64
	updatedAt time.Time // time of tokens
}

func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.updatedAt); passed > 0 {
		b.tokens = min(wrongPasswordBurst, b.tokens+float64(passed)/float64(wrongPasswordInterval))
	}
	b.updatedAt = now
}

// isFull reports whether the bucket is as full as a new one by now.
func (b *bucket) isFull(now time.Time) bool {
	return b.tokens+float64(now.Sub(b.updatedAt))/float64(wrongPasswordInterval) >= wrongPasswordBurst
}

// check compares the password of a request from an address. wait is the time
// until the next password is compared, 0 when this one was.
func (t *throttle) check(from string, now time.Time, right func() bool) (ok bool, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, known := t.buckets[from]
	if !known {
		t.pruneLocked(now)
		if b = (&bucket{tokens: wrongPasswordBurst}); len(t.buckets) >= maxAddresses {
			b, known = &t.overflow, true
		}
	}
	b.refill(now)
	if b.tokens < 1 {
		return false, time.Duration((1 - b.tokens) * float64(wrongPasswordInterval))
	}
	if right() {
		return true, 0
	}
	b.tokens--
	if !known {
		t.buckets[from] = b
	}
	return false, 0
}

// pruneLocked removes addresses with a full allowance when there are too many,
// but not with every request. t.mu must be held.
func (t *throttle) pruneLocked(now time.Time) {
	if len(t.buckets) < maxAddresses || now.Sub(t.prunedAt) < wrongPasswordInterval {
		return
	}
	t.prunedAt = now
	for from, b := range t.buckets {
		if b.isFull(now) {
			delete(t.buckets, from)
		}
	}
}

// knownBrowserKey is the common key of requests with knownBrowserCookie. It
// cannot be that of an address.
const knownBrowserKey = "known"

// clientKey returns the network that stands for a client: the address for IPv4,
// the /64 for IPv6, "" for what is not an address.
func clientKey(remote string) string {
	with, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	address := with.Addr().Unmap().WithZone("")
	bits := 32
	if address.Is6() {
		bits = 64
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}
