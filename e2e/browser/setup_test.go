// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// newcomer is a person who has just started the program, without a
// configuration.
type newcomer struct {
	*browser.Tab

	t *testing.T
}

// step checks the form of a step, fills it in and sends it, which must lead to
// the next step.
func (n newcomer) step(name, next string, fields map[string]string, chosen ...string) {
	n.t.Helper()
	clitest.Must(n.t, n.Wait("location.pathname.endsWith('/setup/"+name+"')"))
	none(n.t, name+" scrolls sideways", ask[[]string](n.t, n.Tab, "inspect.sideways()"))
	none(n.t, name+": target below 24 px", ask[[]string](n.t, n.Tab, "inspect.smallTargets(24)"))
	found, err := n.Accessibility(shared.axe)
	clitest.Must(n.t, err)
	none(n.t, name, found)
	for _, choice := range chosen {
		clitest.Must(n.t, n.Do(chromedp.Click(chromedp.CSS(choice))))
	}
	for field, text := range fields {
		clitest.Must(n.t, n.Do(
			chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).value = ''", field)),
			chromedp.SendKeys(chromedp.CSS(field), text),
		))
	}
	follow(n.t, n.Tab, chromedp.Click(chromedp.CSS(".buttons button[type=submit]")))
	if next != "" {
		clitest.Must(n.t, n.Wait("location.pathname === '/setup/"+next+"'"))
	}
}

// A phone, an application, and nothing else: no file and no terminal.
func TestSetUpFromNothingToValues(t *testing.T) {
	t.Parallel()
	const callback = "https://example.org/"
	harness, listen, folder := clitest.Start(t, callback), clitest.FreeAddress(t), t.TempDir()
	example := clitest.ReadFile(t, "../../config.example.yaml")
	program := clitest.StartProgramWith(t, func(p *cli.Program) {
		p.Example = []byte(example)
		p.Environ = []string{
			"V2M_WEB_LISTEN=" + listen, "V2M_STATE_DIR=" + filepath.Join(folder, "state"),
			"V2M_WITHINGS_API_URL=" + harness.CloudURL, "V2M_WITHINGS_ACCOUNT_URL=" + harness.CloudURL,
			"V2M_WITHINGS_SCHEDULE=@every 1s", "V2M_WITHINGS_REQUESTS_PER_MINUTE=6000",
		}
	}, "--config", filepath.Join(folder, "config.yaml"), "run")
	if _, err := program.Stdout.WaitForLine(t.Context(), listen); err != nil {
		t.Fatalf("%v\n%s", err, program.Stderr)
	}

	n := newcomer{visit(t, browser.Phone(), "http://"+listen), t}
	n.step("application", "callback", map[string]string{
		"#client_id": harness.Cloud.ClientID(), "#client_secret": harness.Cloud.ClientSecret(),
	})
	n.step("callback", "people", map[string]string{"[name=callback_other]": callback}, "#other")
	n.step("people", "broker", map[string]string{"[name=name]": "Alice"})
	n.step("broker", "summary", map[string]string{"[name=url]": harness.Broker.URL()}, "#other")
	none(t, "finding", n.Findings())
	n.step("summary", "", nil)

	signIn := "http://" + listen + "/profiles/alice/sign-in"
	clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
	clitest.Must(t, n.Go(signIn))
	signInByPaste(t, n.Tab, callback)
	clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, n.Go("http://"+listen))
	clitest.Must(t, n.Wait("document.querySelectorAll('section .big').length > 0"))
	none(t, "finding", n.Findings())
}

// signInByPaste gives consent in another tab, which ends at an address that
// leads nowhere; that address is pasted.
func signInByPaste(t *testing.T, page *browser.Tab, callback string) {
	t.Helper()
	found, err := page.Accessibility(shared.axe)
	clitest.Must(t, err)
	none(t, "sign-in", found)
	none(t, "scrolls sideways", ask[[]string](t, page, "inspect.sideways()"))
	none(t, "finding", page.Findings())
	other, err := page.Beside(browser.Phone())
	clitest.Must(t, err)
	t.Cleanup(other.Close)
	clitest.Must(t, other.Go(ask[string](t, page, "document.getElementById('consent').href")))
	_ = other.Do(chromedp.Click(chromedp.CSS("button[value=allow]"))) // the callback cannot be opened
	clitest.Must(t, clitest.WaitFor(t.Context(), "the callback", func() bool {
		return strings.HasPrefix(other.Asked(), callback)
	}))
	clitest.Must(t, page.Do(chromedp.SendKeys(chromedp.CSS("#address"), other.Asked())))
	follow(t, page, chromedp.Click(chromedp.CSS("#paste button[type=submit]")))
	if text := ask[string](t, page, "document.querySelector('main').innerText"); !strings.Contains(text, "Alice is signed in") {
		t.Fatalf("after pasting the address the page says:\n%s", text)
	}
}

// The callback is the page itself.
func TestSignInByLink(t *testing.T) {
	t.Parallel()
	listen := clitest.FreeAddress(t)
	harness := clitest.Start(t)
	config := harness.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]", "  base_url: http://"+listen, "web: {listen: "+listen+"}")
	clitest.StartProgram(t, "--config", config, "run")
	clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))

	page := visit(t, browser.Phone(), "http://"+listen)
	follow(t, page, chromedp.Click(chromedp.CSS("section a.button")))
	if !strings.HasPrefix(page.Asked(), harness.CloudURL) { // the page with the ways to sign in comes first
		clitest.Must(t, page.Go(ask[string](t, page, "document.getElementById('consent').href")))
	}
	follow(t, page, chromedp.Click(chromedp.CSS("button[value=allow]")))
	if text := ask[string](t, page, "document.querySelector('main').innerText"); !strings.Contains(text, "Alice is signed in") {
		t.Fatalf("after the consent the page says:\n%s", text)
	}
	clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
}
