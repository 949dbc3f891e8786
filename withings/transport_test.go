// SPDX-License-Identifier: MIT

package withings_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// nothing is an empty response to any request.
const nothing = `{"status":0,"body":{"measuregrps":[],"series":[],"activities":[],"devices":[],"goals":{}}}`

// poll makes the requests of a poll, all at once.
func poll(ctx context.Context, t *testing.T, a *withings.Account) {
	t.Helper()
	now := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	var group sync.WaitGroup
	for name, call := range map[string]func() error{
		"measures":   func() error { _, err := firstPage(a.Measures(ctx, now, 0)); return err },
		"nights":     func() error { _, err := firstPage(a.Nights(ctx, now, 0)); return err },
		"stages":     func() error { _, err := a.Stages(ctx, now.Add(-time.Hour), now); return err },
		"activities": func() error { _, err := firstPage(a.ActivitiesBetween(ctx, now, now)); return err },
		"intraday":   func() error { _, err := a.Intraday(ctx, now.Add(-time.Hour), now); return err },
		"workouts":   func() error { _, err := firstPage(a.Workouts(ctx, now, 0)); return err },
		"devices":    func() error { _, err := a.Devices(ctx); return err },
		"goals":      func() error { _, err := a.Goals(ctx); return err },
	} {
		group.Go(func() {
			if err := call(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	group.Wait()
}

// protocols are the versions of HTTP that a server may offer.
func protocols() map[string]bool { return map[string]bool{"HTTP/1.1": false, "HTTP/2": true} }

// tlsServer counts connections and requests.
type tlsServer struct {
	*httptest.Server

	t                            *testing.T
	connections, requests, older atomic.Int64
}

func newTLSServer(t *testing.T, second bool, respond http.HandlerFunc) *tlsServer {
	t.Helper()
	s := &tlsServer{t: t}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if r.ProtoMajor < 2 {
			s.older.Add(1)
		}
		respond(w, r)
	}))
	s.EnableHTTP2 = second
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// client returns a client of the server with the transport of the program.
func (s *tlsServer) client(change ...func(*http.Transport)) *withings.Client {
	s.t.Helper()
	carrier, ok := withings.NewTransport(100, 5*time.Minute).(*http.Transport)
	if !ok {
		s.t.Fatal("another transport than the standard one")
	}
	s.t.Cleanup(carrier.CloseIdleConnections)
	carrier.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	carrier.TLSClientConfig.RootCAs.AddCert(s.Certificate())
	for _, f := range change {
		f(carrier)
	}
	client, err := withings.New(withings.Options{
		ClientID: clientID, ClientSecret: secret.New(clientSecret), APIURL: s.URL, Transport: carrier, PerMinute: 60_000,
		RetryDelay: time.Nanosecond,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	client.HoldFor(time.Hour) // however slow the machine is
	return client
}

func (s *tlsServer) account(client *withings.Client) *withings.Account {
	return client.Account(profile, newMemoryStore(newToken(1, 1000*time.Hour)))
}

// TestPollUsesOneConnection counts the connections of several polls.
func TestPollUsesOneConnection(t *testing.T) {
	t.Parallel()
	for name, second := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTLSServer(t, second, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(nothing)) })
			a := s.account(s.client())
			for polls := range int64(3) {
				poll(t.Context(), t, a)
				if s.connections.Load() != 1 || s.requests.Load() != 8*(polls+1) {
					t.Errorf("%d connections after %d polls and %d requests", s.connections.Load(), polls+1, s.requests.Load())
				}
			}
			if (s.older.Load() == 0) != second {
				t.Errorf("%d of %d requests over HTTP/1", s.older.Load(), s.requests.Load())
			}
		})
	}
}

// TestPollOverHTTP2IsConcurrent has a server that answers when all requests of a
// poll have arrived.
func TestPollOverHTTP2IsConcurrent(t *testing.T) {
	t.Parallel()
	var arrived sync.WaitGroup
	arrived.Add(8)
	s := newTLSServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait()
		_, _ = w.Write([]byte(nothing))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	poll(ctx, t, s.account(s.client()))
	if s.connections.Load() != 1 {
		t.Errorf("%d connections", s.connections.Load())
	}
}

// TestProfilesShareTheirFirstConnection polls many profiles at the start.
func TestProfilesShareTheirFirstConnection(t *testing.T) {
	t.Parallel()
	s := newTLSServer(t, true, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(nothing)) })
	client := s.client()
	var group sync.WaitGroup
	for n := range 20 {
		a := client.Account(strconv.Itoa(n), newMemoryStore(newToken(1, 1000*time.Hour)))
		group.Go(func() { poll(t.Context(), t, a) })
	}
	group.Wait()
	if s.connections.Load() != 1 || s.requests.Load() != 160 {
		t.Errorf("%d connections for %d requests", s.connections.Load(), s.requests.Load())
	}
}

