// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

// TestUntrustedHostIsRejected tries each host name with each kind of
// authentication and each setting (DNS rebinding).
func TestUntrustedHostIsRejected(t *testing.T) {
	t.Parallel()
	auths := map[string]func(*web.Options){
		"nothing":  func(*web.Options) {},
		"none":     func(o *web.Options) { o.Listen, o.Auth = ":8099", web.AuthNone },
		"password": func(o *web.Options) { o.Listen, o.Password = ":8099", secret.New("pass") },
	}
	settings := map[string]func(*web.Options){
		"by itself": func(*web.Options) {},
		"base_url":  func(o *web.Options) { o.BaseURL = "https://home.test/vitals" },
		"trusted":   func(o *web.Options) { o.TrustedHosts = []string{"homeserver.lan", "HomeAssistant.local."} },
	}
	for _, row := range []struct {
		host string
		in   string // the setting that trusts it; "" for none, "*" for all
	}{
		{"localhost:8099", "*"},
		{"LOCALHOST.", "*"},
		{"127.0.0.1", "*"},
		{"[::1]:8099", "*"},
		{"[::1]", "*"},
		{"192.0.2.7:8099", "*"},
		{"[2001:db8::7]:8099", "*"},
		{"home.test", "base_url"},
		{"Home.Test.:443", "base_url"},
		{"homeserver.lan:8099", "trusted"},
		{"homeassistant.local:8099", "trusted"},
		{"evil.example", ""},
		{"home.test.evil.example", ""},
		{"evilhome.test", ""},
		{"localhost.evil.example", ""},
		{"127.0.0.1.evil.example", ""},
		{"homeserver", ""},
		{"", ""},
	} {
		for auth, guard := range auths {
			for setting, set := range settings {
				page := newHarness().handler(t, func(o *web.Options) { guard(o); set(o) })
				answer := request(t, page, http.MethodGet, "/", "Host", row.host, "Authorization",
					basicAuth("x", "pass"))
				trusted := row.in == "*" || row.in == setting
				if (answer.Code == http.StatusOK) != trusted ||
					!trusted && answer.Code != http.StatusMisdirectedRequest {
					t.Errorf("host %q, auth %s, %s: %d", row.host, auth, setting, answer.Code)
				}
				if body := answer.Body.String(); !trusted && strings.Contains(body, "Alice") {
					t.Errorf("host %q, auth %s, %s: %s", row.host, auth, setting, body)
				}
			}
		}
	}
}

func TestDataRoutesRequireTrustedHost(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) {
		o.Auth, o.BaseURL = web.AuthNone, "https://home.test/vitals"
	})
	for route, want := range map[string]int{
		"GET /": 421, "GET /vitals/": 421, "GET /api/overview": 421, "GET /metrics": 421, "POST /api/refresh": 421,
		"GET /login/alice":                   421,
		"GET /oauth/callback?state=a&code=b": 421, "GET /nothing": 421, "GET /style.css": 200, "GET /icon.svg": 200,
		"GET /healthz": 200, "GET /readyz": 200, "GET /vitals/healthz": 200,
	} {
		method, target, _ := strings.Cut(route, " ")
		if answer := request(t, page, method, target, "Host", "evil.example"); answer.Code != want {
			t.Errorf("%s: %d, want %d", route, answer.Code, want)
		}
	}
}

// TestUntrustedHostAnswerNamesSetting: the response contains the setting to
// add, and never an invalid host name.
func TestUntrustedHostAnswerNamesSetting(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, nil)
	body := request(t, page, http.MethodGet, "/", "Host", "HomeServer.lan:8099").Body.String()
	for _, want := range []string{
		"trusted_hosts: [homeserver.lan]\n", "V2M_WEB_TRUSTED_HOSTS=homeserver.lan",
		"withings.base_url",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in\n%s", want, body)
		}
	}
	answer := request(t, page, http.MethodGet, "/", "Host", "<script>alert(1)</script>")
	if strings.Contains(answer.Body.String(), "script") ||
		!strings.Contains(answer.Body.String(), "web.trusted_hosts") {
		t.Errorf("%s", answer.Body)
	}
}

func TestListenHostIsTrusted(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { o.Listen, o.Auth = "homeserver.lan:8099", web.AuthNone })
	if answer := request(t, page, http.MethodGet, "/", "Host", "homeserver.lan:8099"); answer.Code != http.StatusOK {
		t.Errorf("%d", answer.Code)
	}
}
