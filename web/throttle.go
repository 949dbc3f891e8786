package web

import (
	"net/netip"
	"sync"
	"time"
)

// How many wrong passwords one address may try: some at once, for people who
// mistype, and one every few seconds after that.
const (
	wrongBurst = 10
	wrongPause = 5 * time.Second
	// mostAddresses bounds the memory of addresses with wrong passwords; those
	// beyond share one allowance.
	mostAddresses = 1024
)

// throttle slows down the guessing of the password. Only wrong passwords use up
// an address's allowance. Once it is used up, no password of that address is
// compared for a moment, not even the right one: else an answer in time would
// tell it from the others.
type throttle struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	others  bucket // of all addresses that there is no room for
	tidied  time.Time
}

func newThrottle() *throttle {
	return &throttle{buckets: map[string]*bucket{}, others: bucket{left: wrongBurst}}
}

// bucket is a token bucket of wrong passwords.
type bucket struct {
	left float64
	at   time.Time // when left was true
}

func (b *bucket) refill(now time.Time) {
	if passed := now.Sub(b.at); passed > 0 {
		b.left = min(wrongBurst, b.left+float64(passed)/float64(wrongPause))
	}
	b.at = now
}

// full reports whether the bucket, left alone since, is as good as a new one.
func (b *bucket) full(now time.Time) bool {
	return b.left+float64(now.Sub(b.at))/float64(wrongPause) >= wrongBurst
}

// try compares the password of a request from an address. When it is not right,
// wait is how long the address has to wait until the next one is compared, 0
// when this one was.
func (t *throttle) try(from string, now time.Time, right func() bool) (ok bool, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, known := t.buckets[from]
	if !known {
		t.tidyLocked(now)
		if b = (&bucket{left: wrongBurst}); len(t.buckets) >= mostAddresses {
			b, known = &t.others, true
		}
	}
	b.refill(now)
	if b.left < 1 {
		return false, time.Duration((1 - b.left) * float64(wrongPause))
	}
	if right() {
		return true, 0
	}
	b.left--
	if !known {
		t.buckets[from] = b
	}
	return false, 0
}

// tidyLocked forgets the addresses whose allowance is whole again, when there
// are too many, but not for every request of a flood. t.mu must be held.
func (t *throttle) tidyLocked(now time.Time) {
	if len(t.buckets) < mostAddresses || now.Sub(t.tidied) < wrongPause {
		return
	}
	t.tidied = now
	for from, b := range t.buckets {
		if b.full(now) {
			delete(t.buckets, from)
		}
	}
}

// knownBrowsers is the sender of requests from browsers that have given the right
// password before. It is not the name of any network.
const knownBrowsers = "known"

// sender is what one sender can be told by: an IPv6 host has a whole /64. What is
// no address at all shares one.
func sender(remote string) string {
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
