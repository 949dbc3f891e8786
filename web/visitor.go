// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"net/http"
)

// visitor is who has sent a request, as far as the page knows. The zero value
// is somebody with the password, or anybody where none is required.
type visitor struct {
	// session is the id of the session, "" without one.
	session string
	// ingress means that Home Assistant has signed the visitor in, and user is the
	// id there, "" when it is unknown.
	ingress bool
	user    string
}

// visitorKey is the key of the visitor in the context of a request.
type visitorKey struct{}

func withVisitor(r *http.Request, v visitor) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}

func visitorOf(r *http.Request) visitor {
	v, _ := r.Context().Value(visitorKey{}).(visitor)
	return v
}

// subject is what form tokens are bound to.
func (v visitor) subject() string {
	switch {
	case v.ingress:
		return "ingress " + v.user
	case v.session != "":
		return "session " + v.session
	}
	return ""
}
