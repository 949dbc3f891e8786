// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// focused is what has the focus.
type focused struct {
	Name string
	Seen bool
	Skip bool
}

// walkWithTab presses Tab until the focus has been everywhere.
func walkWithTab(t *testing.T, page *browser.Tab) {
	t.Helper()
	const limit = 300
	been := map[string]bool{}
	fromTop := ask[bool](t, page, "document.querySelector('[autofocus]') === null")
	for i := range limit {
		now := nextFocus(t, page)
		if i == 0 && fromTop && !now.Skip {
			t.Errorf("the first press of Tab leads to %s, not past the header", now.Name)
		}
		if now.Name == "" || been[now.Name] {
			return // at the end of the page
		}
		been[now.Name] = true
		if !now.Seen {
			t.Errorf("nothing shows that this has the focus: %s", now.Name)
		}
	}
	t.Errorf("after %d presses of Tab the end of the page is not reached", limit)
}

// nextFocus presses Tab.
func nextFocus(t *testing.T, page *browser.Tab) focused {
	t.Helper()
	clitest.Must(t, page.Do(chromedp.KeyEvent(kb.Tab)))
	return ask[focused](t, page, "inspect.focus()")
}
