package sensors

import (
	"maps"
	"slices"

	"vitals2mqtt/withings"
)

// addFields adds the fields of a row, numbers and texts, but for those that the
// record has already.
func (r *Record) addFields(fields map[string]withings.Number, texts map[string]string) {
	own := r.Fields
	r.Fields = slices.Grow(r.Fields, len(fields)+len(texts))
	add := func(name string, value Value) {
		if !slices.ContainsFunc(own, Field{Name: name, Position: NoPosition}.isNamedAs) {
			r.addField(name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if number := fields[name]; number.OK {
			add(name, Number(number.Decimal))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		add(name, Text(texts[name]))
	}
}

// interpret makes the values of a record from its fields. Texts where a number
// should be are left out.
func (d *decoder) interpret(rec *Record, texts map[string]string) {
	Interpret(d.Kind, rec, d.options.Extra)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if naming, named := NameField(d.Kind, name, NoPosition, nil); named && !hasValue(d.Kind, rec.Fields, naming.Key) {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, name)
		}
	}
}

// hasValue reports whether any of the fields has a value for a key.
func hasValue(kind Kind, fields []Field, key string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool {
		naming, named := NameField(kind, f.Name, f.Position, nil)
		_, ok := naming.Value(f.Value)
		return named && ok && naming.Key == key
	})
}
