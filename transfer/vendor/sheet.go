// SPDX-License-Identifier: MIT

package vendor

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/transfer"
)

// maxRow bounds the length of a row: the curve of an electrocardiogram is a
// cell of 30 kB and more.
const maxRow = 4 * mebibyte

// rowBudget bounds how much is read for one row, so that a quote that is never
// closed does not hold a whole file in memory.
type rowBudget struct {
	in   io.Reader
	left int
}

var errLongRow = errors.New("a row is longer than 4 MB: a quote is not closed")

func (b *rowBudget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.in.Read(p)
	b.left -= n
	return n, err
}

// sheet is an open CSV file with its columns matched to a layout.
type sheet struct {
	name    string
	report  *transfer.Report
	file    *transfer.FileReport
	syntax  numberSyntax
	numbers notation
	layout  layout
	columns []placed
	places  []int // of the columns of the layout in the file, -1 when it lacks them

	in     io.ReadCloser
	text   *textReader
	budget *rowBudget
	csv    *csv.Reader
}

// openSheet opens a file and reads its header. A file that is not read gives no
// sheet, and the report says why; an error ends all reading.
func openSheet(
	e entry, report *transfer.Report, syntax numberSyntax, known map[string]bool, layouts ...layout,
) (*sheet, error) {
	in, err := e.open()
	if err != nil {
		report.Skip(e.name, "it cannot be opened: "+damage(err))
		return nil, nil
	}
	s := &sheet{name: e.name, report: report, file: report.File(e.name), syntax: syntax, in: in}
	refused, err := s.readHeader(known, layouts)
	if err != nil || refused != "" {
		_ = in.Close() // it was only read
		s.file.Skipped = refused
		return nil, err
	}
	return s, nil
}

// readHeader reads the header, or returns why the file is not read.
func (s *sheet) readHeader(known map[string]bool, layouts []layout) (refused string, err error) {
	if s.text, err = newTextReader(s.in); err != nil {
		return refusedOr(err)
	}
	buffered := bufio.NewReaderSize(s.text, 4*kibibyte)
	head, err := buffered.Peek(4 * kibibyte)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return refusedOr(err)
	}
	s.budget = &rowBudget{in: buffered, left: maxRow}
	s.csv = csv.NewReader(s.budget)
	s.csv.FieldsPerRecord, s.csv.ReuseRecord = -1, true
	// Strict reading would lose a row with a quote after a backslash, which PHP does
	// not double. What it hides shows in the cells: all are checked.
	s.csv.LazyQuotes = true
	s.csv.Comma = separatorOf(string(head))
	header, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return "it is empty", nil
	}
	if err != nil {
		return refusedOr(err)
	}
	return s.matchHeader(header, known, layouts), nil
}

func (s *sheet) matchHeader(header []string, known map[string]bool, layouts []layout) (refused string) {
	isKnown := false
	for _, cell := range header {
		isKnown = isKnown || known[splitHeader(cell).word]
	}
	if !isKnown {
		return "its first line is no header that is known"
	}
	var doubt bool
	for i, l := range layouts {
		columns, unsure, problem := l.match(header, known)
		if problem == "" && (s.columns == nil || doubt && !unsure) {
			s.layout, s.columns, doubt = l, columns, unsure
		}
		if i == 0 {
			refused = problem
		}
	}
	if s.columns == nil {
		return refused
	}
	s.places = make([]int, len(s.layout.columns))
	for i := range s.places {
		s.places[i] = slices.IndexFunc(s.columns, func(c placed) bool { return c.index == i })
	}
	s.numbers = s.layout.numbers
	if s.csv.Comma != ',' {
		s.numbers = resaved
		s.remark("has other separators than commas: another program has saved it again")
	}
	if doubt {
		s.remark("has a header with words that are not known: its columns were read by their place")
	}
	return ""
}

func (s *sheet) remark(text string) { s.report.Remark(s.name + " " + text) }

// separatorOf is the separator of a header.
func separatorOf(head string) rune {
	line, _, _ := strings.Cut(head, "\n")
	switch {
	case strings.Contains(line, ","):
		return ','
	case strings.Contains(line, ";"):
		return ';'
	case strings.Contains(line, "\t"):
		return '\t'
	}
	return ','
}

// close closes the file, and reports what reading has shown of its text.
func (s *sheet) close() {
	if remark := s.text.Remark(); remark != "" {
		s.remark(remark)
	}
	_ = s.in.Close() // it was only read
}

// refusedOr tells what is wrong with one file from what ends all reading.
func refusedOr(err error) (refused string, fatal error) {
	if errors.Is(err, ErrRefused) {
		return "", err
	}
	return damage(err), nil
}

// damage describes an error of reading a file, without anything of its content.
func damage(err error) string {
	var corrupt flate.CorruptInputError
	var parse *csv.ParseError
	switch {
	case errors.Is(err, zip.ErrChecksum) || errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF):
		return "the file is damaged"
	case errors.As(err, &parse):
		return "the file is no CSV from line " + decimal.FromInt(int64(parse.Line)).String() + " on"
	}
	return err.Error()
}
