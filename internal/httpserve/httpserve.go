// SPDX-License-Identifier: MIT

// Package httpserve runs the HTTP servers of the program: with time-outs, with
// limits for headers, bodies and connections, and with a graceful shutdown. It
// knows no routes and speaks no TLS.
package httpserve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Limits that are the same for every server.
const (
	// HeaderTimeout bounds the reading of a request's headers, ReadTimeout that of
	// the whole request.
	HeaderTimeout = 5 * time.Second
	ReadTimeout   = 15 * time.Second
	// IdleTimeout is how long a connection is kept for the next request.
	IdleTimeout = time.Minute
	// MaxHeaderBytes leaves room for long callback URLs.
	MaxHeaderBytes = 16 << 10
)

// Defaults of the options.
const (
	DefaultWriteTimeout    = 15 * time.Second
	DefaultShutdownTimeout = 5 * time.Second
	DefaultMaxBodyBytes    = 16 << 10
	DefaultMaxConnections  = 256
)

// Options are the settings of a Server. The zero value is usable.
type Options struct {
	// WriteTimeout bounds a response, from the end of the request's headers on;
	// 0 means DefaultWriteTimeout, a negative value no limit.
	WriteTimeout time.Duration
	// ShutdownTimeout is how long requests may take to finish once the server
	// stops; 0 means DefaultShutdownTimeout.
	ShutdownTimeout time.Duration
	// MaxBodyBytes limits the body of a request; 0 means DefaultMaxBodyBytes.
	MaxBodyBytes int64
	// BodyLimit returns another limit for a request, 0 for MaxBodyBytes. Nil is
	// allowed.
	BodyLimit func(*http.Request) int64
	// MaxConnections limits the open connections, so that clients cannot use up
	// the file descriptors of the process; 0 means DefaultMaxConnections.
	// Connections beyond the limit are closed.
	MaxConnections int
	// OnReject is called for each connection that is closed because of
	// MaxConnections. It must not block. Nil is allowed.
	OnReject func()
	// DisableKeepAlives closes each connection after its first request.
	DisableKeepAlives bool
	// Log receives the errors of net/http, panics of handlers included, at
	// ErrorLevel; the zero level is slog.LevelInfo.
	Log        zerolog.Logger
	ErrorLevel slog.Level
}

// Server serves one handler on one address, once. Its methods are safe for
// concurrent use.
type Server struct {
	options Options
	handler http.Handler

	mu       sync.Mutex
	listener net.Listener
}

// New returns a server that is not bound to an address yet.
func New(handler http.Handler, o Options) *Server {
	o.WriteTimeout = cmp.Or(o.WriteTimeout, DefaultWriteTimeout)
	o.ShutdownTimeout = cmp.Or(o.ShutdownTimeout, DefaultShutdownTimeout)
	o.MaxBodyBytes = cmp.Or(o.MaxBodyBytes, DefaultMaxBodyBytes)
	o.MaxConnections = cmp.Or(o.MaxConnections, DefaultMaxConnections)
	if o.OnReject == nil {
		o.OnReject = func() {}
	}
	return &Server{options: o, handler: limitBodies(handler, o)}
}

// limitBodies bounds the bodies of requests.
func limitBodies(next http.Handler, o Options) http.Handler {
	usual := http.MaxBytesHandler(next, o.MaxBodyBytes)
	if o.BodyLimit == nil {
		return usual
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if limit := o.BodyLimit(r); limit > 0 {
			http.MaxBytesHandler(next, limit).ServeHTTP(w, r)
			return
		}
		usual.ServeHTTP(w, r)
	})
}

// Handler returns the handler with the limit for bodies, for tests and for
// mounting it in another server.
func (s *Server) Handler() http.Handler { return s.handler }

// Listen binds a TCP address (HOST:PORT; port 0 takes a free one), so that a
// taken port is known before anything else starts. It does nothing when the
// server is bound already. The error names the address.
func (s *Server) Listen(ctx context.Context, address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	s.listener = listener
	return nil
}

// Addr returns the address that Listen has bound, nil before.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// Close releases the address of a server that will not run.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return nil
	}
	err := s.listener.Close()
	s.listener = nil
	return err
}

// Run serves on the address that Listen has bound, see Serve.
func (s *Server) Run(ctx context.Context) error {
	s.mu.Lock()
	listener := s.listener
	s.mu.Unlock()
	if listener == nil {
		return errors.New("server is not bound to an address")
	}
	return s.Serve(ctx, listener)
}

// Serve serves on a listener, which it closes, until the context ends. Then it
// lets requests in progress finish for Options.ShutdownTimeout and closes the
// connections that are left. It returns nil after such a stop, and an error
// when serving fails before.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: HeaderTimeout,
		ReadTimeout:       ReadTimeout,
		WriteTimeout:      s.options.WriteTimeout,
		IdleTimeout:       IdleTimeout,
		MaxHeaderBytes:    MaxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(zerolog.NewSlogHandler(s.options.Log), s.options.ErrorLevel),
	}
	server.SetKeepAlivesEnabled(!s.options.DisableKeepAlives)
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(&limitListener{
			Listener: listener,
			limit:    int64(s.options.MaxConnections),
			onReject: s.options.OnReject,
		})
	}()
	select {
	case err := <-served:
		_ = server.Close() // connections that were accepted before
		return fmt.Errorf("serving on %s failed: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	shutdownCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.ShutdownTimeout)
	defer cancel()
	err := server.Shutdown(shutdownCtx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	if err != nil {
		return fmt.Errorf("shutdown: %w", err)
	}
	return nil
}
