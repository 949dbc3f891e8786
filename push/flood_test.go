package push_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/push"
)

// floodSize is what a hostile sender manages within a second.
const floodSize = 10_000

// heapInUse is what is in use after everything that can go has gone.
func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// flood posts as fast as it can and returns what was accepted and how much was
// left behind. Bodies are as large as can be: what is kept must not keep them.
func flood(l *push.Listener, from, body func(i int) string) (accepted, goroutines int, bytes int64) {
	before, running := heapInUse(), runtime.NumGoroutine()
	padding := "&padding=" + strings.Repeat("x", 15<<10)
	for i := range floodSize {
		r := request(http.MethodPost, callbackPath, body(i)+padding)
		r.RemoteAddr = from(i)
		if serveRequest(l, r).Code == http.StatusOK {
			accepted++
		}
	}
	return accepted, runtime.NumGoroutine() - running, int64(heapInUse()) - int64(before)
}

const maxGrowth = 2 << 20

// One sender who knows address and user cannot keep the cloud's notifications out.
//
//nolint:paralleltest // the heap of others would count
func TestFloodFromOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		accepted, goroutines, bytes := flood(listener,
			func(int) string { return "203.0.113.1:1" },
			func(i int) string { return uniqueForm(alice, i) })
		if accepted != push.AddressBurst {
			t.Errorf("%d accepted, want %d", accepted, push.AddressBurst)
		}
		if goroutines > 0 || bytes > maxGrowth {
			t.Errorf("grew by %d goroutines and %d bytes", goroutines, bytes)
		}
		if answer := serveRequest(listener, request(http.MethodPost, callbackPath, weightForm+"&deviceid=real")); answer.Code != 200 {
			t.Fatalf("the real one: %d", answer.Code)
		}
		synctest.Wait()
		got := d.delivered()
		if last := got[len(got)-1]; last.DeviceID != "real" {
			t.Errorf("delivered last %+v", last)
		}
		// After the burst it is the rate that counts.
		<-time.After(time.Second)
		accepted, _, _ = flood(listener,
			func(int) string { return "203.0.113.1:1" },
			func(i int) string { return uniqueForm(bob, i) })
		if accepted != 20 {
			t.Errorf("%d accepted a second later, want 20", accepted)
		}
		if refused := listener.Stats().Refused[push.RefusedRate]; refused != 2*floodSize-push.AddressBurst-20 {
			t.Errorf("%d refused", refused)
		}
	})
}

//
//nolint:paralleltest // the heap of others would count
func TestFloodFromEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		fill := func(i int) string { return fmt.Sprintf("[2001:db8:0:%x::1]:1", i) }
		accepted, goroutines, bytes := flood(listener, fill, func(i int) string { return uniqueForm(alice, i) })
		if accepted != push.OverallBurst {
			t.Errorf("%d accepted, want %d", accepted, push.OverallBurst)
		}
		if goroutines > 0 || bytes > maxGrowth {
			t.Errorf("grew by %d goroutines and %d bytes", goroutines, bytes)
		}
		if addresses, notifications := listener.TableSizes(); addresses > push.MaxAddresses || notifications > push.MaxSeen {
			t.Errorf("remembers %d addresses and %d notifications", addresses, notifications)
		}
		// The flood ends, and the next real one is through.
		<-time.After(time.Second)
		if answer := serveRequest(listener, request(http.MethodPost, callbackPath, weightForm)); answer.Code != 200 {
			t.Errorf("the real one: %d", answer.Code)
		}
	})
}

// Who does not know the secret takes nothing from those who do.
func TestFloodOfWrongPaths(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		for i := range floodSize {
			r := request(http.MethodPost, fmt.Sprintf("/notify/%040x", i), weightForm)
			if answer := serveRequest(listener, r); answer.Code != http.StatusNotFound {
				t.Fatalf("answered %d", answer.Code)
			}
		}
		// The same address: the one of a proxy that nobody declared.
		if answer := serveRequest(listener, request(http.MethodPost, callbackPath, weightForm)); answer.Code != 200 {
			t.Errorf("the real one: %d", answer.Code)
		}
		synctest.Wait()
		if got := d.delivered(); len(got) != 1 {
			t.Errorf("delivered %+v", got)
		}
		if strings.Contains(d.log(), "path") {
			t.Errorf("log %s", d.log())
		}
	})
}

