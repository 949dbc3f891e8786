package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// callbackPaths are the paths that a callback has as requests come in: whole and, from a
// proxy that removes the base URL's path, without that.
func callbackPaths(callback *url.URL, prefix string) []string {
	path := cmp.Or(callback.Path, "/")
	if below, ok := strings.CutPrefix(path, prefix+"/"); ok && prefix != "" {
		return []string{path, "/" + below}
	}
	return []string{path}
}

// routeCallback answers at the configured callback's path. The page may have something else
// there, at its root most of all: so what the consent page sends is known by its
// parameters, and the developer portal's probe by its method. It comes before the
// check of the host, because the registered name may be one that is good for
// nothing else here, and somebody else's may be registered: the state is the key.
// What a person answers there comes back to the same path.
func (s *Server) routeCallback(answer, page http.Handler) http.Handler {
	if s.options.CallbackURL == "" || s.options.SignIn == nil {
		return page
	}
	paths := callbackPaths(s.callback, s.prefix)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		switch there := slices.Contains(paths, r.URL.Path); {
		case there && r.Method == http.MethodHead:
		case there && r.Method == http.MethodGet && (query.Has("state") || query.Has("error")):
			s.finishSignIn(w, r)
		case there && r.Method == http.MethodPost && query.Has(replaceParam):
			answer.ServeHTTP(w, r)
		default:
			page.ServeHTTP(w, r)
		}
	})
}

// warnIfCallbackElsewhere tells a person that the consent page may not send them back here, and
// reports whether it did. Whoever has been told goes on by a link.
func (s *Server) warnIfCallbackElsewhere(w http.ResponseWriter, r *http.Request, person Profile) bool {
	query := r.URL.Query()
	if !s.options.CallbackOnOtherHost || query.Has("continue") {
		return false
	}
	query.Set("continue", "1")
	s.showResult(w, http.StatusOK, resultPage{
		Title: "Before you go on",
		Text: fmt.Sprintf("The consent page will send your browser to %s, which is not this page's address. If it does not lead here, "+
			"nobody is signed in that way: run `vitals2mqtt login %s --paste` where the program runs instead, and paste the address "+
			"that the browser ends up at.", s.options.CallbackURL, person.Slug),
		ContinueURL: s.prefix + "/login/" + person.Slug + "?" + query.Encode(), Good: true,
	})
	return true
}
