// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"io"
	"iter"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// row is one row of a sheet. It is valid until the next one is read.
type row struct {
	sheet *sheet
	cells []string
	line  int
}

// rows reads the rows and closes the sheet. A row that cannot be read is a
// problem; an error ends all reading.
func (s *sheet) rows() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		defer s.close()
		for {
			s.budget.left = maxRow
			cells, err := s.csv.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				reason, fatal := refusedOr(err)
				if fatal != nil {
					yield(row{}, fatal)
					return
				}
				s.report.AddProblem(transfer.Problem{File: s.name, Reason: reason})
				return // what follows cannot be told apart
			}
			line, _ := s.csv.FieldPos(0)
			r := row{sheet: s, cells: cells, line: line}
			if r.isEmpty() {
				continue
			}
			s.file.Rows++
			if r.isWhole() && !yield(r, nil) {
				return
			}
		}
	}
}

func (r row) isEmpty() bool { return strings.Join(r.cells, "") == "" }

// isWhole checks the number of cells. A decimal comma without quotes shows here.
func (r row) isWhole() bool {
	columns := r.sheet.columns
	if len(r.cells) > len(columns) {
		r.problem("the row has more cells than the header")
		return false
	}
	for _, missing := range columns[len(r.cells):] {
		if !missing.personal && !r.sheet.layout.short {
			r.problem("the row has fewer cells than the header")
			return false
		}
	}
	return true
}

// cell is the text of a column of the layout, "" when it is empty or missing.
func (r row) cell(column int) string {
	place := r.sheet.places[column]
	if place < 0 || place >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[place])
}

// problem reports the row.
func (r row) problem(reason string) {
	r.sheet.report.AddProblem(transfer.Problem{File: r.sheet.name, Line: r.line, Reason: reason})
}

// cellProblem reports a cell of a column of the layout.
func (r row) cellProblem(column int, reason string) {
	p := transfer.Problem{File: r.sheet.name, Line: r.line, Reason: reason}
	if place := r.sheet.places[column]; place >= 0 && place < len(r.cells) {
		p.Line, p.Column = r.sheet.csv.FieldPos(place)
	}
	r.sheet.report.AddProblem(p)
}

// number reads a cell in the cloud's unit, and false when it is empty or not a
// number, which is reported.
func (r row) number(column int) (number decimal.Decimal, ok bool) {
	text := r.cell(column)
	if text == "" {
		return number, false
	}
	c := r.sheet.columns[r.sheet.places[column]]
	parse := func(text string) (decimal.Decimal, string) { return r.sheet.syntax.parse(text, r.sheet.numbers) }
	if c.quantity == height && c.unit == "in" {
		parse = r.sheet.syntax.parseFeetAndInches
	}
	number, problem := parse(text)
	if problem == "" {
		var err error
		if number, err = c.factor.times(number); err != nil {
			problem = "the number has too many digits"
		}
	}
	if problem == "" {
		problem = c.quantity.check(number)
	}
	if problem != "" {
		r.cellProblem(column, problem)
		return number, false
	}
	return number, true
}

// check refuses what nobody can have, in the cloud's unit.
func (q quantity) check(number decimal.Decimal) (problem string) {
	most := map[quantity]int64{mass: 1000, height: 3, percent: 100, celsius: 50}
	bound, bounded := most[q]
	switch {
	case number.Sign() < 0 && q != noUnit:
		return "the number is negative"
	case bounded && number.Rat().Cmp(decimal.FromInt(bound).Rat()) > 0:
		return "the number is too large for what the column measures"
	}
	return ""
}

// reporter reports problems of the row later, when the next one was read.
func (r row) reporter() func(string) {
	later := row{sheet: r.sheet, line: r.line}
	return later.problem
}

// dateOf reads the time in a column, which every row must have.
func (r row) dateOf(column int, read func(string) (moment, string)) (m moment, ok bool) {
	m, problem := read(r.cell(column))
	if problem != "" {
		r.cellProblem(column, problem)
		return m, false
	}
	return m, true
}

// clockTime reads a time without an offset in any form that the layout allows.
func (s *sheet) clockTime(c *clock) func(string) (moment, string) {
	return func(text string) (moment, string) {
		if isOld := strings.HasSuffix(text, "M") || strings.HasSuffix(text, "Uhr"); s.layout.oldTimes && isOld {
			return c.oldWall(text)
		}
		return c.wall(text)
	}
}

// anyTime reads a time with an offset, or in the old dashboard's forms.
func (s *sheet) anyTime(c *clock) func(string) (moment, string) {
	wall := s.clockTime(c)
	return func(text string) (moment, string) {
		if s.layout.oldTimes && !strings.Contains(text, "T") {
			return wall(text)
		}
		return c.iso(text)
	}
}

// span reads the beginning and the end of what lasts.
func (r row) span(from, to int, read func(string) (moment, string)) (start, end moment, ok bool) {
	const longest = 7 * 24 * 60 * 60
	if start, ok = r.dateOf(from, read); !ok {
		return start, end, false
	}
	if end, ok = r.dateOf(to, read); !ok {
		return start, end, false
	}
	switch {
	case end.unix < start.unix:
		r.cellProblem(to, "it ends before it begins")
		return start, end, false
	case end.unix-start.unix > longest:
		r.cellProblem(to, "it lasts longer than a week")
		return start, end, false
	}
	return start, end, true
}

func (r row) scaled(column int, value decimal.Decimal, by factor) (decimal.Decimal, bool) {
	result, err := by.times(value)
	if err != nil {
		r.cellProblem(column, "the number has too many digits")
	}
	return result, err == nil
}

// record begins the record of a row.
func (m moment) record() sensors.Record {
	return sensors.Record{At: m.unix, Zone: m.zone}
}
