package broker

import (
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/rs/zerolog"
)

// tcpListener lets clients in, and knows who is inside. It stands in for the library's
// own listeners, which at the end wait for connections that have not said
// anything yet, miss those that come in while they close, and can lock
// themselves up when a client leaves at that very moment.
type tcpListener struct {
	listener  net.Listener
	log       zerolog.Logger
	active    sync.WaitGroup // everybody the library still deals with
	lastWrite atomic.Int64   // when something was last sent to anybody, in unix nanoseconds

	mu           sync.Mutex
	closing      bool
	conns        map[net.Conn]struct{}
	limitLogged  bool          // that somebody was turned away is known
	acceptErr    error         // what kept the gate from accepting last
	failingSince time.Time     // the first such failure in a row,
	lastFailure  time.Time     // and the last
	closed       chan struct{} // when shut
}

const (
	// connectTimeout is how long a connection may take to say who it is.
	connectTimeout = 10 * time.Second
	// maxConnections is how many connections there may be.
	maxConnections = 256
	// maxAcceptPause is the longest pause until accepting is tried again after it
	// failed; it begins with a hundredth of that.
	maxAcceptPause = time.Second
	// failureTTL is how long a failure to accept counts. While it lasts, another
	// follows much sooner; without one, the listener waits for clients again.
	failureTTL = 5 * time.Second
)

// A message that the broker has confirmed can still wait to be handed on. At the
// end it gets some time: until nothing was sent for a drainQuiet moment, but not for
// ever.
const (
	drainQuiet   = 100 * time.Millisecond
	drainTimeout = time.Second
)

// trackedConn is a connection whose writes are noticed.
type trackedConn struct {
	net.Conn

	listener *tcpListener
}

// Write implements net.Conn.
func (g trackedConn) Write(data []byte) (int, error) {
	g.listener.lastWrite.Store(time.Now().UnixNano())
	return g.Conn.Write(data)
}

func listenTCP(address string, log zerolog.Logger) (*tcpListener, error) {
	tcpAddress, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", tcpAddress)
	if err != nil {
		return nil, err
	}
	return newTCPListener(listener, log), nil
}

func newTCPListener(listener net.Listener, log zerolog.Logger) *tcpListener {
	return &tcpListener{listener: listener, log: log, conns: map[net.Conn]struct{}{}, closed: make(chan struct{})}
}

// Init implements listeners.Listener; the address is bound already.
func (*tcpListener) Init(*slog.Logger) error { return nil }

// ID implements listeners.Listener.
func (*tcpListener) ID() string { return "gate" }

// Address implements listeners.Listener.
func (g *tcpListener) Address() string { return g.listener.Addr().String() }

// Protocol implements listeners.Listener.
func (*tcpListener) Protocol() string { return "tcp" }

// Serve implements listeners.Listener: it returns when the gate is closed. What
// keeps it from accepting, such as too many open files, passes.
func (g *tcpListener) Serve(establish listeners.EstablishFn) {
	pause := maxAcceptPause / 100
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			if !g.backOff(err, pause) {
				return
			}
			pause = min(maxAcceptPause, 2*pause)
			continue
		}
		pause = maxAcceptPause / 100
		g.recordAccepted()
		admitted, closing := g.admit(conn)
		if !admitted {
			_ = conn.Close()
		}
		if closing {
			return
		}
		if !admitted {
			continue
		}
		// The library has no deadline for the first packet; with it, it sets others.
		_ = conn.SetDeadline(time.Now().Add(connectTimeout))
		go func() {
			defer g.active.Done()
			defer g.release(conn)
			_ = establish(g.ID(), trackedConn{conn, g}) // how a client ends is no matter of ours
		}()
	}
}

// backOff notes that accepting failed, and waits; it returns false when the gate is
// shut.
func (g *tcpListener) backOff(err error, pause time.Duration) bool {
	now := time.Now()
	g.mu.Lock()
	if g.closing {
		g.mu.Unlock()
		return false
	}
	if now.Sub(g.lastFailure) >= failureTTL {
		g.failingSince = now
		g.log.Error().Err(err).Msg("the embedded broker cannot accept connections")
	}
	g.lastFailure, g.acceptErr = now, err
	g.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-g.closed:
		return false
	}
}

func (g *tcpListener) recordAccepted() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.acceptErr != nil {
		g.log.Info().Msg("the embedded broker accepts connections again")
	}
	g.acceptErr, g.lastFailure = nil, time.Time{}
}

// acceptError is what keeps the gate from accepting now, and since when; nil when
// nothing does.
func (g *tcpListener) acceptError() (since time.Time, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.lastFailure) >= failureTTL {
		return time.Time{}, nil
	}
	return g.failingSince, g.acceptErr
}

// admit counts a guest, unless the gate is shut or there are too many.
func (g *tcpListener) admit(conn net.Conn) (admitted, closing bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing {
		return false, true
	}
	if len(g.conns) >= maxConnections {
		if !g.limitLogged {
			g.log.Warn().Int("connections", maxConnections).Msg("the embedded broker has no room for more connections")
		}
		g.limitLogged = true
		return false, false
	}
	g.conns[conn] = struct{}{}
	g.active.Add(1)
	return true, false
}

func (g *tcpListener) release(conn net.Conn) {
	_ = conn.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, conn)
	if len(g.conns) < maxConnections/2 { // else each who comes and goes would be news
		g.limitLogged = false
	}
}

// Close implements listeners.Listener: it lets nobody in any more, cuts off
// everybody who is inside once all was handed on, and waits for them.
func (g *tcpListener) Close(listeners.CloseFn) {
	g.mu.Lock()
	if !g.closing {
		close(g.closed)
	}
	g.closing = true
	_ = g.listener.Close()
	empty := len(g.conns) == 0
	g.mu.Unlock()
	if !empty {
		g.drain()
	}
	g.mu.Lock()
	for conn := range g.conns {
		_ = conn.Close()
	}
	g.mu.Unlock()
	g.active.Wait()
}

// drain waits until nothing is sent any more.
func (g *tcpListener) drain() {
	g.lastWrite.Store(time.Now().UnixNano())
	for end := time.Now().Add(drainTimeout); time.Now().Before(end); {
		left := drainQuiet - time.Since(time.Unix(0, g.lastWrite.Load()))
		if left <= 0 {
			return
		}
		<-time.After(left)
	}
}
