// SPDX-License-Identifier: MIT

package httpserve_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/httpserve"
)

func TestRunServesUntilContextEnds(t *testing.T) {
	t.Parallel()
	server := httpserve.New(http.HandlerFunc(hello), httpserve.Options{DisableKeepAlives: true})
	if err := server.Run(t.Context()); err == nil || server.Addr() != nil {
		t.Errorf("ran without an address: %v, %v", server.Addr(), err)
	}
	for range 2 { // a second Listen keeps the address of the first
		if err := server.Listen(t.Context(), "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	address := server.Addr().String()
	err := httpserve.New(nil, httpserve.Options{}).Listen(t.Context(), address)
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), address) {
		t.Errorf("taken port: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, getRequest)
	text, err := io.ReadAll(conn) // keep-alives are disabled: the server closes
	if err != nil || !strings.HasSuffix(string(text), "hello") || !strings.Contains(string(text), "Connection: close") {
		t.Errorf("%q, %v", text, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	sleepThenHello := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "incomplete", http.StatusBadRequest)
			return
		}
		<-time.After(20 * time.Second)
		hello(w, r)
	}
	for name, row := range map[string]struct {
		handler      http.HandlerFunc
		writeTimeout time.Duration
		send         string
		want         string        // first response
		closedAfter  time.Duration // when the connection is closed
	}{
		"headers":      {handler: hello, send: "GET / HTTP/1.1\r\n", closedAfter: httpserve.HeaderTimeout},
		"idle":         {handler: hello, send: getRequest, want: "200 hello", closedAfter: httpserve.IdleTimeout},
		"slow handler": {handler: sleepThenHello, send: getRequest, closedAfter: 20 * time.Second},
		"long writeTimeout": {
			sleepThenHello, 30 * time.Second, getRequest,
			"200 hello", 20*time.Second + httpserve.IdleTimeout,
		},
		"no writeTimeout": {sleepThenHello, -1, getRequest, "200 hello", 20*time.Second + httpserve.IdleTimeout},
		"body": {
			sleepThenHello, time.Minute, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n12345",
			"400 incomplete", httpserve.ReadTimeout,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network, stop := serve(t, row.handler, httpserve.Options{WriteTimeout: row.writeTimeout})
				begin := time.Now()
				conn := network.dial(t, row.send)
				got := read(t, conn)
				_, _ = io.Copy(io.Discard, conn)
				// net/http waits half a second before it closes a connection with unread
				// data.
				if after := time.Since(begin).Truncate(time.Second); got != row.want || after != row.closedAfter {
					t.Errorf("got %q, closed after %s, want %q, %s", got, after, row.want, row.closedAfter)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestBodyAndHeaderLimits(t *testing.T) {
	t.Parallel()
	echoLength := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		hello(w, r)
	}
	post := "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: "
	for name, row := range map[string]struct {
		limit      int64
		send, want string
	}{
		"default":        {0, post + "16384\r\n\r\n" + strings.Repeat("x", 16384), "200 hello"},
		"beyond default": {0, post + "16385\r\n\r\n" + strings.Repeat("x", 16385), "413 http: request body too large"},
		"own":            {5, post + "5\r\n\r\n12345", "200 hello"},
		"beyond own":     {5, post + "6\r\n\r\n123456", "413 http: request body too large"},
		"long header": {
			0, "GET / HTTP/1.1\r\nHost: test\r\nX: " + strings.Repeat("x", 15<<10) + "\r\n\r\n",
			"200 hello",
		},
		"too long header": {
			0, "GET / HTTP/1.1\r\nHost: test\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n",
			"431 431 Request Header Fields Too Large",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network, stop := serve(t, echoLength, httpserve.Options{MaxBodyBytes: row.limit})
				if got := read(t, network.dial(t, row.send)); got != row.want {
					t.Errorf("got %q, want %q", got, row.want)
				}
				if err := stop(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestBodyLimitOfARequest(t *testing.T) {
	t.Parallel()
	readAll := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		hello(w, r)
	}
	server := httpserve.New(http.HandlerFunc(readAll), httpserve.Options{
		MaxBodyBytes: 2,
		BodyLimit: func(r *http.Request) int64 {
			if r.URL.Path == "/upload" {
				return 4
			}
			return 0
		},
	})
	for target, limit := range map[string]int{"/": 2, "/upload": 4} {
		for size, want := range map[int]int{limit: http.StatusOK, limit + 1: http.StatusRequestEntityTooLarge} {
			answer := httptest.NewRecorder()
			server.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, target,
				strings.NewReader(strings.Repeat("x", size))))
			if answer.Code != want {
				t.Errorf("%d bytes to %s: %d, want %d", size, target, answer.Code, want)
			}
		}
	}
}

func TestConnectionsBeyondLimitAreClosed(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 3} {
		synctest.Test(t, func(t *testing.T) {
			rejected := 0
			network, stop := serve(t, hello, httpserve.Options{MaxConnections: limit, OnReject: func() { rejected++ }})
			if limit == 0 {
				limit = httpserve.DefaultMaxConnections
			}
			for range limit {
				if got := read(t, network.dial(t, getRequest)); got != "200 hello" {
					t.Errorf("within the limit: %q", got)
				}
			}
			for range 2 {
				if got := read(t, network.dial(t, getRequest)); got != "" {
					t.Errorf("beyond the limit: %q", got)
				}
			}
			synctest.Wait()
			if rejected != 2 {
				t.Errorf("%d connections were rejected, want 2", rejected)
			}
			<-time.After(httpserve.IdleTimeout + time.Second) // the idle ones are closed
			if got := read(t, network.dial(t, getRequest)); got != "200 hello" {
				t.Errorf("after the others were closed: %q", got)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestShutdownWaitsForRequests(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		timeout, takes time.Duration
		want           string
		stopsAfter     time.Duration
	}{
		"finishes in time":  {0, 4 * time.Second, "200 hello", 4 * time.Second},
		"takes too long":    {0, time.Minute, "", httpserve.DefaultShutdownTimeout},
		"longer time-out":   {10 * time.Second, 9 * time.Second, "200 hello", 9 * time.Second},
		"exceeds even that": {10 * time.Second, time.Minute, "", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network, stop := serve(t, func(w http.ResponseWriter, r *http.Request) {
					select {
					case <-time.After(row.takes):
						hello(w, r)
					case <-r.Context().Done(): // the connection was closed
					}
				}, httpserve.Options{ShutdownTimeout: row.timeout})
				conn := network.dial(t, getRequest)
				synctest.Wait()
				begin, got := time.Now(), make(chan string)
				go func() { got <- read(t, conn) }()
				err := stop()
				// net/http polls for the end of requests, about twice a second.
				if after := time.Since(begin); err != nil || after < row.stopsAfter ||
					after >= row.stopsAfter+time.Second {
					t.Errorf("stopped after %s with %v, want %s", after, err, row.stopsAfter)
				}
				if got := <-got; got != row.want {
					t.Errorf("got %q, want %q", got, row.want)
				}
			})
		})
	}
}

func TestServeReportsFailedListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network, stop := serve(t, hello, httpserve.Options{})
		conn := network.dial(t, getRequest)
		if got := read(t, conn); got != "200 hello" {
			t.Error(got)
		}
		_ = network.Close()
		synctest.Wait()
		if _, err := conn.ReadByte(); !errors.Is(err, io.EOF) {
			t.Errorf("the open connection: %v", err)
		}
		if err := stop(); !errors.Is(err, net.ErrClosed) ||
			!strings.HasPrefix(err.Error(), "serving on 127.0.0.1:1 failed: ") {
			t.Errorf("%v", err)
		}
	})
}

func TestPanicsAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		network, stop := serve(t, func(http.ResponseWriter, *http.Request) { panic("on purpose") },
			httpserve.Options{Log: zerolog.New(&log), ErrorLevel: slog.LevelWarn})
		if got := read(t, network.dial(t, getRequest)); got != "" {
			t.Error(got)
		}
		if err := stop(); err != nil || !strings.Contains(log.String(), `"level":"warn"`) ||
			!strings.Contains(log.String(), "on purpose") {
			t.Errorf("%v, logged %s", err, log.String())
		}
	})
}
