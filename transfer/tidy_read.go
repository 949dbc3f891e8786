// SPDX-License-Identifier: MIT

package transfer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// ReadTidy reads tidy CSV: what NewTidyWriter writes, and files of other
// programs with at least the columns time, key and value. Rows of one record
// must follow each other, as in a file that is sorted by time. A row with a
// mistake costs that value. The records have the source import, because a row
// does not say which of the cloud's records it comes from.
func ReadTidy(in io.Reader, name string, o ReadOptions, report *Report) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		buffered := bufio.NewReader(in)
		separator, err := checkText(buffered)
		if err != nil {
			yield(Item{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		r := newTidyReader(buffered, separator, name, o, report)
		if err := r.rows.readHeader(); err != nil {
			yield(Item{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		for {
			item, ok, err := r.next()
			if err != nil {
				yield(Item{}, fmt.Errorf("reading %s: %w", name, err))
				return
			}
			if !ok || !yield(item, nil) {
				return
			}
		}
	}
}

// tidyReader reads the rows of one file.
type tidyReader struct {
	rows   tidyParser
	groups tidyGrouper
	file   *FileReport
}

func newTidyReader(in io.Reader, separator rune, name string, o ReadOptions, report *Report) *tidyReader {
	budget := &rowBudget{in: in}
	rows := csv.NewReader(budget)
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = separator, -1, true
	to := problems{name, report}
	return &tidyReader{
		rows:   tidyParser{problems: to, options: o, in: rows, budget: budget, comma: separator == ';'},
		groups: tidyGrouper{problems: to, options: o, closed: map[uint64]struct{}{}, seed: maphash.MakeSeed()},
		file:   report.File(name),
	}
}

// checkText refuses what is no UTF-8, skips a byte order mark and finds the
// separator in the first line.
func checkText(in *bufio.Reader) (separator rune, err error) {
	start, err := in.Peek(len(byteOrderMark))
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	switch {
	case strings.HasPrefix(string(start), "\xff\xfe"), strings.HasPrefix(string(start), "\xfe\xff"):
		return 0, errors.New("the file is UTF-16: save it as UTF-8")
	case string(start) == byteOrderMark:
		_, _ = in.Discard(len(byteOrderMark))
	}
	head, err := in.Peek(maxHeader)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	line, _, _ := strings.Cut(string(head), "\n")
	switch {
	case !utf8.ValidString(line):
		return 0, errors.New("the file is not UTF-8: save it as UTF-8")
	case strings.Contains(line, ","):
		return ',', nil
	case strings.Contains(line, ";"):
		return ';', nil
	case strings.Contains(line, "\t"):
		return 0, errors.New("the columns are separated by tabs: save the file as CSV")
	}
	return ',', nil
}

// maxHeader is how much of a file is searched for the end of its header.
const maxHeader = 1024

// IsTidyHeader reports whether a line is the header of tidy CSV.
func IsTidyHeader(line string) bool {
	cells := strings.FieldsFunc(strings.TrimPrefix(line, byteOrderMark), func(r rune) bool {
		return strings.ContainsRune(",;\"\r\n", r)
	})
	for _, column := range requiredColumns() {
		if !slices.Contains(cells, column) {
			return false
		}
	}
	return true
}

// next reads the next record, and false at the end.
func (r *tidyReader) next() (Item, bool, error) {
	for {
		if item, ok := r.groups.next(); ok {
			return item, true, nil
		}
		row, err := r.rows.next()
		switch {
		case errors.Is(err, io.EOF) && r.groups.open == nil:
			return Item{}, false, nil
		case errors.Is(err, io.EOF):
			r.groups.finish()
			continue
		case err != nil:
			return Item{}, false, err
		}
		r.file.Rows++
		if row != nil && !r.groups.add(row) {
			r.groups.finish()
			r.groups.add(row)
		}
	}
}
