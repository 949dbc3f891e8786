// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

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
	cache    *pictureCache
	forms    forms
	server   *httpserve.Server
	ingress  *ingressServer // nil without one
	stopping chan struct{}  // closed when Run stops, to end the streams
}

func newServer(o Options, base, callback *url.URL) (*Server, error) {
	prefix := strings.TrimRight(base.Path, "/")
	s := &Server{
		options:  o,
		base:     base,
		callback: callback,
		pages:    newRenderer(prefix, o.Version, o.Log),
		guard:    newGuard(o, base, prefix),
		cache:    newPictureCache(),
		stopping: make(chan struct{}),
		forms: forms{
			tokens: formTokens{deriveKey(o.SessionKey.Reveal(), "form")},
			origin: http.NewCrossOriginProtection(),
		},
	}
	if base.Host != "" {
		// Behind a proxy that changes the Host header, the origin is the base URL.
		if err := s.forms.origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, fmt.Errorf("web: base URL %q: %w", o.BaseURL, err)
		}
	}
	limits := httpserve.Options{
		WriteTimeout:    writeTimeout,
		ShutdownTimeout: shutdownTimeout,
		BodyLimit:       bodyLimit(o),
		Log:             s.options.Log,
		ErrorLevel:      slog.LevelWarn,
	}
	page, ingress := s.routes()
	s.server = httpserve.New(page, limits)
	s.ingress = newIngressServer(o.Ingress, s.guard, ingress, limits)
	return s, nil
}

// Handler returns the page without a listener.
func (s *Server) Handler() http.Handler { return s.server.Handler() }

// Listen binds the addresses, so that a port in use is reported before anything
// else starts. Run does so if it has not been called. After an error none stays
// bound.
func (s *Server) Listen(ctx context.Context) error {
	if err := s.server.Listen(ctx, s.options.Listen); err != nil {
		return fmt.Errorf("web: cannot listen on %s (set web.listen to change it): %w", s.options.Listen, err)
	}
	if err := s.ingress.listen(ctx); err != nil {
		return errors.Join(err, s.server.Close())
	}
	return nil
}

// IngressAddr returns the bound address of the ingress listener, nil before
// Listen and without one.
func (s *Server) IngressAddr() net.Addr { return s.ingress.addr() }

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
	group, inner := errgroup.WithContext(ctx)
	// Streams never end by themselves, and the servers wait for them.
	context.AfterFunc(inner, func() { close(s.stopping) })
	group.Go(func() error { return s.server.Run(inner) })
	group.Go(func() error { return s.ingress.run(inner) })
	if err := group.Wait(); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}
