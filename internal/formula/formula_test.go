// SPDX-License-Identifier: MIT

package formula_test

import (
	"strings"
	"testing"

	"vitals2mqtt/internal/formula"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "deep", "=1+1", "+1", "-1", "@x", "\tx", "\rx", "'x", "'=x", "'", "a=1", "é"} {
		cell := formula.Escape(text)
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("%q becomes %q", text, cell)
		}
		if got := formula.Unescape(cell); got != text {
			t.Errorf("%q becomes %q and then %q", text, cell, got)
		}
	}
}
