// SPDX-License-Identifier: MIT

package web

import (
	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/web/draw"
)

// valueAxis is how numbers of a row are drawn: times factor plus offset in unit.
type valueAxis struct {
	factor, offset float64
	unit           string
	whole          bool
}

// axisOf is the axis for numbers of a row up to a highest one, in the units of a
// reader. Durations are drawn in hours, minutes or seconds.
func axisOf(row sensors.Sensor, system units.System, highest float64) valueAxis {
	const minute, hour = 60, 60 * 60
	if row.DeviceClass == "duration" && row.Unit == "s" {
		switch {
		case highest >= 2*hour:
			return valueAxis{factor: 1. / hour, unit: "h"}
		case highest >= 2*minute:
			return valueAxis{factor: 1. / minute, unit: "min", whole: true}
		}
		return valueAxis{factor: 1, unit: "s", whole: true}
	}
	if linear, other := system.Linear(units.Kind{Class: row.DeviceClass, Unit: row.Unit}); other {
		return valueAxis{factor: linear.Factor, offset: linear.Offset, unit: linear.Unit}
	}
	return valueAxis{factor: 1, unit: row.Unit, whole: row.Precision == 0}
}

// of is where a number lies on the axis.
func (a valueAxis) of(number float64) float64 { return number*a.factor + a.offset }

// points are the points of a series on the axis.
func (a valueAxis) points(s history.Series) []draw.Point {
	points := make([]draw.Point, 0, len(s.Points))
	for _, p := range s.Points {
		if p.Text == "" {
			points = append(points, draw.Point{
				At:    middle(s.Bucket, p.Time),
				Value: a.of(p.Mean),
				Min:   a.of(p.Min.Float()),
				Max:   a.of(p.Max.Float()),
			})
		}
	}
	return points
}

// mark labels the axis.
func (a valueAxis) mark(r display.Reader) func(float64) string {
	return func(number float64) string { return r.Mark(number, a.unit) }
}
