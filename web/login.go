package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/zerolog"
)

// signInRoutes are the routes of the sign-in.
type signInRoutes struct {
	signIn              SignIn
	overview            func() Overview
	pages               *renderer
	callbackURL         string   // as in Options
	callbackPaths       []string // of callbackURL
	callbackOnOtherHost bool     // as in Options
	log                 zerolog.Logger
}

func newSignInRoutes(o Options, callback *url.URL, pages *renderer) *signInRoutes {
	return &signInRoutes{
		signIn:              o.SignIn,
		overview:            o.Overview,
		pages:               pages,
		callbackURL:         o.CallbackURL,
		callbackPaths:       callbackPaths(callback, pages.base),
		callbackOnOtherHost: o.CallbackOnOtherHost,
		log:                 o.Log,
	}
}

// start redirects to the consent page, or first to the logout of the
// account page (?switch=1).
func (s *signInRoutes) start(w http.ResponseWriter, r *http.Request) {
	profile, known := findProfile(s.overview().Profiles, r.PathValue("profile"))
	if !known {
		s.pages.showResult(w, r, http.StatusNotFound, resultPage{
			Title: "Profile not found",
			Text:  "This profile is not in the configuration.",
		})
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
	if s.warnIfCallbackElsewhere(w, r, profile) {
		return
	}
	consent, logout, err := s.signIn.Start(profile.Slug)
	if err != nil {
		s.log.Error().Err(err).Str("profile", profile.Slug).Msg("cannot start sign-in")
		s.pages.showResult(w, r, http.StatusServiceUnavailable, resultPage{
			Title: "Sign-in cannot start",
			Text:  err.Error(),
			Retry: profile.Slug,
		})
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
			Title: "Sign-in denied",
			Text:  "Access was denied on the consent page. Nothing was changed; start again from the overview.",
		})
		return
	}
	if state == "" || code == "" {
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
			Title: "No sign-in in progress",
			Text:  "The consent page redirects to this address. Start the sign-in from the overview.",
		})
		return
	}
	// A closed connection must not interrupt the exchange: the code works only
	// once, and its tokens must be stored.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	profile, err := s.signIn.Finish(ctx, state, code)
	if s.showReplacePage(w, r, profile, err) {
		return
	}
	if err != nil {
		text := redact(err.Error(), state, code)
		s.log.Warn().Str("profile", profile).Str("error", text).Msg("sign-in failed")
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{Title: "Sign-in failed", Text: text, Retry: profile})
		return
	}
	s.showSignedIn(w, r, profile)
}

// redact removes secrets from a text: errors of libraries contain URLs.
func redact(text string, hidden ...string) string {
	for _, part := range hidden {
		text = strings.ReplaceAll(text, part, "…")
	}
	return text
}
