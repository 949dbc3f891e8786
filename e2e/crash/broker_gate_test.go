// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"context"
	"net"
	"sync"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// brokerGate stands between the program and the broker, and calls a function
// when a number of bytes has passed, in either direction.
type brokerGate struct {
	address string
	broker  string
	links   sync.WaitGroup

	mu   sync.Mutex
	left int // bytes until fire is called; 0 = never
	fire func()
	open map[net.Conn]struct{}
}

func newBrokerGate(t *testing.T, broker string) *brokerGate {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	clitest.Must(t, err)
	g := &brokerGate{address: listener.Addr().String(), broker: broker, open: map[net.Conn]struct{}{}}
	g.links.Go(func() { g.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		g.mu.Lock()
		for c := range g.open {
			_ = c.Close()
		}
		g.mu.Unlock()
		g.links.Wait()
	})
	return g
}

// arm calls fire when n bytes have passed from now on.
func (g *brokerGate) arm(n int, fire func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left, g.fire = n, fire
}

func (g *brokerGate) accept(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		g.links.Go(func() { g.link(client) })
	}
}

func (g *brokerGate) link(client net.Conn) {
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", g.broker)
	if err != nil {
		_ = client.Close()
		return
	}
	ends := []net.Conn{client, server}
	g.mu.Lock()
	for _, c := range ends {
		g.open[c] = struct{}{}
	}
	g.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { g.copy(client, server) })
	both.Go(func() { g.copy(server, client) })
	both.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range ends {
		delete(g.open, c)
	}
}

// copy passes bytes on; both connections are closed when one ends.
func (g *brokerGate) copy(to, from net.Conn) {
	defer func() { _ = to.Close() }()
	defer func() { _ = from.Close() }()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		pass, fire := g.count(n)
		if _, failed := to.Write(buffer[:pass]); failed != nil || err != nil {
			return
		}
		if fire != nil {
			fire()
			return
		}
	}
}

// count takes n bytes off, and returns how many of them still pass.
func (g *brokerGate) count(n int) (pass int, fire func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left == 0 || n < g.left {
		g.left = max(0, g.left-n)
		return n, nil
	}
	pass, g.left = g.left, 0
	return pass, g.fire
}
