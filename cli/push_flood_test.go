// SPDX-License-Identifier: MIT

package cli_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

const (
	// floodProfiles is the number of profiles with forged and genuine
	// notifications.
	floodProfiles = 10
	// sendersWithSecret is the number of senders that know the secret address.
	sendersWithSecret = 4
	// concurrentPosts is the number of posts in flight, each on its own
	// connection: the listener closes the connections it refuses.
	concurrentPosts = 16
)

// flood posts forged and malformed notifications, half of them to a guessed
// address, half to the right one, from behind a proxy.
type flood struct {
	host   string
	paths  [2]string
	bodies []string

	mu       sync.Mutex
	answers  map[int]int // by status
	finished time.Duration
}

func newFlood(c *pushHarness) (*flood, error) {
	link, err := url.Parse(c.notify)
	if err != nil {
		return nil, err
	}
	guessed := "/notify/" + strings.Repeat("0123456789", 4)
	f := &flood{host: link.Host, paths: [2]string{link.Path, guessed}, answers: map[int]int{}}
	for i := range 4000 {
		f.bodies = append(f.bodies, c.cloud.SpoofedBody(int64(i)))
	}
	return f, nil
}

// request returns the ith request.
func (f *flood) request(i int) string {
	kind, body := "application/x-www-form-urlencoded", f.bodies[i%len(f.bodies)]
	if i%16 == 0 {
		kind = "application/json"
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: 203.0.113.%d\r\n"+
		"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		f.paths[i/2%2], f.host, i%sendersWithSecret, kind, len(body), body)
}

// run sends a number of posts, at a rate if there is one, and waits for the
// responses.
// clock: measured, not asserted
func (f *flood) run(ctx context.Context, posts, perSecond int) error {
	began := time.Now()
	failed := make([]error, concurrentPosts)
	var group sync.WaitGroup
	for pipe := range concurrentPosts {
		group.Go(func() {
			for i := pipe; i < posts && failed[pipe] == nil; i += concurrentPosts {
				if perSecond > 0 {
					<-time.After(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
				}
				failed[pipe] = f.post(ctx, i)
			}
		})
	}
	group.Wait()
	f.finished = time.Since(began) // clock: measured, not asserted
	return errors.Join(failed...)
}

// post posts once.
func (f *flood) post(ctx context.Context, i int) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", f.host)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // otherwise this machine runs out of ports
	}
	_, _ = io.WriteString(conn, f.request(i)) // a closed connection shows in the response
	status := 0
	if reply, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
		status = reply.StatusCode
		_ = reply.Body.Close()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[status]++ // 0 means no response
	return nil
}

// processUsage measures the process after a garbage collection.
func processUsage() (heap int64, goroutines int) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc), runtime.NumGoroutine()
}

// floodResult is the effect of a flood.
type floodResult struct {
	flood      *flood
	fetches    int // at the cloud, because of it
	lasted     time.Duration
	bytes      int64
	goroutines int
	slowest    time.Duration // of the genuine ones
}

// measureRequests counts the requests for measurements.
func (c *pushHarness) measureRequests() int { return c.cloud.Requests()["measure getmeas"] }

// runFlood has every profile weigh in during a flood.
func runFlood(ctx context.Context, folder string, posts, perSecond int) (o floodResult, err error) {
	c, err := newPushHarness(ctx, folder, floodProfiles, ", trusted_proxies: [127.0.0.1]")
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if o.flood, err = newFlood(c); err != nil {
		return o, err
	}
	heap, goroutines := processUsage()
	before, began := c.measureRequests(), time.Now() // clock: measured, not asserted
	served := make([]error, floodProfiles)
	slow := make([]time.Duration, floodProfiles)
	var group sync.WaitGroup
	group.Go(func() { err = o.flood.run(ctx, posts, perSecond) })
	for i := range floodProfiles {
		group.Go(func() {
			if perSecond > 0 { // from the beginning to the end
				<-time.After(time.Duration(i*posts/floodProfiles) * time.Second / time.Duration(perSecond))
			}
			began := time.Now() // clock: measured, not asserted
			_, served[i] = c.weigh(ctx, i, "71."+strconv.Itoa(101+2*i))
			slow[i] = time.Since(began) // clock: measured, not asserted
		})
	}
	group.Wait()
	if err := errors.Join(append(served, err)...); err != nil {
		return o, err
	}
	o.fetches, o.lasted = c.measureRequests()-before, time.Since(began) // clock: measured, not asserted
	for _, d := range slow {
		o.slowest = max(o.slowest, d)
	}
	after, running := processUsage()
	if runtime.KeepAlive(o.flood); len(o.flood.bodies) == 0 {
		return o, errors.New("nothing was posted")
	}
	o.bytes, o.goroutines = after-heap, running-goroutines
	return o, nil
}

// String summarises the result.
func (o floodResult) String() string {
	return fmt.Sprintf("%v in %v; %d fetches; grew by %d bytes and %d goroutines; the slowest genuine one took %v",
		o.flood.answers, o.flood.finished.Round(time.Millisecond), o.fetches, o.bytes, o.goroutines,
		o.slowest.Round(time.Millisecond))
}

// Genuine weigh-ins are published during a flood.
//
//nolint:paralleltest // the heap of others would count
func TestFloodOfForgedNotifications(t *testing.T) {
	const posts = 20_000
	o, err := runFlood(t.Context(), t.TempDir(), posts, 0)
	clitest.Must(t, err)
	t.Log(o)
	// The first at once, one after the burst, and then one in ten seconds.
	if most := floodProfiles * (2 + int(o.lasted/(10*time.Second))); o.fetches > most {
		t.Errorf("%d fetches for %d profiles, want at most %d", o.fetches, floodProfiles, most)
	}
	if o.bytes > 4<<20 || o.goroutines > 2*concurrentPosts {
		t.Errorf("grew by %d bytes and %d goroutines", o.bytes, o.goroutines)
	}
	// Whatever the speed of this machine, posts are accepted at the listener's
	// rate: a burst of 1000, and 200 a second.
	got := o.flood.answers
	if most := 1000 + int(201*o.lasted.Seconds()); got[http.StatusNotFound] < posts/4 || got[http.StatusOK] > most {
		t.Errorf("answers %v, want at most %d accepted", got, most)
	}
}

// BenchmarkFlood is ten seconds of ten thousand a second:
//
//	go test -run '^$' -bench BenchmarkFlood -benchtime 1x ./cli
func BenchmarkFlood(b *testing.B) {
	const seconds, perSecond = 10, 10_000
	var o floodResult
	for b.Loop() {
		var err error
		if o, err = runFlood(b.Context(), b.TempDir(), seconds*perSecond, perSecond); err != nil {
			b.Fatal(err)
		}
	}
	b.Log(o)
	answered := 0
	for _, n := range o.flood.answers {
		answered += n
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(answered)/o.flood.finished.Seconds(), "posts/s")
	b.ReportMetric(float64(o.flood.answers[http.StatusOK]), "accepted")
	b.ReportMetric(float64(o.fetches), "fetches")
	b.ReportMetric(float64(o.bytes)/1e6, "grown-MB")
	b.ReportMetric(float64(o.goroutines), "goroutines")
	b.ReportMetric(o.slowest.Seconds(), "slowest-s")
}
