// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
	"vitals2mqtt/web/ingresstest"
)

// Home Assistant shows the page in a frame, below a path of its own, and passes
// on neither cookies nor the name of the host.
func TestThroughIngress(t *testing.T) {
	t.Parallel()
	listen := clitest.FreeAddress(t)
	harness := clitest.Start(t)
	config := harness.Configure(t, t.TempDir(), "[Alice]", "all",
		"web: {listen: "+clitest.FreeAddress(t)+", password: page, ingress_listen: "+listen+", ingress_from: [127.0.0.1]}")
	clitest.SignIn(t, config, "Alice")
	clitest.StartProgram(t, "--config", config, "run")
	clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))

	proxy := ingresstest.New(listen)
	mux := http.NewServeMux()
	mux.Handle(proxy.Prefix+"/", proxy)
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>Home Assistant</title>`+
			`<iframe src="`+proxy.Prefix+`/" width="1000" height="600"></iframe>`)
	})
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	const values = "document.querySelectorAll('section .big').length > 0"
	frame := visit(t, browser.Desk(), server.URL)
	clitest.Must(t, frame.Wait("document.querySelector('iframe').contentDocument.querySelectorAll('section .big').length > 0"))
	none(t, "finding", frame.Findings())

	page := visit(t, browser.Phone(), server.URL+proxy.Prefix+"/")
	clitest.Must(t, page.Wait(values))
	none(t, "leads out of the prefix", ask[[]string](t, page, `[...document.querySelectorAll("[href], [src], [action]")]
		.map((e) => e.getAttribute("href") ?? e.getAttribute("src") ?? e.getAttribute("action"))
		.filter((link) => link.startsWith("/") && !link.startsWith("`+proxy.Prefix+`/"))`))
	if status := follow(t, page, chromedp.Click(chromedp.CSS("form button"))); status != http.StatusOK {
		t.Errorf("the button leads to %d", status)
	}
	clitest.Must(t, page.Wait(values))
	if status := follow(t, page, chromedp.Click(chromedp.CSS("a.card"))); status != http.StatusOK {
		t.Errorf("a card leads to %d", status)
	}
	clitest.Must(t, page.Wait("document.querySelector('h1').innerText.length > 0"))
	none(t, "finding", page.Findings())
}
