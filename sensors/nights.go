// SPDX-License-Identifier: MIT

package sensors

import (
	"time"

	"vitals2mqtt/withings"
)

// DecodeNights reads a response of nights and naps.
func DecodeNights(n withings.Nights, o DecodeOptions) Batch {
	d := newDecoder(KindNights, n.More, o)
	d.Records, d.Listed = make([]Record, 0, len(n.Series)), make([]int64, 0, len(n.Series))
	unread := make([]unreadNight, len(n.Series))
	for i := range n.Series {
		row := &n.Series[i]
		d.Listed = append(d.Listed, row.ID.N)
		d.advanceCursor(firstTime(row.Modified, row.Created, row.End))
		start, end := firstTime(row.Start), firstTime(row.End)
		if reason := checkSpan(row.ID.OK, start, end); reason != "" {
			d.leaveOut(reason, row.ID.N, max(start, end), *row)
			continue
		}
		d.decodeNight(row, &unread[i])
	}
	return d.Batch
}

// maxNightFields is how many fields a night has that its data does not hold.
const maxNightFields = 6

func (d *decoder) decodeNight(row *withings.Night, unread *unreadNight) {
	zone, named := d.zones.lookup(string(row.Timezone), d.options.Zone)
	end := time.Unix(row.End.N, 0).In(zone)
	rec := Record{
		ID:       row.ID.N,
		At:       row.End.N,
		Modified: firstTime(row.Modified, row.Created, row.End),
		Created:  firstTime(row.Created, row.Modified, row.End),
		Device:   string(row.HashDeviceID),
		Model:    d.modelText("", row.ModelID),
		Date:     nightDate(string(row.Date), end),
		Start:    row.Start.N,
		Class:    row.Model.N,
		Pending:  row.Completed.OK && !row.Completed.True,
		Raw:      row.Raw,
	}
	if named {
		rec.Zone = string(row.Timezone)
	}
	*unread = unreadNight{row, rec.Date, end.Hour()}
	rec.unread = unread
	if len(row.Data.EventsOf(nightEventFellAsleep)) > 0 && fellAsleepAt(row) == 0 {
		d.leaveOut(LeftOutNoValue, rec.ID, rec.At, FieldFellAsleep)
	}
	if len(row.Data.EventsOf(nightEventWokeUp)) > 0 && wokeUpAt(row) == 0 {
		d.leaveOut(LeftOutNoValue, rec.ID, rec.At, FieldWokeUp)
	}
	d.leaveOutTexts(&rec, row.Data.Fields)
	d.add(rec)
}

// unreadNight is the row of a night whose fields were not read yet, its date, and
// the local hour of its end.
type unreadNight struct {
	row     *withings.Night
	date    string
	endHour int
}

func (u *unreadNight) readFields() []Field {
	fields := u.row.Data.Fields.All()
	rec := Record{Fields: make([]Field, 0, len(fields)+maxNightFields)}
	rec.addInt(FieldStart, u.row.Start.N)
	rec.addInt(FieldEnd, u.row.End.N)
	rec.addInt(FieldEndHour, int64(u.endHour))
	rec.addField(FieldDate, Text(u.date))
	if at := fellAsleepAt(u.row); at != 0 {
		rec.addInt(FieldFellAsleep, at)
	}
	if at := wokeUpAt(u.row); at != 0 {
		rec.addInt(FieldWokeUp, at)
	}
	return withWireFields(rec.Fields, fields)
}

func (u *unreadNight) beside() int { return u.endHour }

// Codes of the events of a night.
const (
	nightEventFellAsleep = 2
	nightEventWokeUp     = 3
)

// fellAsleepAt is when the user first fell asleep, 0 when unknown.
func fellAsleepAt(row *withings.Night) int64 {
	if events := row.Data.EventsOf(nightEventFellAsleep); len(events) > 0 {
		return timeInNight(row, row.Start.N+events[0].Second)
	}
	return 0
}

// wokeUpAt is when the user woke up for the last time. Whether a later entry
// counts from the start or from the entry before is not known: the sum is taken
// where it is within the night, as in the vendor's data export.
func wokeUpAt(row *withings.Night) int64 {
	events := row.Data.EventsOf(nightEventWokeUp)
	if len(events) == 0 {
		return 0
	}
	sum := row.Start.N
	for _, e := range events {
		sum += e.Second
	}
	if at := timeInNight(row, sum); at != 0 {
		return at
	}
	return timeInNight(row, row.Start.N+events[len(events)-1].Second)
}

// timeInNight is a second within the night, else 0.
func timeInNight(row *withings.Night, at int64) int64 {
	if at < row.Start.N || at > row.End.N {
		return 0
	}
	return at
}

// nightDate is the row's own date, else the local date of its end. A date that
// is more than two days off is a mistake and would freeze the last night.
func nightDate(text string, end time.Time) string {
	var buffer [len(time.DateOnly)]byte // so that the usual case makes no text
	if text == string(end.AppendFormat(buffer[:0], time.DateOnly)) {
		return text
	}
	day, err := time.ParseInLocation(time.DateOnly, text, end.Location())
	if err != nil || day.Sub(end).Abs() > 48*time.Hour {
		return end.Format(time.DateOnly)
	}
	return text
}
