// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// syntaxScanner looks for the mistake in the first line that is not YAML any
// more, and in the one before it.
type syntaxScanner struct {
	lines []string
	good  int // how many lines are YAML
}

// scan returns what is wrong with a line. It does not quote it.
func (s syntaxScanner) scan(line sourceLine) (syntaxMistake, bool) {
	at := func(offset int, text string) (syntaxMistake, bool) {
		return syntaxMistake{line: line.number, column: line.column(offset), text: text}, true
	}
	if tab := strings.IndexByte(line.lead, '\t'); tab >= 0 {
		return syntaxMistake{line: line.number, column: tab + 1, text: "a tab in the indentation: use spaces"}, true
	}
	if first, _ := utf8.DecodeRuneInString(line.content); isOtherSpace(first) || isInvisible(first) {
		return at(0, fmt.Sprintf("an invisible character (%U) in the indentation: use spaces", first))
	}
	start := 0
	for rest := line.content; strings.HasPrefix(rest, "- "); rest = line.content[start:] {
		start += len(rest) - len(strings.TrimLeft(rest[1:], " "))
	}
	if text := checkStart(line.content[start:]); text != "" {
		return at(start, text)
	}
	colon := findColon(line.content[start:])
	if colon >= 0 {
		value := start + colon + 1
		value += len(line.content[value:]) - len(strings.TrimLeft(line.content[value:], " \t"))
		if offset, text := s.checkValue(line, value); text != "" {
			return at(value+offset, text)
		}
	} else if offset, text := s.checkValue(line, start); text != "" {
		return at(start+offset, text)
	}
	if found, ok := s.scanIndentation(line); ok {
		return found, true
	}
	if before, ok := lastSignificant(s.lines, s.good); ok {
		if offset, text := missingColon(before); text != "" {
			return syntaxMistake{line: before.number, column: before.column(offset), text: text}, true
		}
	}
	if offset, text := missingColon(line); text != "" {
		return at(offset, text)
	}
	return syntaxMistake{}, false
}

// missingColon explains a line that has no key.
func missingColon(line sourceLine) (offset int, text string) {
	content := line.content
	if line.isItem() || findColon(content) >= 0 || strings.ContainsAny(content[:1], "\"'[{]}") {
		return 0, ""
	}
	if len(content) > 1 && content[0] == '-' && content[1] != '-' {
		return 1, "missing space after the dash"
	}
	if colon := strings.IndexByte(content, ':'); colon > 0 {
		return colon + 1, "missing space after the colon"
	}
	word, _, _ := strings.Cut(content, " ")
	return len(word), "missing colon after a key"
}

// findColon returns the colon after a key, -1 for none.
func findColon(text string) int {
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		end := closingQuote(text)
		if end < 0 {
			return -1
		}
		rest := strings.TrimLeft(text[end+1:], " ")
		if rest == ":" || strings.HasPrefix(rest, ": ") {
			return len(text) - len(rest)
		}
		return -1
	}
	if text != "" && strings.IndexByte("[{", text[0]) >= 0 {
		return -1
	}
	for i := range len(text) {
		switch {
		case text[i] == '#' && i > 0 && text[i-1] == ' ':
			return -1
		case text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t'):
			return i
		}
	}
	return -1
}

// closingQuote returns the end of the quoted text at the beginning, -1 for
// none.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[0] == '"' && text[i] == '\\':
			i++
		case text[0] == '\'' && strings.HasPrefix(text[i:], "''"):
			i++
		case text[i] == text[0]:
			return i
		}
	}
	return -1
}

// checkStart explains a character that nothing can begin with.
func checkStart(text string) string {
	switch {
	case text == "":
		return ""
	case strings.IndexByte("@`%", text[0]) >= 0:
		return "a value that begins with @, % or ` must be in quotes"
	case strings.IndexByte("]},", text[0]) >= 0:
		return "a value that begins with , ] or } must be in quotes"
	case text[0] == '*':
		return "a value that begins with * must be in quotes"
	case text[0] == '&' && (len(text) == 1 || text[1] == ' '):
		return "a value that begins with * or & must be in quotes"
	case text[0] == '!':
		return "a value that begins with ! must be in quotes"
	}
	return ""
}

// checkValue explains what is wrong with the value that begins at an offset of
// the line.
func (s syntaxScanner) checkValue(line sourceLine, offset int) (at int, explanation string) {
	text := line.content[offset:]
	if explanation = checkStart(text); explanation != "" || text == "" {
		return 0, explanation
	}
	switch text[0] {
	case '"', '\'':
		return checkQuoted(text)
	case '[', '{':
		return s.checkFlow(line, offset)
	case '|', '>':
		header := strings.TrimLeft(text[1:], "+-0123456789")
		if header = strings.TrimSpace(header); header != "" && header[0] != '#' {
			return 0, "a value that begins with | or > must be in quotes"
		}
		return 0, ""
	case '-', '?':
		if offset > 0 && (len(text) == 1 || text[1] == ' ') {
			return 0, "a list begins on the line after its key"
		}
	case '#':
		return 0, ""
	}
	if colon := findColon(text); colon >= 0 && offset > 0 {
		return colon, "an unquoted value that contains a colon and a space must be in quotes"
	}
	return 0, ""
}

// checkQuoted explains what is wrong with a quoted text or what follows it.
func checkQuoted(text string) (at int, explanation string) {
	end := closingQuote(text)
	if end < 0 {
		return 0, "unterminated quote"
	}
	if at, explanation = checkEscapes(text[:end+1]); explanation != "" {
		return at, explanation
	}
	rest := strings.TrimLeft(text[end+1:], " \t")
	if rest == "" || rest[0] == '#' && len(rest) < len(text[end+1:]) || rest == ":" || strings.HasPrefix(rest, ": ") {
		return 0, ""
	}
	return len(text) - len(rest), "text after the closing quote"
}

// checkEscapes explains a backslash in double quotes that is not one of YAML's.
func checkEscapes(quoted string) (at int, explanation string) {
	if quoted[0] != '"' {
		return 0, ""
	}
	for i := 1; i+1 < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		if strings.IndexByte("0abtnvfre \"/\\N_LPxuU\t", quoted[i+1]) < 0 {
			return i, escapeText
		}
		i++
	}
	return 0, ""
}
