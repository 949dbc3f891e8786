// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"time"
)

// change protects a handler that changes something: besides the password it
// needs the form token, or a request that did not come from another site.
func (s *Server) change(next http.HandlerFunc) http.Handler {
	return s.guard.requirePassword(func(w http.ResponseWriter, r *http.Request) {
		if !s.forms.isOurs(r) {
			s.guard.refusals.count(refusedForm, "")
			http.Error(w, "This form did not come from this page, or is older than 12 hours. Load the page again.",
				http.StatusForbidden)
			return
		}
		next(w, r)
	})
}

// forms tells requests of our own forms from those that other sites make a
// browser send.
type forms struct {
	tokens formTokens
	origin *http.CrossOriginProtection
}

// isOurs reports whether a request that changes something is intended by the
// user: its form is one of ours, it comes from our origin, or from a client
// that is no browser. Through ingress, only the form can tell.
func (f forms) isOurs(r *http.Request) bool {
	visitor := visitorOf(r)
	return f.tokens.check(tokenOf(r), visitor.subject(), time.Now()) || !visitor.ingress && f.origin.Check(r) == nil
}

// requireOrigin rejects forms of other sites by their origin, for a form that a
// secret of its own protects as well: through ingress, that alone.
func (f forms) requireOrigin(next http.HandlerFunc) http.Handler {
	checked := f.origin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if visitorOf(r).ingress {
			next(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}
