// SPDX-License-Identifier: MIT

package web_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/httpserve"
	"vitals2mqtt/web"
	"vitals2mqtt/web/ingresstest"
)

// stream is an open stream of events.
type stream struct {
	header http.Header
	lines  *bufio.Scanner
	close  func()
}

// openStream opens a stream at a real server.
func openStream(t *testing.T, target string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request) //nolint:bodyclose // see close
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", target, answer.Status)
	}
	return &stream{answer.Header, bufio.NewScanner(answer.Body), func() { cancel(); _ = answer.Body.Close() }}
}

// next returns the next event as "NAME DATA", "" at the end.
func (s *stream) next() string {
	var event []string
	for s.lines.Scan() {
		if s.lines.Text() == "" {
			return strings.Join(event, " ")
		}
		_, value, _ := strings.Cut(s.lines.Text(), ": ")
		event = append(event, value)
	}
	return ""
}

func TestStreamTellsChanges(t *testing.T) {
	t.Parallel()
	options, changes := newHarness().options(), web.NewChanges()
	options.Changes = changes
	server, base := throughIngress(t, options)
	proxy := httptest.NewServer(&ingresstest.Proxy{
		Target: server.IngressAddr().String(), Prefix: "/app", Transport: &http.Transport{DisableKeepAlives: true},
	})
	defer proxy.Close()
	streams := []*stream{
		openStream(t, server.URL()+"events"), openStream(t, base+"/events"), openStream(t, proxy.URL+"/app/events"),
	}
	for _, s := range streams {
		if s.header.Get("Content-Type") != "text/event-stream" || s.header.Get("X-Accel-Buffering") != "no" ||
			s.header.Get("Cache-Control") != "no-store" || s.header.Get("Content-Encoding") != "" {
			t.Errorf("%v", s.header)
		}
		if got := s.next(); got != "ping {}" {
			t.Errorf("first %q", got)
		}
	}
	for _, profile := range []string{"alice", "bob"} {
		changes.Notify(profile)
		for i, s := range streams {
			if got := s.next(); got != `change {"profile":"`+profile+`"}` {
				t.Errorf("stream %d: %q", i, got)
			}
		}
	}
	for _, s := range streams {
		s.close()
	}
}

// pipes is a network inside a synctest bubble.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func newPipes() *pipes {
	p := &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.close(); return nil }

func (*pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// connect opens a stream over the network.
func (p *pipes) connect(t *testing.T, header string) (net.Conn, *bufio.Reader) {
	t.Helper()
	client, server := net.Pipe()
	p.connections <- server
	go func() { _, _ = io.WriteString(client, "GET /events HTTP/1.1\r\nHost: localhost\r\n"+header+"\r\n") }()
	return client, bufio.NewReader(client)
}

// serveStreams serves a page in a bubble; stop ends it.
func serveStreams(t *testing.T, options web.Options) (network *pipes, page http.Handler, stop func()) {
	t.Helper()
	server, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	network = newPipes()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- httpserve.New(server.Handler(), httpserve.Options{}).Serve(ctx, network) }()
	return network, server.Handler(), func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestStreamPings: the limits of other requests do not end it.
func TestStreamPings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		options := newHarness().options()
		options.Changes = web.NewChanges()
		network, _, stop := serveStreams(t, options)
		began := time.Now()
		client, answer := network.connect(t, "")
		var pings []time.Duration
		for len(pings) < 21 {
			line, err := answer.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if line == "event: ping\n" {
				pings = append(pings, time.Since(began))
			}
		}
		for i, at := range pings {
			if at != time.Duration(i)*15*time.Second {
				t.Errorf("ping %d after %s", i, at)
			}
		}
		_ = client.Close()
		stop()
	})
}

