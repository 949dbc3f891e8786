// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"time"
)

const (
	// maxIdle is the longest time for which a connection is kept for the next poll.
	// Few servers and routers keep it for longer.
	maxIdle = 10 * time.Minute
	// pollMargin is how much longer than the interval a connection is kept: polls
	// are not exact to the second.
	pollMargin = 30 * time.Second
	// retryIdle is how long a connection is kept if the next poll comes too late
	// for it: a notification is followed by fetches within a minute and a half.
	retryIdle = 100 * time.Second
	// pingAfter is how long an HTTP/2 connection may be silent before it is checked,
	// and pingTimeout how long the answer may take. A connection that is broken
	// without either side knowing must not take the requests of the next polls too,
	// as each of them would hang until its own time is over; so the sum is less
	// than requestTimeout.
	pingAfter   = 20 * time.Second
	pingTimeout = 5 * time.Second
)

// NewTransport returns the transport of a Client whose options have none. It
// uses HTTP/2 where the server offers it. Connections are kept for the next
// poll, and no more than can begin to be used at the same moment.
func NewTransport(burst int, pollInterval time.Duration) http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // replaced by the embedding program
	}
	own := standard.Clone()
	own.ForceAttemptHTTP2 = true
	own.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	own.MaxIdleConns = min(burst, maxInFlight)
	own.MaxIdleConnsPerHost = own.MaxIdleConns
	own.IdleConnTimeout = idleTimeout(pollInterval)
	return own
}

// idleTimeout is how long an idle connection is kept; 0 is an unknown interval.
func idleTimeout(pollInterval time.Duration) time.Duration {
	if pollInterval > maxIdle {
		return retryIdle
	}
	return max(retryIdle, pollInterval+pollMargin)
}

// traceConnection returns a context for a request that lets those go on which it
// holds back, once it has a connection that carries several requests at a time.
func (c *Client) traceConnection(ctx context.Context, t *turn) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if conn, ok := info.Conn.(*tls.Conn); ok && conn.ConnectionState().NegotiatedProtocol == "h2" {
			c.throttle.share(t)
		}
	}})
}
