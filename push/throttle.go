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

// mostAddresses bounds the table of buckets. One that is forgotten starts full,
// which is why there is a limit over all of them too.
const mostAddresses = 1024

func (l Limit) or(perSecond float64, burst int) Limit {
	if l.PerSecond <= 0 || l.Burst <= 0 {
		return Limit{perSecond, burst}
	}
	return l
}

func (l Limit) bucket() *rate.Limiter { return rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst) }

// throttle is how much may come in, from one address and in all.
type throttle struct {
	each Limit

	mu      sync.Mutex
	overall *rate.Limiter
	buckets *bounded[netip.Prefix, *rate.Limiter]
}

func newThrottle(each, overall Limit) *throttle {
	return &throttle{
		each:    each.or(addressPerSecond, addressBurst),
		overall: overall.or(overallPerSecond, overallBurst).bucket(),
		buckets: newBounded[netip.Prefix, *rate.Limiter](mostAddresses),
	}
}

// allow takes a token for an address. What one address asks for beyond its own
// limit is not taken from the others.
func (t *throttle) allow(from netip.Addr, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := network(from)
	bucket, known := t.buckets.get(key)
	if !known {
		bucket = t.each.bucket()
		t.buckets.put(key, bucket)
	}
	return bucket.AllowN(now, 1) && t.overall.AllowN(now, 1)
}

// network is what one sender can be told by: an IPv6 host has a whole /64.
func network(address netip.Addr) netip.Prefix {
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
