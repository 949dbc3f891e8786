// SPDX-License-Identifier: MIT

package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestPathsLeadToNoFile: assets are served by their names alone, and no path of
// a profile or import leads out of its folder.
func TestPathsLeadToNoFile(t *testing.T) {
	t.Parallel()
	page := newPastHarness(t).page
	for _, path := range []string{
		"/../config.yaml", "/..%2fconfig.yaml", "/%2e%2e/%2e%2e/etc/passwd", "/assets/app.js", "/assets/", "/assets/../../go.mod",
		"/app.js/..%2f..%2fgo.mod", "/app.js%00.css", "//etc/passwd", "/history/imports/..%2f..%2fetc%2fpasswd",
		"/history/imports/%2e%2e", "/calendar/..%2fpasswd.ics", "/sleep/..%2f..%2fetc", `/..\..\go.mod`, "/.git/config",
		"/values/../..",
	} {
		address, err := url.ParseRequestURI(path)
		if err != nil {
			t.Fatal(err)
		}
		r := (&http.Request{
			Method: http.MethodGet, URL: address, Host: "localhost:8099", RemoteAddr: "127.0.0.1:1",
			Header: http.Header{"Accept": {acceptHTML}}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}).WithContext(t.Context())
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, r)
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		leads := answer.Header().Get("Location")
		isRedirect := answer.Code/100 == 3 && strings.HasPrefix(leads, "/") && !strings.HasPrefix(leads, "//")
		if answer.Code != http.StatusNotFound && answer.Code != http.StatusBadRequest && !isRedirect {
			t.Errorf("%s: %d", path, answer.Code)
		}
		if strings.Contains(string(text), "module vitals2mqtt") || strings.Contains(string(text), "root:") {
			t.Errorf("%s serves a file", path)
		}
	}
}

// TestEveryResponseHasSecurityHeaders also looks at errors, redirects and files.
func TestEveryResponseHasSecurityHeaders(t *testing.T) {
	t.Parallel()
	page := newPastHarness(t).page
	for _, target := range []string{
		"/", "/app.js", "/style.css", "/report.css", "/icon.svg", "/healthz", "/readyz", "/metrics", "/api/overview", "/nothing",
		"/history", "/history/export?profile=alice&format=tidy", "/oauth/callback", "/sign-in", "/setup/x", "/login/nobody",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			header := request(t, page, method, target).Header()
			for name, want := range map[string]string{
				"X-Content-Type-Options":       "nosniff",
				"X-Frame-Options":              "DENY",
				"Referrer-Policy":              "same-origin",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s %s: %s is %q", method, target, name, got)
				}
			}
			policy := header.Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none';") || !strings.Contains(policy, "frame-ancestors 'none'") ||
				strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") || strings.Contains(policy, "http") {
				t.Errorf("%s %s: the policy is %q", method, target, policy)
			}
		}
	}
}
