package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
)

// guard rejects requests with an untrusted host name or without the password.
type guard struct {
	trustedHosts map[string]bool // by canonicalHost
	auth         string          // as in Options
	password     secret.Text
	throttle     *throttle
	refusals     *refusals
	browserToken string // value of knownBrowserCookie, new with each start
	cookiePath   string
	secure       bool // the page is used by https
	log          zerolog.Logger
}

func newGuard(o Options, base *url.URL, prefix string) *guard {
	return &guard{
		trustedHosts: configuredHosts(o, base.Hostname()),
		auth:         o.Auth,
		password:     o.Password,
		throttle:     newThrottle(),
		refusals:     newRefusals(),
		browserToken: rand.Text(),
		cookiePath:   prefix + "/",
		secure:       base.Scheme == "https",
		log:          o.Log,
	}
}

// requirePassword protects a handler with the password, if one is required.
func (g *guard) requirePassword(next http.HandlerFunc) http.Handler {
	if g.auth != AuthPassword {
		return next
	}
	// Hashes have one length: the comparison does not reveal the password's.
	want := sha256.Sum256([]byte(g.password.Reveal()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, given := r.BasicAuth()
		if !given {
			challenge(w)
			return
		}
		from := clientKey(r.RemoteAddr)
		known := g.isKnownBrowser(r)
		if known {
			from = knownBrowserKey
		}
		right, wait := g.throttle.check(from, time.Now(), func() bool {
			got := sha256.Sum256([]byte(password))
			return subtle.ConstantTimeCompare(got[:], want[:]) == 1
		})
		switch {
		case right:
			if !known {
				g.markKnownBrowser(w)
			}
			next(w, r)
		case wait > 0:
			g.refusals.count(refusedThrottled, "")
			seconds := int(math.Ceil(wait.Seconds()))
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			http.Error(w, fmt.Sprintf("Too many wrong passwords from this address. Try again in %d s.", seconds),
				http.StatusTooManyRequests)
		default:
			if g.refusals.count(refusedPassword, from) {
				g.log.Warn().Str("from", r.RemoteAddr).Msg("wrong page password (further ones are counted, not logged)")
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

func (g *guard) isKnownBrowser(r *http.Request) bool {
	cookie, err := r.Cookie(knownBrowserCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(g.browserToken)) == 1
}

func (g *guard) markKnownBrowser(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure needs https
		Name:     knownBrowserCookie,
		Value:    g.browserToken,
		Path:     g.cookiePath,
		MaxAge:   knownBrowserMaxAge,
		HttpOnly: true,
		Secure:   g.secure,
		SameSite: http.SameSiteLaxMode,
	})
}

// knownBrowserMaxAge is the lifetime of the cookie in seconds, a month.
const knownBrowserMaxAge = 30 * 24 * 60 * 60
