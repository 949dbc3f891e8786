package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed assets
var assets embed.FS

// page is what the templates see.
type page struct {
	Overview
	Base       string // path of the base URL
	CanSignIn  bool
	CanRefresh bool
	Now        time.Time
}

// result is a page that says how something went.
type result struct {
	Title, Text string
	// Retry is the profile whose sign-in can be tried again, "" for none.
	Retry string
	// Onward is where the person may go on to, "" for nowhere.
	Onward string
	Good   bool
	Base   string
}

// heading and moment carry two values into a template, which takes one.
type (
	heading struct{ Title, Base string }
	moment  struct{ Now, At time.Time }
)

// templates parses the embedded pages; they are part of the program, so that a
// mistake in them is a mistake in the program and shows in every test.
func templates() *template.Template {
	functions := template.FuncMap{
		"ago":     ago,
		"stamp":   stamp,
		"heading": func(title, base string) heading { return heading{title, base} },
		"moment":  func(now, at time.Time) moment { return moment{now, at} },
	}
	return template.Must(template.New("").Funcs(functions).ParseFS(assets, "assets/*.html"))
}

func (s *Server) showPage(w http.ResponseWriter, _ *http.Request) {
	s.render(w, http.StatusOK, "page.html", page{
		Overview: s.overview(), Base: s.prefix, Now: time.Now(),
		CanSignIn: s.options.SignIn != nil, CanRefresh: s.options.Refresh != nil,
	})
}

func (s *Server) showResult(w http.ResponseWriter, status int, r result) {
	r.Base = s.prefix
	s.render(w, status, "result.html", r)
}

// render builds the page before it sends the first byte, so that a failure is
// an error and not half a page.
func (s *Server) render(w http.ResponseWriter, status int, name string, data any) {
	var body bytes.Buffer
	if err := s.pages.ExecuteTemplate(&body, name, data); err != nil {
		s.log.Error().Err(err).Str("page", name).Msg("cannot build a page")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// asset serves one embedded file.
func asset(name, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := assets.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "max-age=300")
		_, _ = w.Write(body)
	}
}

// stamp is a time for machines.
func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// ago is a time for people, as seen from now: "3 min ago", "in 2 min".
func ago(now, at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	distance := now.Sub(at)
	form := "%s ago"
	if distance < 0 {
		distance, form = -distance, "in %s"
	}
	switch {
	case distance < 5*time.Second:
		return "now"
	case distance < time.Minute:
		return fmt.Sprintf(form, fmt.Sprintf("%d s", int(distance.Seconds())))
	case distance < time.Hour:
		return fmt.Sprintf(form, fmt.Sprintf("%d min", int(distance.Minutes())))
	case distance < 48*time.Hour:
		return fmt.Sprintf(form, fmt.Sprintf("%d h", int(distance.Hours())))
	}
	return fmt.Sprintf(form, fmt.Sprintf("%d days", int(distance.Hours()/24)))
}
