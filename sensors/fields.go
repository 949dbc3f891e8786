// SPDX-License-Identifier: MIT

package sensors

import (
	"slices"

	"vitals2mqtt/withings"
)

// withWireFields adds the fields of a row, numbers and texts, but for those that
// are there already.
func withWireFields(fields []Field, row []withings.Field) []Field {
	own := len(fields)
	fields = slices.Grow(fields, len(row))
	for i := range row {
		f := &row[i]
		value := Text(f.Text)
		if f.Number.OK {
			value = Number(f.Number.Decimal)
		}
		if (f.Number.OK || f.Text != "") && !hasField(fields[:own], f.Name, NoPosition) {
			fields = append(fields, Field{Name: f.Name, Position: NoPosition, Value: value})
		}
	}
	return fields
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
	if !fields.HasTexts() {
		return
	}
	rec.ReadFields()
	for _, f := range fields.All() {
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
