// SPDX-License-Identifier: MIT

package httpserve_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"vitals2mqtt/internal/httpserve"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipeListener is a network within a synctest bubble.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (*pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// dial opens a connection and sends text on it.
func (l *pipeListener) dial(t *testing.T, text string) *bufio.Reader {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() })
	l.conns <- server
	go func() { _, _ = io.WriteString(client, text) }()
	return bufio.NewReader(client)
}

// serve runs a server on pipes; stop ends it and returns its error.
func serve(t *testing.T, handler http.HandlerFunc, o httpserve.Options) (network *pipeListener, stop func() error) {
	t.Helper()
	network = newPipeListener()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- httpserve.New(handler, o).Serve(ctx, network) }()
	return network, func() error {
		cancel()
		return <-ended
	}
}

// read reads one response, as "STATUS BODY"; "" when the connection ends first.
func read(t *testing.T, conn *bufio.Reader) string {
	t.Helper()
	response, err := http.ReadResponse(conn, nil)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return strings.TrimSpace(response.Status[:4] + string(body))
}

const getRequest = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }
