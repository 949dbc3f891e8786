// SPDX-License-Identifier: MIT

package vendor

import (
	"slices"
	"strings"
)

// column is one column of a layout. Its place counts, not its name, because
// headers are translated; the name is a cross-check.
type column struct {
	name     string
	words    []string // what headers call it, in lower case and without the unit
	quantity quantity
	// personal marks what is never stored.
	personal bool
}

// layout is how the columns of a file are ordered.
type layout struct {
	columns []column
	// needed is how many of the columns there must be: newer generations have more
	// than older ones.
	needed int
	// byWord finds the columns by their names, for files whose order is not known.
	byWord bool
	// short says that rows may have fewer cells than the header.
	short bool
	// numbers is how numbers are written.
	numbers notation
	// oldTimes allows times as the old dashboard wrote them.
	oldTimes bool
}

// headerCell is a cell of a header: "Weight (kg)" is the word "weight" with the
// unit "kg".
type headerCell struct{ word, unit string }

// splitHeader reads a cell of a header. Only what is known as a unit is one:
// "Heart rate (min)" is a name.
func splitHeader(text string) headerCell {
	text = strings.TrimSpace(text)
	at := strings.LastIndex(text, "(")
	if at <= 0 || !strings.HasSuffix(text, ")") {
		return headerCell{word: strings.ToLower(text)}
	}
	unit := text[at+1 : len(text)-1]
	if slices.Contains([]string{"min", "max", "manual"}, unit) {
		return headerCell{word: strings.ToLower(text)}
	}
	return headerCell{word: strings.ToLower(strings.TrimSpace(text[:at])), unit: unit}
}

// placed is a column of a file: the layout's with the factor of its unit.
type placed struct {
	column

	index  int // in the layout, -1 for a column that is not read
	factor factor
	unit   string
}

// match finds the columns of a file, or says why it is not read. doubt says that
// words of the header are not known.
func (l layout) match(header []string, known map[string]bool) (columns []placed, doubt bool, problem string) {
	found := make([]bool, len(l.columns))
	for i, text := range header {
		cell := splitHeader(text)
		at, sure, problem := l.find(i, cell.word, known)
		if problem != "" {
			return nil, false, problem
		}
		doubt = doubt || !sure
		p := placed{column: column{personal: true}, index: -1}
		if at >= 0 && !found[at] {
			p, found[at] = placed{column: l.columns[at], index: at, unit: cell.unit}, true
		}
		if !p.personal {
			var ok bool
			if p.factor, ok = p.quantity.units()[cell.unit]; !ok {
				return nil, false, unknownUnit(cell.unit)
			}
		}
		columns = append(columns, p)
	}
	if slices.Contains(found[:l.needed], false) {
		return nil, false, "its header lacks columns"
	}
	return columns, doubt, ""
}

// find returns the column of the layout that a column of a file is, or -1. sure
// is false when the header calls it something unknown. A name that belongs
// elsewhere means that the file is not what it is called.
func (l layout) find(place int, word string, known map[string]bool) (at int, sure bool, problem string) {
	if l.byWord {
		at = slices.IndexFunc(l.columns, func(c column) bool { return slices.Contains(c.words, word) })
		return at, true, ""
	}
	if place < len(l.columns) && slices.Contains(l.columns[place].words, word) {
		return place, true, ""
	}
	if known[word] {
		return -1, false, "a column is where another one is expected"
	}
	if place >= len(l.columns) {
		return -1, false, ""
	}
	return place, false, ""
}

func unknownUnit(unit string) string {
	if unit == "" {
		return "a column names no unit, and none is assumed"
	}
	return "the unit of a column is not known"
}

// knownWords are the words of all layouts.
func knownWords(all []layout) map[string]bool {
	words := map[string]bool{}
	for _, l := range all {
		for _, c := range l.columns {
			for _, word := range c.words {
				words[word] = true
			}
		}
	}
	return words
}

// isOnly reports whether a field is all that a layout has besides the date.
func (l layout) isOnly(field string) bool { return len(l.columns) == 2 && l.columns[1].name == field }
