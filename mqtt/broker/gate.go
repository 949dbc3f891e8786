package broker

import (
	"net"
	"sync"
)

// gate is a listener that knows who came in. The library waits at its end for
// connections that have not said anything yet, however long that takes, and
// misses those that come in while it closes.
type gate struct {
	net.Listener

	greeted sync.WaitGroup // every guest was taken over by the library

	mu     sync.Mutex
	shutUp bool
	guests map[*guest]struct{}
}

// guest is a connection that came in.
type guest struct {
	net.Conn

	gate *gate
	once sync.Once
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
	return &gate{Listener: listener, guests: map[*guest]struct{}{}}, nil
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shutUp {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	came := &guest{Conn: conn, gate: g}
	g.guests[came] = struct{}{}
	g.greeted.Add(1)
	return came, nil
}

// shut lets nobody in any more and cuts off everybody who is.
func (g *gate) shut() {
	g.mu.Lock()
	g.shutUp = true
	g.mu.Unlock()
	_ = g.Close()
	g.greeted.Wait()
	g.mu.Lock()
	leaving := make([]*guest, 0, len(g.guests))
	for came := range g.guests {
		leaving = append(leaving, came)
	}
	g.mu.Unlock()
	for _, came := range leaving {
		_ = came.Close()
	}
}

// Read implements net.Conn; the library reads as soon as it counts the guest.
func (c *guest) Read(into []byte) (int, error) {
	c.once.Do(c.gate.greeted.Done)
	return c.Conn.Read(into)
}

// Close implements net.Conn.
func (c *guest) Close() error {
	c.once.Do(c.gate.greeted.Done)
	c.gate.mu.Lock()
	delete(c.gate.guests, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}
