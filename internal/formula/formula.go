// SPDX-License-Identifier: MIT

// Package formula keeps spreadsheets from calculating the texts of a table.
package formula

import "strings"

// starts are the characters that make a spreadsheet calculate a cell that begins
// with one of them, and the apostrophe that prevents it.
const starts = "=+-@\t\r'"

// Escape puts an apostrophe before a text that a spreadsheet would calculate. It
// is not for numbers.
func Escape(text string) string {
	if text != "" && strings.Contains(starts, text[:1]) {
		return "'" + text
	}
	return text
}

// Unescape is the inverse of Escape.
func Unescape(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.Contains(starts, rest[:1]) {
		return rest
	}
	return cell
}
