package push

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is a token bucket: PerSecond in the long run, Burst at once.
type Limit struct {
	PerSecond float64
	Burst     int
}

// The limits when none are given. A weigh-in brings eight notifications within
// three seconds, and all people of the household come from the same address.
const (
	addressPerSecond, addressBurst = 20, 100
	overallPerSecond, overallBurst = 200, 1000
)

// maxAddresses bounds the table of buckets. One that is forgotten starts full,
// which is why there is a limit over all of them too.
const maxAddresses = 1024

func (l Limit) orDefault(perSecond float64, burst int) Limit {
	if l.PerSecond <= 0 || l.Burst <= 0 {
		return Limit{perSecond, burst}
	}
	return l
}

func (l Limit) newLimiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst) }

// throttle is how much may come in, from one address and in all.
type throttle struct {
	perAddress Limit

	mu      sync.Mutex
	overall *rate.Limiter
	buckets *lru[netip.Prefix, *rate.Limiter]
}

func newThrottle(each, overall Limit) *throttle {
	return &throttle{
		perAddress: each.orDefault(addressPerSecond, addressBurst),
		overall:    overall.orDefault(overallPerSecond, overallBurst).newLimiter(),
		buckets:    newLRU[netip.Prefix, *rate.Limiter](maxAddresses),
	}
}

// allow takes a token for an address. What one address asks for beyond its own
// limit is not taken from the others.
func (t *throttle) allow(from netip.Addr, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := networkOf(from)
	bucket, known := t.buckets.get(key)
	if !known {
		bucket = t.perAddress.newLimiter()
		t.buckets.put(key, bucket)
	}
	return bucket.AllowN(now, 1) && t.overall.AllowN(now, 1)
}

// networkOf is what one sender can be told by: an IPv6 host has a whole /64.
func networkOf(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address at all: those share one bucket
	}
	return prefix
}
