// SPDX-License-Identifier: MIT

package push_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/httpserve"
	"vitals2mqtt/push"
)

// writeAsync writes without waiting for a reader.
func writeAsync(c net.Conn, format string, values ...any) {
	go func() { _, _ = fmt.Fprintf(c, format, values...) }()
}

// Each connection is closed after its first request, even if the body never
// comes.
func TestOneRequestPerConnection(t *testing.T) {
	t.Parallel()
	const host = " HTTP/1.1\r\nHost: x\r\n"
	for name, row := range map[string]struct {
		text string
		want int
	}{
		"good":                       {"POST " + callbackPath + host + "Content-Length: 0\r\n\r\n", 200},
		"probe":                      {"HEAD " + callbackPath + host + "\r\n", 200},
		"wrong path":                 {"GET /x" + host + "\r\n", 404},
		"wrong path without a body":  {"POST /x" + host + "Content-Length: 1000\r\n\r\n", 404},
		"wrong path, body in chunks": {"POST /x" + host + "Transfer-Encoding: chunked\r\n\r\n5\r\n", 404},
		"method without a body":      {"PUT " + callbackPath + host + "Content-Length: 1000\r\n\r\n", 405},
		"size without a body":        {"POST " + callbackPath + host + "Content-Length: 99999\r\n\r\n", 413},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network, _, stop := serveOnPipes(t, new(recorder))
				defer stop()
				c, began := network.dial(t), time.Now()
				writeAsync(c, "%s", row.text)
				reader := bufio.NewReader(c)
				request := &http.Request{Method: row.text[:strings.IndexByte(row.text, ' ')]}
				answer, err := http.ReadResponse(reader, request)
				if err != nil || answer.StatusCode != row.want || !answer.Close {
					t.Fatalf("%+v, %v", answer, err)
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
				if _, err := reader.ReadByte(); !errors.Is(err, io.EOF) || time.Since(began) > time.Second {
					t.Errorf("the connection is held for %s: %v", time.Since(began), err)
				}
			})
		})
	}
}

// Mounted in another server, a refusal closes the connection, and another
// answer does not.
func TestRefusalsCloseConnection(t *testing.T) {
	t.Parallel()
	l := newListener(t, new(recorder).options())
	server := httptest.NewServer(l.Handler())
	defer server.Close()
	for path, want := range map[string]bool{callbackPath: false, "/x": true} {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(time.Minute)) // clock: a deadline of a real socket
		_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", path)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || answer.Close != want {
			t.Errorf("%s: %+v, %v", path, answer, err)
			continue
		}
		_ = answer.Body.Close()
		_ = c.Close()
	}
}

// Connections beyond the limit are closed and counted; silent ones time out.
func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		network, l, stop := serveOnPipes(t, d)
		defer stop()
		for range httpserve.DefaultMaxConnections {
			network.dial(t)
		}
		for range 2 {
			rejected, began := network.dial(t), time.Now()
			if _, err := rejected.Read(make([]byte, 1)); !errors.Is(err, io.EOF) || time.Since(began) > 0 {
				t.Errorf("one too many: %v after %s", err, time.Since(began))
			}
		}
		synctest.Wait()
		if n := l.Stats().Refused[push.RefusedConnections]; n != 2 || strings.Count(d.log(), "connection limit") != 1 {
			t.Errorf("%d counted, log %s", n, d.log())
		}
		<-time.After(6 * time.Second)
		synctest.Wait()
		c := network.dial(t)
		writeAsync(c, "HEAD %s HTTP/1.1\r\nHost: x\r\n\r\n", callbackPath)
		if status := readStatus(t, c); status != 200 {
			t.Errorf("afterwards: %d", status)
		}
	})
}
