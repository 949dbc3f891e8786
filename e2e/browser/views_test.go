// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// TestViews holds every view to every rule.
func TestViews(t *testing.T) {
	t.Parallel()
	for _, view := range browser.Views() {
		t.Run(view.Name, func(t *testing.T) {
			t.Parallel()
			for name, check := range map[string]func(*testing.T, string){
				"fits":               checkFits,
				"no findings":        checkFindings,
				"accessible":         checkAccessible,
				"preferences":        checkPreferences,
				"keyboard":           checkKeyboard,
				"without JavaScript": checkWithoutScript,
				"in German":          checkGerman,
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					check(t, shared.programs.Address(view))
				})
			}
		})
	}
}

// checkFits looks for what does not fit: the narrowest phones are 320 px wide.
func checkFits(t *testing.T, address string) {
	t.Helper()
	page := visit(t, browser.Phone(), address)
	for _, width := range []int64{390, 320} {
		screen := browser.Phone()
		screen.Width = width
		clitest.Must(t, page.Resize(screen))
		none(t, "scrolls sideways", ask[[]string](t, page, "inspect.sideways()"))
		none(t, "target below 24 px", ask[[]string](t, page, "inspect.smallTargets(24)"))
	}
	clitest.Must(t, page.EnlargeText(200))
	none(t, "scrolls sideways with large text", ask[[]string](t, page, "inspect.sideways()"))
}

// checkFindings wants nothing in the console, and one first heading.
func checkFindings(t *testing.T, address string) {
	t.Helper()
	page := visit(t, browser.Desk(), address)
	none(t, "finding", page.Findings())
	headings := ask[[]string](t, page, "[...document.querySelectorAll('h1')].map((h) => h.innerText)")
	if len(headings) != 1 {
		t.Errorf("%d first headings %q, want one", len(headings), headings)
	}
}

func checkAccessible(t *testing.T, address string) {
	t.Helper()
	rules := func(what string, page *browser.Tab) {
		found, err := page.Accessibility(shared.axe)
		clitest.Must(t, err)
		none(t, what, found)
	}
	page := visit(t, browser.Phone(), address)
	rules("light", page)
	dark := browser.Phone()
	dark.Dark = true
	clitest.Must(t, page.Prefer(dark))
	rules("dark", page)
	clitest.Must(t, page.EnlargeText(200))
	rules("dark, large text", page)
	rules("at a desk", visit(t, browser.Desk(), address))
}

func checkPreferences(t *testing.T, address string) {
	t.Helper()
	screen := browser.Desk()
	screen.ForcedColors, screen.ReducedMotion = true, true
	page := visit(t, screen, address)
	none(t, "moves", ask[[]string](t, page, "inspect.moving()"))
	none(t, "nothing shows", ask[[]string](t, page, "inspect.invisible()"))
}

// checkKeyboard walks the page with the key Tab.
func checkKeyboard(t *testing.T, address string) {
	t.Helper()
	walkWithTab(t, visit(t, browser.Desk(), address))
}

// checkWithoutScript compares the pages with and without JavaScript: values,
// pictures, tables, links and forms are the same.
func checkWithoutScript(t *testing.T, address string) {
	t.Helper()
	screen := browser.Phone()
	screen.NoScript = true
	page := visit(t, screen, address)
	none(t, "finding", page.Findings())
	with := visit(t, browser.Phone(), address)
	count := "document.querySelectorAll('main svg, main table, main a, main form, main button, main p').length"
	if without, all := ask[int](t, page, count), ask[int](t, with, count); without < all*9/10 {
		t.Errorf("%d elements without JavaScript, %d with it", without, all)
	}
}
