// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"math"
	"regexp"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// TestReportIsOneSheet prints the page for the doctor of everybody in the demo.
func TestReportIsOneSheet(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/report/alice", "/report/bob", "/report/bob?from=365d"} {
		document, err := visit(t, browser.Phone(), shared.demo+path).Print()
		clitest.Must(t, err)
		if sheets := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(document, -1)); sheets != 1 {
			t.Errorf("%s is printed on %d sheets", path, sheets)
		}
		if !regexp.MustCompile(`/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]`).Match(document) {
			t.Errorf("%s is not printed on A4", path)
		}
	}
}

// TestCurveIsPrintedTrueToScale measures ten seconds of an electrocardiogram.
func TestCurveIsPrintedTrueToScale(t *testing.T) {
	t.Parallel()
	for _, screen := range []browser.Screen{browser.Phone(), browser.Desk()} {
		page := visit(t, screen, shared.demo+"/heart/bob")
		clitest.Must(t, page.AsPrinted())
		const wanted = 250 * 96 / 25.4 // mm in CSS pixels
		width := ask[float64](t, page, "document.querySelector('.paper.wide svg').getBoundingClientRect().width")
		if math.Abs(width-wanted) > 1 {
			t.Errorf("on %d px: %f px, want %f", screen.Width, width, wanted)
		}
		if ask[bool](t, page, "document.querySelector('.paper.narrow').checkVisibility()") {
			t.Errorf("on %d px: the curve of a phone is printed", screen.Width)
		}
	}
}
