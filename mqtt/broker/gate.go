package broker

import (
	"log/slog"
	"net"
	"sync"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// gate lets clients in, and knows who is inside. It stands in for the library's
// own listeners, which at the end wait for connections that have not said
// anything yet, miss those that come in while they close, and can lock
// themselves up when a client leaves at that very moment.
type gate struct {
	listener net.Listener
	inside   sync.WaitGroup // everybody the library still deals with

	mu     sync.Mutex
	shut   bool
	guests map[net.Conn]struct{}
}

func openGate(address string) (*gate, error) {
	where, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", where)
	if err != nil {
		return nil, err
	}
	return &gate{listener: listener, guests: map[net.Conn]struct{}{}}, nil
}

// Init implements listeners.Listener; the address is bound already.
func (*gate) Init(*slog.Logger) error { return nil }

// ID implements listeners.Listener.
func (*gate) ID() string { return "gate" }

// Address implements listeners.Listener.
func (g *gate) Address() string { return g.listener.Addr().String() }

// Protocol implements listeners.Listener.
func (*gate) Protocol() string { return "tcp" }

// Serve implements listeners.Listener: it returns when the gate is closed.
func (g *gate) Serve(establish listeners.EstablishFn) {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		if !g.enter(conn) {
			_ = conn.Close()
			return
		}
		go func() {
			defer g.inside.Done()
			defer g.leave(conn)
			_ = establish(g.ID(), conn) // how a client ends is no matter of ours
		}()
	}
}

// enter counts a guest, unless the gate is shut.
func (g *gate) enter(conn net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return false
	}
	g.guests[conn] = struct{}{}
	g.inside.Add(1)
	return true
}

func (g *gate) leave(conn net.Conn) {
	_ = conn.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.guests, conn)
}

// Close implements listeners.Listener: it lets nobody in any more, cuts off
// everybody who is inside, and waits for them.
func (g *gate) Close(listeners.CloseFn) {
	g.mu.Lock()
	g.shut = true
	_ = g.listener.Close()
	for conn := range g.guests {
		_ = conn.Close()
	}
	g.mu.Unlock()
	g.inside.Wait()
}
