package sensors

import (
	"slices"

	"vitals2mqtt/withings"
)

// addFields adds the fields of a row, numbers and texts, but for those that the
// record has already.
func (r *Record) addFields(fields withings.Fields) {
	own := len(r.Fields)
	r.Fields = slices.Grow(r.Fields, len(fields))
	for _, f := range fields {
		if hasField(r.Fields[:own], f.Name, NoPosition) {
			continue
		}
		switch {
		case f.Number.OK:
			r.addField(f.Name, Number(f.Number.Decimal))
		case f.Text != "":
			r.addField(f.Name, Text(f.Text))
		}
	}
}

// hasField reports whether any field has a name and a position.
func hasField(fields []Field, name string, position int) bool {
	for i := range fields {
		if fields[i].Position == position && fields[i].Name == name {
			return true
		}
	}
	return false
}

// leaveOutTexts leaves out the texts of a row that stand where a number should
// be.
func (d *decoder) leaveOutTexts(rec *Record, fields withings.Fields) {
	for _, f := range fields {
		if f.Number.OK || f.Text == "" {
			continue
		}
		if naming, named := NameField(d.Kind, f.Name, NoPosition, nil); named && !hasValue(d.Kind, rec.Fields, naming.Key) {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, f.Name)
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
