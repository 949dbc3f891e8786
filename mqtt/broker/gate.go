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

// gate lets clients in, and knows who is inside. It stands in for the library's
// own listeners, which at the end wait for connections that have not said
// anything yet, miss those that come in while they close, and can lock
// themselves up when a client leaves at that very moment.
type gate struct {
	listener net.Listener
	log      zerolog.Logger
	inside   sync.WaitGroup // everybody the library still deals with
	wrote    atomic.Int64   // when something was last sent to anybody, in unix nanoseconds

	mu     sync.Mutex
	shut   bool
	guests map[net.Conn]struct{}
	full   bool          // that somebody was turned away is known
	failed error         // what kept the gate from accepting last
	since  time.Time     // the first such failure in a row,
	last   time.Time     // and the last
	closed chan struct{} // when shut
}

const (
	// greetTime is how long a connection may take to say who it is.
	greetTime = 10 * time.Second
	// maxGuests is how many connections there may be.
	maxGuests = 256
	// acceptPause is the longest pause until accepting is tried again after it
	// failed; it begins with a hundredth of that.
	acceptPause = time.Second
	// failingFor is how long a failure to accept counts. While it lasts, another
	// follows much sooner; without one, the listener waits for clients again.
	failingFor = 5 * time.Second
)

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

func openGate(address string, log zerolog.Logger) (*gate, error) {
	where, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	listener, err := net.ListenTCP("tcp", where)
	if err != nil {
		return nil, err
	}
	return newGate(listener, log), nil
}

func newGate(listener net.Listener, log zerolog.Logger) *gate {
	return &gate{listener: listener, log: log, guests: map[net.Conn]struct{}{}, closed: make(chan struct{})}
}

// Init implements listeners.Listener; the address is bound already.
func (*gate) Init(*slog.Logger) error { return nil }

// ID implements listeners.Listener.
func (*gate) ID() string { return "gate" }

// Address implements listeners.Listener.
func (g *gate) Address() string { return g.listener.Addr().String() }

// Protocol implements listeners.Listener.
func (*gate) Protocol() string { return "tcp" }

// Serve implements listeners.Listener: it returns when the gate is closed. What
// keeps it from accepting, such as too many open files, passes.
func (g *gate) Serve(establish listeners.EstablishFn) {
	pause := acceptPause / 100
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			if !g.rest(err, pause) {
				return
			}
			pause = min(acceptPause, 2*pause)
			continue
		}
		pause = acceptPause / 100
		g.accepted()
		entered, shut := g.enter(conn)
		if !entered {
			_ = conn.Close()
		}
		if shut {
			return
		}
		if !entered {
			continue
		}
		// The library has no deadline for the first packet; with it, it sets others.
		_ = conn.SetDeadline(time.Now().Add(greetTime))
		go func() {
			defer g.inside.Done()
			defer g.leave(conn)
			_ = establish(g.ID(), guest{conn, g}) // how a client ends is no matter of ours
		}()
	}
}

// rest notes that accepting failed, and waits; it returns false when the gate is
// shut.
func (g *gate) rest(err error, pause time.Duration) bool {
	now := time.Now()
	g.mu.Lock()
	if g.shut {
		g.mu.Unlock()
		return false
	}
	if now.Sub(g.last) >= failingFor {
		g.since = now
		g.log.Error().Err(err).Msg("the embedded broker cannot accept connections")
	}
	g.last, g.failed = now, err
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

func (g *gate) accepted() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failed != nil {
		g.log.Info().Msg("the embedded broker accepts connections again")
	}
	g.failed, g.last = nil, time.Time{}
}

// failing is what keeps the gate from accepting now, and since when; nil when
// nothing does.
func (g *gate) failing() (since time.Time, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.last) >= failingFor {
		return time.Time{}, nil
	}
	return g.since, g.failed
}

// enter counts a guest, unless the gate is shut or there are too many.
func (g *gate) enter(conn net.Conn) (entered, shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return false, true
	}
	if len(g.guests) >= maxGuests {
		if !g.full {
			g.log.Warn().Int("connections", maxGuests).Msg("the embedded broker has no room for more connections")
		}
		g.full = true
		return false, false
	}
	g.guests[conn] = struct{}{}
	g.inside.Add(1)
	return true, false
}

func (g *gate) leave(conn net.Conn) {
	_ = conn.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.guests, conn)
	if len(g.guests) < maxGuests/2 { // else each who comes and goes would be news
		g.full = false
	}
}

// Close implements listeners.Listener: it lets nobody in any more, cuts off
// everybody who is inside once all was handed on, and waits for them.
func (g *gate) Close(listeners.CloseFn) {
	g.mu.Lock()
	if !g.shut {
		close(g.closed)
	}
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
