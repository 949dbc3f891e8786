package push

import (
	"net"
	"net/netip"
	"sync"
)

const (
	// maxConnections keeps strangers from using up the files that the whole
	// program may have open.
	maxConnections = 256
	// maxConnectionsPerNetwork is what one sender may hold of them, so that a stranger alone
	// locks nobody out. The cloud needs a handful.
	maxConnectionsPerNetwork = 32
)

// connLimiter hangs up on connections beyond a number, in all and from one network.
// It does not let them wait: who comes after a crowd that only waits would never
// be heard.
type connLimiter struct {
	net.Listener

	isShared func(netip.Addr) bool // whether many senders come from an address
	onReject func()                // is told of everybody who was hung up on

	mu         sync.Mutex
	total      int
	perNetwork map[netip.Prefix]int // of at most mostConnections networks
}

func (l *connLimiter) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // the server looks at it
		}
		if leave, ok := l.acquire(connection.RemoteAddr()); ok {
			return &limitedConn{Conn: connection, release: sync.OnceFunc(leave)}, nil
		}
		_ = connection.Close()
		l.onReject()
	}
}

// acquire takes a place; leave gives it free.
func (l *connLimiter) acquire(from net.Addr) (leave func(), ok bool) {
	at := parseAddress(from.String())
	key, alone := networkOf(at), at.IsValid() && !l.isShared(at)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= maxConnections || alone && l.perNetwork[key] >= maxConnectionsPerNetwork {
		return nil, false
	}
	l.total++
	if alone {
		l.perNetwork[key]++
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.total--
		if !alone {
			return
		}
		if l.perNetwork[key]--; l.perNetwork[key] == 0 {
			delete(l.perNetwork, key)
		}
	}, true
}

// limitedConn gives its place free when it is closed.
type limitedConn struct {
	net.Conn

	release func()
}

func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

// isShared says whether an address is likely to be a proxy, through which everybody
// comes: one that was named, or one that no stranger of the internet can have.
func (l *Listener) isShared(at netip.Addr) bool {
	return at.IsLoopback() || at.IsPrivate() || at.IsLinkLocalUnicast() || containsAddress(l.options.TrustedProxies, at)
}
