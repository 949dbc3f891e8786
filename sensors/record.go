// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"time"

	"vitals2mqtt/withings"
)

// Kind is a kind of record.
type Kind string

// The kinds of records.
const (
	KindMeasures Kind = "measures" // measure groups
	KindNights   Kind = "nights"   // nights and naps
	KindSeries   Kind = "series"   // means over a night
	KindStage    Kind = "stage"    // the newest stretch of sleep
	KindDays     Kind = "days"     // totals of a day
	KindSlots    Kind = "slots"    // minutes of a day
	KindWorkouts Kind = "workouts"
	KindHeart    Kind = "heart"  // electrocardiograms
	KindSounds   Kind = "sounds" // heart sounds
	KindGoals    Kind = "goals"
	KindBeds     Kind = "beds"    // getting into bed and out of it
	KindDevices  Kind = "devices" // no records: see Batch.Devices
)

// Record is one measurement of any kind with its values. Times are unix
// seconds, so that a record survives JSON exactly.
type Record struct {
	// ID is the cloud's id; a negative one is made up from the time.
	ID int64 `json:"id"`
	// At is when the user was measured; the end of what lasts.
	At       int64 `json:"at"`
	Modified int64 `json:"modified"`
	Received int64 `json:"received"`
	// Created decides whether the record is news.
	Created     int64  `json:"-"`
	Device      string `json:"device,omitempty"`
	Model       string `json:"model,omitempty"`
	Attribution *int   `json:"attribution,omitempty"`
	Zone        string `json:"zone,omitempty"`
	Date        string `json:"date,omitempty"`
	// Start is when what lasts began, for a day its first moment. Class (16 watch,
	// 32 mat), Asleep (in seconds) and NapOnly (too short and too late to be a
	// night) are for sleep, Code for a sleep state without a name.
	Start  int64 `json:"start,omitempty"`
	Class  int64 `json:"class,omitempty"`
	Asleep int64 `json:"asleep,omitempty"`
	Code   int64 `json:"code,omitempty"`
	// Tracker and Brand are the source of a day's totals.
	Brand       int64 `json:"brand,omitempty"`
	Tracker     bool  `json:"tracker,omitempty"`
	NapOnly     bool  `json:"doze,omitempty"`
	Unconfirmed bool  `json:"unconfirmed,omitempty"`
	// Pending marks a night that the cloud is still computing.
	Pending bool `json:"-"`
	// Event is the type of event that a new record makes, "" for none.
	Event EventType `json:"-"`
	// Values are nil until the record is interpreted: of a long history, most
	// records never are.
	Values map[string]Value `json:"values,omitempty"`

	// Fields are the values as the cloud delivers them; Interpret makes Values of
	// them. Of a record that was just decoded they may be missing until ReadFields.
	Fields []Field `json:"-"`
	unread fieldReader
	// Source is where the record comes from; "" is SourceCloud.
	Source Source `json:"-"`
	// Raw is the row of the response in JSON, nil when unknown.
	Raw []byte `json:"-"`
	// Deleted is when the record was found to be gone, 0 when it is there.
	Deleted int64 `json:"-"`
}

// fieldReader has the fields of a record in the response that it comes from.
type fieldReader interface {
	readFields() []Field
	// beside is what the fields depend on besides Record.Raw.
	beside() int
}

// ReadFields returns Fields, after it has set them. They are decoded late: of a
// long history, few records need them at a time.
func (r *Record) ReadFields() []Field {
	if r.unread != nil {
		r.Fields, r.unread = r.unread.readFields(), nil
	}
	return r.Fields
}

// isNewerThan is the one order of the package: by time of measurement, then by
// last change, then by id, so that two records are never equal.
func (r Record) isNewerThan(than Record) bool {
	return cmp.Or(cmp.Compare(r.At, than.At), cmp.Compare(r.Modified, than.Modified), cmp.Compare(r.ID, than.ID)) > 0
}

// reading is one value of the record.
func (r Record) reading(key string, value Value) Reading {
	return Reading{
		Key:         key,
		Value:       value,
		MeasuredAt:  unixTime(r.At),
		ReceivedAt:  unixTime(r.Received),
		Modified:    unixTime(r.Modified),
		GroupID:     r.cloudID(),
		Device:      r.Device,
		Model:       r.Model,
		Attribution: r.Attribution,
		Unconfirmed: r.Unconfirmed,
		Code:        r.Code,
		Zone:        r.Zone,
		Date:        r.Date,
	}
}

func (r Record) event(kind Kind, t EventType) Event {
	return Event{
		Type:       t,
		MeasuredAt: unixTime(r.At),
		GroupID:    r.cloudID(),
		Device:     r.Device,
		Model:      r.Model,
		Values:     maps.Clone(r.Values),
		Refs:       []Ref{{Kind: kind, ID: r.ID}},
	}
}

// Location is the time zone that the record was measured in, otherwise when it
// does not say.
func (r Record) Location(otherwise *time.Location) *time.Location {
	zone, _ := zoneCache{}.lookup(r.Zone, otherwise)
	return zone
}

// cloudID is the cloud's id of the record, 0 when it has none.
func (r Record) cloudID() int64 { return max(0, r.ID) }

// unixTime is the time of a second, and the zero time for 0.
func unixTime(second int64) time.Time {
	if second == 0 {
		return time.Time{}
	}
	return time.Unix(second, 0).UTC()
}

// timestampValue is a second as Home Assistant wants a timestamp.
func timestampValue(second int64) Value { return Text(unixTime(second).Format(time.RFC3339)) }

// maxTime is the last second of the year 9999; ISO 8601 has no later one.
const maxTime = 253402300799

// firstTime is the first of the cloud's times that is one, else 0.
func firstTime(candidates ...withings.Int) int64 {
	for _, c := range candidates {
		if c.OK && c.N > 0 && c.N <= maxTime {
			return c.N
		}
	}
	return 0
}
