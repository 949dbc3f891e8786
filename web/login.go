// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/zerolog"
)

// signInRoutes are the routes of the sign-in.
type signInRoutes struct {
	signIn              SignIn
	disconnect          func(ctx context.Context, profile string, anyway bool) (outcome, other string, err error)
	overview            func() Overview
	forms               forms
	pages               *renderer
	callbackURL         string   // as in Options
	callbackPaths       []string // of callbackURL
	callbackOnOtherHost bool     // as in Options
	ownCallbackURL      string   // where it is without callbackURL
	log                 zerolog.Logger
}

func newSignInRoutes(o Options, callback *url.URL, forms forms, pages *renderer) *signInRoutes {
	return &signInRoutes{
		signIn:              o.SignIn,
		disconnect:          o.Disconnect,
		forms:               forms,
		ownCallbackURL:      cmp.Or(strings.TrimSuffix(o.BaseURL, "/"), "http://"+o.Listen) + "/oauth/callback",
		overview:            o.Overview,
		pages:               pages,
		callbackURL:         o.CallbackURL,
		callbackPaths:       callbackPaths(callback, pages.base),
		callbackOnOtherHost: o.CallbackOnOtherHost,
		log:                 o.Log,
	}
}

// start redirects to the consent page, or first to the logout of the
// account page (?switch=1). Where the callback has another host than the page,
// only with ?continue=1.
func (s *signInRoutes) start(w http.ResponseWriter, r *http.Request) {
	profile, known := s.findProfile(w, r)
	if !known {
		return
	}
	if r.Method != http.MethodGet { // HEAD must not start anything
		return
	}
	if !isUserInitiated(r) {
		s.log.Warn().Str("profile", profile.Slug).Msg("cross-site sign-in request rejected")
		http.Error(w, "Start the sign-in from this page or by opening the link directly.", http.StatusForbidden)
		return
	}
	if s.callbackOnOtherHost && !r.URL.Query().Has("continue") {
		// The browser may not come back: that page takes the address it ends up at.
		http.Redirect(w, r, s.pages.prefix(r)+"/profiles/"+profile.Slug+"/sign-in", http.StatusSeeOther)
		return
	}
	consent, logout, err := s.signIn.Start(profile.Slug)
	if err != nil {
		s.showNotStarted(w, r, profile, err)
		return
	}
	target := consent
	if r.URL.Query().Has("switch") && logout != "" {
		target = logout
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// finish exchanges the code that the browser brings back. Neither code
// nor state may be logged or shown.
func (s *signInRoutes) finish(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	state, code := query.Get("state"), query.Get("code")
	if refusal := query.Get("error"); refusal != "" {
		s.log.Warn().Msg("sign-in denied on the consent page")
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
			Title: "signin.denied", Text: s.pages.language(r).Say("signin.denied.text"),
		})
		return
	}
	if state == "" || code == "" {
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
			Title: "signin.none", Text: s.pages.language(r).Say("signin.none.text"),
		})
		return
	}
	// A closed connection must not interrupt the exchange: the code works only
	// once, and its tokens must be stored.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	profile, err := s.signIn.Finish(ctx, state, code)
	if s.showReplacePage(w, r, profile, err, "?"+replaceParam) {
		return
	}
	if err != nil {
		s.showFailed(w, r, profile, err, state, code)
		return
	}
	s.showSignedIn(w, r, profile)
}

// showNotStarted says why a sign-in cannot begin.
func (s *signInRoutes) showNotStarted(w http.ResponseWriter, r *http.Request, profile Profile, err error) {
	s.log.Error().Err(err).Str("profile", profile.Slug).Msg("cannot start sign-in")
	s.pages.showResult(w, r, http.StatusServiceUnavailable, resultPage{
		Title: "signin.cannot_start",
		Text:  explain(s.pages.language(r), err),
		Retry: profile.Slug,
	})
}

// showFailed says why a sign-in has failed, without its secrets.
func (s *signInRoutes) showFailed(w http.ResponseWriter, r *http.Request, profile string, err error, hidden ...string) {
	s.log.Warn().Str("profile", profile).Str("error", redact(err.Error(), hidden...)).Msg("sign-in failed")
	s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
		Title: "signin.failed",
		Text:  explain(s.pages.language(r), err, hidden...),
		Retry: profile,
	})
}

// redact removes secrets from a text: errors of libraries contain URLs.
func redact(text string, hidden ...string) string {
	for _, part := range hidden {
		text = strings.ReplaceAll(text, part, "…")
	}
	return text
}