// TestSlowReaderIsDropped: it holds up nobody, and is told once what changed
// many times.
func TestSlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		options, changes := newHarness().options(), web.NewChanges()
		options.Changes = changes
		network, _, stop := serveStreams(t, options)
		slow, _ := network.connect(t, "") // reads nothing
		quick, answer := network.connect(t, "")
		events := make(chan string, 100)
		go func() {
			defer close(events)
			for {
				line, err := answer.ReadString('\n')
				if err != nil {
					return
				}
				if data, ok := strings.CutPrefix(line, "data: {\"profile\":"); ok {
					events <- strings.TrimSpace(data)
				}
			}
		}()
		synctest.Wait()
		for range 1000 {
			changes.Notify("alice")
		}
		changes.Notify("bob")
		synctest.Wait()
		if n := len(events); n < 2 || n > 4 {
			t.Errorf("%d events for changes of two profiles", n)
		}
		<-time.After(time.Minute)
		// The connection has been closed: what it did not read is all there is.
		_ = slow.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := io.Copy(io.Discard, slow); err != nil {
			t.Errorf("the slow reader is still connected: %v", err)
		}
		_ = quick.Close()
		_ = slow.Close()
		stop()
	})
}

// TestStreamEndsWithTheSession: signing out in one tab ends the streams of the
// others.
func TestStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		options := newHarness().options()
		withSessions(&options)
		options.Changes = web.NewChanges()
		network, page, stop := serveStreams(t, options)
		cookie := sessionOf(t, page)
		client, answer := network.connect(t, "Cookie: "+cookie.Name+"="+cookie.Value+"\r\n")
		ended := make(chan time.Time, 1)
		go func() {
			if response, err := http.ReadResponse(answer, nil); err == nil {
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			ended <- time.Now()
		}()
		<-time.After(10 * time.Minute)
		signedOut := time.Now()
		postForm(t, page, "/sign-out", nil, "Cookie", cookie.Name+"="+cookie.Value)
		select {
		case at := <-ended:
			if after := at.Sub(signedOut); after < 0 || after > 15*time.Second {
				t.Errorf("ended after %s", after)
			}
		case <-time.After(20 * time.Second):
			t.Error("still open")
		}
		_ = client.Close()
		stop()
	})
}

func TestStreamNeedsThePassword(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { withPassword(o); o.Changes = web.NewChanges() })
	answer := request(t, page, http.MethodGet, "/events", "Accept", "text/event-stream")
	if answer.Code != http.StatusUnauthorized || answer.Header().Get("WWW-Authenticate") != "" {
		t.Errorf("%d, %v", answer.Code, answer.Header())
	}
	if answer := request(t, newHarness().handler(t, nil), http.MethodGet, "/events"); answer.Code != http.StatusNotFound {
		t.Errorf("without changes: %d", answer.Code)
	}
}

// TestStreamsAreLimited also holds that they end when the program stops, and
// that they cost little memory.
//
// clock: real sockets
func TestStreamsAreLimited(t *testing.T) { //nolint:paralleltest // measures memory
	h := newHarness()
	options, changes := h.options(), web.NewChanges()
	options.Changes = changes
	server, stop := start(t, options)
	before := memoryInUse()
	var streams []*stream
	for range 10 {
		streams = append(streams, openStream(t, server.URL()+"events"))
	}
	if grown := int64(memoryInUse()) - int64(before); grown > 3<<20 {
		t.Errorf("ten open pages take %d bytes", grown)
	}
	for range 22 {
		streams = append(streams, openStream(t, server.URL()+"events"))
	}
	if status, _ := get(t, server.URL()+"events"); status != http.StatusServiceUnavailable {
		t.Errorf("stream 33: %d", status)
	}
	streams[0].close()
	for status := 0; status != http.StatusOK; {
		answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(
			httptest.NewRequestWithContext(t.Context(), http.MethodHead, server.URL()+"events", http.NoBody))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		status = answer.StatusCode // the place is free once the server has noticed
	}
	_, metrics := get(t, server.URL()+"metrics")
	if !strings.Contains(metrics, `vitals2mqtt_page_refused_total{reason="stream"}`) {
		t.Error("not counted")
	}
	stopped := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(stopped); took > 9*time.Second { // it would wait 10 s for a request
		t.Errorf("stopping took %s", took)
	}
	for _, s := range streams {
		s.close()
	}
}

// memoryInUse returns the memory of heap and stacks in use, in bytes.
func memoryInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
