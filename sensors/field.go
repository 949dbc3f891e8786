// SPDX-License-Identifier: MIT

package sensors

import "vitals2mqtt/internal/decimal"

// NoPosition is the position of a field without one.
const NoPosition = -1

// Field is one value of a record as the cloud delivers it, before the catalogue
// names and scales it.
type Field struct {
	// Name is the number of the measure type in decimal for KindMeasures ("1" is
	// the weight), and the field's name in the response for other kinds. What is
	// not a field there has the name of FieldStart and its like.
	Name string
	// Position is the number of the body segment of a measure, else NoPosition.
	Position int
	// Value is the exact number in the cloud's unit, or a text.
	Value Value
}

// Names of fields that a response does not have as a field of its own. Times
// are numbers, in unix seconds.
const (
	FieldStart      = "startdate"
	FieldEnd        = "enddate"
	FieldDate       = "date"
	FieldFellAsleep = "fell_asleep"
	FieldWokeUp     = "woke_up"
	FieldCategory   = "category"
	FieldECG        = "ecg" // the time of an electrocardiogram
	FieldAFib       = "afib"
	FieldHeartRate  = "heart_rate"
	FieldValves     = "vhd"
	FieldState      = "state"
	FieldInBed      = "in_bed"
	FieldDuration   = "duration" // of a workout, in seconds
	// FieldEndHour is the local hour in which a sleep session ended.
	FieldEndHour = "end_hour"
)

// SleepFieldPrefix begins the fields of the minutes of a night, so that they are
// not taken for those of a day, which have the same names in the response.
const SleepFieldPrefix = "sleep_"

// Form is how the value of a field becomes the value of a sensor.
type Form string

// The forms of fields.
const (
	FormNumber Form = "number" // times 10^Shift
	FormClass  Form = "class"  // a number that Texts names
	FormTime   Form = "time"   // unix seconds
	FormText   Form = "text"   // as it is
)

// Naming is what the catalogue makes of a field.
type Naming struct {
	Key  string
	Unit string
	Form Form
	// Shift is the power of ten between the cloud's unit and Unit.
	Shift int
	// Rank orders the fields of one record with the same key: the lowest counts.
	Rank int
	// ZeroIsNone says that 0 means nothing was measured.
	ZeroIsNone bool
	// NegativeIsNone says the same of numbers below 0.
	NegativeIsNone bool
	// Needs names a field of the record that must be there and not be 0.
	Needs string
	// Texts names the classes of FormClass. A number without a name is Else or, if
	// that is "", Prefix and the number. A text is as it is.
	Texts  map[int64]string
	Prefix string
	Else   string
}

// Place is where the archive keeps a value: in this field of records of this
// kind.
type Place struct {
	Kind     Kind
	Field    string
	Position int // NoPosition for none
}

// addField appends a field without a position, unless there is no value.
func (r *Record) addField(name string, value Value) {
	if value.Valid() {
		r.Fields = append(r.Fields, Field{Name: name, Position: NoPosition, Value: value})
	}
}

// addInt appends a field with a whole number.
func (r *Record) addInt(name string, n int64) {
	r.addField(name, Number(decimal.FromInt(n)))
}

// fieldOf returns the value of a field without a position.
func fieldOf(fields []Field, name string) (Value, bool) {
	for _, f := range fields {
		if f.Name == name && f.Position == NoPosition {
			return f.Value, true
		}
	}
	return Value{}, false
}
