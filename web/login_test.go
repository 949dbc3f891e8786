// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"vitals2mqtt/web"
)

func TestLoginRedirectsToConsent(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	for target, want := range map[string]string{
		"/login/bob":          "https://account.example/authorize?state=s3cret-state",
		"/login/bob?switch=1": "https://account.example/logout?r=x",
	} {
		answer := request(t, page, http.MethodGet, target)
		if got := answer.Header().Get("Location"); answer.Code != http.StatusSeeOther || got != want {
			t.Errorf("%s: %d to %q", target, answer.Code, got)
		}
	}
	began := len(h.signIn.started)
	for method, target := range map[string]string{http.MethodHead: "/login/bob", http.MethodGet: "/login/mallory"} {
		if answer := request(t, page, method, target); answer.Code == http.StatusSeeOther {
			t.Errorf("%s %s: %d", method, target, answer.Code)
		}
	}
	if len(h.signIn.started) != began {
		t.Errorf("a sign-in was started: %v", h.signIn.started)
	}
	h.signIn.refuse = errors.New("client id is not configured")
	answer := request(t, page, http.MethodGet, "/login/bob")
	if answer.Code != http.StatusServiceUnavailable ||
		!strings.Contains(answer.Body.String(), "client id is not configured") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	if strings.Contains(h.log.String(), "s3cret-state") {
		t.Errorf("log: %s", h.log.String())
	}
}

// TestLoginRejectsCrossSiteRequests: new sign-ins displace pending ones, so
// another site must not be able to start them.
func TestLoginRejectsCrossSiteRequests(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, site, mode, dest string
		starts                 bool
	}{
		{"curl", "", "", "", true},
		{"address bar", "none", "navigate", "document", true},
		{"own page", "same-origin", "navigate", "document", true},
		{"link elsewhere", "cross-site", "navigate", "document", true},
		{"link elsewhere, sparing browser", "cross-site", "navigate", "", true},
		{"link on the same site", "same-site", "navigate", "document", true},
		{"picture elsewhere", "cross-site", "no-cors", "image", false},
		{"script elsewhere", "cross-site", "cors", "empty", false},
		{"frame elsewhere", "cross-site", "navigate", "iframe", false},
		{"picture on another port", "same-site", "no-cors", "image", false},
	} {
		h := newHarness()
		answer := request(t, h.handler(t, nil), http.MethodGet, "/login/bob",
			"Sec-Fetch-Site", row.site, "Sec-Fetch-Mode", row.mode, "Sec-Fetch-Dest", row.dest)
		if started := len(h.signIn.started) == 1; started != row.starts ||
			started != (answer.Code == http.StatusSeeOther) {
			t.Errorf("%s: %d, started %v", row.name, answer.Code, h.signIn.started)
		}
	}
}

func TestCallback(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, method, query string
		status              int
		words               string
	}{
		{"probe", http.MethodHead, "", http.StatusOK, ""},
		{"probe with a code", http.MethodHead, "state=s3cret-state&code=c0de-of-alice", http.StatusOK, ""},
		{"success", http.MethodGet, "state=s3cret-state&code=c0de-of-alice", http.StatusOK, "Alice is signed in"},
		{
			"wrong state", http.MethodGet, "state=guessed-state&code=c0de-of-alice",
			http.StatusBadRequest, "unknown or too old",
		},
		{
			"refused", http.MethodGet, "error=access_denied&state=s3cret-state",
			http.StatusBadRequest, "Access was denied",
		},
		{"bare", http.MethodGet, "", http.StatusBadRequest, "Start the sign-in from the overview"},
		{"no code", http.MethodGet, "state=s3cret-state", http.StatusBadRequest, "Start the sign-in from the overview"},
		{
			"hostile", http.MethodGet, "code=x&state=" + url.QueryEscape("<script>"),
			http.StatusBadRequest, "unknown or too old",
		},
	} {
		h := newHarness()
		answer := request(t, h.handler(t, nil), row.method, "/oauth/callback?"+row.query)
		body := answer.Body.String()
		if answer.Code != row.status || !strings.Contains(body, row.words) {
			t.Errorf("%s: %d %s", row.name, answer.Code, body)
		}
		for _, private := range []string{"s3cret-state", "guessed-state", "c0de-of-alice", "<script"} {
			if strings.Contains(body, private) || strings.Contains(h.log.String(), private) {
				t.Errorf("%s: %q leaked\nlog: %s\npage: %s", row.name, private, h.log.String(), body)
			}
		}
		if row.method == http.MethodHead && h.log.Len() > 0 {
			t.Errorf("%s had an effect: %s", row.name, h.log.String())
		}
	}
}

func TestClientDisconnectDoesNotAbortCodeExchange(t *testing.T) {
	t.Parallel()
	ctx, disconnect := context.WithCancel(t.Context())
	disconnect()
	target := "/oauth/callback?state=s3cret-state&code=c0de-of-alice"
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	request.Host = "localhost"
	answer := httptest.NewRecorder()
	newHarness().handler(t, nil).ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}

func TestPageHidesUnavailableActions(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { o.SignIn, o.Refresh = nil, nil })
	body := request(t, page, http.MethodGet, "/").Body.String()
	if strings.Contains(body, "/login/") || strings.Contains(body, "/api/refresh") {
		t.Error(body)
	}
	for _, target := range []string{"/login/bob", "/oauth/callback"} {
		if answer := request(t, page, http.MethodGet, target); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, answer.Code)
		}
	}
}
