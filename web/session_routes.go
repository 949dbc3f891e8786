// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// signInSubject is what the form token of the sign-in is bound to: everybody
// can read that form, so that its token is good for nothing else.
const signInSubject = "sign-in"

// entryPage is the data of the page that asks for the password.
type entryPage struct {
	frame

	// Problem is why it is shown again, "" the first time.
	Problem string
	// Next is the path where the visitor wanted to go, below the prefix.
	Next string
	// IsCode means that the password is the code of the set-up.
	IsCode bool
}

// sessionRoutes are the routes to sign in to the page and out of it.
type sessionRoutes struct {
	guard *guard
	forms forms
	pages *renderer
	// isCode means that the password is the code of the set-up.
	isCode bool
}

// register adds the routes. Only signing out needs what change requires.
func (s sessionRoutes) register(mux *http.ServeMux, change func(http.HandlerFunc) http.Handler) {
	mux.HandleFunc("GET /sign-in", s.askPassword)
	mux.HandleFunc("POST /sign-in", s.startSession)
	mux.Handle("POST /sign-out", change(s.endSession))
}

// askPassword shows the form, unless nothing is asked for.
func (s sessionRoutes) askPassword(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.URL.Query().Get("next"))
	if !s.guard.asks(r) || s.guard.sessions.of(r, time.Now()) != "" {
		s.seeOther(w, r, next)
		return
	}
	s.showPasswordForm(w, r, http.StatusOK, next, "")
}

func (s sessionRoutes) showPasswordForm(w http.ResponseWriter, r *http.Request, status int, next, problem string) {
	heading := "entry.heading"
	if s.isCode {
		heading = "setup.code.heading"
	}
	page := entryPage{frame: s.pages.frame(r, heading).with("entry.css"), Next: next, Problem: problem, IsCode: s.isCode}
	page.Token = s.forms.tokens.make(signInSubject, page.Now)
	s.pages.render(w, status, "entry.html", page)
}

// startSession compares the password. A form of another site is rejected, so
// that nobody is signed in without noticing.
func (s sessionRoutes) startSession(w http.ResponseWriter, r *http.Request) {
	next, now := localPath(r.PostFormValue("next")), time.Now()
	language := s.pages.frame(r, "entry.heading").Language
	switch {
	case !s.guard.asks(r):
		s.seeOther(w, r, next)
		return
	case s.forms.origin.Check(r) != nil && !s.forms.tokens.check(tokenOf(r), signInSubject, now):
		s.guard.refusals.count(refusedForm, "")
		s.showPasswordForm(w, r, http.StatusForbidden, next, language.Say("entry.stale"))
		return
	}
	switch right, wait := s.guard.compare(w, r, r.PostFormValue("password")); {
	case wait > 0:
		s.showPasswordForm(w, r, http.StatusTooManyRequests, next, language.Say("entry.wait", setRetryAfter(w, wait)))
	case !right:
		wrong := "entry.wrong"
		if s.isCode {
			wrong = "setup.code.wrong"
		}
		s.showPasswordForm(w, r, http.StatusForbidden, next, language.Say(wrong))
	default:
		s.guard.setCookie(w, r, sessionCookie, s.guard.sessions.start(now), sessionLifetime)
		s.seeOther(w, r, next)
	}
}

// endSession signs out. Neither "cookies" nor "storage" is in Clear-Site-Data:
// browsers would remove what other services on the same host have stored.
func (s sessionRoutes) endSession(w http.ResponseWriter, r *http.Request) {
	s.guard.sessions.revoke(r, time.Now())
	s.guard.setCookie(w, r, sessionCookie, "", -1)
	s.guard.setCookie(w, r, knownBrowserCookie, "", -1)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	s.seeOther(w, r, "/sign-in")
}

// seeOther sends a browser to a path of this page.
func (s sessionRoutes) seeOther(w http.ResponseWriter, r *http.Request, path string) {
	http.Redirect(w, r, s.pages.prefix(r)+path, http.StatusSeeOther) //nolint:gosec // constant, or of localPath
}

// localPath returns a path of this page with its query, "/" for what could lead
// to another site. Browsers read a backslash as a slash, and skip tabs and line
// ends.
func localPath(target string) string {
	parsed, err := url.Parse(target)
	switch {
	case err != nil, parsed.IsAbs(), parsed.Host != "", parsed.User != nil, parsed.Opaque != "":
		return "/"
	case !strings.HasPrefix(target, "/"), strings.ContainsAny(target, "\\\x7f"), strings.Contains(parsed.Path, "//"):
		return "/"
	case strings.ContainsFunc(target, func(c rune) bool { return c <= ' ' }):
		return "/"
	}
	return (&url.URL{Path: parsed.Path, RawQuery: parsed.RawQuery}).String()
}
