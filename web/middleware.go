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

// contentSecurityPolicy allows the page's own style sheet, images and forms
// only.
const contentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// securityHeaders sets headers of every response, including errors.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		// With no-referrer, browsers send "Origin: null" with the page's own form.
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// stripBasePath removes the path of the base URL, so that the page works behind
// proxies that forward it and behind those that remove it.
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

// requirePassword protects a handler with the password, if one is required.
func (s *Server) requirePassword(next http.HandlerFunc) http.Handler {
	if s.options.Auth != AuthPassword {
		return next
	}
	// Hashes have one length: the comparison does not reveal the password's.
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
			from = knownBrowserKey
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
				s.log.Warn().Str("from", r.RemoteAddr).Msg("wrong page password (further ones are counted, not logged)")
			}
			challenge(w)
		}
	})
}

func challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="vitals2mqtt", charset="UTF-8"`)
	http.Error(w, "Enter the password from the configuration (web.password); the user name can be anything.",
		http.StatusUnauthorized)
}

// knownBrowserCookie marks a browser that has sent the right password since
// start. It does not replace the password. It only gives the browser an own
// allowance of wrong passwords, so that an attacker behind the same proxy
// cannot lock it out.
const knownBrowserCookie = "vitals2mqtt_known"

func (s *Server) isKnownBrowser(r *http.Request) bool {
	cookie, err := r.Cookie(knownBrowserCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(s.browserToken)) == 1
}

func (s *Server) markKnownBrowser(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure needs https
		Name:     knownBrowserCookie,
		Value:    s.browserToken,
		Path:     s.prefix + "/",
		MaxAge:   knownBrowserMaxAge,
		HttpOnly: true,
		Secure:   s.base.Scheme == "https",
		SameSite: http.SameSiteLaxMode,
	})
}

// knownBrowserMaxAge is the lifetime of the cookie in seconds, a month.
const knownBrowserMaxAge = 30 * 24 * 60 * 60
