// SPDX-License-Identifier: MIT

package draw_test

import (
	"strings"
	"testing"

	"vitals2mqtt/web/draw"
)

func TestCodeDrawsRunsOfDarkModules(t *testing.T) {
	t.Parallel()
	rows := []string{"##.", "...", "#.#"}
	got := string(draw.Code(3, func(x, y int) bool { return rows[y][x] == '#' }, `a "link"`))
	for _, want := range []string{
		`viewBox="0 0 11 11"`, `d="M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"`, `aria-label="a &#34;link&#34;"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
