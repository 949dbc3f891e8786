// SPDX-License-Identifier: MIT

package sensors

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
)

// interpretOnce interprets a record that was not.
func (r *Record) interpretOnce(kind Kind, extra []Sensor) {
	if r.Values == nil {
		Interpret(kind, r, extra)
	}
}

// Interpret makes the values of a record from its fields, and what follows from
// them: the event that it makes and, for sleep, the time asleep. extra are rows
// that the user adds for measure types without one.
func Interpret(kind Kind, rec *Record, extra []Sensor) {
	rec.Values, rec.Event, rec.Code = make(map[string]Value, len(rec.ReadFields())), "", 0
	var lesser []rankedKey // few keys occur twice, so the list is short
	named := catalogueIndex().named[kind]
	for i := range rec.Fields {
		f := &rec.Fields[i]
		naming, ok := named[f.Name], f.Position == NoPosition
		if kind == KindMeasures {
			var measured Naming
			measured, ok = NameField(kind, f.Name, f.Position, extra)
			naming = &measured
		}
		if !ok || naming == nil || naming.Needs != "" && !isPositive(rec.Fields, naming.Needs) {
			continue
		}
		value, ok := naming.Value(f.Value)
		if !ok {
			continue
		}
		if _, again := rec.Values[naming.Key]; again && rankOf(lesser, naming.Key) <= naming.Rank {
			continue
		}
		rec.Values[naming.Key] = value
		if naming.Rank > 0 || len(lesser) > 0 {
			lesser = append(lesser, rankedKey{naming.Key, naming.Rank})
		}
	}
	interpretKind(kind, rec)
}

// interpretKind sets what is special about a kind.
func interpretKind(kind Kind, r *Record) {
	switch kind {
	case KindMeasures:
		r.Event = eventOfMeasures(r.Fields)
	case KindNights:
		r.setSleepTime()
		r.NapOnly = r.Asleep < minNightSeconds && endHour(r) >= napFromHour
	case KindStage:
		interpretStage(r)
	case KindWorkouts:
		r.Event = EventWorkout
		if _, typed := r.Values[keyWorkoutType]; !typed {
			r.Values[keyWorkoutType] = Text(Other)
		}
	case KindHeart:
		if r.Values[keyECGTime].Valid() {
			r.Event = EventHeart
		}
	case KindSeries, KindDays, KindSlots, KindSounds, KindGoals, KindBeds, KindDevices:
	}
}

// interpretStage gives a stretch without a state the unknown one, and keeps the
// code of a state without a name.
func interpretStage(r *Record) {
	if _, ok := r.Values[keyStage]; !ok {
		r.Values[keyStage] = Text(unknownStage)
	}
	state, _ := fieldOf(r.Fields, FieldState)
	number, isNumber := state.Decimal()
	code, whole := number.Int()
	if isNumber && whole {
		if unnamed := codeOfState(code); unnamed != 0 {
			r.Code = unnamed
		}
	}
}

// eventOfMeasures classes a group by the measure types it holds.
func eventOfMeasures(fields []Field) EventType {
	best := len(eventTypes())
	event := EventOther
	for _, f := range fields {
		if rule, ok := catalogueIndex().events[f.Name]; ok && rule < best {
			best, event = rule, catalogueIndex().eventTypes[rule]
		}
	}
	return event
}

// endHour is the local hour in which a session ended.
func endHour(r *Record) int {
	if hour, ok := fieldOf(r.Fields, FieldEndHour); ok {
		number, _ := hour.Decimal()
		n, _ := number.Int()
		return int(n)
	}
	zone, _ := zoneCache{}.lookup(r.Zone, nil)
	return time.Unix(r.At, 0).In(zone).Hour()
}

// isPositive reports whether a field has a number above 0.
func isPositive(fields []Field, name string) bool {
	value, _ := fieldOf(fields, name)
	number, ok := value.Decimal()
	return ok && number.Sign() > 0
}

// rankedKey is how well the value of a key stands for it.
type rankedKey struct {
	key  string
	rank int
}

// rankOf is the rank of the value that a key has: the last one noted, else the
// best.
func rankOf(noted []rankedKey, key string) int {
	for _, n := range slices.Backward(noted) {
		if n.key == key {
			return n.rank
		}
	}
	return 0
}

