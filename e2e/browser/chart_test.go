// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// chart is the chart on the page of a value.
type chart struct {
	*browser.Tab

	t *testing.T
}

// span is a range of time, in milliseconds since 1970.
type span struct{ From, To float64 }

func (s span) length() float64 { return s.To - s.From }

// openChart opens the page of a value, and waits until its chart can be moved.
func openChart(t *testing.T, screen browser.Screen) chart {
	t.Helper()
	c := chart{visit(t, screen, shared.demo+"/values/alice/weight_kg?range=month"), t}
	clitest.Must(t, c.Wait("document.getElementById('chart').tabIndex === 0"))
	clitest.Must(t, c.Do(chromedp.ScrollIntoView(chromedp.CSS("#chart"))))
	clitest.Must(t, c.Do(chromedp.Evaluate[chromedp.Void]("window.stayed = true")))
	return c
}

// range is what the server has drawn.
func (c chart) drawn() span {
	c.t.Helper()
	const picture = "document.querySelector('#chart svg').dataset"
	return ask[span](c.t, c.Tab, "({From: Number("+picture+".from), To: Number("+picture+".to)})")
}

// at is a place half way up the chart; 0 is its left edge, and 1 the right.
func (c chart) at(x float64) browser.Point {
	c.t.Helper()
	type box struct{ X, Y, Width, Height float64 }
	b := ask[box](c.t, c.Tab, "document.getElementById('chart').getBoundingClientRect().toJSON()")
	return browser.Point{X: b.X + x*b.Width, Y: b.Y + b.Height/2}
}

// after does something, and waits until the server has drawn the range to which
// that leads, on the page that has stayed.
func (c chart) after(do func() error) span {
	c.t.Helper()
	before := c.drawn()
	clitest.Must(c.t, do())
	clitest.Must(c.t, c.Wait(fmt.Sprintf(`window.stayed && location.search.includes("from=") &&
		document.querySelector("#chart .moves").getAttribute("transform") === null &&
		document.querySelector("#chart svg").dataset.from !== "%.0f"`, before.From)))
	return c.drawn()
}

// tap taps with a finger that is not quite still, and expects that a value can be
// read afterwards. It taps again while the page may not have the values yet.
func (c chart) tap(x float64) {
	c.t.Helper()
	from := c.at(x)
	to := browser.Point{X: from.X + 3, Y: from.Y + 1}
	const most = 50
	for range most {
		clitest.Must(c.t, c.Touch(browser.Finger{From: from, To: to}))
		if ask[string](c.t, c.Tab, "document.getElementById('readout').textContent") != "" {
			return
		}
	}
	c.t.Error("a tap leaves no value to read")
}

func TestChartByTouch(t *testing.T) {
	t.Parallel()
	c := openChart(t, browser.Phone())
	first := c.drawn()
	c.tap(0.5)
	if now := c.drawn(); now != first {
		t.Errorf("a tap leads from %v to %v", first, now)
	}
	dragged := c.after(func() error {
		return c.Touch(browser.Finger{From: c.at(0.3), To: c.at(0.8)})
	})
	if dragged.To >= first.To || dragged.From >= first.From || dragged.length() < first.length()*0.99 {
		t.Errorf("a finger to the right leads from %v to %v, want as long and earlier", first, dragged)
	}
	pinched := c.after(func() error {
		return c.Touch(
			browser.Finger{From: c.at(0.45), To: c.at(0.2)},
			browser.Finger{From: c.at(0.55), To: c.at(0.8)},
		)
	})
	if pinched.length() > dragged.length()*0.7 {
		t.Errorf("two fingers apart lead from %v to %v, want shorter", dragged, pinched)
	}
	none(t, "finding", c.Findings())
}

func TestChartByWheel(t *testing.T) {
	t.Parallel()
	c := openChart(t, browser.Desk())
	first := c.drawn()
	if closer := c.after(func() error { return c.Wheel(c.at(0.5), -300) }); closer.length() >= first.length() {
		t.Errorf("the wheel leads from %v to %v, want shorter", first, closer)
	}
	none(t, "finding", c.Findings())
}

func TestChartByKeyboard(t *testing.T) {
	t.Parallel()
	c := openChart(t, browser.Desk())
	clitest.Must(t, c.Do(chromedp.Focus(chromedp.CSS("#chart"))))
	press := func(key string) span {
		return c.after(func() error { return c.Do(chromedp.KeyEvent(key)) })
	}
	first := c.drawn()
	earlier := press(kb.ArrowLeft)
	if earlier.To >= first.To {
		t.Errorf("the left arrow leads from %v to %v, want earlier", first, earlier)
	}
	if closer := press("+"); closer.length() >= earlier.length() {
		t.Errorf("+ leads from %v to %v, want shorter", earlier, closer)
	}
	clitest.Must(t, c.Do(chromedp.KeyEvent("0")))
	clitest.Must(t, c.Wait("location.search === '?range=month'"))
	if again := c.drawn(); again != first {
		t.Errorf("0 leads to %v, want %v again", again, first)
	}
	clitest.Must(t, c.Do(chromedp.KeyEvent(kb.End)))
	if text := ask[string](t, c.Tab, "document.getElementById('announcement').textContent"); text == "" {
		t.Error("the key End reads no value aloud")
	}
	none(t, "finding", c.Findings())
}

// Without JavaScript, links lead to the ranges.
func TestChartByLinks(t *testing.T) {
	t.Parallel()
	screen := browser.Phone()
	screen.NoScript = true
	page := visit(t, screen, shared.demo+"/values/alice/weight_kg?range=month")
	follow(t, page, chromedp.Click(chromedp.CSS(".ranges a[href*=year]")))
	if shown := ask[string](t, page, "document.querySelector('.ranges a[aria-current]').search"); shown != "?range=year" {
		t.Errorf("the current range is %s", shown)
	}
	if rows := ask[int](t, page, "document.querySelectorAll('tbody tr').length"); rows < 10 {
		t.Errorf("the table has %d rows", rows)
	}
}
