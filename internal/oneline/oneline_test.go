// SPDX-License-Identifier: MIT

package oneline_test

import (
	"strings"
	"testing"

	"vitals2mqtt/internal/oneline"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "",
		" two\r\n\twords\u2028here ":     "two words here",
		"\x1b[31mred\x1b[0m\x07\x00":     "[31mred[0m",
		"\u202eevil\u2066 \u200bx\ufeff": "evil x",
		"caf\xc3\xa9 \xff\ufffd日本 💙":     "café 日本 💙",
		"non\u00a0breaking\u0085line":    "non breaking line",
	} {
		if got := oneline.Clean(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "abcde": "abcde", "abcdef": "abcd…", strings.Repeat("é", 9): "éééé…"} {
		if got := oneline.Shorten(text, 5); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
