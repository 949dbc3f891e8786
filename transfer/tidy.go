// SPDX-License-Identifier: MIT

package transfer

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/formula"
	"vitals2mqtt/sensors"
)

// The columns of tidy CSV.
const (
	columnTime        = "time"
	columnKey         = "key"
	columnValue       = "value"
	columnUnit        = "unit"
	columnDevice      = "device"
	columnAttribution = "attribution"
	columnSource      = "source"
)

// TidyHeader are the columns of tidy CSV, in this order.
func TidyHeader() []string {
	return []string{
		columnTime, columnKey, columnValue, columnUnit, columnDevice, columnAttribution, columnSource,
	}
}

// TidyOptions are how tidy CSV is written.
type TidyOptions struct {
	// Keys are the keys to write; all when empty.
	Keys []string
	// DecimalComma writes numbers with a comma and separates the columns by
	// semicolons, as spreadsheets in many countries expect it.
	DecimalComma bool
	// Zone is for records without a time zone; nil is UTC.
	Zone *time.Location
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor
}

// tidyWriter writes tidy CSV.
type tidyWriter struct {
	options TidyOptions
	out     *csv.Writer
	begun   bool
}

// NewTidyWriter writes one row per value, in the units of the catalogue. Naps
// are left out: their values are not those of the night.
func NewTidyWriter(out io.Writer, o TidyOptions) Writer {
	w := &tidyWriter{options: o, out: csv.NewWriter(out)}
	if o.DecimalComma {
		w.out.Comma = ';'
	}
	return w
}

// Write implements Writer.
func (w *tidyWriter) Write(item Item) error {
	if err := w.begin(); err != nil {
		return err
	}
	if item.Nap || item.Deleted != 0 {
		return nil
	}
	at := timeOf(&item, w.options.Zone).Format(time.RFC3339)
	attribution := ""
	if item.Attribution != nil {
		attribution = strconv.Itoa(*item.Attribution)
	}
	for _, key := range slices.Sorted(maps.Keys(item.Values)) {
		value := item.Values[key]
		if !value.Valid() || len(w.options.Keys) > 0 && !slices.Contains(w.options.Keys, key) {
			continue
		}
		row, _ := sensors.LookupAmong(w.options.Extra, key)
		err := w.out.Write([]string{
			at, formula.Escape(key), w.format(value), formula.Escape(row.Unit), formula.Escape(deviceOf(&item.Record)), attribution,
			string(sourceOf(&item.Record)),
		})
		if err != nil {
			return fmt.Errorf("writing a row: %w", err)
		}
	}
	return nil
}

// begin writes the header once.
func (w *tidyWriter) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	return w.out.Write(TidyHeader())
}

// format writes a value: numbers as they are, also with a minus sign.
func (w *tidyWriter) format(value sensors.Value) string {
	number, ok := value.Decimal()
	switch {
	case !ok:
		return formula.Escape(value.String())
	case w.options.DecimalComma:
		return strings.Replace(number.String(), ".", ",", 1)
	}
	return number.String()
}

// Close implements Writer.
func (w *tidyWriter) Close() error {
	if err := w.begin(); err != nil {
		return err
	}
	w.out.Flush()
	return w.out.Error()
}