// TestLimitsHoldForBothProtocols has responses that are too large or redirect
// elsewhere, and requests that are given up.
func TestLimitsHoldForBothProtocols(t *testing.T) {
	t.Parallel()
	for name, second := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var elsewhere atomic.Int64
			hung := make(chan struct{}, 1)
			s := newTLSServer(t, second, func(w http.ResponseWriter, r *http.Request) {
				action := r.FormValue("action")
				switch {
				case r.URL.Path == "/elsewhere":
					elsewhere.Add(1)
				case action == "getdevice":
					http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
				case action == "getgoals":
					hung <- struct{}{}
					<-r.Context().Done() // until the client gives up
				default:
					block := bytes.Repeat([]byte(" "), 1<<20)
					for range 40 {
						if _, err := w.Write(block); err != nil {
							return
						}
					}
				}
			})
			a := s.account(s.client())
			if _, err := firstPage(a.Measures(t.Context(), time.Time{}, 0)); !errors.Is(err, withings.ErrTooLarge) {
				t.Errorf("40 MiB: %v", err)
			}
			if n := s.requests.Load(); n != 1 {
				t.Errorf("%d requests for a response that is too large", n)
			}
			if _, err := a.Devices(t.Context()); withings.ClassOf(err) != withings.Temporary || elsewhere.Load() != 0 {
				t.Errorf("a redirect: %v, followed %d times", err, elsewhere.Load())
			}
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-hung; cancel() }()
			if _, err := a.Goals(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("given up: %v", err)
			}
		})
	}
}

// TestBrokenConnectionIsReplaced cuts a connection without either side knowing.
// The next polls must not wait on it, each until its own time is over.
func TestBrokenConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	for name, second := range protocols() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTLSServer(t, second, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(nothing)) })
			var cable atomic.Pointer[cutConn]
			client := s.client(func(carrier *http.Transport) {
				carrier.HTTP2.SendPingTimeout /= 100
				carrier.HTTP2.PingTimeout /= 5
				carrier.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
					cable.Store(&cutConn{Conn: conn})
					return cable.Load(), err
				}
			})
			a := s.account(client)
			poll(t.Context(), t, a)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			lost := func() {}
			if !second {
				lost = cancel // HTTP/1.1 closes the connection of a request that is given up
			}
			cable.Load().lost.Store(&lost)
			_, _ = a.Goals(ctx)
			poll(t.Context(), t, a)
			if s.connections.Load() < 2 {
				t.Error("the polls use the broken connection")
			}
		})
	}
}

// cutConn is a connection that is cut once lost is set: it loses what is sent,
// and calls lost.
type cutConn struct {
	net.Conn

	lost atomic.Pointer[func()]
}

func (c *cutConn) Write(data []byte) (int, error) {
	if lost := c.lost.Load(); lost != nil {
		(*lost)()
		return len(data), nil
	}
	return c.Conn.Write(data)
}

// TestConnectionsAreKeptForTheNextPoll checks for how long.
func TestConnectionsAreKeptForTheNextPoll(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]time.Duration{
		0:                100 * time.Second, // unknown
		time.Minute:      100 * time.Second, // a notification is followed by fetches in this time
		5 * time.Minute:  5*time.Minute + 30*time.Second,
		10 * time.Minute: 10*time.Minute + 30*time.Second,
		time.Hour:        100 * time.Second, // the next poll cannot use it
	} {
		carrier, ok := withings.NewTransport(20, interval).(*http.Transport)
		if !ok {
			t.Fatal("another transport than the standard one")
		}
		if carrier.IdleConnTimeout != want || carrier.MaxIdleConnsPerHost != 20 {
			t.Errorf("polls every %v: %d connections are kept for %v, want 20 for %v",
				interval, carrier.MaxIdleConnsPerHost, carrier.IdleConnTimeout, want)
		}
	}
}

// TestHangingRequestDoesNotBlockOthers: when a request of an account gets no
// response, the others do not wait until it times out.
func TestHangingRequestDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := make(chan struct{}, 1)
		first <- struct{}{}
		a, _ := newAccount(t, func(recordedRequest) *fakeResponse {
			select {
			case <-first:
				return nil // silence
			default:
				return okResponse(nothing)
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		hangs := make(chan error, 1)
		go func() { _, err := a.Goals(ctx); hangs <- err }()
		synctest.Wait()
		poll(t.Context(), t, a)
		select {
		case err := <-hangs:
			t.Errorf("the others waited until it was given up: %v", err)
		default:
		}
		cancel()
		if err := <-hangs; err == nil {
			t.Error("the request that hung was answered")
		}
		// A waiting request can be cancelled.
		first <- struct{}{}
		ctx, cancel = context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := a.Goals(ctx); err == nil {
					t.Error("answered after the end")
				}
			})
		}
		synctest.Wait()
		cancel()
		group.Wait()
	})
}

// TestConcurrentRequestsAreBounded makes requests for many accounts at once.
func TestConcurrentRequestsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var under, most int
		add := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			under += n
			most = max(most, under)
		}
		c := &fakeCloud{respond: func(recordedRequest) *fakeResponse {
			add(1)
			advance(time.Second)
			add(-1)
			return okResponse(nothing)
		}}
		client := newClient(t, c, func(o *withings.Options) { o.PerMinute = 100_000 })
		var group sync.WaitGroup
		for i := range 300 {
			a := client.Account(strconv.Itoa(i), newMemoryStore(newToken(1, 1000*time.Hour)))
			group.Go(func() {
				if _, err := a.Goals(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if most != 100 {
			t.Errorf("%d requests were under way at once, want 100", most)
		}
	})
}
