// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"

	"vitals2mqtt/withings"
)

// DecodeWorkouts reads a response of workouts.
func DecodeWorkouts(w withings.Workouts, o DecodeOptions) Batch {
	d := newDecoder(KindWorkouts, w.More, o)
	for _, row := range w.Series {
		d.Listed = append(d.Listed, row.ID.N)
		d.advanceCursor(firstTime(row.Modified, row.End))
		start, end := firstTime(row.Start), firstTime(row.End)
		if reason := checkSpan(row.ID.OK, start, end); reason != "" {
			d.leaveOut(reason, row.ID.N, max(start, end), row)
			continue
		}
		d.decodeWorkout(row, start, end)
	}
	return d.Batch
}

func (d *decoder) decodeWorkout(row withings.Workout, start, end int64) {
	modified := firstTime(row.Modified, row.End)
	rec := Record{
		ID:       row.ID.N,
		At:       end,
		Modified: modified,
		Created:  cmp.Or(modified, end),
		Device:   string(row.DeviceID),
		Model:    d.modelText("", row.Model),
		Zone:     string(row.Timezone),
		Date:     string(row.Date),
		Start:    start,
		Raw:      row.Raw,
	}
	rec.Attribution = d.attribution(row.Attribution)
	if row.Category.OK {
		rec.addInt(FieldCategory, row.Category.N)
		if _, named := workoutTexts()[row.Category.N]; !named {
			d.reportUnknown(UnknownCategory, row.Category.N)
		}
	}
	rec.addInt(FieldStart, start)
	rec.addInt(FieldEnd, end)
	rec.addInt(FieldDuration, end-start)
	rec.Fields = withWireFields(rec.Fields, row.Data.Fields.All())
	d.leaveOutTexts(&rec, row.Data.Fields)
	d.add(rec)
}
