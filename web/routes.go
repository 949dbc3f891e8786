package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// routes is the whole of the page; what is not private says why.
func (s *Server) routes(origin *http.CrossOriginProtection) http.Handler {
	mux := http.NewServeMux()
	answer := origin.Handler(http.HandlerFunc(s.answerReplace))
	mux.Handle("GET /{$}", s.requirePassword(s.showPage))
	mux.Handle("GET /api/overview", s.requirePassword(s.serveOverview))
	mux.Handle("GET /metrics", s.requirePassword(s.serveMetrics().ServeHTTP)) // names who is here
	if s.options.Refresh != nil {
		mux.Handle("POST /api/refresh", s.requirePassword(origin.Handler(http.HandlerFunc(s.handleRefresh)).ServeHTTP))
	}
	if s.options.SignIn != nil {
		mux.Handle("GET /login/{profile}", s.requirePassword(s.startSignIn))
		// The browser that comes back may be a phone that never saw the page; the
		// state it must bring is the key. The cloud's developer portal probes by HEAD.
		mux.HandleFunc("HEAD /oauth/callback", func(http.ResponseWriter, *http.Request) {})
		mux.HandleFunc("GET /oauth/callback", s.finishSignIn)
		mux.Handle("POST /oauth/callback", answer)
	}
	// These need no trusted host name. They tell nothing of any profile, to whoever
	// watches from outside.
	outer := http.NewServeMux()
	outer.HandleFunc("GET /healthz", s.healthz)
	outer.HandleFunc("GET /readyz", s.readyz)
	// The callback's page may be shown under another name, and needs them.
	outer.HandleFunc("GET /style.css", assetHandler("assets/style.css", "text/css; charset=utf-8"))
	outer.HandleFunc("GET /icon.svg", assetHandler("assets/icon.svg", "image/svg+xml"))
	outer.Handle("/", s.requireTrustedHost(mux))
	return securityHeaders(s.routeNotifications(s.routeCallback(answer, s.stripBasePath(outer))))
}

// routeNotifications parts the notifications from the page: they come under any name that
// a proxy gives this machine, and prove themselves by their secret.
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
	s.writeJSON(w, http.StatusOK, s.overview())
}

// handleRefresh answers a form with the page again, and everybody else with JSON.
func (s *Server) handleRefresh(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.writeRefreshResult(w, r, http.StatusBadRequest, "the form cannot be read")
		return
	}
	profile := r.Form.Get("profile")
	if _, known := s.profile(profile); profile != "" && !known {
		s.writeRefreshResult(w, r, http.StatusNotFound, "no such profile")
		return
	}
	err := s.options.Refresh(profile, r.Form.Get("endpoint"))
	if errors.Is(err, ErrNotFound) {
		s.writeRefreshResult(w, r, http.StatusNotFound, err.Error())
		return
	}
	if err != nil {
		s.log.Warn().Err(err).Str("profile", profile).Msg("refresh was refused")
		s.writeRefreshResult(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.writeRefreshResult(w, r, http.StatusAccepted, "")
}

func (s *Server) writeRefreshResult(w http.ResponseWriter, r *http.Request, status int, problem string) {
	type answer struct {
		Refresh string `json:"refresh,omitempty"` // "started"
		Error   string `json:"error,omitempty"`
	}
	browser := strings.Contains(r.Header.Get("Accept"), "text/html")
	switch {
	case browser && problem == "":
		http.Redirect(w, r, s.prefix+"/", http.StatusSeeOther)
	case browser:
		s.showResult(w, status, resultPage{Title: "Not refreshed", Text: problem})
	case problem == "":
		s.writeJSON(w, status, answer{Refresh: "started"})
	default:
		s.writeJSON(w, status, answer{Error: problem})
	}
}

// healthz says whether the program is alive; what it would not cure by a restart
// is none of its business.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	writeProbe(w, s.options.Overview().Alive, "healthy", "not healthy")
}

// readyz says whether values get through, as far as it is up to the program.
// Codes name nobody.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	codes := Evaluate(s.options.Overview()).NotReady()
	writeProbe(w, len(codes) == 0, "ready", "not ready: "+strings.Join(codes, ", "))
}

func writeProbe(w http.ResponseWriter, fine bool, good, bad string) {
	if !fine {
		http.Error(w, bad, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(good + "\n"))
}

func (s *Server) writeJSON(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		s.log.Error().Err(err).Msg("cannot encode an answer")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
