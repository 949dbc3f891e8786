// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// callbackPaths returns the paths of requests to the callback: the whole path
// and, for a proxy that removes the base URL's path, the rest of it.
func callbackPaths(callback *url.URL, prefix string) []string {
	path := cmp.Or(callback.Path, "/")
	if below, ok := strings.CutPrefix(path, prefix+"/"); ok && prefix != "" {
		return []string{path, "/" + below}
	}
	return []string{path}
}

// routeCallback handles requests to the path of the configured callback. As the
// page may have another route at that path, "/" for example, it recognizes a
// callback by its parameters and the test of the developer portal by its
// method. It runs before the check of the host name: the OAuth state
// authenticates the request, and the registered host name may not be trusted
// otherwise. The form to replace an account is posted to the same path.
func (s *signInRoutes) routeCallback(answer, page http.Handler) http.Handler {
	if s.callbackURL == "" {
		return page
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch here := slices.Contains(s.callbackPaths, r.URL.Path); {
		case here && r.Method == http.MethodHead:
		case here && r.Method == http.MethodGet && (query.Has("state") || query.Has("error")):
			s.finish(w, r)
		case here && r.Method == http.MethodPost && query.Has(replaceParam):
			answer.ServeHTTP(w, r)
		default:
			page.ServeHTTP(w, r)
		}
	})
}
