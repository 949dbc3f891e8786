// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/health"
	"vitals2mqtt/history"
	"vitals2mqtt/web"
)

// fuzzedPage is a page with everything that reads a request.
func fuzzedPage(f *testing.F) http.Handler {
	f.Helper()
	h, archive := newHarness(), &fakeHistory{series: history.Series{Bucket: history.BucketDay}}
	h.overview.Verdict = verdictWith(health.Broker{Connected: true})
	options := h.options()
	options.Log = zerolog.Nop()
	options.History = archive
	options.HistoryProfile = func(_ context.Context, slug string) (web.HistoryProfile, bool) {
		return web.HistoryProfile{Name: "Alice", User: "4711", Zone: time.UTC}, slug == "alice"
	}
	options.CalendarKey = func(string) string { return "the-key-of-the-calendar" }
	options.Past, options.Imports, options.UploadLimit = &fakePast{}, &fakeImports{}, 1<<16
	server, err := web.New(options)
	if err != nil {
		f.Fatal(err)
	}
	return server.Handler()
}

// FuzzPage sends anything to every route. The answer is never a failure of the
// server, leads to no other site, has all headers, and contains no markup of
// the sender.
func FuzzPage(f *testing.F) {
	const markup = "<xss"
	for _, path := range []string{
		"", "api/overview", "api/refresh", "api/profiles/alice/history", "api/profiles/alice/nights", "api/profiles/alice/records",
		"api/profiles/alice/ecgs", "api/profiles/alice/ecgs/7", "values/alice/weight_kg", "values/alice/weight_kg/chart",
		"values/alice/weight_kg/data.csv", "values/alice/weight_kg/data.json", "calendar/alice.ics", "sleep/alice", "heart/alice",
		"report/alice", "health", "history", "history/export", "history/import", "history/imports/the-id", "login/alice",
		"profiles/alice/sign-in", "profiles/alice/account", "oauth/callback", "sign-in", "sign-out", "setup/x", "metrics", "healthz",
		"app.js", "..%2f..%2fetc/passwd", "api/profiles/<xss/history", "values/alice/<xss>",
	} {
		f.Add(path, "key=weight_kg&from=7d&to=2026&bucket=day&profile=alice&state=<xss&code=<xss&next=//evil.example",
			"profile=alice&next=%2F%2Fevil", true)
		f.Add(path, "key=weight_kg&from=2026-02&bucket=day&kind=measures&format=tidy&state=s3cret-state&code=c0de-of-alice", "", false)
		f.Add(path, "from=999999y&to=9999-12-31&key=%00&limit=-1&range=<xss&next=/\\evil.example", "address=<xss", false)
	}
	page := fuzzedPage(f)
	f.Fuzz(func(t *testing.T, path, query, body string, post bool) {
		address, err := url.ParseRequestURI("/" + path + "?" + query) // as a server does
		if err != nil {
			return
		}
		r := (&http.Request{
			Method: http.MethodGet, URL: address, Host: "localhost:8099", RemoteAddr: "127.0.0.1:1",
			Header: http.Header{"Accept": {acceptHTML}}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}).WithContext(t.Context())
		if post {
			r.Method, r.Body = http.MethodPost, io.NopCloser(strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := httptest.NewRecorder()
		page.ServeHTTP(answer, r)
		text, kind := answer.Body.String(), answer.Header().Get("Content-Type")
		if answer.Code >= 500 {
			t.Errorf("%s %s: %d %s", r.Method, r.URL, answer.Code, text)
		}
		if answer.Header().Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(answer.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s %s: headers %v", r.Method, r.URL, answer.Header())
		}
		if strings.HasPrefix(kind, "text/html") && strings.Contains(text, markup) {
			t.Errorf("%s %s: the markup is in the page", r.Method, r.URL)
		}
		if strings.HasPrefix(kind, "application/json") && !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%s %s: no JSON: %q", r.Method, r.URL, text)
		}
		if to := answer.Header().Get("Location"); to != "" && !isOwnAddress(to) {
			t.Errorf("%s %s: leads to %q", r.Method, r.URL, to)
		}
	})
}

// isOwnAddress reports whether a browser stays on the page, or goes to the
// consent page.
func isOwnAddress(address string) bool {
	if strings.HasPrefix(address, "https://account.example/") {
		return true
	}
	second := strings.TrimPrefix(address, "/")
	return second != address && !strings.HasPrefix(second, "/") && !strings.HasPrefix(second, `\`) &&
		!strings.ContainsAny(address, "\r\n\t")
}
