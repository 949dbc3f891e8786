package cli_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// glass stands between the daemon and the broker. Once it is frozen, nothing
// gets through, and nobody is told.
type glass struct {
	address  string
	listener net.Listener
	upstream string
	broken   chan struct{}
	work     sync.WaitGroup
	frozen   atomic.Bool
	stuck    atomic.Int64 // pieces that did not get through

	mu    sync.Mutex
	conns []net.Conn
}

func newGlass(t *testing.T, upstream string) *glass {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	g := &glass{address: listener.Addr().String(), listener: listener, upstream: upstream, broken: make(chan struct{})}
	g.work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.join(t, conn)
		}
	})
	t.Cleanup(func() {
		close(g.broken)
		g.shatter()
		g.work.Wait()
	})
	return g
}

// shatter ends all connections; there are no new ones.
func (g *glass) shatter() {
	_ = g.listener.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, conn := range g.conns {
		_ = conn.Close()
	}
}

func (g *glass) freeze() { g.frozen.Store(true) }

// held counts what did not get through.
func (g *glass) held() int64 { return g.stuck.Load() }

func (g *glass) join(t *testing.T, near net.Conn) {
	t.Helper()
	far, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", g.upstream)
	if err != nil {
		_ = near.Close()
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, near, far)
	g.mu.Unlock()
	g.work.Go(func() { g.copy(near, far) })
	g.work.Go(func() { g.copy(far, near) })
}

func (g *glass) copy(to, from net.Conn) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if g.frozen.Load() {
			g.stuck.Add(1)
			<-g.broken
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}
