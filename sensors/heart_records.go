// SPDX-License-Identifier: MIT

package sensors

import (
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// sameECGSeconds is how far apart a measure group and a heart record can be
// that come from the same electrocardiogram.
const sameECGSeconds = 60

// DecodeHeartRecords reads a response of electrocardiograms.
func DecodeHeartRecords(h withings.HeartRecords, o DecodeOptions) Batch {
	d := newDecoder(KindHeart, h.More, o)
	for _, row := range h.Series {
		at := firstTime(row.Timestamp)
		rec := Record{
			ID:       -2 * at,
			At:       at,
			Modified: firstTime(row.Modified, row.Timestamp),
			Device:   string(row.DeviceID),
			Model:    d.modelText("", row.Model),
			Zone:     string(row.Timezone),
			Raw:      row.Raw,
		}
		d.decodeECG(&rec, row)
		if row.Stetho.OK {
			d.addValveClass(&rec, row.Stetho.Value.VHD)
		}
		if row.Pressure.OK {
			rec.addNumber("diastole", row.Pressure.Value.Diastole)
			rec.addNumber("systole", row.Pressure.Value.Systole)
		}
		d.addHeartRecord(rec, row, row.Pressure.OK)
	}
	return d.Batch
}

func (d *decoder) decodeECG(rec *Record, row withings.HeartRecord) {
	if !row.ECG.OK {
		return
	}
	if row.HeartRate.OK && row.HeartRate.N > 0 {
		rec.addInt(FieldHeartRate, row.HeartRate.N)
	}
	if row.ECG.Value.SignalID.OK {
		rec.ID = row.ECG.Value.SignalID.N
	}
	rec.addInt(FieldECG, rec.At)
	if class := row.ECG.Value.AFib; class.OK {
		rec.addInt(FieldAFib, class.N)
		d.reportClass(UnknownClass, rhythmClasses(), decimal.FromInt(class.N))
	}
}

// addNumber appends a field with a number, if there is one.
func (r *Record) addNumber(name string, number withings.Number) {
	if number.OK {
		r.addField(name, Number(number.Decimal))
	}
}

// DecodeSoundRecords reads a response of heart sounds.
func DecodeSoundRecords(h withings.SoundRecords, o DecodeOptions) Batch {
	d := newDecoder(KindSounds, h.More, o)
	for _, row := range h.Series {
		at := firstTime(row.Timestamp)
		rec := Record{
			ID:       -2*at - 1,
			At:       at,
			Modified: at,
			Device:   string(row.HashDeviceID),
			Zone:     string(row.Timezone),
			Raw:      row.Raw,
		}
		if row.SignalID.OK {
			rec.ID = row.SignalID.N
		}
		d.addValveClass(&rec, row.VHD)
		d.addHeartRecord(rec, row, false)
	}
	return d.Batch
}

// addHeartRecord adds a record that was decoded from a row. One with a blood
// pressure only is complete: the values are among the measures.
func (d *decoder) addHeartRecord(rec Record, row any, hasPressure bool) {
	d.Listed = append(d.Listed, rec.At)
	Interpret(d.Kind, &rec, d.options.Extra)
	switch {
	case rec.At == 0:
		d.leaveOut(LeftOutNoTime, max(0, rec.ID), 0, row)
		return
	case len(rec.Values) == 0:
		if !hasPressure {
			d.leaveOut(LeftOutNoValue, rec.ID, rec.At, nil)
		}
		return
	}
	rec.Created = rec.Modified
	d.advanceCursor(rec.Modified)
	d.add(rec)
}

func (d *decoder) addValveClass(rec *Record, class withings.Int) {
	if class.OK {
		rec.addInt(FieldValves, class.N)
		d.reportClass(UnknownValves, valveClasses(), decimal.FromInt(class.N))
	}
}

// LastECG returns the cloud's id of the newest electrocardiogram with a curve,
// and false when none is known.
func (s *Store) LastECG() (id int64, ok bool) {
	var last Record
	for _, rec := range s.records(KindHeart) {
		if rec.Values[keyECGTime].Valid() && rec.isNewerThan(last) {
			last = rec
		}
	}
	return last.ID, last.ID > 0
}

// hasSameECG reports whether another record comes from the same
// electrocardiogram: the cloud lists one both as a measure group and as a heart
// record.
func hasSameECG(records map[int64]Record, rec Record) bool {
	if !rec.Values[keyRhythm].Valid() {
		return false
	}
	for _, other := range records {
		if other.Values[keyRhythm].Valid() && max(other.At-rec.At, rec.At-other.At) <= sameECGSeconds {
			return true
		}
	}
	return false
}
