package web

import (
	"context"
	"crypto/rand"
	"errors"
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
)

const (
	// codeExchangeTimeout bounds the exchange of a code, retries included.
	codeExchangeTimeout = 60 * time.Second
	// shutdownTimeout is how long requests under way may take when the program stops: a
	// code that is being exchanged must reach the token store.
	shutdownTimeout = 10 * time.Second
	// maxBodyBytes is far above what the refresh form sends.
	maxBodyBytes = 16 << 10
	// maxHeaderBytes leaves room for a long callback address.
	maxHeaderBytes = 16 << 10
)

// Server is the page. Build it with New, then Run it.
type Server struct {
	options   Options
	base      *url.URL
	prefix    string // path of the base URL, without a slash at the end
	callback  *url.URL
	log       zerolog.Logger
	templates *template.Template
	handler   http.Handler

	trustedHosts map[string]bool // host names that are ours
	refusals     *refusals
	throttle     *throttle
	browserToken string // what browsers are recognised by, new with each start

	mu       sync.Mutex
	listener net.Listener
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
	s.handler = s.routes(origin)
	return s, nil
}

// Handler is the page without a listener, for tests and embedding.
func (s *Server) Handler() http.Handler { return s.handler }

// Listen binds the address, so that a taken port is known before anything else
// starts and Addr tells the port. Run does it when nobody has.
func (s *Server) Listen(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.options.Listen)
	if err != nil {
		return fmt.Errorf("web: cannot serve the page on %s (web.listen changes the address): %w", s.options.Listen, err)
	}
	s.listener = listener
	return nil
}

// Addr is the bound address, nil before Listen.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

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
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      codeExchangeTimeout + 15*time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(zerolog.NewSlogHandler(s.log), slog.LevelWarn),
	}
	done := make(chan struct{})
	var reports sync.WaitGroup
	reports.Go(func() { s.reportRefusals(done) })
	defer func() { close(done); reports.Wait() }()
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()
	s.log.Info().Str("url", s.URL()).Msg("page is up")
	select {
	case err := <-served:
		return fmt.Errorf("web: page on %s broke off: %w", s.options.Listen, err)
	case <-ctx.Done():
	}
	goodbye, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(goodbye)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // those who did not finish in time
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	if err != nil {
		return fmt.Errorf("web: stop the page: %w", err)
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
