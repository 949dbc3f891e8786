package push

import (
	"net"
	"sync"
	"sync/atomic"
)

// maxConnections keeps clients from using up the files that the whole program
// may have open. The Withings API needs a handful.
const maxConnections = 256

// connLimiter closes connections beyond maxConnections at once. Letting them
// wait would starve everyone behind a crowd that only waits.
type connLimiter struct {
	net.Listener

	onReject func() // called for each rejected connection
	open     atomic.Int64
}

func (l *connLimiter) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // the server inspects it
		}
		if l.open.Add(1) <= maxConnections {
			return &limitedConn{Conn: connection, release: sync.OnceFunc(func() { l.open.Add(-1) })}, nil
		}
		l.open.Add(-1)
		_ = connection.Close()
		l.onReject()
	}
}

// limitedConn frees its place when it is closed.
type limitedConn struct {
	net.Conn

	release func()
}

func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
