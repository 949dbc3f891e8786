// SPDX-License-Identifier: MIT

package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// guard rejects requests with an untrusted host name or without the password.
type guard struct {
	trustedHosts map[string]bool // by canonicalHost
	auth         string          // as in Options
	password     [sha256.Size]byte
	throttle     *throttle
	refusals     *refusals
	sessions     *sessions
	browserToken string // value of knownBrowserCookie, new with each start
	prefix       string // path of the base URL
	secure       bool   // the page is used by https
	log          zerolog.Logger
}

func newGuard(o Options, base *url.URL, prefix string) *guard {
	return &guard{
		trustedHosts: configuredHosts(o, base.Hostname()),
		auth:         o.Auth,
		// Hashes have one length: the comparison does not reveal the password's.
		password:     sha256.Sum256([]byte(o.Password.Reveal())),
		throttle:     newThrottle(),
		refusals:     newRefusals(),
		sessions:     newSessions(deriveKey(o.SessionKey.Reveal(), "session")),
		browserToken: rand.Text(),
		prefix:       prefix,
		secure:       base.Scheme == "https",
		log:          o.Log,
	}
}

// asks reports whether a request needs the password.
func (g *guard) asks(r *http.Request) bool { return g.auth == AuthPassword && !visitorOf(r).ingress }

// requirePassword protects a handler with the password, if one is required. A
// session stands for it.
func (g *guard) requirePassword(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.auth == authClosed && !visitorOf(r).ingress && !isFromThisMachine(r) {
			http.Error(w, "This page is open in Home Assistant only. To open it here as well, set web.password "+
				"(in the app: web_password).", http.StatusForbidden)
			return
		}
		if !g.asks(r) {
			next(w, r)
			return
		}
		if id := g.sessions.of(r, time.Now()); id != "" {
			next(w, withVisitor(r, visitor{session: id}))
			return
		}
		_, password, given := r.BasicAuth()
		if !given {
			g.askPassword(w, r)
			return
		}
		switch right, wait := g.compare(w, r, password); {
		case right:
			next(w, r)
		case wait > 0:
			http.Error(w, fmt.Sprintf("Too many wrong passwords from this address. Try again in %d s.",
				setRetryAfter(w, wait)), http.StatusTooManyRequests)
		default:
			challenge(w)
		}
	})
}

// isFromThisMachine reports whether a request is made by a program on this
// machine for itself: one of a proxy here may be anybody's.
func isFromThisMachine(r *http.Request) bool {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return isLoopback(host) && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// isStillSignedIn reports whether the session that a request belongs to has not
// ended since.
func (g *guard) isStillSignedIn(r *http.Request) bool {
	session := visitorOf(r).session
	return session == "" || g.sessions.of(r, time.Now()) == session
}

// compare compares a password in constant time, unless there were too many
// wrong ones: then it returns how long to wait.
func (g *guard) compare(w http.ResponseWriter, r *http.Request, password string) (right bool, wait time.Duration) {
	from, known := clientKey(r.RemoteAddr), g.isKnownBrowser(r)
	if known {
		from = knownBrowserKey
	}
	right, wait = g.throttle.check(from, time.Now(), func() bool {
		got := sha256.Sum256([]byte(password))
		return subtle.ConstantTimeCompare(got[:], g.password[:]) == 1
	})
	switch {
	case right && !known:
		g.setCookie(w, r, knownBrowserCookie, g.browserToken, knownBrowserLifetime)
	case wait > 0:
		g.refusals.count(refusedThrottled, "")
	case !right && g.refusals.count(refusedPassword, from):
		g.log.Warn().Str("from", r.RemoteAddr).Msg("wrong page password (further ones are counted, not logged)")
	}
	return right, wait
}

// setRetryAfter sets the header and returns its seconds.
func setRetryAfter(w http.ResponseWriter, wait time.Duration) (seconds int) {
	seconds = int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return seconds
}

// askPassword answers a request without a password: browsers get the form,
// other clients the challenge of HTTP basic authentication.
func (g *guard) askPassword(w http.ResponseWriter, r *http.Request) {
	switch {
	case acceptsHTML(r):
		next := "/"
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next = r.URL.RequestURI()
		}
		http.Redirect(w, r, g.prefix+"/sign-in?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
	case isScript(r):
		// Browsers would show their own dialog for a challenge.
		http.Error(w, "Sign in again.", http.StatusUnauthorized)
	default:
		challenge(w)
	}
}

func challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="vitals2mqtt", charset="UTF-8"`)
	http.Error(w, "Enter the password from the configuration (web.password); the user name can be anything.",
		http.StatusUnauthorized)
}

// acceptsHTML reports whether a request is made by somebody who wants to see a
// page.
func acceptsHTML(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }

// isScript reports whether a request is made by a script of a page: only
// browsers send where a request comes from.
func isScript(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") != "" || r.Header.Get("Referer") != "" ||
		strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}
