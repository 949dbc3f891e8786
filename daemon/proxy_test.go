// SPDX-License-Identifier: MIT

package daemon_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// freezableProxy forwards between the daemon and the broker. Once frozen, it
// silently blocks everything; once stalled, what comes by the connections that
// are open then.
type freezableProxy struct {
	address  string
	listener net.Listener
	closed   chan struct{}
	wg       sync.WaitGroup
	frozen   atomic.Bool
	blocked  atomic.Int64 // writes that were not forwarded

	mu       sync.Mutex
	upstream string
	conns    []net.Conn
	links    int           // connections until now
	stalled  int           // how many of them are stalled
	released chan struct{} // closed when what the stalled ones hold is let through
}

func newFreezableProxy(t *testing.T, upstream string) *freezableProxy {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	clitest.Must(t, err)
	g := &freezableProxy{
		address:  listener.Addr().String(),
		listener: listener,
		upstream: upstream,
		closed:   make(chan struct{}),
		released: make(chan struct{}),
	}
	g.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.forward(t, conn)
		}
	})
	t.Cleanup(func() {
		close(g.closed)
		g.close()
		g.wg.Wait()
	})
	return g
}

// close closes all connections and accepts no new ones.
func (g *freezableProxy) close() {
	_ = g.listener.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, conn := range g.conns {
		_ = conn.Close()
	}
}

func (g *freezableProxy) freeze() { g.frozen.Store(true) }

// stall holds back what comes by the open connections, without closing them.
// New ones lead to upstream.
func (g *freezableProxy) stall(upstream string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stalled, g.upstream = g.links, upstream
}

// release lets through what the stalled connections hold back.
func (g *freezableProxy) release() { close(g.released) }

func (g *freezableProxy) isStalled(link int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return link <= g.stalled
}

// blockedWrites counts the blocked writes.
func (g *freezableProxy) blockedWrites() int64 { return g.blocked.Load() }

func (g *freezableProxy) forward(t *testing.T, near net.Conn) {
	t.Helper()
	g.mu.Lock()
	upstream := g.upstream
	g.mu.Unlock()
	far, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", upstream)
	if err != nil {
		_ = near.Close()
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, near, far)
	g.links++
	link := g.links
	g.mu.Unlock()
	g.wg.Go(func() { g.copyStream(near, far, link) })
	g.wg.Go(func() { g.copyStream(far, near, link) })
}

func (g *freezableProxy) copyStream(to, from net.Conn, link int) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if g.frozen.Load() {
			if err == nil {
				g.blocked.Add(1)
			}
			<-g.closed // neither data nor the end of a connection gets through
			return
		}
		if err != nil {
			return
		}
		if g.isStalled(link) {
			g.blocked.Add(1)
			select {
			case <-g.released:
			case <-g.closed:
				return
			}
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
