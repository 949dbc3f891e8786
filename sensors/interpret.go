package sensors

// Interpret makes the values of a record from its fields, and what follows from
// them: the event that it makes and, for sleep, the time asleep. extra are rows
// that the user adds for measure types without one.
func Interpret(kind Kind, rec *Record, extra []Sensor) { panic("to be written") }

// NameField returns what the catalogue makes of a field, and false for one that
// it does not name.
func NameField(kind Kind, field string, position int, extra []Sensor) (Naming, bool) {
	panic("to be written")
}

// FieldFor is the inverse of NameField: the kind of record and the field that a
// value of a key is kept in. It returns false for a key that comes from no
// field, such as one that is derived.
func FieldFor(key string, value Value, extra []Sensor) (Kind, Field, bool) { panic("to be written") }

// NaturalID is the id of a record that the cloud has not numbered: negative,
// and the same for the same kind, time and, where there can be several, device.
func NaturalID(kind Kind, rec Record) int64 { panic("to be written") }
