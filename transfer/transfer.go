// SPDX-License-Identifier: MIT

// Package transfer reads records from files and writes them: the vendor's own CSV
// layouts, tidy CSV, JSON Lines and line protocol. It is pure readers and writers
// over records, and knows neither the archive nor the cloud.
package transfer

import (
	"errors"
	"time"

	"vitals2mqtt/sensors"
)

// Item is a record with its kind: what every reader yields and every writer
// takes. Writers expect it to be interpreted.
type Item struct {
	Kind sensors.Kind
	// Nap marks a sleep session that is not the night of its date.
	Nap bool
	// Waveform is the curve of the electrocardiogram that Record names by ID and
	// At: it is an item of its own, after the record with the values. Nil for all
	// other items. Only JSON Lines have it.
	Waveform *sensors.Waveform
	sensors.Record
}

// Writer writes records to one file or several. Close completes them.
type Writer interface {
	Write(item Item) error
	Close() error
}

// ReadOptions are what reading a file needs besides it.
type ReadOptions struct {
	// Zone is for times without an offset, which are refused when it is nil.
	Zone *time.Location
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor
	// Now bounds the times: what is more than a day later was not measured. The
	// zero time bounds nothing.
	Now time.Time
}

// checkTime refuses a time that nothing can have been measured at.
func (o ReadOptions) checkTime(at time.Time) error {
	if at.Unix() <= 0 || at.Year() > maxYear {
		return errors.New("the time is out of range")
	}
	if !o.Now.IsZero() && at.After(o.Now.Add(maxClockSkew)) {
		return errors.New("the time is in the future")
	}
	return nil
}

const (
	// maxYear is the last one that RFC 3339 can express.
	maxYear = 9999
	// maxClockSkew is how much a clock may be ahead.
	maxClockSkew = 24 * time.Hour
)

// zoneOf is the time zone of a record: its own, else the fallback, else UTC.
func zoneOf(rec *sensors.Record, fallback *time.Location) *time.Location {
	if zone := loadZone(rec.Zone); zone != nil {
		return zone
	}
	if fallback != nil {
		return fallback
	}
	return time.UTC
}

// loadZone returns a zone by its IANA name, nil for an unknown one.
func loadZone(name string) *time.Location {
	if name == "" || name == "Local" { // the machine's zone is nobody's
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

// timeOf is the time that a record's values are written with. The totals of a
// day have the beginning of the day, so that counting on does not move them.
func timeOf(item *Item, fallback *time.Location) time.Time {
	zone := zoneOf(&item.Record, fallback)
	if item.Kind != sensors.KindDays {
		return time.Unix(item.At, 0).In(zone)
	}
	if item.Start != 0 {
		return time.Unix(item.Start, 0).In(zone)
	}
	if day, err := time.ParseInLocation(time.DateOnly, item.Date, zone); err == nil {
		return day
	}
	return time.Unix(item.At, 0).In(zone)
}

// deviceOf names the device that measured a record: its model, else its id.
func deviceOf(rec *sensors.Record) string {
	if rec.Model != "" {
		return rec.Model
	}
	return rec.Device
}

// sourceOf is where a record comes from.
func sourceOf(rec *sensors.Record) sensors.Source {
	if rec.Source == "" {
		return sensors.SourceCloud
	}
	return rec.Source
}
