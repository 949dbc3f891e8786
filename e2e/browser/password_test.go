// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// lock starts a program whose page has a password.
func lock(t *testing.T) (address, password string) {
	t.Helper()
	listen, password := clitest.FreeAddress(t), "an invented password"
	config := clitest.Start(t).Configure(t, t.TempDir(), "[Alice, Bob]", "all", "web: {listen: "+listen+", password: "+password+"}")
	clitest.StartProgram(t, "--config", config, "run")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page", func() bool {
		reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+listen+"/healthz"))
		if err != nil {
			return false
		}
		return reply.Body.Close() == nil
	}))
	return "http://" + listen, password
}

// enter types a password into the form, and sends it.
func enter(t *testing.T, page *browser.Tab, password string) {
	t.Helper()
	follow(t, page, chromedp.SendKeys(chromedp.CSS("#password"), password+"\r"))
}

func path(t *testing.T, page *browser.Tab) string {
	t.Helper()
	return ask[string](t, page, "location.pathname + location.search")
}

func TestPasswordOfThePage(t *testing.T) {
	t.Parallel()
	address, password := lock(t)
	page := visit(t, browser.Phone(), address+"/?from=here")
	if got := path(t, page); !strings.HasPrefix(got, "/sign-in?") {
		t.Fatalf("without a session the page is %s", got)
	}
	found, err := page.Accessibility(shared.axe)
	clitest.Must(t, err)
	none(t, "sign-in", found)
	none(t, "scrolls sideways", ask[[]string](t, page, "inspect.sideways()"))
	if focus := ask[string](t, page, "document.activeElement.id"); focus != "password" {
		t.Errorf("the focus is on %q", focus)
	}
	none(t, "finding", page.Findings())

	enter(t, page, "wrong")
	if text := ask[string](t, page, "document.querySelector('[role=alert]')?.innerText ?? ''"); text == "" {
		t.Error("nothing says that the password is wrong")
	}
	enter(t, page, password)
	if got := path(t, page); got != "/?from=here" {
		t.Errorf("the right password leads to %s", got)
	}
	if cookies := ask[string](t, page, "document.cookie"); cookies != "" {
		t.Errorf("scripts can read the cookies %s", cookies)
	}

	page.Forget()
	follow(t, page, chromedp.Click(chromedp.CSS("footer button")))
	if got := path(t, page); got != "/sign-in" {
		t.Errorf("signing out leads to %s", got)
	}
	clitest.Must(t, page.Go(address))
	if got := path(t, page); !strings.HasPrefix(got, "/sign-in") {
		t.Errorf("after signing out the page is %s", got)
	}
	none(t, "finding", page.Findings())
}

// A page of another port has the same cookies: 127.0.0.1 is one site.
func TestFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	address, password := lock(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>other</title><form method="post" action="`+address+`/sign-out">`+
			`<input name="token" value="guessed"><button>Win a prize</button></form>`)
	}))
	t.Cleanup(other.Close)

	page := visit(t, browser.Desk(), address)
	enter(t, page, password)
	clitest.Must(t, page.Go(other.URL))
	if status := follow(t, page, chromedp.Click(chromedp.CSS("button"))); status != http.StatusForbidden {
		t.Errorf("the form of another site gets %d, want 403", status)
	}
	clitest.Must(t, page.Go(address))
	if got := path(t, page); got != "/" {
		t.Errorf("after the form of another site the page is %s: somebody else has signed out", got)
	}
}