// Value is what a field's value means, and false when that is nothing.
func (n *Naming) Value(v Value) (Value, bool) {
	number, isNumber := v.Decimal()
	switch n.Form {
	case FormNumber:
		sign := number.Sign()
		if !isNumber || sign < 0 && n.NegativeIsNone || sign == 0 && n.ZeroIsNone {
			return Value{}, false
		}
		shifted, err := number.Shift(n.Shift)
		return Number(shifted), err == nil
	case FormClass:
		if !isNumber {
			return v, v.Valid()
		}
		return Text(n.className(number)), true
	case FormTime:
		second, whole := number.Int()
		if !isNumber || !whole || second <= 0 || second > maxTime {
			return Value{}, false
		}
		return timestampValue(second), true
	case FormText:
		return v, v.Valid() && !isNumber
	}
	return Value{}, false
}

// className is the text of a class.
func (n *Naming) className(number decimal.Decimal) string {
	if code, whole := number.Int(); whole {
		if text, ok := n.Texts[code]; ok {
			return text
		}
	}
	if n.Else != "" {
		return n.Else
	}
	return n.Prefix + number.String()
}

// FieldFor is the inverse of NameField: the kind of record and the field that a
// value of a key is kept in. It returns false for a key that comes from no
// field, such as one that is derived, and for a value that the field cannot
// have.
func FieldFor(key string, value Value, extra []Sensor) (Kind, Field, bool) {
	places := PlacesOf(key, extra)
	if len(places) == 0 {
		return "", Field{}, false
	}
	at := places[0]
	naming, ok := NameField(at.Kind, at.Field, at.Position, extra)
	if !ok {
		return "", Field{}, false
	}
	value, ok = naming.fieldValue(value)
	return at.Kind, Field{Name: at.Field, Position: at.Position, Value: value}, ok
}

// fieldValue is the value of the field that means this.
func (n Naming) fieldValue(v Value) (Value, bool) {
	number, isNumber := v.Decimal()
	switch n.Form {
	case FormNumber:
		shifted, err := number.Shift(-n.Shift)
		return Number(shifted), isNumber && err == nil
	case FormClass:
		return n.classNumber(v.text), !isNumber && v.text != ""
	case FormTime:
		at, err := time.Parse(time.RFC3339, v.text)
		return Number(decimal.FromInt(at.Unix())), err == nil && at.Unix() > 0
	case FormText:
		return v, !isNumber && v.text != ""
	}
	return Value{}, false
}

// classNumber is the number of a class; a text that none has stays one.
func (n Naming) classNumber(text string) Value {
	code, found := int64(0), false
	for number, name := range n.Texts {
		if name == text && (!found || number < code) {
			code, found = number, true
		}
	}
	if found {
		return Number(decimal.FromInt(code))
	}
	if digits, ok := strings.CutPrefix(text, n.Prefix); ok && n.Prefix != "" {
		if number, err := decimal.Parse(digits); err == nil {
			return Number(number)
		}
	}
	return Text(text)
}

// NaturalID is the id of a record that the cloud has not numbered: negative,
// and the same for the same kind, time and, where there can be several, device.
func NaturalID(kind Kind, rec Record) int64 {
	switch kind {
	case KindDays:
		if date, err := time.Parse(time.DateOnly, rec.Date); err == nil {
			return dayID(date)
		}
	case KindGoals:
		return goalsID
	case KindHeart:
		return -2 * rec.At
	case KindSounds:
		return -2*rec.At - 1
	case KindStage:
		return idOf(rec.Start, rec.Device)
	case KindMeasures, KindNights, KindSeries, KindSlots, KindWorkouts, KindBeds, KindDevices:
	}
	return idOf(rec.At, rec.Device)
}

// deviceBits of an id made up from a time tell devices apart.
const deviceBits = 20

// idOf makes an id up from a second and a device.
func idOf(second int64, device string) int64 { return newDeviceIDs(device).idOf(second) }

// deviceIDs makes up the ids of what a device measured.
type deviceIDs struct {
	device string
	bits   int64
}

func newDeviceIDs(device string) deviceIDs {
	d := deviceIDs{device: device}
	if device != "" {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(device))
		d.bits = int64(hash.Sum32() >> (32 - deviceBits))
	}
	return d
}

func (d deviceIDs) idOf(second int64) int64 { return -max(1, second<<deviceBits|d.bits) }

// measureName is the name of the field of a measure type.
func measureName(measure int) string { return strconv.Itoa(measure) }
