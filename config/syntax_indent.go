// SPDX-License-Identifier: MIT

package config

import "strings"

// level is an open section or list: the line that began it and how far its
// lines are indented.
type level struct {
	indent int
	line   sourceLine
}

// scanIndentation explains a line that is not as far indented as those it could
// belong to.
func (s syntaxScanner) scanIndentation(line sourceLine) (syntaxMistake, bool) {
	before, ok := lastSignificant(s.lines, s.good)
	if !ok {
		return syntaxMistake{}, false
	}
	at := func(l sourceLine, text string) (syntaxMistake, bool) {
		return syntaxMistake{line: l.number, column: l.column(0), text: text}, true
	}
	levels := s.openLevels()
	deepest := levels[len(levels)-1]
	if line.indent() > deepest.indent {
		switch {
		case strings.HasPrefix(before.content, "- ") && findColon(before.content[2:]) < 0:
			return at(line, "wrong indentation: an element of a list that has keys begins with one, such as \"- name: …\"")
		case hasValue(before) && before.number == deepest.line.number && s.isOdd(deepest, line, parentIndent(levels)):
			return at(before, differentText)
		case hasValue(before):
			return at(line, "wrong indentation: the line before has a value, so nothing can be below it")
		}
		return syntaxMistake{}, false
	}
	for i, open := range levels {
		if open.indent == line.indent() {
			if open.line.isItem() != line.isItem() && i+1 < len(levels) {
				return at(line, "wrong indentation: keys and elements of a list do not mix")
			}
			return syntaxMistake{}, false
		}
		if i == 0 && open.indent > line.indent() {
			return at(open.line, "wrong indentation: the first key of the file is indented, or its section is missing")
		}
		if open.indent > line.indent() {
			if s.isOdd(open, line, levels[i-1].indent) {
				return at(open.line, differentText)
			}
			return at(line, "wrong indentation: no line above that it could belong to is indented like it")
		}
	}
	return syntaxMistake{}, false
}

const differentText = "wrong indentation: the lines after it that belong with it are indented differently"

// parentIndent is the indentation of what contains the deepest level, -1 for
// none.
func parentIndent(levels []level) int {
	if len(levels) < 2 {
		return -1
	}
	return levels[len(levels)-2].indent
}

// openLevels are the sections and lists that the line after the good ones could
// continue.
func (s syntaxScanner) openLevels() []level {
	var levels []level
	for i := range s.good {
		line, ok := significant(s.lines, i)
		if !ok {
			continue
		}
		for len(levels) > 0 && levels[len(levels)-1].indent > line.indent() {
			levels = levels[:len(levels)-1]
		}
		if len(levels) == 0 || levels[len(levels)-1].indent < line.indent() {
			levels = append(levels, level{line.indent(), line})
		}
		if rest := strings.TrimLeft(strings.TrimPrefix(line.content, "-"), " "); line.isItem() && findColon(rest) >= 0 {
			inner := sourceLine{line.number, line.lead + strings.Repeat(" ", len(line.content)-len(rest)), rest}
			levels = append(levels, level{inner.indent(), inner})
		}
	}
	if len(levels) == 0 {
		levels = append(levels, level{})
	}
	return levels
}

// isOdd reports whether of two lines that should be indented alike the earlier
// one is the mistake: fewer lines of their section are indented like it.
func (s syntaxScanner) isOdd(open level, line sourceLine, parent int) bool {
	likeOpen, likeLine := 0, 0
	for i := open.line.number - 1; i < len(s.lines); i++ {
		other, ok := significant(s.lines, i)
		if !ok {
			continue
		}
		if other.number > line.number && other.indent() <= parent && other.indent() < line.indent() {
			break
		}
		switch other.indent() {
		case open.indent:
			likeOpen++
		case line.indent():
			likeLine++
		}
	}
	if likeOpen == likeLine {
		return open.indent%2 == 1
	}
	return likeOpen < likeLine
}

// hasValue reports whether a line has a value after its key or dash.
func hasValue(line sourceLine) bool {
	content := strings.TrimPrefix(line.content, "- ")
	if colon := findColon(content); colon >= 0 {
		content = strings.TrimSpace(content[colon+1:])
		return content != "" && content[0] != '#' && content[0] != '&'
	}
	return line.isItem()
}
