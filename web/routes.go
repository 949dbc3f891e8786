package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// routes is the whole of the page; what is not private says why.
func (s *Server) routes(origin *http.CrossOriginProtection) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.private(s.showPage))
	mux.Handle("GET /api/overview", s.private(s.serveOverview))
	mux.Handle("GET /metrics", s.private(s.serveMetrics().ServeHTTP)) // names who is here
	if s.options.Refresh != nil {
		mux.Handle("POST /api/refresh", s.private(origin.Handler(http.HandlerFunc(s.refresh)).ServeHTTP))
	}
	if s.options.SignIn != nil {
		mux.Handle("GET /login/{profile}", s.private(s.login))
		// The browser that comes back may be a phone that never saw the page; the
		// state it must bring is the key. The cloud's developer portal probes by HEAD.
		mux.HandleFunc("HEAD /oauth/callback", func(http.ResponseWriter, *http.Request) {})
		mux.HandleFunc("GET /oauth/callback", s.callback)
	}
	// Tell one bit each, for those who watch from outside.
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	// Say nothing about anybody, and the callback's page needs them.
	mux.HandleFunc("GET /style.css", asset("assets/style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /icon.svg", asset("assets/icon.svg", "image/svg+xml"))
	return harden(s.notified(s.lands(s.sameHost(http.MaxBytesHandler(s.strip(mux), largestBody)))))
}

// notified parts the notifications from the page: they come under any name that
// a proxy gives this machine, and prove themselves by their secret.
func (s *Server) notified(page http.Handler) http.Handler {
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

// overview is what there is to show, with lists that encode as lists.
func (s *Server) overview() Overview {
	view := s.options.Overview()
	if view.Version == "" {
		view.Version = s.options.Version
	}
	people := slices.Clone(view.People)
	for i := range people {
		people[i].Endpoints = append([]Endpoint{}, people[i].Endpoints...)
		people[i].Values = append([]Value{}, people[i].Values...)
	}
	view.People = append([]Person{}, people...)
	return view
}

// person looks a profile up by its slug.
func (s *Server) person(slug string) (Person, bool) {
	people := s.options.Overview().People
	at := slices.IndexFunc(people, func(p Person) bool { return p.Slug == slug })
	if at < 0 {
		return Person{}, false
	}
	return people[at], true
}

func (s *Server) serveOverview(w http.ResponseWriter, _ *http.Request) {
	s.writeJSON(w, http.StatusOK, s.overview())
}

// refresh answers a form with the page again, and everybody else with JSON.
func (s *Server) refresh(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refreshed(w, r, http.StatusBadRequest, "the form cannot be read")
		return
	}
	profile := r.Form.Get("profile")
	if _, known := s.person(profile); profile != "" && !known {
		s.refreshed(w, r, http.StatusNotFound, "no such profile")
		return
	}
	err := s.options.Refresh(profile, r.Form.Get("endpoint"))
	if errors.Is(err, ErrUnknown) {
		s.refreshed(w, r, http.StatusNotFound, err.Error())
		return
	}
	if err != nil {
		s.log.Warn().Err(err).Str("profile", profile).Msg("refresh was refused")
		s.refreshed(w, r, http.StatusServiceUnavailable, err.Error())
		return
	}
	s.refreshed(w, r, http.StatusAccepted, "")
}

func (s *Server) refreshed(w http.ResponseWriter, r *http.Request, status int, problem string) {
	type answer struct {
		Refresh string `json:"refresh,omitempty"` // "started"
		Error   string `json:"error,omitempty"`
	}
	browser := strings.Contains(r.Header.Get("Accept"), "text/html")
	switch {
	case browser && problem == "":
		http.Redirect(w, r, s.prefix+"/", http.StatusSeeOther)
	case browser:
		s.showResult(w, status, result{Title: "Not refreshed", Text: problem})
	case problem == "":
		s.writeJSON(w, status, answer{Refresh: "started"})
	default:
		s.writeJSON(w, status, answer{Error: problem})
	}
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	answerProbe(w, s.options.Overview().Healthy, "healthy", "not healthy")
}

func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	answerProbe(w, s.options.Overview().BrokerConnected, "ready", "not ready: no connection to the broker")
}

func answerProbe(w http.ResponseWriter, fine bool, good, bad string) {
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
