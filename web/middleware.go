// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"strings"
)

// contentSecurityPolicy allows the page's own styles, scripts, requests, images
// and forms only.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
	"img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// Who may show the page in a frame.
const (
	framedByNobody  = "'none'"
	framedByOwnSite = "'self'" // through ingress: Home Assistant, which is on the same site there
)

// securityHeaders sets headers of every response, including errors.
func securityHeaders(ancestors string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy+ancestors)
		header.Set("X-Content-Type-Options", "nosniff")
		if ancestors == framedByNobody {
			header.Set("X-Frame-Options", "DENY")
		}
		// With no-referrer, browsers send "Origin: null" with the page's own form.
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// stripBasePath removes the path of the base URL, if it has one, so that the page works behind
// proxies that forward it and behind those that remove it.
func stripBasePath(prefix string, next http.Handler) http.Handler {
	if prefix == "" {
		return next
	}
	stripped := http.StripPrefix(prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, prefix+"/"):
			stripped.ServeHTTP(w, r)
		case r.URL.Path == prefix:
			http.Redirect(w, r, prefix+"/", http.StatusMovedPermanently)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// isUserInitiated reports whether a request can be intended by the user: it
// comes from this page, the address bar, a client that is no browser, or a link
// on another page. Images and frames of other pages are not. Browsers send
// these headers only to https and localhost.
func isUserInitiated(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	destination := r.Header.Get("Sec-Fetch-Dest")
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && (destination == "" || destination == "document")
}
