package web

import (
	"net/http"
	"time"
)

// change protects a handler that changes something: besides the password it
// needs the form token, or a request that did not come from another site.
func (s *Server) change(next http.HandlerFunc) http.Handler {
	return s.guard.requirePassword(func(w http.ResponseWriter, r *http.Request) {
		if !s.isFromHere(r) {
			s.guard.refusals.count(refusedForm, "")
			http.Error(w, "This form did not come from this page, or is older than 12 hours. Load the page again.",
				http.StatusForbidden)
			return
		}
		next(w, r)
	})
}

// isFromHere reports whether a request that changes something is intended by
// the user: its form is one of ours, it comes from our origin, or from a client
// that is no browser.
func (s *Server) isFromHere(r *http.Request) bool {
	return s.tokens.check(tokenOf(r), visitorOf(r).subject(), time.Now()) || s.origin.Check(r) == nil
}
