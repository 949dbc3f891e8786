package web

import (
	"net/http"
	"strings"
	"time"
)

// routes returns the handler of all requests, and that of requests through
// ingress. Comments explain the routes without password.
func (s *Server) routes() (page, ingress http.Handler) {
	mux := http.NewServeMux()
	protect := s.guard.requirePassword
	mux.Handle("GET /{$}", protect(s.showPage))
	mux.Handle("GET /api/overview", protect(s.serveOverview))
	if s.options.History != nil && s.options.HistoryProfile != nil {
		historyRoutes{
			archive: s.options.History,
			profile: s.options.HistoryProfile,
			pages:   s.pages,
			now:     time.Now,
		}.register(mux, protect)
	}
	mux.Handle("GET /metrics", protect(metricsHandler(s.overview).ServeHTTP)) // the labels name the profiles
	if s.options.Refresh != nil {
		mux.Handle("POST /api/refresh", s.change(s.handleRefresh))
	}
	if s.options.Changes != nil {
		mux.Handle("GET /events", protect(events{s.options.Changes, s.guard, s.stopping}.serve))
	}
	sessionRoutes{s.guard, s.forms, s.pages}.register(mux, s.change)
	// Monitoring uses any host name, and learns nothing about profiles.
	outer := http.NewServeMux()
	outer.HandleFunc("GET /healthz", s.healthz)
	outer.HandleFunc("GET /readyz", s.readyz)
	// The callback may be opened under another host name, and needs these.
	registerAssets(outer)
	outer.Handle("/", s.guard.requireTrustedHost(mux))
	page = stripBasePath(s.pages.base, outer)
	inner := http.NewServeMux()
	registerAssets(inner)
	inner.Handle("/", mux)
	if s.options.SignIn != nil {
		signIn := newSignInRoutes(s.options, s.callback, s.pages)
		answer := s.forms.requireOrigin(signIn.answerReplace)
		mux.Handle("GET /login/{profile}", protect(signIn.start))
		// Authenticated by the OAuth state: the browser that comes back may be
		// another one. The developer portal tests the URL with HEAD.
		mux.HandleFunc("HEAD /oauth/callback", func(http.ResponseWriter, *http.Request) {})
		mux.HandleFunc("GET /oauth/callback", signIn.finish)
		mux.Handle("POST /oauth/callback", answer)
		page = signIn.routeCallback(answer, page)
	}
	page = securityHeaders(framedByNobody, s.routeNotifications(page))
	return compressed(page), compressed(securityHeaders(framedByOwnSite, inner))
}

// routeNotifications passes notifications on before any other check: a proxy
// may use any host name, and their secret authenticates them.
func (s *Server) routeNotifications(page http.Handler) http.Handler {
	if s.options.Notify == nil {
		return page
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, NotifyPath) {
			s.options.Notify.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

func (s *Server) serveOverview(w http.ResponseWriter, _ *http.Request) {
	s.pages.writeJSON(w, http.StatusOK, s.overview())
}

// healthz reports only what a restart can fix.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	writeProbe(w, s.options.Overview().Alive, "healthy", "not healthy")
}

// readyz reports whether values can be published. It names no profiles.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	var codes []string
	for _, code := range s.options.Overview().Verdict.NotReady() {
		codes = append(codes, string(code))
	}
	writeProbe(w, len(codes) == 0, "ready", "not ready: "+strings.Join(codes, ", "))
}

func writeProbe(w http.ResponseWriter, ok bool, good, bad string) {
	if !ok {
		http.Error(w, bad, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(good + "\n"))
}
