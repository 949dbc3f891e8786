// SPDX-License-Identifier: MIT

package browser

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// timeout bounds every step in a tab, far above what any takes.
const timeout = 2 * time.Minute

// Tab is a page on a screen. Its cookies and its storage are its own. It is not
// safe for concurrent use, and its owner closes it.
type Tab struct {
	*record

	ctx    context.Context
	cancel context.CancelFunc
}

// Open opens an empty tab.
func (c *Chromium) Open(screen Screen) (*Tab, error) {
	return open(c.ctx, screen, chromedp.WithNewBrowserContext())
}

// Beside opens another tab that shares the cookies and the storage.
func (t *Tab) Beside(screen Screen) (*Tab, error) { return open(t.ctx, screen) }

func open(parent context.Context, screen Screen, options ...chromedp.ContextOption) (*Tab, error) {
	ctx, cancel := chromedp.NewContext(parent, options...)
	t := &Tab{record: newRecord(), ctx: ctx, cancel: cancel}
	err := chromedp.Do(ctx) // opens the tab, which a time-out would close
	if err == nil {
		err = chromedp.Listen(ctx, t.note)
	}
	if err == nil {
		err = chromedp.Do(ctx,
			call(audits.Enable, cdp.Empty{}),
			call(network.Enable, network.EnableParams{}),
			screen.setUp(),
		)
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("opening a tab: %w", err)
	}
	return t, nil
}

// Close closes the tab.
func (t *Tab) Close() { t.cancel() }

// Do runs actions.
func (t *Tab) Do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, timeout)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// Run runs an action in a tab and returns its result.
func Run[T any](t *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, timeout)
	defer cancel()
	return chromedp.Run(ctx, action)
}

// Eval returns the value of an expression, or of the promise that it is.
// Expressions are evaluated also where JavaScript is switched off.
func Eval[T any](t *Tab, expression string) (T, error) {
	value, err := Run(t, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return value, fmt.Errorf("%.80s: %w", expression, err)
	}
	return value, nil
}

// BeforeScripts makes every page that is opened later run a script before its
// own.
func (t *Tab) BeforeScripts(script string) error {
	return t.Do(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
}

// Go opens an address and waits until the page has loaded.
func (t *Tab) Go(address string) error {
	if err := t.Do(chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	return nil
}

// Follow does something that leads to another page, waits until that has
// loaded, and returns its HTTP status.
func (t *Tab) Follow(action chromedp.Action[chromedp.Void]) (status int, err error) {
	ctx, cancel := context.WithTimeout(t.ctx, timeout)
	defer cancel()
	reply, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		return 0, fmt.Errorf("following to another page: %w", err)
	}
	return int(reply.Status), nil
}

// Wait waits until an expression is true, also across pages.
func (t *Tab) Wait(expression string) error {
	ctx, cancel := context.WithTimeout(t.ctx, timeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		// A page that is just being left has no answer.
		if yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && yes {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", expression, ctx.Err())
		}
	}
}

// Prefer changes the preferences of the system that the screen has, without
// loading the page again.
func (t *Tab) Prefer(screen Screen) error {
	return t.Do(call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: screen.media()}))
}

// Resize changes the size of the window.
func (t *Tab) Resize(screen Screen) error { return t.Do(screen.viewport()) }
