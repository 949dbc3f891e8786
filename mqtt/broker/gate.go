package broker

import (
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// gate lets clients in, and knows who is inside. It stands in for the library's
// own listeners, which at the end wait for connections that have not said
// anything yet, miss those that come in while they close, and can lock
// themselves up when a client leaves at that very moment.
type gate struct {
	listener net.Listener
	inside   sync.WaitGroup // everybody the library still deals with
	wrote    atomic.Int64   // when something was last sent to anybody, in unix nanoseconds

	mu     sync.Mutex
	shut   bool
	guests map[net.Conn]struct{}
}

// A message that the broker has confirmed can still wait to be handed on. At the
// end it gets some time: until nothing was sent for a quiet moment, but not for
// ever.
const (
	quiet    = 100 * time.Millisecond
	patience = time.Second
)

// guest is a connection whose writes are noticed.
type guest struct {
	net.Conn

	gate *gate
}

// Write implements net.Conn.
func (g guest) Write(data []byte) (int, error) {
	g.gate.wrote.Store(time.Now().UnixNano())
	return g.Conn.Write(data)
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
			_ = establish(g.ID(), guest{conn, g}) // how a client ends is no matter of ours
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
// everybody who is inside once all was handed on, and waits for them.
func (g *gate) Close(listeners.CloseFn) {
	g.mu.Lock()
	g.shut = true
	_ = g.listener.Close()
	empty := len(g.guests) == 0
	g.mu.Unlock()
	if !empty {
		g.settle()
	}
	g.mu.Lock()
	for conn := range g.guests {
		_ = conn.Close()
	}
	g.mu.Unlock()
	g.inside.Wait()
}

// settle waits until nothing is sent any more.
func (g *gate) settle() {
	g.wrote.Store(time.Now().UnixNano())
	for end := time.Now().Add(patience); time.Now().Before(end); {
		left := quiet - time.Since(time.Unix(0, g.wrote.Load()))
		if left <= 0 {
			return
		}
		<-time.After(left)
	}
}
