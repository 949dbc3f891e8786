// SPDX-License-Identifier: MIT

package web

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"time"
)

// knownBrowserCookie marks a browser that has sent the right password since
// start. It does not replace the password. It only gives the browser an own
// allowance of wrong passwords, so that an attacker behind the same proxy
// cannot lock it out.
const (
	knownBrowserCookie   = "vitals2mqtt_known"
	knownBrowserLifetime = 30 * 24 * time.Hour
)

func (g *guard) isKnownBrowser(r *http.Request) bool {
	cookie, err := r.Cookie(knownBrowserCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(g.browserToken)) == 1
}

// setCookie sets a cookie for the page alone; a negative lifetime removes it.
// With SameSite=Strict, a link to the page in Home Assistant or a mail would
// ask for the password again. Other sites cannot post with Lax either.
func (g *guard) setCookie(w http.ResponseWriter, r *http.Request, name, value string, lifetime time.Duration) {
	cookie := &http.Cookie{ //nolint:gosec // Secure needs https
		Name:     name,
		Value:    value,
		Path:     g.prefix + "/",
		MaxAge:   int(lifetime.Seconds()),
		HttpOnly: true,
		Secure:   g.isByHTTPS(r),
		SameSite: http.SameSiteLaxMode,
	}
	if lifetime < 0 {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// isByHTTPS reports whether the browser uses https: with a form it says so
// itself. A base URL with https may still be used by http at home, where the
// browser would not keep a secure cookie.
func (g *guard) isByHTTPS(r *http.Request) bool {
	if origin, err := url.Parse(r.Header.Get("Origin")); err == nil && origin.Host != "" {
		return origin.Scheme == "https"
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		return proto == "https"
	}
	return g.secure
}
