package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/httpserve"
)

const (
	// codeExchangeTimeout bounds the exchange of a code, retries included.
	codeExchangeTimeout = 60 * time.Second
	// writeTimeout leaves room for that.
	writeTimeout = codeExchangeTimeout + 15*time.Second
	// shutdownTimeout is how long requests in progress may take when the program
	// stops: a code that is being exchanged must reach the token store.
	shutdownTimeout = 10 * time.Second
)

// Server is the page. Build it with New, then Run it.
type Server struct {
	options   Options
	base      *url.URL
	prefix    string // path of the base URL, without a slash at the end
	callback  *url.URL
	log       zerolog.Logger
	templates *template.Template
	server    *httpserve.Server

	trustedHosts map[string]bool // host names that are ours
	refusals     *refusals
	throttle     *throttle
	browserToken string // what browsers are recognised by, new with each start
}

func newServer(o Options, base, callback *url.URL) (*Server, error) {
	s := &Server{
		options: o, base: base, prefix: strings.TrimRight(base.Path, "/"), callback: callback, log: o.Log, templates: templates(),
		trustedHosts: configuredHosts(o, base.Hostname()), refusals: newRefusals(), throttle: newThrottle(), browserToken: rand.Text(),
	}
	origin := http.NewCrossOriginProtection()
	if base.Host != "" {
		// A proxy may change the Host header: then the browser's origin is the base URL's.
		if err := origin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, fmt.Errorf("web: base URL %q: %w", o.BaseURL, err)
		}
	}
	s.server = httpserve.New(s.routes(origin), httpserve.Options{
		WriteTimeout:    writeTimeout,
		ShutdownTimeout: shutdownTimeout,
		Log:             s.log,
		ErrorLevel:      slog.LevelWarn,
	})
	return s, nil
}

// Handler is the page without a listener, for tests and embedding.
func (s *Server) Handler() http.Handler { return s.server.Handler() }

// Listen binds the address, so that a taken port is known before anything else
// starts and Addr tells the port. Run does it when nobody has.
func (s *Server) Listen(ctx context.Context) error {
	if err := s.server.Listen(ctx, s.options.Listen); err != nil {
		return fmt.Errorf("web: cannot serve the page on %s (web.listen changes the address): %w", s.options.Listen, err)
	}
	return nil
}

// Addr is the bound address, nil before Listen.
func (s *Server) Addr() net.Addr { return s.server.Addr() }

// URL is where people find the page: the base URL, else the bound address.
// It is empty when there is neither.
func (s *Server) URL() string {
	if s.base.Host != "" {
		return s.base.Scheme + "://" + s.base.Host + s.prefix + "/"
	}
	if address := s.Addr(); address != nil {
		return "http://" + address.String() + "/"
	}
	return ""
}

// Run serves until the context ends, then lets requests under way finish for a
// few seconds. It returns nil after an ordinary stop. A server runs once.
func (s *Server) Run(ctx context.Context) error {
	if err := s.Listen(ctx); err != nil {
		return err
	}
	done := make(chan struct{})
	var reports sync.WaitGroup
	reports.Go(func() { s.reportRefusals(done) })
	defer func() { close(done); reports.Wait() }()
	s.log.Info().Str("url", s.URL()).Msg("page is up")
	if err := s.server.Run(ctx); err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// reportRefusals logs what was refused, a line for each window and one at the end.
func (s *Server) reportRefusals(done <-chan struct{}) {
	ticker := time.NewTicker(refusalWindow)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			s.refusals.report(s.log)
			return
		case <-ticker.C:
			s.refusals.report(s.log)
		}
	}
}
