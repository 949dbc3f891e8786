// SPDX-License-Identifier: MIT

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

// tcpListener accepts and tracks connections. It replaces the library's own
// listeners, whose Close waits for connections that have not sent anything yet,
// misses those that are accepted meanwhile, and can deadlock when a client
// disconnects at that moment.
type tcpListener struct {
	listener  net.Listener
	log       zerolog.Logger
	active    sync.WaitGroup // connections that the library still serves
	lastWrite atomic.Int64   // time of the last write to any client, in Unix nanoseconds

	mu           sync.Mutex
	closing      bool
	conns        map[net.Conn]struct{}
	limitLogged  bool          // reaching the limit has been logged
	acceptErr    error         // the last failure to accept
	failingSince time.Time     // the first such failure in a row,
	lastFailure  time.Time     // and the last
	closed       chan struct{} // closed by Close
}

const (
	// connectTimeout is how long a connection may take to send its CONNECT.
	connectTimeout = 10 * time.Second
	// maxConnections bounds the open connections.
	maxConnections = 256
	// maxAcceptPause is the longest pause after a failure to accept; the first one
	// is a hundredth of it.
	maxAcceptPause = time.Second
	// failureTTL is how long a failure to accept counts. While the cause lasts,
	// the next failure follows much sooner.
	failureTTL = 5 * time.Second
)

// A message that the broker has acknowledged may still wait to be passed on.
// Close waits until nothing was sent for drainQuiet, at most drainTimeout.
const (
	drainQuiet   = 100 * time.Millisecond
	drainTimeout = time.Second
)

// trackedConn records the time of its writes.
type trackedConn struct {
	net.Conn

	listener *tcpListener
}

// Write implements net.Conn.
func (c trackedConn) Write(data []byte) (int, error) {
	c.listener.lastWrite.Store(time.Now().UnixNano())
	return c.Conn.Write(data)
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
func (*tcpListener) ID() string { return "tcp" }

// Address implements listeners.Listener.
func (l *tcpListener) Address() string { return l.listener.Addr().String() }

// Protocol implements listeners.Listener.
func (*tcpListener) Protocol() string { return "tcp" }

// Serve implements listeners.Listener. It returns after Close: what keeps it
// from accepting, such as too many open files, is temporary.
func (l *tcpListener) Serve(establish listeners.EstablishFn) {
	pause := maxAcceptPause / 100
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			if !l.waitToRetry(err, pause) {
				return
			}
			pause = min(maxAcceptPause, 2*pause)
			continue
		}
		pause = maxAcceptPause / 100
		l.recordAccepted()
		admitted, closing := l.admit(conn)
		if !admitted {
			_ = conn.Close()
		}
		if closing {
			return
		}
		if !admitted {
			continue
		}
		// The library sets deadlines only after the first packet.
		_ = conn.SetDeadline(time.Now().Add(connectTimeout))
		go func() {
			defer l.active.Done()
			defer l.release(conn)
			_ = establish(l.ID(), trackedConn{conn, l}) // logged by the library
		}()
	}
}

// waitToRetry records a failure to accept, and waits; it returns false after
// Close.
func (l *tcpListener) waitToRetry(err error, pause time.Duration) bool {
	now := time.Now()
	l.mu.Lock()
	if l.closing {
		l.mu.Unlock()
		return false
	}
	if now.Sub(l.lastFailure) >= failureTTL {
		l.failingSince = now
		l.log.Error().Err(err).Msg("embedded broker cannot accept connections")
	}
	l.lastFailure, l.acceptErr = now, err
	l.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.closed:
		return false
	}
}

func (l *tcpListener) recordAccepted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.acceptErr != nil {
		l.log.Info().Msg("embedded broker accepts connections again")
	}
	l.acceptErr, l.lastFailure = nil, time.Time{}
}

// acceptError implements Broker.Failing.
func (l *tcpListener) acceptError() (since time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.lastFailure) >= failureTTL {
		return time.Time{}, nil
	}
	return l.failingSince, l.acceptErr
}

// admit tracks a connection, unless the listener is closed or there are too
// many.
func (l *tcpListener) admit(conn net.Conn) (admitted, closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return false, true
	}
	if len(l.conns) >= maxConnections {
		if !l.limitLogged {
			l.log.Warn().Int("connections", maxConnections).Msg("embedded broker connection limit reached")
		}
		l.limitLogged = true
		return false, false
	}
	l.conns[conn] = struct{}{}
	l.active.Add(1)
	return true, false
}

func (l *tcpListener) release(conn net.Conn) {
	_ = conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, conn)
	if len(l.conns) < maxConnections/2 { // otherwise each connection would be logged again
		l.limitLogged = false
	}
}

// Close implements listeners.Listener: it stops accepting, closes all
// connections once everything is passed on, and waits for their goroutines.
func (l *tcpListener) Close(listeners.CloseFn) {
	l.mu.Lock()
	if !l.closing {
		close(l.closed)
	}
	l.closing = true
	_ = l.listener.Close()
	empty := len(l.conns) == 0
	l.mu.Unlock()
	if !empty {
		l.drain()
	}
	l.mu.Lock()
	for conn := range l.conns {
		_ = conn.Close()
	}
	l.mu.Unlock()
	l.active.Wait()
}

// drain waits until nothing is sent any more, for a limited time.
func (l *tcpListener) drain() {
	l.lastWrite.Store(time.Now().UnixNano())
	for end := time.Now().Add(drainTimeout); time.Now().Before(end); {
		left := drainQuiet - time.Since(time.Unix(0, l.lastWrite.Load()))
		if left <= 0 {
			return
		}
		<-time.After(left)
	}
}
