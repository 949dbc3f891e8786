package sensors

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
)

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
	// Needs names a field of the record that must be there and not be 0.
	Needs string
	// Texts names the classes of FormClass. A number without a name is Prefix and
	// the number.
	Texts  map[int64]string
	Prefix string
}