// A host has a whole network of IPv6 addresses: they share one bucket.
func TestFloodFromOneNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := newListener(t, new(recorder).options())
		accepted := 0
		for i := range floodSize {
			r := request(http.MethodPost, callbackPath, uniqueForm(alice, i))
			r.RemoteAddr = fmt.Sprintf("[2001:db8::%x]:1", i)
			if serveRequest(listener, r).Code == http.StatusOK {
				accepted++
			}
		}
		if accepted != push.AddressBurst {
			t.Errorf("%d accepted, want %d", accepted, push.AddressBurst)
		}
	})
}

// A sender does not get a new bucket because others push it out of the table.
func TestRateLimitSurvivesEviction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := new(recorder).options()
		o.Overall = push.Limit{PerSecond: 1e6, Burst: 1e6}
		listener := newListener(t, o)
		accepted := 0
		for i := range 2 * push.MaxAddresses {
			r := request(http.MethodPost, callbackPath, uniqueForm(alice, i))
			r.RemoteAddr = fmt.Sprintf("[2001:db8:0:%x::1]:1", i)
			serveRequest(listener, r)
			r = request(http.MethodPost, callbackPath, uniqueForm(bob, i))
			if serveRequest(listener, r).Code == http.StatusOK {
				accepted++
			}
		}
		if accepted != push.AddressBurst {
			t.Errorf("%d accepted, want %d", accepted, push.AddressBurst)
		}
	})
}

// Strangers' ids, with the right address, leave nothing behind.
//
//nolint:paralleltest // the heap of others would count
func TestFloodOfUnknownUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		o := d.options()
		o.PerAddress, o.Overall = push.Limit{PerSecond: 1e6, Burst: 1e6}, push.Limit{PerSecond: 1e6, Burst: 1e6}
		listener := newListener(t, o)
		defer runListener(t, listener)()
		_, goroutines, bytes := flood(listener,
			func(int) string { return "203.0.113.1:1" },
			func(i int) string { return uniqueForm(fmt.Sprint("stranger", i), i) })
		stats := listener.Stats()
		if goroutines > 0 || bytes > maxGrowth || len(stats.Last) > 0 || len(d.delivered()) > 0 || len(d.log()) > 1000 {
			t.Errorf("grew by %d goroutines and %d bytes: %d last, log %s", goroutines, bytes, len(stats.Last), d.log())
		}
		if stats.Refused[push.RefusedUser] != floodSize || stats.Received != 0 {
			t.Errorf("stats %+v", stats)
		}
		// Unknown categories are named, but not without end.
		_, _, _ = flood(listener,
			func(int) string { return "203.0.113.1:1" },
			func(i int) string { return fmt.Sprintf("userid=%s&appli=%d", alice, 1000+i) })
		if named := strings.Count(d.log(), "unknown category"); named != 32 {
			t.Errorf("%d categories named", named)
		}
	})
}

// Behind a proxy of ours everybody has a bucket of their own.
func TestRateLimitBehindProxy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		o := d.options()
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
		listener := newListener(t, o)
		defer runListener(t, listener)()
		post := func(i int, forwarded string) int {
			r := request(http.MethodPost, callbackPath, uniqueForm(alice, i))
			r.RemoteAddr = "10.0.0.1:1"
			r.Header.Set("X-Forwarded-For", forwarded)
			return serveRequest(listener, r).Code
		}
		for i := range 2 * push.AddressBurst {
			post(i, "192.0.2.10, 203.0.113.1") // pretends to be the cloud
		}
		if code := post(floodSize, "203.0.113.1"); code != http.StatusTooManyRequests {
			t.Errorf("the flood goes on: %d", code)
		}
		if code := post(floodSize, "192.0.2.10"); code != 200 {
			t.Errorf("the real one: %d", code)
		}
	})
}
