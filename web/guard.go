package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// policy allows the page its own style sheet, pictures and form, and nothing
// else: no scripts, no frames, nothing of anybody else's.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// harden sets the headers that every answer carries, errors included.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		// Not no-referrer: browsers then send "Origin: null" with our own form too.
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// strip takes the path of the base URL off, so that the page works behind a
// proxy that hands it on as well as behind one that removes it.
func (s *Server) strip(next http.Handler) http.Handler {
	if s.prefix == "" {
		return next
	}
	stripped := http.StripPrefix(s.prefix, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, s.prefix+"/"):
			stripped.ServeHTTP(w, r)
		case r.URL.Path == s.prefix:
			http.Redirect(w, r, s.prefix+"/", http.StatusMovedPermanently)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sameHost refuses names that are not ours while the page asks for no password:
// any web site could otherwise point a name of its own at 127.0.0.1 and read the
// page from the household's browser (DNS rebinding).
func (s *Server) sameHost(next http.Handler) http.Handler {
	if s.options.Auth != "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := hostname(r.Host)
		if !loopback(name) && (name == "" || !strings.EqualFold(name, s.base.Hostname())) {
			http.Error(w, "This page is for this machine only. Set withings.base_url to the name you use, or a password.",
				http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostname takes the port and the brackets off a Host header.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// deliberate reports whether a person may have meant a request: it comes from
// our own page, from a browser's address bar, from no browser at all, or it
// follows a link of another page in a whole window. A picture or a frame of
// another page does what its author meant. Browsers say so wherever the address
// is https or this machine; elsewhere there is no telling.
func deliberate(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	destination := r.Header.Get("Sec-Fetch-Dest")
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && (destination == "" || destination == "document")
}

// private asks for the password where one is wanted.
func (s *Server) private(next http.HandlerFunc) http.Handler {
	if s.options.Auth != AuthPassword {
		return next
	}
	// Sums have one length, so that comparing them tells nothing.
	want := sha256.Sum256([]byte(s.options.Password.Reveal()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, given := r.BasicAuth()
		got := sha256.Sum256([]byte(password))
		if subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
			next(w, r)
			return
		}
		if given {
			s.log.Warn().Str("from", r.RemoteAddr).Msg("wrong password for the page")
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="vitals2mqtt", charset="UTF-8"`)
		http.Error(w, "This page needs the password from the configuration (web.password); any user name will do.",
			http.StatusUnauthorized)
	})
}
