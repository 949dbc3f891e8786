package withings_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
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

// TestPollUsesOneConnection counts the connections at the server.
func TestPollUsesOneConnection(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var connections, requests, older atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				if r.ProtoMajor < 2 {
					older.Add(1)
				}
				_, _ = w.Write([]byte(nothing))
			}))
			server.EnableHTTP2 = second
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			carrier, ok := withings.NewTransport().(*http.Transport)
			if !ok {
				t.Fatal("another transport than the standard one")
			}
			t.Cleanup(carrier.CloseIdleConnections)
			carrier.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
			carrier.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			client, err := withings.New(withings.Options{
				ClientID: clientID, ClientSecret: secret.New(clientSecret), APIURL: server.URL, Transport: carrier, PerMinute: 6000,
			})
			if err != nil {
				t.Fatal(err)
			}
			a := client.Account(profile, newMemoryStore(newToken(1, 1000*time.Hour)))
			a.Wait(time.Hour) // however slow the machine is
			for polls := range int64(3) {
				poll(t.Context(), t, a)
				if connections.Load() != 1 {
					t.Errorf("%d connections after %d polls and %d requests", connections.Load(), polls+1, requests.Load())
				}
			}
			if (older.Load() == 0) != second {
				t.Errorf("%d of %d requests over HTTP/1", older.Load(), requests.Load())
			}
		})
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
		for range 300 {
			a := client.Account(profile, newMemoryStore(newToken(1, 1000*time.Hour)))
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
