package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// routes is the whole of the page; what is not private says why.
func (s *Server) routes(origin *http.CrossOriginProtection) http.Handler {
	mux := http.NewServeMux()
	answer := http.MaxBytesHandler(origin.Handler(http.HandlerFunc(s.replace)), largestBody)
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
		mux.Handle("POST /oauth/callback", answer)
	}
	// These need no trusted host name. They tell nothing of any profile, to whoever
	// watches from outside.
	outer := http.NewServeMux()
	outer.HandleFunc("GET /healthz", s.healthz)
	outer.HandleFunc("GET /readyz", s.readyz)
	// The callback's page may be shown under another name, and needs them.
	outer.HandleFunc("GET /style.css", asset("assets/style.css", "text/css; charset=utf-8"))
	outer.HandleFunc("GET /icon.svg", asset("assets/icon.svg", "image/svg+xml"))
	outer.Handle("/", s.sameHost(mux))
	return harden(s.notified(s.lands(answer, http.MaxBytesHandler(s.strip(outer), largestBody))))
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

// overview is what there is to show, judged, with lists that encode as lists.
func (s *Server) overview() Overview {
	view := s.options.Overview()
	if view.Version == "" {
		view.Version = s.options.Version
	}
	if view.Zone == nil {
		view.Zone = time.UTC
	}
	view.Verdict = Judge(view)
	view.Healthy = view.Verdict.Level == LevelOK
	view.Refused = s.refused.counts()
	people := slices.Clone(view.People)
	for i := range people {
		p := &people[i]
		found := view.Verdict.of(p.Slug)
		p.State, p.Level = standing(*p, found, view.BrokerConnected || view.Broker == "")
		p.Problem = inWords(found)
		p.Endpoints = append([]Endpoint{}, p.Endpoints...)
		p.Values = append([]Value{}, p.Values...)
	}
	view.People = append([]Person{}, people...)
	return view
}

// inWords puts findings and their remedies one after the other.
func inWords(found []Finding) string {
	var sentences []string
	for _, f := range found {
		if serious(f) {
			sentences = append(sentences, strings.TrimSpace(f.Text+" "+f.Remedy))
		}
	}
	return strings.Join(sentences, " ")
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

// healthz says whether the program is alive; what it would not cure by a restart
// is none of its business.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	answerProbe(w, s.options.Overview().Alive, "healthy", "not healthy")
}

// readyz says whether values get through, as far as it is up to the program.
// Codes name nobody.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	codes := Judge(s.options.Overview()).Unready()
	answerProbe(w, len(codes) == 0, "ready", "not ready: "+strings.Join(codes, ", "))
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
