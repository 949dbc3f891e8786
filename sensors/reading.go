// SPDX-License-Identifier: MIT

package sensors

import (
	"encoding/json"
	"time"

	"vitals2mqtt/internal/decimal"
)

// Value is what a sensor shows: an exact decimal number or a text. The zero
// value is "no value".
type Value struct {
	number decimal.Decimal
	text   string
	kind   kind
}

type kind uint8

const (
	kindNone kind = iota
	kindNumber
	kindText
)

// Number returns a numeric value.
func Number(d decimal.Decimal) Value { return Value{number: d, kind: kindNumber} }

// Text returns a textual value: an option of an enum, a date, or a timestamp in
// ISO 8601 UTC.
func Text(s string) Value { return Value{text: s, kind: kindText} }

// Valid reports whether there is a value at all.
func (v Value) Valid() bool { return v.kind != kindNone }

// Decimal returns the number, and false for texts and for no value.
func (v Value) Decimal() (decimal.Decimal, bool) { return v.number, v.kind == kindNumber }

// String formats the value as on the bare topic: no unit, no exponent.
func (v Value) String() string {
	if v.kind == kindNumber {
		return v.number.String()
	}
	return v.text
}

// MarshalJSON writes a bare number, a string, or null.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case kindNumber:
		return v.number.MarshalJSON()
	case kindText:
		return json.Marshal(v.text)
	case kindNone:
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		*v = Value{}
		return nil
	case len(data) > 0 && data[0] == '"':
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		*v = Text(text)
		return nil
	}
	var number decimal.Decimal
	if err := number.UnmarshalJSON(data); err != nil {
		return err
	}
	*v = Number(number)
	return nil
}

// Reading is one value of one sensor at one moment.
type Reading struct {
	Key   string `json:"key"`
	Value Value  `json:"value"`
	// MeasuredAt is when the user was measured, to the second; for a night its
	// end.
	MeasuredAt time.Time `json:"measured_at"`
	// ReceivedAt is when this program received it.
	ReceivedAt time.Time `json:"received_at"`
	// Modified is the cloud's time of the last change; it breaks ties.
	Modified time.Time `json:"modified"`
	// GroupID is the cloud's id of the measure group or night; 0 when it has none.
	GroupID int64 `json:"group_id,omitempty"`
	// Device is the cloud's id of the device, "" for manual entries.
	Device string `json:"device,omitempty"`
	// Model is the device's model as text, "" when unknown.
	Model string `json:"model,omitempty"`
	// Attribution is how the cloud assigned it to the user; nil when unknown.
	Attribution *int `json:"attribution,omitempty"`
	// Unconfirmed marks a reading with an unknown attribution number.
	Unconfirmed bool `json:"unconfirmed,omitempty"`
	// Estimated marks a number that stands for a level.
	Estimated bool `json:"estimated,omitempty"`
	// Code is the code of a state without a name; 0 for other readings.
	Code int64 `json:"code,omitempty"`
	// Zone is the IANA name of the record's time zone, "" when unknown.
	Zone string `json:"zone,omitempty"`
	// Date is the local day of a night or of a day's total, "2026-01-02"; "" for
	// other readings.
	Date string `json:"date,omitempty"`
	// LastReset is when a total began to count, in the user's time zone.
	LastReset time.Time `json:"last_reset,omitzero"`
}

// EventType classifies a new measurement for automations.
type EventType string

// The types of events, as Home Assistant's event entity lists them.
const (
	EventWeighIn       EventType = "weigh_in"
	EventBloodPressure EventType = "blood_pressure"
	EventTemperature   EventType = "temperature"
	EventHeart         EventType = "heart"
	EventSleep         EventType = "sleep"
	EventNap           EventType = "nap"
	EventWorkout       EventType = "workout"
	EventActivity      EventType = "activity"
	EventGlucose       EventType = "glucose"
	EventOther         EventType = "other"
)

// Event is one new measure group, night, nap, workout or electrocardiogram with
// all its values.
type Event struct {
	Type       EventType
	MeasuredAt time.Time
	GroupID    int64
	Device     string
	Model      string
	Values     map[string]Value // by key
	// Refs are the records that the event announces.
	Refs []Ref `json:"-"`
}

// Update is what one batch changed.
type Update struct {
	// Changed holds the new current readings, sorted by key.
	Changed []Reading
	// Gone holds, sorted, the keys that had a reading and have none now: an edit
	// removed the measure, or the new night does not have the value.
	Gone []string
	// Events holds one event per new group, oldest first; empty on a first fill.
	Events []Event
	// Silent are news without an event, such as a second record of the same sleep.
	Silent []Ref `json:"-"`
	// Unknown lists the numbers in the batch that no table explains, sorted.
	Unknown []Unknown
	// Devices are those of a batch of devices; nil for other kinds.
	Devices []Device
	// Complete is true for a batch that covers a range: what it does not list
	// is gone.
	Complete bool
	// More is true when the response was said to continue and did not.
	More bool
	// Rejected is true when such a batch would have removed too much: see
	// ApplyOptions.RejectRemovals.
	Rejected bool
	// LeftOut lists what the batch left out, LeftOutChanged is true when that is
	// not the same as before.
	LeftOut        []LeftOut
	LeftOutChanged bool
	// Cursor is the newest modification time in the batch, zero when it was empty.
	Cursor time.Time
}

// HasNews reports whether the update changes anything.
func (u Update) HasNews() bool { return len(u.Changed)+len(u.Events)+len(u.Gone) > 0 }

// Unknown is a number that no table explains. The value with it is kept all the
// same.
type Unknown struct {
	Kind   UnknownKind
	Number int64
}

// UnknownKind is the table that a number is missing from.
type UnknownKind string

// The tables that numbers can be missing from.
const (
	UnknownType        UnknownKind = "measure type"
	UnknownModel       UnknownKind = "device model"
	UnknownCategory    UnknownKind = "workout category"
	UnknownClass       UnknownKind = "rhythm class"
	UnknownValves      UnknownKind = "heart sound class"
	UnknownStage       UnknownKind = "sleep state"
	UnknownAttribution UnknownKind = "attribution"
	UnknownPosition    UnknownKind = "body position"
)
