// SPDX-License-Identifier: MIT

// Package browser opens pages in Debian's Chromium, without a window, as a
// person on a phone or at a desk would, and reports what the browser says about
// them. It is a harness for tests and for the pictures of the guides; it is not
// part of the program.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"

	"github.com/chromedp/chromedp"
)

// Chromium is a running browser. Its owner closes it.
type Chromium struct {
	ctx   context.Context
	close []context.CancelFunc // the innermost last
}

// Start starts Chromium with an empty profile of its own.
func Start(ctx context.Context) (*Chromium, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, fmt.Errorf("the package chromium is needed: %w", err)
	}
	// The defaults run it without a window, as root without a sandbox, and
	// without traffic of its own in the background.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("disable-component-update", true),
		// A name that is not of this machine is unknown.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		// Letters have the same width on every machine.
		chromedp.Flag("font-render-hinting", "none"),
	)
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, quit := chromedp.NewContext(allocator)
	c := &Chromium{ctx: browser, close: []context.CancelFunc{stop, quit}}
	if err := chromedp.Do(browser); err != nil {
		c.Close()
		return nil, errors.Join(errors.New("chromium does not start"), err)
	}
	return c, nil
}

// Close ends the browser and waits until it has ended.
func (c *Chromium) Close() {
	_ = chromedp.Cancel(c.ctx)
	for _, stop := range slices.Backward(c.close) {
		stop()
	}
}
