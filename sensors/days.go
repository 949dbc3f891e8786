// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// maxSilentDays is how many days may pass without a row before a tracker counts
// as inactive.
const maxSilentDays = 2

// brandWithings is the brand of the vendor's own devices; others are apps.
const brandWithings = 1

// DecodeDays reads the activity of days. Of several rows of one day the best one
// counts.
func DecodeDays(a withings.Activities, o DecodeOptions) Batch {
	d := newDecoder(KindDays, a.More, o)
	d.Records, d.Listed = make([]Record, 0, len(a.Rows)), make([]int64, 0, len(a.Rows))
	for i := range a.Rows {
		d.decodeDay(&a.Rows[i])
	}
	if !hasDistinctDays(d.Records) {
		d.leaveOutOtherDays()
	}
	return d.Batch
}

// hasDistinctDays reports whether days are in order, each once, as they are in
// most responses.
func hasDistinctDays(days []Record) bool {
	for i := 1; i < len(days); i++ {
		if days[i].ID >= days[i-1].ID { // ids fall from day to day
			return false
		}
	}
	return true
}

// leaveOutOtherDays leaves the best record of each day.
func (d *decoder) leaveOutOtherDays() {
	best, distinct := make(map[int64]int, len(d.Records)), d.Records[:0]
	for i := range d.Records {
		day := d.Records[i]
		known, again := best[day.ID]
		if !again {
			best[day.ID] = len(distinct)
			distinct = append(distinct, day)
			continue
		}
		d.leaveOut(LeftOutSuperseded, day.ID, day.At, i)
		if day.isBetterDay(distinct[known]) {
			distinct[known] = day
		}
	}
	d.Records = distinct
}

func (d *decoder) decodeDay(row *withings.Activity) {
	date, err := time.Parse(time.DateOnly, string(row.Date))
	if err != nil {
		d.Listed = append(d.Listed, 0)
		d.leaveOut(LeftOutNoDate, 0, 0, *row)
		return
	}
	id, modified := dayID(date), firstTime(row.Modified)
	d.Listed = append(d.Listed, id)
	if d.isFuture(date.Unix()) { // it has not begun in any time zone
		d.leaveOut(LeftOutFuture, id, date.Unix(), nil)
		return
	}
	d.advanceCursor(modified)
	rec := Record{
		ID:       id,
		At:       cmp.Or(modified, d.receivedAt()),
		Modified: modified,
		Received: d.receivedAt(),
		Date:     string(row.Date),
		Zone:     string(row.Timezone),
		Device:   deviceID(row.DeviceID, row.HashDeviceID),
		Model:    d.modelText(string(row.Model), row.ModelID),
		Tracker:  row.Tracker.True,
		Brand:    row.Brand.N,
		Raw:      row.Raw,
	}
	zone, _ := d.zones.lookup(rec.Zone, d.options.Zone)
	year, month, day := date.Date()
	dawn := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if dawn.Day() != day {
		dawn = startOfDay(time.Date(year, month, day, 12, 0, 0, 0, zone))
	}
	rec.Start = dawn.Unix()
	rec.unread = (*unreadDay)(row)
	d.leaveOutTexts(&rec, row.Data)
	d.Records = append(d.Records, rec)
}

// unreadDay is the row of a day whose fields were not read yet.
type unreadDay withings.Activity

func (u *unreadDay) readFields() []Field { return withWireFields(nil, u.Data.All()) }

func (*unreadDay) beside() int { return 0 }

// dayID is the made-up id of a day, which decreases from day to day.
func dayID(date time.Time) int64 {
	year, month, day := date.Date()
	return -int64(year*10000 + int(month)*100 + day)
}

// takesDay accepts a day in place of the known one: in a complete batch any that
// differs, otherwise a better one.
func takesDay(_ Known, rec, prev Record, complete bool) (bool, error) {
	same := rec.Modified == prev.Modified && rec.Device == prev.Device && rec.Model == prev.Model &&
		rec.Zone == prev.Zone && hasSameFields(rec.ReadFields(), prev.ReadFields())
	return prev.At == 0 || !same && (complete || rec.isBetterDay(prev)), nil
}

