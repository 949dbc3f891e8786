// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// holdBack passes everything on to a page but its stream, which begins and then
// stays silent: so do proxies that buffer.
func holdBack(t *testing.T, page string) (address string) {
	t.Helper()
	target, err := url.Parse(page)
	clitest.Must(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/events") {
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

// The page asks by itself when its stream is silent. Its timers are shortened:
// it waits for 40 s.
func TestSilentStreamIsReplacedByAsking(t *testing.T) {
	t.Parallel()
	page := tab(t, browser.Phone())
	clitest.Must(t, page.BeforeScripts(`
		const later = window.setTimeout;
		window.setTimeout = (run, after, ...rest) => later(run, after / 100, ...rest);`))
	clitest.Must(t, page.Go(holdBack(t, shared.demo)))
	const weight = "document.querySelector('[data-profile=alice] .card[href$=weight_kg] .big').innerText"
	kg := "70.4"
	if strings.HasPrefix(ask[string](t, page, "window.before = "+weight), kg) {
		kg = "71.3" // her weight depends on the date
	}
	weigh(t, "Alice", kg)
	clitest.Must(t, page.Wait("window.before !== "+weight))
	none(t, "finding", page.Findings())
}
