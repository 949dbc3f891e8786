// SPDX-License-Identifier: MIT

package transfer

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vitals2mqtt/internal/formula"
	"vitals2mqtt/sensors"
)

// tidyRow is one row: a value and the record that it belongs to.
type tidyRow struct {
	record tidyKey
	at     time.Time
	key    string
	value  sensors.Value
	field  sensors.Field
	kind   sensors.Kind    // of the record that the field belongs to
	places []sensors.Place // where else the value can be kept
	cell   *Problem        // where the value is, for problems
}

// tidyKey is what the rows of one record have in common.
type tidyKey struct {
	second      int64
	device      string
	attribution string
	source      sensors.Source
}

// tidyParser reads rows.
type tidyParser struct {
	problems

	options ReadOptions
	in      *csv.Reader
	budget  *rowBudget
	comma   bool           // decimals have a comma
	columns map[string]int // by name
	width   int            // of the last row
}

// next reads a row, nil for one without a usable value.
func (p *tidyParser) next() (*tidyRow, error) {
	p.budget.left = maxTidyRow
	cells, err := p.in.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		p.add(Problem{Line: wrong.Line, Column: wrong.Column, Reason: "a quotation mark out of place"})
		return nil, nil //nolint:nilnil // the mistake is reported
	}
	if err != nil {
		return nil, err
	}
	p.width = len(cells)
	row, problem := p.parseRow(cells)
	if problem != nil {
		p.add(*problem)
	}
	return row, nil
}

// parseRow reads a row. It returns nil for the value of a key that is computed
// from others, which it will be again.
func (p *tidyParser) parseRow(cells []string) (*tidyRow, *Problem) {
	if p.width > 1 && slices.ContainsFunc(cells, func(cell string) bool { return !utf8.ValidString(cell) }) {
		return nil, p.problemAt(columnTime, "the row is not UTF-8")
	}
	row := &tidyRow{record: tidyKey{
		device:      p.cell(cells, columnDevice),
		attribution: p.cell(cells, columnAttribution),
	}}
	if _, err := strconv.Atoi(row.record.attribution); err != nil && row.record.attribution != "" {
		return nil, p.problemAt(columnAttribution, "the attribution is no number")
	}
	row.record.source = sensors.Source(p.cell(cells, columnSource))
	if row.record.source != "" && !slices.Contains(sources(), row.record.source) {
		return nil, p.problemAt(columnSource, "the source is neither cloud, notification nor import")
	}
	if problem := p.parseTime(row, p.cell(cells, columnTime)); problem != nil {
		return nil, problem
	}
	return p.parseValue(row, cells)
}

func (p *tidyParser) parseTime(row *tidyRow, text string) *Problem {
	at, zoned, changed, err := parseTime(text, p.options.Zone)
	if errors.Is(err, errNoZone) {
		return p.problemAt(columnTime, err.Error())
	}
	if err != nil {
		return p.problemAt(columnTime, "not a time such as 2025-01-31T07:00:00+01:00")
	}
	if err := p.options.checkTime(at); err != nil {
		return p.problemAt(columnTime, err.Error())
	}
	if changed {
		p.report.ClockChanges++
	}
	row.at, row.record.second = at, at.Unix()
	if zoned {
		row.at = inOwnZone(at, p.options.Zone)
	}
	return nil
}

// inOwnZone gives a time with an offset the person's zone when that has the
// same offset then, so that days begin and end as they do there.
func inOwnZone(at time.Time, zone *time.Location) time.Time {
	name, offset := at.Zone()
	if zone != nil {
		if _, own := at.In(zone).Zone(); own == offset {
			return at.In(zone)
		}
	}
	return at.In(time.FixedZone(name, offset))
}

func (p *tidyParser) parseValue(row *tidyRow, cells []string) (*tidyRow, *Problem) {
	key := p.cell(cells, columnKey)
	sensor, known := sensors.LookupAmong(p.options.Extra, key)
	if !known {
		return nil, p.problemAt(columnKey, unknownKey(key))
	}
	places := sensors.PlacesOf(sensor.Key, p.options.Extra)
	if len(places) == 0 {
		p.report.Remark("computed values are not imported: they follow from the others")
		return nil, nil //nolint:nilnil // neither a row nor a mistake
	}
	value, err := valueOf(&sensor, p.cell(cells, columnValue), p.cell(cells, columnUnit), p.comma)
	if err != nil {
		return nil, p.problemAt(columnValue, key+": "+err.Error())
	}
	kind, field, ok := sensors.FieldFor(sensor.Key, value, p.options.Extra)
	if !ok {
		return nil, p.problemAt(columnValue, key+": not one of its values")
	}
	row.key, row.value, row.field, row.kind, row.places = sensor.Key, value, field, kind, places
	row.cell = p.problemAt(columnValue, "")
	return row, nil
}

func (p *tidyParser) readHeader() error {
	p.budget.left = maxTidyRow
	header, err := p.in.Read()
	if errors.Is(err, errLongRow) {
		return err
	}
	if err != nil {
		return errors.New("no header such as " + strings.Join(TidyHeader(), ","))
	}
	p.columns = map[string]int{}
	for i, cell := range header {
		if !slices.Contains(TidyHeader(), cell) {
			p.report.Remark(p.name + ": not all columns are read")
			continue
		}
		if _, twice := p.columns[cell]; twice {
			return fmt.Errorf("two columns %s", cell)
		}
		p.columns[cell] = i
	}
	for _, column := range requiredColumns() {
		if _, ok := p.columns[column]; !ok {
			return fmt.Errorf("no column %s; the header must be %s", column, strings.Join(TidyHeader(), ","))
		}
	}
	return nil
}

func requiredColumns() []string { return []string{columnTime, columnKey, columnValue} }

// cell is the content of a column, "" when the row ends before it.
func (p *tidyParser) cell(cells []string, column string) string {
	at, ok := p.columns[column]
	if !ok || at >= len(cells) {
		return ""
	}
	return formula.Unescape(cells[at])
}

// problemAt is a mistake in the cell of a column.
func (p *tidyParser) problemAt(column, reason string) *Problem {
	line, position := p.in.FieldPos(min(p.columns[column], p.width-1))
	return &Problem{Line: line, Column: position, Reason: reason}
}
