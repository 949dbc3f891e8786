package web

import (
	"context"
	"net/http"
	"strings"
)

// startSignIn sends the browser to the consent, or first to the account's logout
// (?switch=1) for when somebody else is still signed in there.
func (s *Server) startSignIn(w http.ResponseWriter, r *http.Request) {
	person, known := s.profile(r.PathValue("profile"))
	if !known {
		s.showResult(w, http.StatusNotFound, resultPage{Title: "Nobody by that name", Text: "There is no such profile in the configuration."})
		return
	}
	if r.Method != http.MethodGet { // HEAD: a look must not begin anything
		return
	}
	if !isUserInitiated(r) {
		s.log.Warn().Str("profile", person.Slug).Msg("another web page tried to start a sign-in")
		http.Error(w, "A sign-in starts from this page, or with a link.", http.StatusForbidden)
		return
	}
	if s.warnIfCallbackElsewhere(w, r, person) {
		return
	}
	consent, logout, err := s.options.SignIn.Start(person.Slug)
	if err != nil {
		s.log.Error().Err(err).Str("profile", person.Slug).Msg("cannot start the sign-in")
		s.showResult(w, http.StatusServiceUnavailable, resultPage{Title: "Sign-in cannot start", Text: err.Error(), Retry: person.Slug})
		return
	}
	target := consent
	if r.URL.Query().Has("switch") && logout != "" {
		target = logout
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// finishSignIn finishes the consent with what the browser brings back. Neither code
// nor state may reach a log or a page.
func (s *Server) finishSignIn(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	state, code := query.Get("state"), query.Get("code")
	if refusal := query.Get("error"); refusal != "" {
		s.log.Warn().Msg("sign-in was not confirmed on the consent page")
		s.showResult(w, http.StatusBadRequest, resultPage{
			Title: "Sign-in was not confirmed",
			Text:  "The consent page reported that access was not allowed. Nothing was changed; start again from the overview.",
		})
		return
	}
	if state == "" || code == "" {
		s.showResult(w, http.StatusBadRequest, resultPage{
			Title: "Nothing to finish",
			Text:  "This address is where the consent page sends people back to. Start from the overview.",
		})
		return
	}
	// A browser that hangs up must not interrupt the exchange: the code is spent
	// and the tokens it bought must be stored.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	profile, err := s.options.SignIn.Finish(ctx, state, code)
	if s.showReplacePage(w, profile, err) {
		return
	}
	if err != nil {
		text := redact(err.Error(), state, code)
		s.log.Warn().Str("profile", profile).Str("error", text).Msg("sign-in failed")
		s.showResult(w, http.StatusBadRequest, resultPage{Title: "Sign-in failed", Text: text, Retry: profile})
		return
	}
	s.showSignedIn(w, profile)
}

// redact takes what must not be printed out of a text: libraries like to quote
// the address they failed with.
func redact(text string, hidden ...string) string {
	for _, part := range hidden {
		text = strings.ReplaceAll(text, part, "…")
	}
	return text
}
