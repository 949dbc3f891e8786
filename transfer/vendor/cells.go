// SPDX-License-Identifier: MIT

package vendor

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// Create opens a file for writing by its name.
type Create func(name string) (io.WriteCloser, error)

// appendRow appends a row as the vendor writes it: a cell is quoted only when it
// has a space or a mark of CSV.
func appendRow(to []byte, cells ...string) []byte {
	for i, cell := range cells {
		if i > 0 {
			to = append(to, ',')
		}
		if strings.ContainsAny(cell, " ,\"\t\r\n\\") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		to = append(to, cell...)
	}
	return append(to, '\n')
}

// datedRow is a row with its time, for ordering.
type datedRow struct {
	at   int64
	text []byte
}

// table is a file whose rows are ordered before they are written.
type table struct {
	name        string
	header      []string
	newestFirst bool
	rows        []datedRow
}

func (t *table) add(at int64, cells ...string) {
	t.rows = append(t.rows, datedRow{at, appendRow(nil, cells...)})
}

func (t *table) write(create Create) error {
	slices.SortStableFunc(t.rows, func(a, b datedRow) int {
		if t.newestFirst {
			a, b = b, a
		}
		return cmp.Compare(a.at, b.at)
	})
	file, err := create(t.name)
	if err != nil {
		return fmt.Errorf("creating %s: %w", t.name, err)
	}
	_, err = file.Write(appendRow(nil, t.header...))
	for _, r := range t.rows {
		if err != nil {
			break
		}
		_, err = file.Write(r.text)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", t.name, err)
	}
	return nil
}

// losses count what a layout cannot carry.
type losses map[string]int

func (l losses) count(what string) { l[what]++ }

// Remarks say what was not written, or not exactly.
func (l losses) Remarks() (remarks []string) {
	for _, what := range slices.Sorted(maps.Keys(l)) {
		remarks = append(remarks, fmt.Sprintf("%d %s", l[what], what))
	}
	return remarks
}

// What a layout cannot carry.
const (
	lostRounded = "values were rounded to the decimals of the layout"
	lostType    = "values have no place in the layout"
	lostRecord  = "records have no place in the layout"
	lostClock   = "times lie in the second of two equal hours: without an offset they read as the first"
	lostOrigin  = "records lose their device, attribution or id"
)

// countOrigin counts a record whose origin is lost: no layout has it.
func (l losses) countOrigin(rec sensors.Record) {
	if rec.Device != "" || rec.Model != "" || rec.Attribution != nil || rec.ID > 0 {
		l.count(lostOrigin)
	}
}

// fixed is a number with a fixed number of decimals.
func (l losses) fixed(value decimal.Decimal, places int) string {
	if value.Round(places) != value {
		l.count(lostRounded)
	}
	return value.Fixed(places)
}

// atMost is a number with as many decimals as it needs, up to a limit.
func (l losses) atMost(value decimal.Decimal, places int) string {
	if value.Round(places) != value {
		l.count(lostRounded)
	}
	return value.Round(places).String()
}

// wholeBody finds the number of a measure that stands for the whole body: the
// one without a position, else that of the whole body, else that of the feet.
func wholeBody(rec sensors.Record, name string) (value decimal.Decimal, ok bool) {
	const whole, feet = 7, 6
	for _, position := range []int{sensors.NoPosition, 0, whole, feet} {
		for _, f := range rec.Fields {
			if f.Name == name && f.Position == position {
				if value, ok = f.Value.Decimal(); ok {
					return value, true
				}
			}
		}
	}
	return value, false
}

// wallText is a time without an offset.
func (c *clock) wallText(at int64, lost losses) string {
	text := time.Unix(at, 0).In(c.zone).Format(wallForm)
	if back, problem := c.wall(text); problem != "" || back.unix != at {
		lost.count(lostClock)
	}
	return text
}

// isoText is a time with the offset of a record's own zone, else the clock's.
func (c *clock) isoText(at int64, zone string) string {
	location := c.zone
	if knownZone(zone) != "" {
		if own, err := time.LoadLocation(zone); err == nil {
			location = own
		}
	}
	return time.Unix(at, 0).In(location).Format(isoForm)
}
