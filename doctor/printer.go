// SPDX-License-Identifier: MIT

package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Style is how a report is printed. The zero value is for files and pipes.
type Style struct {
	// Color colours the levels.
	Color bool
	// Width is the number of columns that lines are folded to; 0 does not fold.
	Width int
	// Live shows the check that is running in a line that is replaced.
	Live bool
}

// Printer prints findings as they become known: a line for each, and the remedy
// below it.
type Printer struct {
	w      io.Writer
	style  Style
	labels int // the width of the widest label
	err    error
}

// NewPrinter returns a printer for the findings about a setup.
func NewPrinter(w io.Writer, setup Input, style Style) *Printer {
	labels := 0
	for _, check := range checks() {
		labels = max(labels, len([]rune(check.name)))
		for _, p := range setup.Profiles {
			if check.hasProfiles {
				labels = max(labels, len([]rune(Finding{Check: check.name, Profile: p.Name}.label())))
			}
		}
	}
	return &Printer{w: w, style: style, labels: labels}
}

// Started prints that a check is running.
func (p *Printer) Started(check string) {
	if p.style.Live {
		p.printf("%-4s  checking: %s …", "", check)
	}
}

// Found prints a finding.
func (p *Printer) Found(f Finding) {
	p.Clear()
	label := fmt.Sprintf("%-*s", p.labels, printable(f.label()))
	p.fold(p.level(f.Level)+"  "+label+"  ", f.Text(), "")
	if remedy := f.Remedy(); remedy != "" {
		p.fold(strings.Repeat(" ", p.indent()), remedy, "-> ")
	}
}

// Finish prints the summary, and returns the first error of writing.
func (p *Printer) Finish(r Report) error {
	p.Clear()
	p.printf("\n%s\n", r.summary())
	return p.err
}

// Clear removes the line of the check that is running.
func (p *Printer) Clear() {
	if p.style.Live {
		p.printf("\r\x1b[K")
	}
}

// indent is the column in which texts begin.
func (p *Printer) indent() int { return len("FAIL") + 2 + p.labels + 2 }

// minTextWidth keeps texts readable on narrow terminals, which fold them again.
const minTextWidth = 24

// fold prints a text after a head; its other lines are indented like the first.
func (p *Printer) fold(head, text, mark string) {
	text, hanging := printable(text), strings.Repeat(" ", p.indent()+len(mark))
	width := max(minTextWidth, p.style.Width-len(hanging))
	if p.style.Width == 0 || len([]rune(text)) <= width {
		p.printf("%s%s%s\n", head, mark, text)
		return
	}
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			p.printf("%s%s%s\n", head, mark, line)
			head, mark, line = hanging, "", ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	p.printf("%s%s%s\n", head, mark, line)
}

// level is a level in its column.
func (p *Printer) level(l Level) string {
	padded := fmt.Sprintf("%-4s", l)
	if !p.style.Color {
		return padded
	}
	code := map[Level]string{OK: "32", Warn: "33", Fail: "1;31", Skip: "2"}[l]
	return "\x1b[" + code + "m" + padded + "\x1b[0m"
}

// printable replaces what a terminal would not print but obey: texts may come
// from the network.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

func (p *Printer) printf(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, values...)
	}
}

// WriteTable writes the report as text.
func (r Report) WriteTable(w io.Writer) error {
	p := &Printer{w: w}
	for _, f := range r.Findings {
		p.labels = max(p.labels, len([]rune(f.label())))
	}
	for _, f := range r.Findings {
		p.Found(f)
	}
	return p.Finish(r)
}
