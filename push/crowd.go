package push

import (
	"net"
	"net/netip"
	"sync"
)

const (
	// mostConnections keeps strangers from using up the files that the whole
	// program may have open.
	mostConnections = 256
	// mostFromOne is what one sender may hold of them, so that a stranger alone
	// locks nobody out. The cloud needs a handful.
	mostFromOne = 32
)

// limited hangs up on connections beyond a number, in all and from one network.
// It does not let them wait: who comes after a crowd that only waits would never
// be heard.
type limited struct {
	net.Listener

	shared  func(netip.Addr) bool // whether many senders come from an address
	crowded func()                // is told of everybody who was hung up on

	mu   sync.Mutex
	all  int
	each map[netip.Prefix]int // of at most mostConnections networks
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		connection, err := l.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // the server looks at it
		}
		if leave, ok := l.enter(connection.RemoteAddr()); ok {
			return &counted{Conn: connection, leave: sync.OnceFunc(leave)}, nil
		}
		_ = connection.Close()
		l.crowded()
	}
}

// enter takes a place; leave gives it free.
func (l *limited) enter(from net.Addr) (leave func(), ok bool) {
	at := parseAddress(from.String())
	key, alone := network(at), at.IsValid() && !l.shared(at)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= mostConnections || alone && l.each[key] >= mostFromOne {
		return nil, false
	}
	l.all++
	if alone {
		l.each[key]++
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.all--
		if !alone {
			return
		}
		if l.each[key]--; l.each[key] == 0 {
			delete(l.each, key)
		}
	}, true
}

// counted gives its place free when it is closed.
type counted struct {
	net.Conn

	leave func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// shared says whether an address is likely to be a proxy, through which everybody
// comes: one that was named, or one that no stranger of the internet can have.
func (l *Listener) shared(at netip.Addr) bool {
	return at.IsLoopback() || at.IsPrivate() || at.IsLinkLocalUnicast() || within(l.options.TrustedProxies, at)
}
