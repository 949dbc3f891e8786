// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// faulty is a page with every fault that the tests of the views look for.
const faulty = `<!doctype html>
<html lang="de">
<head><meta charset="utf-8"><title>Sieht gut aus</title><meta name="viewport" content="width=device-width">
<script src="/faulty.js"></script><link rel="stylesheet" href="/faulty.css"></head>
<body>
<h1>page.title_missing</h1>
<p style="color: red">inline</p>
<p class="faint">A sentence that nobody can read</p>
<div class="wide">wide</div>
<a class="small" href="/">x</a>
<svg width="50" height="50"><title>empty</title><path d="M0 0L9 9" fill="none"/></svg>
<img src="http://localhost:1/picture.png">
</body></html>`

// A check that finds nothing anywhere would pass for every view.
func TestChecksFindFaults(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"/": faulty,
		"/faulty.css": "html { scroll-behavior: smooth } a:focus { outline: none } .faint { color: #eee; background: white }" +
			" .wide { width: 2000px } .small { display: block; width: 9px; height: 9px; overflow: hidden }",
		"/faulty.js": "console.error('said', 1); setTimeout(() => { throw new Error('thrown') }, 0)",
	}
	types := map[string]string{"/": "text/html", "/faulty.css": "text/css", "/faulty.js": "text/javascript"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src *")
		w.Header().Set("Content-Type", types[r.URL.Path])
		_, _ = io.WriteString(w, files[r.URL.Path])
	}))
	t.Cleanup(server.Close)

	page := visit(t, browser.Phone(), server.URL)
	clitest.Must(t, page.Wait("document.readyState === 'complete'"))
	for _, want := range []string{"said", "thrown", "content security policy: style-src-attr", "requests to", "http://localhost:1"} {
		// The browser may tell of some only after the page has loaded.
		if err := clitest.WaitFor(t.Context(), want, func() bool {
			return strings.Contains(strings.Join(page.Findings(), "\n"), want)
		}); err != nil {
			t.Errorf("no %q among the findings:\n%s", want, strings.Join(page.Findings(), "\n"))
		}
	}
	for question, want := range map[string]string{
		"inspect.sideways()":       `class="wide"`,
		"inspect.smallTargets(24)": `9 × 9: <a class="small"`,
		"inspect.moving()":         `<html`,
		"inspect.invisible()":      `<svg`,
		"inspect.texts()":          "page.title_missing",
	} {
		if got := strings.Join(ask[[]string](t, page, question), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in:\n%s", question, want, got)
		}
	}
	rules, err := page.Accessibility(shared.axe)
	clitest.Must(t, err)
	for _, want := range []string{"color-contrast", "image-alt"} {
		if got := strings.Join(rules, "\n"); !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if focus := nextFocus(t, page); focus.Skip || focus.Seen {
		t.Errorf("the focus is on %+v, want a link without outline", focus)
	}
}
