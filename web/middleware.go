package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// contentSecurityPolicy allows the page its own style sheet, pictures and form, and nothing
// else: no scripts, no frames, nothing of anybody else's.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders sets the headers that every answer carries, errors included.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
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

// stripBasePath takes the path of the base URL off, so that the page works behind a
// proxy that hands it on as well as behind one that removes it.
func (s *Server) stripBasePath(next http.Handler) http.Handler {
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

// isUserInitiated reports whether a person may have meant a request: it comes from
// our own page, from a browser's address bar, from no browser at all, or it
// follows a link of another page in a whole window. A picture or a frame of
// another page does what its author meant. Browsers say so wherever the address
// is https or this machine; elsewhere there is no telling.
func isUserInitiated(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return true
	}
	destination := r.Header.Get("Sec-Fetch-Dest")
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && (destination == "" || destination == "document")
}

// requirePassword asks for the password where one is wanted.
func (s *Server) requirePassword(next http.HandlerFunc) http.Handler {
	if s.options.Auth != AuthPassword {
		return next
	}
	// Sums have one length, so that comparing them tells nothing.
	want := sha256.Sum256([]byte(s.options.Password.Reveal()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, given := r.BasicAuth()
		if !given {
			challenge(w)
			return
		}
		from := clientKey(r.RemoteAddr)
		known := s.isKnownBrowser(r)
		if known {
			from = knownBrowserKey // whose allowance no stranger can use up
		}
		right, wait := s.throttle.check(from, time.Now(), func() bool {
			got := sha256.Sum256([]byte(password))
			return subtle.ConstantTimeCompare(got[:], want[:]) == 1
		})
		switch {
		case right:
			if !known {
				s.markKnownBrowser(w)
			}
			next(w, r)
		case wait > 0:
			s.refusals.count(refusedThrottled, "")
			seconds := int(math.Ceil(wait.Seconds()))
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			http.Error(w, fmt.Sprintf("Too many wrong passwords from this address. Try again in %d s.", seconds),
				http.StatusTooManyRequests)
		default:
			if s.refusals.count(refusedPassword, from) {
				s.log.Warn().Str("from", r.RemoteAddr).Msg("wrong password for the page (further ones are counted)")
			}
			challenge(w)
		}
	})
}

func challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="vitals2mqtt", charset="UTF-8"`)
	http.Error(w, "This page needs the password from the configuration (web.password); any user name will do.", http.StatusUnauthorized)
}

// knownBrowserCookie marks a browser that has given the right password since the start.
// It opens nothing. It only has an allowance of wrong passwords of its own, so
// that nobody who guesses, from behind the same proxy for example, keeps its
// owner out.
const knownBrowserCookie = "vitals2mqtt_known"

func (s *Server) isKnownBrowser(r *http.Request) bool {
	cookie, err := r.Cookie(knownBrowserCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(s.browserToken)) == 1
}

func (s *Server) markKnownBrowser(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // a page without https cannot have a Secure one
		Name: knownBrowserCookie, Value: s.browserToken, Path: s.prefix + "/", MaxAge: knownBrowserMaxAge, HttpOnly: true,
		Secure: s.base.Scheme == "https", SameSite: http.SameSiteLaxMode,
	})
}

// knownBrowserMaxAge is how long a browser keeps the mark: a month.
const knownBrowserMaxAge = 30 * 24 * 60 * 60
