// SPDX-License-Identifier: MIT

package browser

import (
	_ "embed"
	"fmt"

	"github.com/chromedp/chromedp"
)

//go:embed inspect.js
var inspect string

// Ask evaluates an expression with what inspect.js offers, such as
// "inspect.sideways()".
func Ask[T any](t *Tab, expression string) (T, error) {
	missing, err := Eval[bool](t, "window.inspect === undefined")
	if err == nil && missing {
		err = t.Do(chromedp.Evaluate[chromedp.Void](inspect))
	}
	if err != nil {
		var none T
		return none, err
	}
	return Eval[T](t, expression)
}

// Accessibility returns how the page breaks rules of accessibility. The script is
// that of axe-core.
func (t *Tab) Accessibility(script string) ([]string, error) {
	missing, err := Eval[bool](t, "window.axe === undefined")
	if err == nil && missing {
		err = t.Do(chromedp.Evaluate[chromedp.Void](script))
	}
	if err != nil {
		return nil, err
	}
	return Ask[[]string](t, "inspect.rules()")
}

// EnlargeText makes text as large as in a browser whose owner has set it to so
// many percent.
func (t *Tab) EnlargeText(percent int) error {
	return t.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.documentElement.style.fontSize = '%d%%'", percent)))
}
