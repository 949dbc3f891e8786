package web

import (
	"context"
	"net/http"
	"time"

	"vitals2mqtt/display"
)

// frame is what all pages have in common.
type frame struct {
	display.Language

	// Heading is the title of the browser's window.
	Heading string
	// Base is put before every link; it has no slash at its end.
	Base string
	Now  time.Time
}

// prefixKey is the key of the prefix in the context of a request.
type prefixKey struct{}

// withPrefix says where the page of a request is: a proxy may put it below a
// path that only the request tells.
func withPrefix(r *http.Request, prefix string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), prefixKey{}, prefix))
}

// prefix is the path that links of a response begin with, without slash at its
// end.
func (r *renderer) prefix(request *http.Request) string {
	if prefix, given := request.Context().Value(prefixKey{}).(string); given {
		return prefix
	}
	return r.base
}

// frame returns the frame of a response.
func (r *renderer) frame(request *http.Request, heading string) frame {
	return frame{
		Language: display.Accept(request.Header.Get("Accept-Language")),
		Heading:  heading,
		Base:     r.prefix(request),
		Now:      time.Now(),
	}
}