// isBetterDay orders the sources of one day: a tracker before a phone, the
// vendor's own before others, the one that was counted last.
func (r Record) isBetterDay(than Record) bool {
	if order := cmp.Or(
		compareBools(r.Tracker, than.Tracker), compareBools(r.Brand == brandWithings, than.Brand == brandWithings),
		cmp.Compare(r.Modified, than.Modified), cmp.Compare(r.Device, than.Device), cmp.Compare(r.Model, than.Model),
	); order != 0 {
		return order > 0
	}
	return joinFields(r.ReadFields()) > joinFields(than.ReadFields()) // any order, so that the order of arrival does not matter
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// joinFields returns a text that differs for different fields.
func joinFields(fields []Field) string {
	var lines []string
	for _, f := range fields {
		lines = append(lines, f.Name+" "+f.Value.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// calendar is the user's present day.
type calendar struct {
	zones    zoneCache
	zone     string    // the account's time zone
	today    string    // the user's date when it was last looked at
	dayStart time.Time // when it began, in the user's zone
}

// advance moves on to the user's present day.
func (c *calendar) advance(days map[int64]Record, o ApplyOptions) {
	if o.Now.IsZero() {
		return
	}
	now := o.Now.In(c.localZone(days, o.Zone))
	c.today, c.dayStart = now.Format(time.DateOnly), startOfDay(now)
	if own, named := c.zones.lookup(dayOfDate(days, c.today).Zone, nil); named {
		year, month, day := now.Date() // in the day's own zone, if named
		c.dayStart = startOfDay(time.Date(year, month, day, 12, 0, 0, 0, own))
	}
}

// localDate is the user's date now; the last known one without a clock.
func (c *calendar) localDate(days map[int64]Record, o ApplyOptions) string {
	if o.Now.IsZero() {
		return c.today
	}
	return o.Now.In(c.localZone(days, o.Zone)).Format(time.DateOnly)
}

// NextMidnight is when the user's next day begins, as seen from o.Now.
func (s *Store) NextMidnight(o ApplyOptions) time.Time {
	now := o.Now.In(s.calendar.localZone(s.records(KindDays), o.Zone))
	year, month, day := now.Date()
	next := now
	for ahead := 1; !next.After(now); ahead++ { // a date can be left out, where the date line has moved
		next = startOfDay(time.Date(year, month, day+ahead, 12, 0, 0, 0, now.Location()))
	}
	return next
}

// startOfDay is the first moment of a day: midnight, or the end of the gap when
// the clocks jump over midnight.
func startOfDay(t time.Time) time.Time {
	year, month, day := t.Date()
	dawn := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	if dawn.Day() != day {
		_, dawn = dawn.ZoneBounds()
	}
	return dawn
}

// localZone is the zone of the activity that was counted last, else the
// account's.
func (c *calendar) localZone(days map[int64]Record, fallback *time.Location) *time.Location {
	var newest Record
	for _, day := range days {
		if cmp.Or(cmp.Compare(day.Modified, newest.Modified), cmp.Compare(day.Date, newest.Date)) > 0 {
			newest = day
		}
	}
	account, _ := c.zones.lookup(c.zone, fallback)
	zone, _ := c.zones.lookup(newest.Zone, account)
	return zone
}

// dayOfDate is the record of a date, the zero one when there is none.
func dayOfDate(days map[int64]Record, date string) Record {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return Record{}
	}
	return days[dayID(at)]
}

// latestDay is the last day up to today with any total, and false when that is
// longer ago than maxSilentDays.
func latestDay(days map[int64]Record, today string) (latest Record, alive bool) {
	for _, day := range days {
		if day.Date <= today && day.Date > latest.Date {
			latest = day
		}
	}
	return latest, latest.Date != "" && daysBetween(latest.Date, today) <= maxSilentDays
}

// daysBetween is how many days one date is before another; both must be
// dates.
func daysBetween(earlier, later string) int {
	from, _ := time.Parse(time.DateOnly, earlier)
	to, _ := time.Parse(time.DateOnly, later)
	return int(to.Sub(from) / (24 * time.Hour))
}

// HasStoppedCounting reports whether a key is a total of today that has no
// value because the newest day with one is too long ago.
func (s *Store) HasStoppedCounting(key string) bool {
	row, ok := Lookup(key)
	if !ok || row.Endpoint != EndpointActivity || len(s.records(KindDays)) == 0 {
		return false
	}
	_, alive := latestDay(s.records(KindDays), s.calendar.today)
	return !alive
}

// addDay adds the totals of today, which began at dayStart. A day without
// totals starts at 0, because yesterday's steps are not today's; but only while
// the tracker is active: otherwise the totals are unknown.
func addDay(readings map[string]Reading, days map[int64]Record, today string, dayStart time.Time) {
	if today == "" {
		return
	}
	day := dayOfDate(days, today)
	counted := day.At != 0
	if !counted {
		var alive bool
		if day, alive = latestDay(days, today); !alive {
			return
		}
	}
	for key, value := range day.Values {
		total := catalogueIndex().byKey[key].StateClass == "total"
		if !counted && !total {
			continue
		}
		reading := day.reading(key, value)
		if !counted {
			reading.Value, reading.MeasuredAt, reading.Modified = Number(decimal.Decimal{}), dayStart.UTC(), dayStart.UTC()
			reading.Date = today
		}
		if total {
			reading.LastReset = dayStart
		}
		readings[key] = reading
	}
}
