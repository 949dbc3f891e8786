// SPDX-License-Identifier: MIT

package web_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

const callbackQuery = "state=s3cret-state&code=c0de-of-alice"

// TestConfiguredCallbackFinishesSignIn: a proxy forwards the whole path, or the
// path without that of the base URL.
func TestConfiguredCallbackFinishesSignIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ base, callback, path string }{
		{"https://home.example", "https://home.example/signed/in", "/signed/in"},
		{"https://home.example", "https://home.example/signed/in/", "/signed/in/"},
		{"https://home.example", "https://home.example/", "/"},
		{"https://home.example", "https://home.example", "/"},
		{"https://home.example/vitals", "https://home.example/vitals/in", "/vitals/in"},
		{"https://home.example/vitals", "https://home.example/vitals/in", "/in"},
		{"https://home.example/vitals", "https://home.example/vitals", "/vitals"},
		{"https://home.example/vitals", "https://home.example/in", "/in"},
		{"", "https://proxy.example/in", "/in"},
		{"https://home.example", "https://home.example/signed/in", "/oauth/callback"},
	} {
		h := newHarness()
		page := h.handler(t, func(o *web.Options) {
			o.BaseURL, o.CallbackURL, o.Auth, o.Password = row.base, row.callback, web.AuthPassword, secret.New("pass")
		})
		if answer := request(t, page, http.MethodHead, row.path); answer.Code != http.StatusOK {
			t.Errorf("%+v: the test of the portal is answered with %d", row, answer.Code)
		}
		answer := request(t, page, http.MethodGet, row.path+"?"+callbackQuery)
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "Alice is signed in") {
			t.Errorf("%+v: %d %s", row, answer.Code, answer.Body)
		}
		answer = request(t, page, http.MethodGet, row.path+"?error=access_denied&state=s3cret-state")
		if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), "Access was denied") {
			t.Errorf("%+v: a denied access is answered with %d %s", row, answer.Code, answer.Body)
		}
	}
}

// TestCallbackAtRootKeepsPagePrivate: the page at the same path needs the
// password.
func TestCallbackAtRootKeepsPagePrivate(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, func(o *web.Options) {
		o.CallbackURL, o.Auth, o.Password = "https://home.example/", web.AuthPassword, secret.New("pass")
	})
	if answer := request(t, page, http.MethodGet, "/"); answer.Code != http.StatusUnauthorized {
		t.Errorf("the overview: %d", answer.Code)
	}
	answer := request(t, page, http.MethodGet, "/?state=guessed&code=guessed")
	if strings.Contains(answer.Body.String(), "81.35") {
		t.Error("a made-up state shows the overview")
	}
	if answer := request(t, page, http.MethodHead, "/"); answer.Body.Len() > 0 {
		t.Errorf("HEAD shows %s", answer.Body)
	}
	if answer := request(t, page, http.MethodPost, "/?"+callbackQuery); answer.Code == http.StatusOK {
		t.Error("a form finishes a sign-in")
	}
}

// TestCallbackAcceptsAnyHost: the registered host name is trusted for callbacks
// only.
func TestCallbackAcceptsAnyHost(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, func(o *web.Options) { o.CallbackURL = "https://proxy.example/in" })
	for target, want := range map[string]int{
		"/in?" + callbackQuery:           http.StatusOK,
		"/in?state=x&code=y":             http.StatusBadRequest,
		"/in":                            http.StatusMisdirectedRequest,
		"/":                              http.StatusMisdirectedRequest,
		"/api/overview?" + callbackQuery: http.StatusMisdirectedRequest,
	} {
		if answer := request(t, page, http.MethodGet, target, "Host", "proxy.example"); answer.Code != want {
			t.Errorf("%s: %d, want %d", target, answer.Code, want)
		}
	}
}

// TestSignInOffersToPasteWhenCallbackIsElsewhere: the browser may not come back.
func TestSignInOffersToPasteWhenCallbackIsElsewhere(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, func(o *web.Options) {
		o.BaseURL, o.CallbackURL = "http://home.example/vitals", "https://example.org/a?b=c&d"
		o.CallbackOnOtherHost = true
	})
	for _, query := range []string{"", "?switch=1"} {
		answer := request(t, page, http.MethodGet, "/login/bob"+query)
		if got := answer.Header().Get("Location"); answer.Code != http.StatusSeeOther ||
			got != "/vitals/profiles/bob/sign-in" || len(h.signIn.started) > 0 {
			t.Errorf("%q: %d to %q, begun %v", query, answer.Code, got, h.signIn.started)
		}
	}
	body := html.UnescapeString(request(t, page, http.MethodGet, "/profiles/bob/sign-in").Body.String())
	for _, words := range []string{"https://example.org/a?b=c&d", "https://account.example/authorize?state=s3cret-state"} {
		if !strings.Contains(body, words) {
			t.Errorf("no %q in %s", words, body)
		}
	}
	answer := request(t, page, http.MethodGet, "/login/bob?continue=1")
	if got := answer.Header().Get("Location"); got != "https://account.example/authorize?state=s3cret-state" {
		t.Errorf("it continues to %q", got)
	}
}

func TestNewRejectsInvalidCallbackURL(t *testing.T) {
	t.Parallel()
	for _, callback := range []string{"/oauth/callback", "http://%zz/"} {
		options := newHarness().options()
		options.CallbackURL = callback
		if _, err := web.New(options); err == nil {
			t.Errorf("%q is accepted", callback)
		}
	}
}
