// SPDX-License-Identifier: MIT

package web

import (
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// maxTableRows are shown; the download has all.
const maxTableRows = 100

// valueTable is the table below a chart.
type valueTable struct {
	display.Language

	Caption string
	Columns []string
	Rows    []tableRow // the newest first
	// More says that there are more than the rows, "" when not.
	More string

	all  []sameTime // in the range, the oldest first
	near []sameTime // and beyond it
}

// tableRow is a row of the table.
type tableRow struct {
	When  string
	At    time.Time
	Cells []string
}

// sameTime are the values of one time. Values that a series lacks are nil.
type sameTime struct {
	at     time.Time
	values []*history.Point
}

// tableOf makes the table of a view.
func tableOf(view *valueView, data valueData) valueTable {
	table := valueTable{Language: view.Language, near: merge(data)}
	for _, m := range table.near {
		if end := bucketEnd(data.Bucket, m.at); (end.After(data.From) || m.at.Equal(data.From)) && m.at.Before(data.To) {
			table.all = append(table.all, m)
		}
	}
	table.Caption = joinParts(view.chartName(data), view.Period(data.From, data.To))
	table.Columns = []string{view.Say("value.when")}
	combined := data.Bucket != history.BucketNone && len(data.Rows) == 1 && !view.Plan.Bars
	switch {
	case combined:
		table.Columns = append(table.Columns, view.Say("value.mean"), view.Say("value.lowest"), view.Say("value.highest"))
	case view.Plan.Bars && data.Bucket != history.BucketDay:
		table.Columns = append(table.Columns, view.Say("value.daily_mean"))
	default:
		for _, row := range data.Rows {
			table.Columns = append(table.Columns, view.lineName(row))
		}
	}
	for _, m := range slices.Backward(table.all) {
		if len(table.Rows) == maxTableRows {
			table.More = view.Say("value.more", maxTableRows, len(table.all))
			break
		}
		row := tableRow{When: view.bucketName(data.Bucket, m.at), At: m.at}
		for i, p := range m.values {
			row.Cells = append(row.Cells, view.read(data.Rows[i], p))
			if combined && p != nil {
				row.Cells = append(row.Cells, view.Reader.Read(data.Rows[i], sensors.Number(p.Min)).String(),
					view.Reader.Read(data.Rows[i], sensors.Number(p.Max)).String())
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// merge puts the points of all series with the same time together.
func merge(data valueData) (all []sameTime) {
	places := map[int64]int{}
	for i, series := range data.Series {
		for j := range series.Points {
			p := &series.Points[j]
			at, known := places[p.Time.Unix()]
			if !known || all[at].values[i] != nil { // two values of one second
				at = len(all)
				places[p.Time.Unix()] = at
				all = append(all, sameTime{p.Time, make([]*history.Point, len(data.Series))})
			}
			all[at].values[i] = p
		}
	}
	slices.SortStableFunc(all, func(a, b sameTime) int { return a.at.Compare(b.at) })
	return all
}

// read formats a point: its value, or the mean of a bucket.
func (view *valueView) read(row sensors.Sensor, p *history.Point) string {
	if p == nil {
		return "–"
	}
	return view.Reader.Read(row, valueOf(*p)).String()
}

// valueOf is the value of a point: its text, or its mean.
func valueOf(p history.Point) sensors.Value {
	switch {
	case p.Text != "":
		return sensors.Text(p.Text)
	case p.Count <= 1:
		return sensors.Number(p.Last)
	}
	mean, err := decimal.Parse(strconv.FormatFloat(p.Mean, 'f', 6, 64))
	if err != nil {
		return sensors.Number(p.Last)
	}
	return sensors.Number(mean)
}

// bucketName says which time a row is about.
func (view *valueView) bucketName(bucket history.Bucket, at time.Time) string {
	at = at.In(view.now.Location())
	switch bucket {
	case history.BucketDay:
		return view.Date(at)
	case history.BucketWeek:
		return view.Say("value.week_of", view.Date(at))
	case history.BucketMonth:
		return view.Month(at)
	case history.BucketYear:
		return strconv.Itoa(at.Year())
	case history.BucketNone, history.BucketHour:
	}
	return view.Moment(at)
}

// extremes are the lowest and highest value of the first line in the range.
func (t valueTable) extremes() (low, high sensors.Value, found bool) {
	var least, most decimal.Decimal
	for _, m := range t.all {
		p := m.values[0]
		if p == nil || p.Text != "" {
			continue
		}
		if !found || p.Min.Float() < least.Float() {
			least = p.Min
		}
		if !found || p.Max.Float() > most.Float() {
			most = p.Max
		}
		found = true
	}
	return sensors.Number(least), sensors.Number(most), found
}
