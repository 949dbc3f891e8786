package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"vitals2mqtt/internal/httpserve"
)

const (
	// codeExchangeTimeout limits the exchange of a code, including retries.
	codeExchangeTimeout = 60 * time.Second
	// writeTimeout leaves time for it.
	writeTimeout = codeExchangeTimeout + 15*time.Second
	// shutdownTimeout leaves time for a code in exchange, whose tokens must be
	// stored.
	shutdownTimeout = 10 * time.Second
)

// Server serves the page, see New and Run.
type Server struct {
	options  Options
	base     *url.URL
	callback *url.URL
	pages    *renderer
	guard    *guard
	origin   *http.CrossOriginProtection
	tokens   formTokens
	server   *httpserve.Server
}

func newServer(o Options, base, callback *url.URL) (*Server, error) {
	prefix := strings.TrimRight(base.Path, "/")
	s := &Server{
		options:  o,
		base:     base,
		callback: callback,
		pages:    newRenderer(prefix, o.Version, o.Log),
		guard:    newGuard(o, base, prefix),
		origin:   http.NewCrossOriginProtection(),
		tokens:   formTokens{deriveKey(o.SessionKey.Reveal(), "form")},
	}
	if base.Host != "" {
		// Behind a proxy that changes the Host header, the origin is the base URL.
		if err := s.origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, fmt.Errorf("web: base URL %q: %w", o.BaseURL, err)
		}
	}
	s.server = httpserve.New(s.routes(), httpserve.Options{
		WriteTimeout:    writeTimeout,
		ShutdownTimeout: shutdownTimeout,
		BodyLimit:       bodyLimit(o),
		Log:             s.options.Log,
		ErrorLevel:      slog.LevelWarn,
	})
	return s, nil
}

// Handler returns the page without a listener.
func (s *Server) Handler() http.Handler { return s.server.Handler() }

// Listen binds the address, so that a port in use is reported before anything
// else starts. Run does so if it has not been called.
func (s *Server) Listen(ctx context.Context) error {
	if err := s.server.Listen(ctx, s.options.Listen); err != nil {
		return fmt.Errorf("web: cannot listen on %s (set web.listen to change it): %w", s.options.Listen, err)
	}
	return nil
}

// Addr returns the bound address, nil before Listen.
func (s *Server) Addr() net.Addr { return s.server.Addr() }

// URL returns the base URL, else the bound address; "" when there is neither.
func (s *Server) URL() string {
	if s.base.Host != "" {
		return s.base.Scheme + "://" + s.base.Host + s.pages.base + "/"
	}
	if address := s.Addr(); address != nil {
		return "http://" + address.String() + "/"
	}
	return ""
}

// Run serves until the context ends, and then lets requests in progress finish
// for a few seconds. It returns nil after such a stop. A server runs once.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(ctx); err != nil {
		return err
	}
	done := make(chan struct{})
	var reports sync.WaitGroup
	reports.Go(func() { s.guard.refusals.reportWindows(s.options.Log, done) })
	defer func() { close(done); reports.Wait() }()
	s.options.Log.Info().Str("url", s.URL()).Msg("page listening")
	if err := s.server.Run(ctx); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}
