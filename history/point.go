// SPDX-License-Identifier: MIT

package history

import (
	"fmt"
	"strconv"
	"time"

	"vitals2mqtt/internal/decimal"
)

// Point is a value, or the values of a bucket.
type Point struct {
	// Time is when the value was measured, or when the bucket begins.
	Time  time.Time
	Count int
	// Min, Mean, Max and Last are equal for a single value. They are zero for
	// texts.
	Min, Max, Last decimal.Decimal
	Mean           float64
	// Text is the last value of a sensor of texts.
	Text string
}

// pointRow is a row of a query of points.
type pointRow struct {
	id                 int64 // the time, or the number of the bucket
	count              int
	min, mean, max     *float64
	mantissa, exponent *int64
	text               *string
}

func (r pointRow) point(bucket Bucket, zone *time.Location) (Point, error) {
	point := Point{Time: bucket.start(r.id, zone), Count: r.count}
	if r.text != nil {
		point.Text = *r.text
		return point, nil
	}
	if r.mantissa == nil || r.exponent == nil || r.min == nil || r.mean == nil || r.max == nil {
		return point, nil // beyond any number that was measured
	}
	var err error
	if point.Last, err = decimal.New(*r.mantissa, int(*r.exponent)); err != nil {
		return point, fmt.Errorf("a number of the archive: %w", err)
	}
	if r.count == 1 {
		point.Min, point.Mean, point.Max = point.Last, *r.mean, point.Last
		return point, nil
	}
	point.Mean = *r.mean
	if point.Min, err = shortest(*r.min); err != nil {
		return point, err
	}
	point.Max, err = shortest(*r.max)
	return point, err
}

// shortest is the number with the fewest digits that a float stands for. Numbers
// of up to 15 digits come back exactly.
func shortest(f float64) (decimal.Decimal, error) {
	d, err := decimal.Parse(strconv.FormatFloat(f, 'e', -1, 64))
	if err != nil {
		return d, fmt.Errorf("a number of the archive: %w", err)
	}
	return d, nil
}
