// SPDX-License-Identifier: MIT

package config

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// syntaxMistake is where a text stops being YAML, and why.
type syntaxMistake struct {
	// line and column count from 1, columns in characters.
	line, column int
	text         string
}

// The search for the first wrong line parses the text once for each line. These
// bounds keep it short for a large file: it looks at some lines around the
// parser's own guess.
const (
	maxSyntaxBytes  = 4 << 20
	minSyntaxWindow = 8
)

// findSyntaxMistake finds the place of the parser's error. The parser itself
// names no column, and often the line where the section began.
func findSyntaxMistake(data []byte, err error) syntaxMistake {
	lines := splitLines(string(data))
	reported, message := parserMessage(err)
	good := lastGoodLine(lines, reported)
	suspect, ok := nextSignificant(lines, good)
	if !ok {
		suspect, ok = lastSignificant(lines, len(lines))
	}
	if !ok {
		return syntaxMistake{line: 1, column: 1, text: hintFor(message)}
	}
	if before, ok := lastSignificant(lines, good); ok && before.content == "..." {
		return syntaxMistake{line: suspect.number, column: suspect.column(0), text: "text after the end of the document (...)"}
	}
	s := syntaxScanner{lines: lines, good: good}
	if found, ok := s.scan(suspect); ok {
		return found
	}
	return syntaxMistake{line: suspect.number, column: suspect.column(0), text: hintFor(message)}
}

// splitLines splits a text at its line breaks, without them.
func splitLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// parserMessage splits the parser's error into its line, 0 for none, and text.
func parserMessage(err error) (line int, text string) {
	text = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, message, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				return line, message
			}
		}
	}
	return 0, text
}

// lastGoodLine returns the number of lines that the text can be cut to and is
// still YAML: the mistake is in the line after them.
func lastGoodLine(lines []string, reported int) int {
	size := 0
	for _, line := range lines {
		size += len(line) + 1
	}
	high, low := len(lines)-1, 0
	if window := max(minSyntaxWindow, maxSyntaxBytes/size); window < len(lines) {
		high, low = min(high, reported+window/2), max(0, reported-window/2)
	}
	for count := high; count > low; count-- {
		if _, ok := significant(lines, count-1); !ok {
			continue // with or without it, the text is the same
		}
		if _, err := parseDocument([]byte(strings.Join(lines[:count], "\n") + "\n")); err == nil {
			return count
		}
	}
	if low > 0 {
		return max(low, reported-1)
	}
	return 0
}

// sourceLine is a line that is neither empty nor a comment.
type sourceLine struct {
	number  int
	lead    string // spaces and tabs in front
	content string
}

// column is the column of a byte of the content.
func (l sourceLine) column(offset int) int {
	return utf8.RuneCountInString(l.lead) + utf8.RuneCountInString(l.content[:min(offset, len(l.content))]) + 1
}

func (l sourceLine) indent() int { return len(l.lead) }

// isItem reports whether the line is an element of a list.
func (l sourceLine) isItem() bool { return l.content == "-" || strings.HasPrefix(l.content, "- ") }

// significant returns a line, false for an empty one or a comment.
func significant(lines []string, index int) (sourceLine, bool) {
	content := strings.TrimLeft(lines[index], " \t")
	line := sourceLine{
		number:  index + 1,
		lead:    lines[index][:len(lines[index])-len(content)],
		content: strings.TrimRight(content, " \t"),
	}
	return line, line.content != "" && line.content[0] != '#'
}

// nextSignificant returns the first such line after a number of lines.
func nextSignificant(lines []string, count int) (sourceLine, bool) {
	for i := count; i < len(lines); i++ {
		if line, ok := significant(lines, i); ok {
			return line, true
		}
	}
	return sourceLine{}, false
}

// lastSignificant returns the last such line among the first ones.
func lastSignificant(lines []string, count int) (sourceLine, bool) {
	for i := count - 1; i >= 0; i-- {
		if line, ok := significant(lines, i); ok {
			return line, true
		}
	}
	return sourceLine{}, false
}

// syntaxHints are what to do about the parser's messages, by a part of them.
// Its own message is not passed on: it may quote a value.
func syntaxHints() [][2]string {
	return [][2]string{
		{"cannot start any token", "a value that begins with @, % or ` must be in quotes"},
		{"expected alphabetic or numeric", "a value that begins with * or & must be in quotes"},
		{"unknown anchor", "a value that begins with * must be in quotes"},
		{"undefined tag handle", "a value that begins with ! must be in quotes"},
		{"mapping values are not allowed", "wrong indentation, or an unquoted value that contains a colon and a space"},
		{"could not find expected ':'", "missing colon after a key"},
		{"unknown escape character", escapeText},
		{"unexpected end of stream", "unterminated quote"},
		{"did not find expected key", "wrong indentation, or neither a key nor a value"},
		{"'-' indicator", "wrong indentation, or a key among the elements of a list"},
		{"block sequence entries", "wrong indentation, or an element of a list among keys"},
		{"',' or ", "missing comma or bracket"},
		{"expected node content", "missing value"},
	}
}

const escapeText = "a backslash in double quotes must be written twice, or use single quotes"

// hintFor translates the parser's message.
func hintFor(message string) string {
	for _, row := range syntaxHints() {
		if strings.Contains(message, row[0]) {
			return row[1]
		}
	}
	return "syntax error"
}
