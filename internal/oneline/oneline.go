// SPDX-License-Identifier: MIT

// Package oneline makes a text of another program fit for a line of a log, of a
// terminal or of a page.
package oneline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns a text in one line of valid UTF-8: every space is one space, and
// characters are left out that a terminal obeys or that change the direction of
// the text around them.
func Clean(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, text)), " ")
}

// Shorten returns a text of at most so many characters; an ellipsis stands for
// what is missing.
func Shorten(text string, longest int) string {
	if line := []rune(text); len(line) > longest {
		return string(line[:longest-1]) + "…"
	}
	return text
}
