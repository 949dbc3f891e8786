// SPDX-License-Identifier: MIT

package httpserve

import (
	"net"
	"sync"
	"sync/atomic"
)

// limitListener closes connections beyond a limit. It does not queue them:
// behind idle connections that fill the limit, a queued one would never be
// served.
type limitListener struct {
	net.Listener

	limit    int64
	open     atomic.Int64
	onReject func()
}

// Accept implements net.Listener.
func (l *limitListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= l.limit {
			return &limitedConn{Conn: conn, release: sync.OnceFunc(func() { l.open.Add(-1) })}, nil
		}
		l.open.Add(-1)
		_ = conn.Close()
		l.onReject()
	}
}

// limitedConn counts as open until it is closed.
type limitedConn struct {
	net.Conn

	release func()
}

// Close implements net.Conn.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
