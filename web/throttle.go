package web

import (
	"net/netip"
	"sync"
	"time"
)

// How many wrong passwords one address may try: some at once, for people who
// mistype, and one every few seconds after that.
const (
	wrongPasswordBurst    = 10
	wrongPasswordInterval = 5 * time.Second
	// maxAddresses bounds the memory of addresses with wrong passwords; those
	// beyond share one allowance.
	maxAddresses = 1024
)

// throttle slows down the guessing of the password. Only wrong passwords use up
// an address's allowance. Once it is used up, no password of that address is
// compared for a moment, not even the right one: else an answer in time would
// tell it from the others.
type throttle struct {
	mu       sync.Mutex
	buckets  map[string]*bucket
	overflow bucket // of all addresses that there is no room for
	prunedAt time.Time
}

func newThrottle() *throttle {
	return &throttle{buckets: map[string]*bucket{}, overflow: bucket{tokens: wrongPasswordBurst}}
}

// bucket is a token bucket of wrong passwords.
type bucket struct {
	tokens    float64
	updatedAt time.Time // when left was true
}

func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.updatedAt); passed > 0 {
		b.tokens = min(wrongPasswordBurst, b.tokens+float64(passed)/float64(wrongPasswordInterval))
	}
	b.updatedAt = now
}

// isFull reports whether the bucket, left alone since, is as good as a new one.
func (b *bucket) isFull(now time.Time) bool {
	return b.tokens+float64(now.Sub(b.updatedAt))/float64(wrongPasswordInterval) >= wrongPasswordBurst
}

// check compares the password of a request from an address. When it is not right,
// wait is how long the address has to wait until the next one is compared, 0
// when this one was.
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

// pruneLocked forgets the addresses whose allowance is whole again, when there
// are too many, but not for every request of a flood. t.mu must be held.
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

// knownBrowserKey is the sender of requests from browsers that have given the right
// password before. It is not the name of any network.
const knownBrowserKey = "known"

// clientKey is what one clientKey can be told by: an IPv6 host has a whole /64. What is
// no address at all shares one.
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
