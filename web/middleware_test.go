// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestNewRequiresPasswordBeyondLoopback(t *testing.T) {
	t.Parallel()
	password := secret.New("pass")
	for _, row := range []struct {
		listen, auth, base string
		password           secret.Text
		want               error // nil: fine
		bad                bool
	}{
		{listen: "127.0.0.1:1"},
		{listen: "localhost:1"},
		{listen: "[::1]:1"},
		{listen: ":1", want: web.ErrPasswordRequired},
		{listen: "0.0.0.0:1", want: web.ErrPasswordRequired},
		{listen: "[::]:1", want: web.ErrPasswordRequired},
		{listen: "192.0.2.1:1", want: web.ErrPasswordRequired},
		{listen: "homeserver:1", want: web.ErrPasswordRequired},
		{listen: ":1", auth: web.AuthNone},
		{listen: ":1", password: password},
		{listen: ":1", auth: web.AuthPassword, password: password},
		{listen: ":1", auth: web.AuthPassword, want: web.ErrInvalidAuth},
		{listen: "127.0.0.1:1", auth: "token", want: web.ErrInvalidAuth},
		{listen: "127.0.0.1", bad: true},
		{listen: "127.0.0.1:1", base: "homeserver.lan", bad: true},
		{listen: "127.0.0.1:1", base: "ftp://homeserver.lan", bad: true},
	} {
		options := newHarness().options()
		options.Listen, options.Auth, options.Password, options.BaseURL = row.listen, row.auth, row.password, row.base
		_, err := web.New(options)
		if (err != nil) != (row.bad || row.want != nil) || row.want != nil && !errors.Is(err, row.want) {
			t.Errorf("%+v: %v", row, err)
		}
		if err != nil && strings.Contains(err.Error(), "pass\"") {
			t.Errorf("password in %v", err)
		}
	}
	options := newHarness().options()
	options.Overview = nil
	if _, err := web.New(options); err == nil {
		t.Error("no error without an overview")
	}
}

func TestPasswordProtectsPrivateRoutes(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, func(o *web.Options) { o.Listen, o.Password = ":1", secret.New("corréct") })
	private := []string{"GET /", "GET /api/overview", "POST /api/refresh", "GET /login/alice"}
	open := []string{
		"GET /oauth/callback", "HEAD /oauth/callback", "GET /healthz", "GET /readyz", "GET /style.css",
		"GET /icon.svg",
	}
	for _, route := range slices.Concat(private, open) {
		method, target, _ := strings.Cut(route, " ")
		for authorization, right := range map[string]bool{
			"": false, basicAuth("x", "wrong"): false, basicAuth("corréct", ""): false, "Bearer corréct": false,
			basicAuth("any user", "corréct"): true,
		} {
			answer := request(t, page, method, target, "Authorization", authorization)
			refused := answer.Code == http.StatusUnauthorized
			if want := slices.Contains(private, route) && !right; refused != want {
				t.Errorf("%s with %q: %d", route, authorization, answer.Code)
			}
			if refused && (answer.Header().Get("WWW-Authenticate") == "" ||
				strings.Contains(answer.Body.String(), "Alice")) {
				t.Errorf("%s: %v %s", route, answer.Header(), answer.Body)
			}
		}
	}
	if len(h.polls) != 1 || len(h.signIn.started) != 1 {
		t.Errorf("effects without the right password: %v, %v", h.polls, h.signIn.started)
	}
	if strings.Contains(h.log.String(), "corr") || !strings.Contains(h.log.String(), "wrong page password") {
		t.Errorf("log: %s", h.log.String())
	}
}

func TestRefreshRejectsCrossSiteRequests(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		header []string
		status int
	}{
		{"curl", nil, http.StatusAccepted},
		{"own page", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusAccepted},
		{"own form", []string{"Sec-Fetch-Site", "same-origin", "Accept", "text/html,*/*"}, http.StatusSeeOther},
		{"own page, old browser", []string{"Origin", "http://localhost:8099"}, http.StatusAccepted},
		{"own page behind a proxy", []string{"Origin", "https://home.test"}, http.StatusAccepted},
		{"other page", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"sibling page", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"other page, old browser", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
	} {
		h := newHarness()
		page := h.handler(t, func(o *web.Options) { o.BaseURL = "https://home.test" })
		answer := request(t, page, http.MethodPost, "/api/refresh", row.header...)
		if answer.Code != row.status {
			t.Errorf("%s: %d %s", row.name, answer.Code, answer.Body)
		}
		if did := len(h.polls) > 0; did != (row.status < http.StatusBadRequest) {
			t.Errorf("%s: polled %v", row.name, h.polls)
		}
	}
	answer := request(t, newHarness().handler(t, nil), http.MethodGet, "/api/refresh")
	if answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("a GET must change nothing: %d", answer.Code)
	}
}

func TestRefreshOneProfile(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	for _, row := range []struct {
		query  string
		status int
	}{
		{"profile=bob", http.StatusAccepted},
		{"profile=mallory", http.StatusNotFound},
		{"profile=bob&endpoint=measure/getmeas", http.StatusAccepted},
	} {
		if answer := request(t, page, http.MethodPost, "/api/refresh?"+row.query); answer.Code != row.status {
			t.Errorf("%s: %d %s", row.query, answer.Code, answer.Body)
		}
	}
	answer := request(t, page, http.MethodPost, "/api/refresh?endpoint=weather")
	if answer.Code != http.StatusNotFound || !strings.Contains(answer.Body.String(), "the weather") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	if !slices.Equal(h.polls, []string{"bob", "bob measure/getmeas"}) {
		t.Errorf("polled %v", h.polls)
	}
	busy := h.handler(t, func(o *web.Options) {
		o.Refresh = func(string, string) error { return errors.New("budget is used up") }
	})
	for accept, want := range map[string]string{
		"*/*":       `{"error":"budget is used up"}`,
		"text/html": "<p>budget is used up</p>",
	} {
		answer := request(t, busy, http.MethodPost, "/api/refresh", "Accept", accept)
		if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%s: %d %s", accept, answer.Code, answer.Body)
		}
	}
}

// TestNotificationsBypassHostAndPasswordChecks: they come under any host name
// and prefix, and have a secret of their own.
func TestNotificationsBypassHostAndPasswordChecks(t *testing.T) {
	t.Parallel()
	options := newHarness().options()
	options.Password = secret.New("pass")
	options.Notify = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	page, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/notify/abc": http.StatusTeapot, "/behind/a/proxy/notify/abc": http.StatusTeapot, "/": http.StatusUnauthorized,
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://vitals.example.org"+path,
			http.NoBody)
		if path == "/" {
			request.Method, request.Host = http.MethodGet, "127.0.0.1"
		}
		answer := httptest.NewRecorder()
		page.Handler().ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%s: %d, want %d", path, answer.Code, want)
		}
	}
}
