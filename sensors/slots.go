// SPDX-License-Identifier: MIT

package sensors

import (
	"maps"
	"slices"

	"vitals2mqtt/withings"
)

// DecodeIntraday reads the minutes of a day that have a value.
func DecodeIntraday(i withings.Intraday, o DecodeOptions) Batch {
	d := newDecoder(KindSlots, withings.Flag{}, o)
	for _, at := range slices.Sorted(maps.Keys(i.Series)) { // the same batch every time, see Digest
		slot := i.Series[at]
		rec := Record{
			At:       at,
			Modified: at,
			Device:   deviceID(slot.DeviceID, slot.HashDeviceID),
			Raw:      slot.Raw,
		}
		rec.ID = NaturalID(KindSlots, rec)
		switch {
		case at <= 0 || at > maxTime:
			d.leaveOut(LeftOutNoTime, 0, 0, at)
			continue
		case len(slot.Data.All()) == 0:
			d.leaveOut(LeftOutInvalid, rec.ID, at, nil)
			continue
		}
		rec.Fields = withWireFields(nil, slot.Data.All())
		rec.Fields = measuredFields(KindSlots, rec.Fields)
		d.leaveOutTexts(&rec, slot.Data)
		rec.Model = d.modelText(string(slot.Model), slot.ModelID)
		d.add(rec)
	}
	return d.Batch
}

// measuredFields leaves the fields out that say that nothing was measured, so
// that they do not replace what a former response had for the same minute.
func measuredFields(kind Kind, fields []Field) []Field {
	return slices.DeleteFunc(fields, func(f Field) bool {
		naming, named := NameField(kind, f.Name, f.Position, nil)
		_, measured := naming.Value(f.Value)
		_, isNumber := f.Value.Decimal()
		return named && isNumber && !measured
	})
}
