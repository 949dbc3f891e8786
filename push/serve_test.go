// SPDX-License-Identifier: MIT

package push_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
)

// pipeListener is a network inside a bubble.
type pipeListener struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{calls: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipeListener) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (*pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipeListener) dial(t *testing.T) net.Conn {
	t.Helper()
	here, there := net.Pipe()
	p.calls <- there
	t.Cleanup(func() { _ = here.Close() })
	return here
}

// serveOnPipes runs a listener on pipes.
func serveOnPipes(t *testing.T, d *recorder) (network *pipeListener, l *push.Listener, stop func()) {
	t.Helper()
	network, l = newPipeListener(), newListener(t, d.options())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.RunOn(ctx, network) }()
	return network, l, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// readStatus reads the status of an answer; 0 if the connection is closed.
func readStatus(t *testing.T, c net.Conn) int {
	t.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

const formHead = "Host: example.org\r\nContent-Type: application/x-www-form-urlencoded\r\n"

// A slow body is given up after two seconds, as the Withings API does.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		network, listener, stop := serveOnPipes(t, d)
		defer stop()
		began := time.Now()
		slow := network.dial(t)
		dribbled := make(chan struct{})
		go func() {
			defer close(dribbled)
			_, _ = fmt.Fprintf(slow, "POST %s HTTP/1.1\r\n%sContent-Length: 100\r\n\r\n", callbackPath, formHead)
			for range 100 {
				if _, err := slow.Write([]byte("x")); err != nil {
					return
				}
				<-time.After(500 * time.Millisecond)
			}
		}()
		if status := readStatus(t, slow); status != http.StatusRequestTimeout || time.Since(began) != 2*time.Second {
			t.Errorf("%d after %s", status, time.Since(began))
		}
		<-dribbled
		if refused := listener.Stats().Refused[push.RefusedSlow]; refused != 1 {
			t.Errorf("%d refused", refused)
		}
	})
}

func TestSlowHeader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network, _, stop := serveOnPipes(t, new(recorder))
		defer stop()
		began := time.Now()
		slow := network.dial(t)
		go func() { _, _ = io.WriteString(slow, "POST "+callbackPath) }()
		readStatus(t, slow)
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("cut after %s", waited)
		}
	})
}

func TestHugeHeader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network, listener, stop := serveOnPipes(t, new(recorder))
		defer stop()
		c := network.dial(t)
		go func() {
			_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\n%sX: %s\r\n\r\n", callbackPath, formHead,
				strings.Repeat("x", 1<<20))
		}()
		if status := readStatus(t, c); status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("answered %d", status)
		}
		if stats := listener.Stats(); stats.Probes != 0 {
			t.Errorf("stats %+v", stats)
		}
	})
}

// A request in progress when the program stops is completed.
func TestStopWhileServing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		network, _, stop := serveOnPipes(t, d)
		c := network.dial(t)
		status := make(chan int)
		half := make(chan struct{})
		go func() {
			_, _ = fmt.Fprintf(c, "POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n", callbackPath, formHead,
				len(weightForm))
			_, _ = io.WriteString(c, weightForm[:10])
			close(half)
			<-time.After(time.Second)
			_, _ = io.WriteString(c, weightForm[10:])
			status <- readStatus(t, c)
		}()
		<-half
		synctest.Wait() // the header is read
		ended := make(chan struct{})
		go func() { defer close(ended); stop() }()
		if got := <-status; got != 200 {
			t.Errorf("answered %d", got)
		}
		<-ended
		if got := d.delivered(); len(got) != 1 {
			t.Errorf("delivered %+v", got)
		}
	})
}

// On a real socket: the listener and the probe of it.
func TestOwnListener(t *testing.T) {
	t.Parallel()
	d := new(recorder)
	o := d.options()
	o.Listen = "127.0.0.1:0"
	listener := newListener(t, o)
	probe := push.Probe(listener.Addr, secret.New(testSecret))
	if err := probe(t.Context()); !errors.Is(err, push.ErrNoAnswer) {
		t.Errorf("before it listens: %v", err)
	}
	if err := listener.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop := runListener(t, listener)
	if err := probe(t.Context()); err != nil {
		t.Errorf("while it listens: %v", err)
	}
	wrong := push.Probe(listener.Addr, secret.New(otherSecret))
	if err := wrong(t.Context()); !errors.Is(err, push.ErrNoAnswer) || strings.Contains(err.Error(), otherSecret) {
		t.Errorf("with another secret: %v", err)
	}
	taken := newListener(t, func() push.Options { o := o; o.Listen = listener.Addr().String(); return o }())
	if err := taken.Run(t.Context()); err == nil || strings.Contains(err.Error(), testSecret) {
		t.Errorf("address in use: %v", err)
	}
	stop()
	if err := probe(t.Context()); !errors.Is(err, push.ErrNoAnswer) || strings.Contains(err.Error(), testSecret) {
		t.Errorf("after the end: %v", err)
	}
	if strings.Contains(d.log(), testSecret) {
		t.Errorf("log %s", d.log())
	}
}

func TestDialableAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"0.0.0.0:80": "127.0.0.1:80", "[::]:80": "127.0.0.1:80", "192.0.2.1:80": "192.0.2.1:80",
		"[2001:db8::1]:80": "[2001:db8::1]:80", "pipe": "pipe",
	} {
		if got := push.DialableAddress(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}
