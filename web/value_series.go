// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// Limits of what is read for a view.
const (
	// maxDownload points are read for a download, and for tables of texts.
	maxDownload = 100_000
	// beyondPart of the range is drawn on both sides of it, so that there is
	// something to see while somebody moves the picture.
	beyondPart = 4
	// trendPoints are the days of the trend that are drawn at most.
	trendPoints = 400
)

// valueData is what the archive has of a view.
type valueData struct {
	Rows   []sensors.Sensor // of the series
	Series []history.Series
	Bucket history.Bucket
	Trend  []draw.Point // in kg
	// From and To are the range; of everything it begins with the first value.
	From, To time.Time
}

// read reads what a chart shows, of at most maxHistoryPoints points a line, and
// some beyond the range.
func (v valueRoutes) read(ctx context.Context, view *valueView) (valueData, error) {
	from, to, points := view.Range.From, view.Range.To, maxHistoryPoints
	if view.Plan.Texts {
		points = maxDownload
	} else if !from.IsZero() {
		beyond := to.Sub(from) / beyondPart
		from, to = from.Add(-beyond), to.Add(beyond)
	}
	data, err := v.readSeries(ctx, view, history.Range{From: from, To: to, MaxPoints: points})
	if err != nil {
		return data, err
	}
	data.From, data.To = view.Range.From, view.Range.To
	if data.From.IsZero() {
		data.From = data.first(view.Range.To)
	}
	if view.Plan.Trend {
		data.Trend, err = v.readTrend(ctx, view, from, to)
	}
	return data, err
}

// readSeries reads the series of a view, all with the same bucket.
func (v valueRoutes) readSeries(ctx context.Context, view *valueView, r history.Range) (data valueData, err error) {
	r.User, r.Zone = view.past.User, view.now.Location()
	if view.Plan.Bars {
		r.Bucket = history.BucketDay
	}
	for i := 0; i < len(view.Plan.Keys); i++ {
		r.Key = view.Plan.Keys[i]
		row, _ := sensors.LookupAmong(view.past.Extra, r.Key)
		if r.Key == view.Row.Key {
			row = view.Row
		}
		// Minutes and stretches are too many, and devices that deliver them do not
		// differ in what they measure.
		if view.isPressure() && r.Key == keyPulse && r.Bucket == history.BucketNone {
			r.MaxPoints = maxDownload // only those of the blood pressure stay
		}
		r.Replacements = row.Endpoint != sensors.EndpointIntraday && !view.Plan.Texts && !view.Plan.Bars
		series, err := v.archive.Range(ctx, r)
		if err != nil {
			return data, err
		}
		if i > 0 && series.Bucket != r.Bucket { // the others must be as coarse
			r.Bucket, data, i = series.Bucket, valueData{}, -1
			continue
		}
		r.Bucket = series.Bucket
		data.Rows, data.Series, data.Bucket = append(data.Rows, row), append(data.Series, series), series.Bucket
	}
	if view.isPressure() && data.Bucket == history.BucketNone {
		data.Series[2].Points = atTimesOf(data.Series[0].Points, data.Series[2].Points)
	}
	return data, nil
}

// atTimesOf are the points that were measured together with others: scales and
// watches measure the pulse as well.
func atTimesOf(others, points []history.Point) (together []history.Point) {
	for _, p := range points {
		_, found := slices.BinarySearchFunc(others, p.Time, func(o history.Point, at time.Time) int { return o.Time.Compare(at) })
		if found {
			together = append(together, p)
		}
	}
	return together
}

// first is the time of the first point; a month before a time for none.
func (d valueData) first(before time.Time) time.Time {
	first := time.Time{}
	for _, series := range d.Series {
		if len(series.Points) > 0 && (first.IsZero() || series.Points[0].Time.Before(first)) {
			first = series.Points[0].Time
		}
	}
	if first.IsZero() || before.Sub(first) < shortestRange {
		return before.AddDate(0, -1, 0)
	}
	return first
}

// readTrend reads the weight trend of the days of a range.
func (v valueRoutes) readTrend(ctx context.Context, view *valueView, from, to time.Time) ([]draw.Point, error) {
	begin := from
	if !begin.IsZero() {
		begin = begin.AddDate(0, 0, -sensors.TrendDays)
	}
	series, err := v.archive.Range(ctx, history.Range{
		User:      view.past.User,
		Key:       keyWeight,
		From:      begin,
		To:        to,
		Bucket:    history.BucketDay,
		Zone:      view.now.Location(),
		MaxPoints: maxDownload,
	})
	if err != nil {
		return nil, err
	}
	return trendOf(series, from), nil
}

// trendOf is the trend of the mean weights of days from a time on, of longer
// ranges some of the days.
func trendOf(daily history.Series, from time.Time) (points []draw.Point) {
	if len(daily.Points) < 2 || daily.Bucket != history.BucketDay {
		return nil
	}
	weights := make([]sensors.DayWeight, len(daily.Points))
	for i, p := range daily.Points {
		weights[i] = sensors.DayWeight{Day: sensors.DayOf(p.Time), Kilograms: p.Mean}
	}
	smooth := sensors.WeightTrend(weights)
	year, month, day := daily.Points[0].Time.Date()
	every := len(smooth)/trendPoints + 1
	for i, kg := range smooth {
		noon := time.Date(year, month, day+i, 12, 0, 0, 0, daily.Points[0].Time.Location())
		if (len(smooth)-1-i)%every == 0 && !noon.Before(from) {
			points = append(points, draw.At(noon, kg))
		}
	}
	return points
}

// bucketEnd is when the bucket that begins at a time ends. That of a single
// value is its time.
func bucketEnd(bucket history.Bucket, begin time.Time) time.Time {
	switch bucket {
	case history.BucketHour:
		return begin.Add(time.Hour)
	case history.BucketDay:
		return begin.AddDate(0, 0, 1)
	case history.BucketWeek:
		return begin.AddDate(0, 0, 7)
	case history.BucketMonth:
		return begin.AddDate(0, 1, 0)
	case history.BucketYear:
		return begin.AddDate(1, 0, 0)
	case history.BucketNone:
	}
	return begin
}

// middle is where a point is drawn.
func middle(bucket history.Bucket, begin time.Time) time.Time {
	return begin.Add(bucketEnd(bucket, begin).Sub(begin) / 2)
}
