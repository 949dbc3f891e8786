// SPDX-License-Identifier: MIT

package report

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/web/draw"
)

// Measures of the page.
const (
	pressureHeight = 180 // of the chart, in CSS pixels
	weightHeight   = 115
	maxRows        = 93 // of the table of readings: a quarter by days
	columns        = 3
)

// pressureOf is the blood pressure of readings, nil for none.
func pressureOf(readings []bloodpressure.Reading, o Options) *Pressure {
	if len(readings) == 0 {
		return nil
	}
	say := o.Reader.Language.Say
	chart := bloodpressure.Chart(readings, o.Period.From, o.Period.To, o.Reader, pressureHeight)
	p := &Pressure{Picture: drawn(chart)}
	for _, part := range []struct {
		name     string
		readings []bloodpressure.Reading
	}{
		{say("pressure.morning"), bloodpressure.Of(bloodpressure.Morning, readings)},
		{say("pressure.evening"), bloodpressure.Of(bloodpressure.Evening, readings)},
		{say("pressure.all"), readings},
	} {
		row := MeanRow{Name: part.name, Mean: say("report.none"), Count: "0"}
		if m := bloodpressure.MeanOf(part.readings); m.Count > 0 {
			row.Mean, row.Pulse, row.Count = m.Text(), bloodpressure.Whole(m.Pulse), strconv.Itoa(m.Count)
			row.Range = m.Range(o.Reader.Language)
		}
		p.Means = append(p.Means, row)
	}
	var devices []string
	for _, r := range readings {
		if r.Device != "" && !slices.Contains(devices, r.Device) {
			devices = append(devices, r.Device)
		}
	}
	p.Devices = strings.Join(devices, ", ")
	p.addTable(readings, o)
	return p
}

// addTable adds the table of days, of weeks when there are many of them, of
// months when there are many of those.
func (p *Pressure) addTable(readings []bloodpressure.Reading, o Options) {
	var spans []bloodpressure.Span
	var name func(time.Time) string
	for _, unit := range []struct {
		key   string
		spans func([]bloodpressure.Reading) []bloodpressure.Span
		name  func(time.Time) string
	}{
		{"report.by_day", bloodpressure.ByDay, func(at time.Time) string { return o.Reader.Language.Day(at, o.Now) }},
		{"report.by_week", bloodpressure.ByWeek, func(at time.Time) string { return o.Reader.Language.Day(at, o.Now) }},
		{"report.by_month", bloodpressure.ByMonth, o.Reader.Language.Month},
	} {
		if spans, name, p.Unit = unit.spans(readings), unit.name, unit.key; len(spans) <= maxRows {
			break
		}
	}
	var rows []SpanRow
	for _, s := range slices.Backward(spans) {
		rows = append(rows, SpanRow{
			Name:    name(s.Begin),
			Morning: s.Morning.Text(),
			Evening: s.Evening.Text(),
			Mean:    s.All.Text(),
			Pulse:   bloodpressure.Whole(s.All.Pulse),
		})
	}
	p.Columns = inColumns(rows)
}

// inColumns parts rows so that they stand beside each other.
func inColumns[T any](rows []T) [][]T {
	const shortest = 6 // a part of fewer rows would be more head than table
	height := max(shortest, (len(rows)+columns-1)/columns)
	return slices.Collect(slices.Chunk(rows, height))
}

// drawn is a picture in the page.
func drawn(p draw.Picture) template.HTML {
	return template.HTML(p) //nolint:gosec // draw escapes its texts
}
