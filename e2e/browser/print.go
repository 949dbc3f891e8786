// SPDX-License-Identifier: MIT

package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Print returns the page as PDF, on the paper that its style asks for.
func (t *Tab) Print() ([]byte, error) {
	yes := true
	paper := page.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes}
	return Run(t, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		made, err := cdp.Call(ctx, target, page.PrintToPDF, paper)
		return made.Data, err
	})
}

// AsPrinted shows the page as it is printed.
func (t *Tab) AsPrinted() error {
	return t.Do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
}
