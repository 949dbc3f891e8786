// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"strings"
	"time"
)

// routes returns the handler of all requests, and that of requests through
// ingress. Comments explain the routes without password.
func (s *Server) routes() (page, ingress http.Handler) {
	if s.options.Setup != nil {
		return setupRoutes{s, s.options.Setup}.routes()
	}
	mux := http.NewServeMux()
	protect := s.guard.requirePassword
	mux.Handle("GET /{$}", protect(s.showOverview))
	mux.Handle("GET /sleep/{profile}", protect(s.showSleep))
	mux.Handle("GET /health", protect(healthRoutes{s}.show))
	mux.Handle("GET /heart/{profile}", protect(s.showHeart))
	mux.Handle("GET /report/{profile}", protect(s.showReport))
	if s.options.Past != nil {
		pastRoutes{s}.register(mux)
	}
	mux.Handle("GET /api/overview", protect(s.serveOverview))
	if s.options.History != nil && s.options.HistoryProfile != nil {
		historyRoutes{
			archive: s.options.History,
			profile: s.options.HistoryProfile,
			pages:   s.pages,
			now:     time.Now,
		}.register(mux, protect)
		if s.options.CalendarKey != nil {
			s.calendars().register(mux, protect)
		}
	}
	valueRoutes{
		archive:   s.options.History,
		past:      s.options.HistoryProfile,
		published: s.options.Published,
		overview:  s.overview,
		frame:     s.frame,
		pages:     s.pages,
		now:       time.Now,
	}.register(mux, protect)
	mux.Handle("GET /metrics", protect(metricsHandler(s.overview).ServeHTTP)) // the labels name the profiles
	if s.options.Refresh != nil {
		mux.Handle("POST /api/refresh", s.change(refreshRoutes{s.options, s.pages}.handle))
	}
	if s.options.Changes != nil {
		mux.Handle("GET /events", protect(events{s.options.Changes, s.guard, s.stopping}.serve))
	}
	// Another window may still show the set-up that has ended.
	mux.Handle("/setup/", protect(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.pages.prefix(r)+"/", http.StatusSeeOther)
	}))
	sessionRoutes{guard: s.guard, forms: s.forms, pages: s.pages}.register(mux, s.change)
	// Monitoring uses any host name, and learns nothing about profiles.
	outer, monitoring := http.NewServeMux(), probes{s.options.Overview}
	outer.HandleFunc("GET /healthz", monitoring.healthz)
	outer.HandleFunc("GET /readyz", monitoring.readyz)
	// The callback may be opened under another host name, and needs these.
	registerAssets(outer)
	outer.HandleFunc("GET /report.css", serveReportStyle)
	outer.Handle("/", s.guard.requireTrustedHost(mux))
	page = stripBasePath(s.pages.base, outer)
	inner := http.NewServeMux()
	registerAssets(inner)
	inner.Handle("/", mux)
	if s.options.SignIn != nil {
		signIn := newSignInRoutes(s.options, s.callback, s.forms, s.pages)
		answer := s.forms.requireOrigin(signIn.answerReplace)
		mux.Handle("GET /login/{profile}", protect(signIn.start))
		mux.Handle("GET /profiles/{profile}/sign-in", protect(signIn.show))
		mux.Handle("POST /profiles/{profile}/sign-in", s.change(signIn.paste))
		mux.Handle("POST /profiles/{profile}/account", s.change(signIn.answerReplace))
		if s.options.Disconnect != nil {
			mux.Handle("GET /profiles/{profile}/sign-out", protect(signIn.confirmDisconnect))
			mux.Handle("POST /profiles/{profile}/sign-out", s.change(signIn.endConsent))
		}
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

// probes answer monitoring.
type probes struct{ overview func() Overview }

// healthz reports only what a restart can fix.
func (p probes) healthz(w http.ResponseWriter, _ *http.Request) {
	writeProbe(w, p.overview().Alive, "healthy", "not healthy")
}

// readyz reports whether values can be published. It names no profiles.
func (p probes) readyz(w http.ResponseWriter, _ *http.Request) {
	var codes []string
	for _, code := range p.overview().Verdict.NotReady() {
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
