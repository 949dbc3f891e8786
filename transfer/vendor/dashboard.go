// SPDX-License-Identifier: MIT

package vendor

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// DashboardOptions are how files for the import of the dashboard are written.
// The files name no units: the values must be in those of the dashboard.
type DashboardOptions struct {
	// Zone is that of the times; nil is UTC.
	Zone *time.Location
	// Pounds is for a dashboard in pounds. Heights are left out then: how it takes
	// them is not known.
	Pounds bool
	// MaxRows is how many readings a file has at most; 0 is as many as the dashboard
	// takes, its header included: 3,999.
	MaxRows int
}

// maxDashboardRows leaves a row of 4,000 for the header.
const maxDashboardRows = 3999

// DashboardWriter writes weights, blood pressures and heights for the import of
// the vendor's dashboard. The files are written by Close.
type DashboardWriter struct {
	losses

	create  Create
	options DashboardOptions
	clock   *clock
	sheets  []*dashboardSheet
	closed  bool
}

// dashboardSheet is one of the three kinds of files.
type dashboardSheet struct {
	name     string
	header   []string
	optional int // the columns from here on are left away when no row has them
	rows     []dashboardRow
}

type dashboardRow struct {
	at    int64
	cells []string
}

// Places of the sheets.
const (
	weightSheet = iota
	pressureSheet
	heightSheet
)

// NewDashboardWriter returns a writer of the files that create opens.
func NewDashboardWriter(create Create, o DashboardOptions) *DashboardWriter {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.MaxRows <= 0 || o.MaxRows > maxDashboardRows {
		o.MaxRows = maxDashboardRows
	}
	return &DashboardWriter{
		losses:  losses{},
		create:  create,
		options: o,
		clock:   newClock(o.Zone, time.Time{}),
		sheets: []*dashboardSheet{
			{name: "weight", header: []string{"Date", "Weight", "Fat mass"}, optional: 2},
			{name: "blood-pressure", header: []string{"Date", "Heart rate", "Systole", "Diastole"}, optional: 2},
			{name: "height", header: []string{"Date", "Height"}, optional: 2},
		},
	}
}

// What the import of the dashboard cannot carry.
const (
	lostHeartRate = "blood pressures have no heart rate, which the dashboard requires"
	lostHeight    = "heights are left out: how a dashboard in pounds takes them is not known"
	lostKind      = "records are neither weights, blood pressures nor heights"
)

// Write adds a record.
func (w *DashboardWriter) Write(item transfer.Item) error {
	if item.Deleted != 0 {
		return nil
	}
	if item.Kind != sensors.KindMeasures {
		w.count(lostKind)
		return nil
	}
	rec := item.Record
	written := w.writeWeight(rec)
	written = w.writePressure(rec) || written
	if value, ok := wholeBody(rec, typeHeight); ok {
		written = true
		if w.options.Pounds {
			w.count(lostHeight)
		} else {
			w.add(heightSheet, rec.At, w.atMost(value, 2))
		}
	}
	if !written {
		w.count(lostKind)
		return nil
	}
	w.countOrigin(rec)
	return nil
}

func (w *DashboardWriter) add(sheet int, at int64, cells ...string) {
	date := w.clock.wallText(at, w.losses)
	w.sheets[sheet].rows = append(w.sheets[sheet].rows, dashboardRow{at, append([]string{date}, cells...)})
}

func (w *DashboardWriter) writeWeight(rec sensors.Record) bool {
	weight, ok := wholeBody(rec, typeWeight)
	if !ok || weight.Sign() <= 0 {
		return false
	}
	const places = 2
	fat, shown := "", w.fatRatio(rec, weight)
	if shown.Sign() > 0 {
		fat = w.atMost(shown, places)
	}
	if !w.options.Pounds {
		w.add(weightSheet, rec.At, w.fixed(weight, places), fat)
		return true
	}
	pounds, err := mass.units()["lb"].dividing(weight, places)
	if err != nil {
		return false
	}
	w.add(weightSheet, rec.At, pounds.Fixed(places), fat)
	return true
}

// fatRatio is the share of fat in percent, 0 when it is not known.
func (w *DashboardWriter) fatRatio(rec sensors.Record, weight decimal.Decimal) decimal.Decimal {
	if ratio, ok := wholeBody(rec, typeFatRatio); ok {
		return ratio
	}
	fat, ok := wholeBody(rec, typeFatMass)
	if !ok {
		return decimal.Decimal{}
	}
	share := new(big.Rat).Quo(fat.Rat(), weight.Rat())
	ratio, err := decimal.FromRat(share.Mul(share, big.NewRat(100, 1)), 2)
	if err != nil {
		return decimal.Decimal{}
	}
	return ratio
}

func (w *DashboardWriter) writePressure(rec sensors.Record) bool {
	var cells []string
	found := false
	for _, name := range []string{typePulse, typeSystolic, typeDiastolic} {
		cell := ""
		if value, ok := wholeBody(rec, name); ok {
			cell, found = w.fixed(value, 0), true
		}
		cells = append(cells, cell)
	}
	if found && cells[0] == "" {
		w.count(lostHeartRate)
		return true
	}
	if found {
		w.add(pressureSheet, rec.At, cells...)
	}
	return found
}

// Close writes the files: weight-1.csv and so on.
func (w *DashboardWriter) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	var errs []error
	for _, s := range w.sheets {
		slices.SortStableFunc(s.rows, func(a, b dashboardRow) int { return cmp.Compare(a.at, b.at) })
		number := 0
		for rows := range slices.Chunk(s.rows, w.options.MaxRows) {
			number++
			errs = append(errs, s.write(w.create, s.name+"-"+strconv.Itoa(number)+".csv", rows))
		}
	}
	return errors.Join(errs...)
}

// write writes a file. Nothing needs quotes: the cells are dates and numbers.
func (s *dashboardSheet) write(create Create, name string, rows []dashboardRow) error {
	width := len(s.header)
	isEmpty := func(r dashboardRow) bool { return strings.Join(r.cells[s.optional:], "") == "" }
	if s.optional < width && !slices.ContainsFunc(rows, func(r dashboardRow) bool { return !isEmpty(r) }) {
		width = s.optional
	}
	file, err := create(name)
	if err != nil {
		return fmt.Errorf("creating %s: %w", name, err)
	}
	var text bytes.Buffer
	text.WriteString(strings.Join(s.header[:width], ",") + "\n")
	for _, r := range rows {
		text.WriteString(strings.Join(r.cells[:width], ",") + "\n")
	}
	_, err = text.WriteTo(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}
