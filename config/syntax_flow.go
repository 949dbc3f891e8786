// SPDX-License-Identifier: MIT

package config

import "strings"

// opener is a bracket that was opened.
type opener struct {
	bracket byte
	line    sourceLine
	offset  int
}

// flowScanner reads a list or section in brackets, over several lines.
type flowScanner struct {
	open []opener
	// complete says that the last element is: a comma or bracket must follow.
	complete bool
}

// checkFlow explains what is wrong with the brackets that begin at an offset of
// the line; positions in later lines are reported at the opening bracket.
func (s syntaxScanner) checkFlow(line sourceLine, offset int) (at int, explanation string) {
	var f flowScanner
	i, text := offset, line.content
	current := line
	for {
		end, explanation := f.scanLine(current, i)
		switch {
		case explanation != "" && current.number != line.number:
			return 0, explanation + ", in the brackets that begin here"
		case explanation != "":
			return end - offset, explanation
		case len(f.open) == 0:
			rest := strings.TrimLeft(text[min(end, len(text)):], " \t")
			if current.number == line.number && rest != "" && rest[0] != '#' && rest != ":" && !strings.HasPrefix(rest, ": ") {
				return len(text) - len(rest) - offset, "text after the closing bracket"
			}
			return 0, ""
		}
		next, ok := nextSignificant(s.lines, current.number)
		if !ok || next.indent() <= line.indent() && !strings.ContainsAny(next.content[:1], "]}") {
			unclosed := f.open[len(f.open)-1]
			if unclosed.line.number != line.number {
				return 0, "unterminated bracket"
			}
			return unclosed.offset - offset, "unterminated " + string(unclosed.bracket)
		}
		current, i, text = next, 0, next.content
	}
}

// scanLine reads from an offset to the end of the line or of the brackets.
func (f *flowScanner) scanLine(line sourceLine, i int) (end int, explanation string) {
	text := line.content
	for i < len(text) {
		c := text[i]
		switch {
		case c == ' ' || c == '\t':
			i++
		case c == '#' && (i == 0 || text[i-1] == ' '):
			return len(text), ""
		case c == ',':
			if !f.complete {
				return i, "a comma without a value in front of it"
			}
			f.complete = false
			i++
		case c == ']' || c == '}':
			last := len(f.open) - 1
			if last < 0 || f.open[last].bracket != map[byte]byte{']': '[', '}': '{'}[c] {
				return i, "a bracket that closes nothing"
			}
			f.open, f.complete = f.open[:last], true
			if i++; last == 0 {
				return i, ""
			}
		case f.complete:
			return i, "missing comma"
		case c == '[' || c == '{':
			f.open = append(f.open, opener{bracket: c, line: line, offset: i})
			i++
		case c == '"' || c == '\'':
			length := closingQuote(text[i:])
			if length < 0 {
				return i, "unterminated quote"
			}
			if at, explanation := checkEscapes(text[i : i+length+1]); explanation != "" {
				return i + at, explanation
			}
			i = f.afterKey(text, i+length+1)
		case strings.IndexByte("@`%*!|>", c) >= 0:
			return i, "a value that begins with @, %, `, *, !, | or > must be in quotes"
		default:
			i = f.scanPlain(text, i)
		}
	}
	return i, ""
}

// scanPlain reads unquoted text up to what ends it.
func (f *flowScanner) scanPlain(text string, i int) int {
	for i < len(text) && strings.IndexByte(",[]{}", text[i]) < 0 {
		if text[i] == ':' && (i+1 == len(text) || strings.IndexByte(" ,[]{}", text[i+1]) >= 0) {
			return i + 1 // of a key: its value follows
		}
		if text[i] == '#' && text[i-1] == ' ' {
			break
		}
		i++
	}
	f.complete = true
	return i
}

// afterKey skips the colon after a quoted key.
func (f *flowScanner) afterKey(text string, i int) int {
	if i < len(text) && text[i] == ':' {
		return i + 1
	}
	f.complete = true
	return i
}
