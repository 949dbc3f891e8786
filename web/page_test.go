// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/health"
	"vitals2mqtt/web"
)

func TestPageShowsProfilesAndValues(t *testing.T) {
	t.Parallel()
	answer := request(t, newHarness().handler(t, nil), http.MethodGet, "/")
	body := answer.Body.String()
	for _, want := range []string{
		"Alice", "81.35", `title="1 Mar 2026 07:00"`, `datetime="2026-03-01T07:00:00Z"`, "updated 3\u00a0min ago",
		`href="/values/alice/weight_kg"`,
		"Bob is not signed in; no measurements arrive.",
		`href="/profiles/bob/sign-in"`, "vitals2mqtt 1.2.3", `href="/style.css"`,
		`action="/api/refresh"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %q", want)
		}
	}
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %s", answer.Code, answer.Header().Get("Content-Type"))
	}
}

func TestPageLoadsNoExternalResources(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, nil)
	outside := regexp.MustCompile(`(?i)<script>|<script [^>]*src="[^/]|<iframe|\son\w+=|\sstyle=|` +
		`(src|href|action)="(https?:)?//|url\(|@import`)
	for _, target := range []string{"/", "/style.css", "/icon.svg", "/oauth/callback", "/login/nobody"} {
		answer := request(t, page, http.MethodGet, target)
		if found := outside.FindString(answer.Body.String()); found != "" {
			t.Errorf("%s holds %q", target, found)
		}
		policy := answer.Header().Get("Content-Security-Policy")
		for _, want := range []string{
			"default-src 'none'", "style-src 'self'", "script-src 'self'; ", "form-action 'self'",
			"frame-ancestors 'none'",
		} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: policy %q lacks %q", target, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: policy %q allows too much", target, policy)
		}
	}
}

func TestNamesAreEscaped(t *testing.T) {
	t.Parallel()
	hostile := `"><script>alert(1)</script>' onload='x`
	h := newHarness()
	h.overview.Broker = hostile
	h.overview.Verdict = health.Judge(health.Facts{Profiles: []health.Profile{{Slug: hostile, Name: hostile, Overdue: true}}})
	h.overview.Profiles = []web.Profile{{
		Slug:         hostile,
		Name:         hostile,
		State:        hostile,
		Problem:      hostile,
		SignInNeeded: true,
		Endpoints:    []web.Endpoint{{Name: hostile, LastError: hostile}},
		Values:       []web.Value{{Key: hostile, Name: hostile, Text: hostile, Unit: hostile, Device: hostile}},
	}}
	body := request(t, h.handler(t, nil), http.MethodGet, "/").Body.String()
	if strings.Contains(body, "<script>") || strings.Contains(body, `"><`+"script") ||
		strings.Contains(body, "' onload='") {
		t.Errorf("a name is not escaped:\n%s", body)
	}
	if strings.Count(body, "&lt;script&gt;") < 6 {
		t.Errorf("the names are not shown:\n%s", body)
	}
}

func TestOverviewIsJSON(t *testing.T) {
	t.Parallel()
	h := newHarness()
	answer := request(t, h.handler(t, nil), http.MethodGet, "/api/overview")
	var view web.Overview
	if err := json.Unmarshal(answer.Body.Bytes(), &view); err != nil {
		t.Fatal(err)
	}
	if view.Version != "1.2.3" || len(view.Profiles) != 2 || view.Profiles[0].Values[0].Text != "81.35" ||
		!view.Profiles[1].SignInNeeded {
		t.Errorf("%s", answer.Body)
	}
	if strings.Contains(answer.Body.String(), "null") {
		t.Errorf("empty lists are not lists: %s", answer.Body)
	}
	h.overview.Profiles = nil
	body := request(t, h.handler(t, nil), http.MethodGet, "/api/overview").Body.String()
	if !strings.Contains(body, `"people":[]`) {
		t.Error(body)
	}
}

func TestProbesRevealNoProfiles(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	for _, row := range []struct {
		target           string
		alive, connected bool
		status           int
	}{
		{"/healthz", true, false, http.StatusOK},
		{"/healthz", false, true, http.StatusServiceUnavailable},
		{"/readyz", false, true, http.StatusOK},
		{"/readyz", true, false, http.StatusServiceUnavailable},
	} {
		h.overview.Alive, h.overview.Verdict = row.alive, verdictWith(health.Broker{Connected: row.connected})
		answer := request(t, page, http.MethodGet, row.target)
		if answer.Code != row.status {
			t.Errorf("%+v: %d", row, answer.Code)
		}
		if body := answer.Body.String(); strings.Contains(body, "Alice") || strings.Contains(body, "broker.test") {
			t.Errorf("%s reveals %q", row.target, body)
		}
	}
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { o.BaseURL = "https://home.test/vitals/" })
	for _, target := range []string{"/vitals/", "/"} {
		body := request(t, page, http.MethodGet, target, "Host", "home.test").Body.String()
		for _, want := range []string{
			`href="/vitals/style.css"`, `action="/vitals/api/refresh"`,
			`href="/vitals/profiles/bob/sign-in"`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", target, want)
			}
		}
	}
	for target, want := range map[string]int{
		"/vitals": http.StatusMovedPermanently, "/vitals/style.css": http.StatusOK,
		"/vitalsx/style.css": http.StatusNotFound,
	} {
		if answer := request(t, page, http.MethodGet, target, "Host", "home.test"); answer.Code != want {
			t.Errorf("%s: %d, want %d", target, answer.Code, want)
		}
	}
}
