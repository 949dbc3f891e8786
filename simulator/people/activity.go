// SPDX-License-Identifier: MIT

package people

import (
	"cmp"
	"slices"
	"time"
)

// rowKey identifies a daily row.
type rowKey struct {
	Day     int64
	counter Counter
}

// DailyRow is what one counter has uploaded of a day.
type DailyRow struct {
	rowKey
	Modified    int64
	syncedUntil int64 // unix seconds
	isFinal     bool  // the day is over, and no upload about it is due
}

// activity adds movement up to daily rows and intraday slots.
type activity struct{ movement }

// dailyRow is a row as of now; false when the counter has uploaded nothing of
// the day yet. last is its newest upload.
func (a activity) dailyRow(key rowKey, last, now int64) (DailyRow, bool) {
	d := a.Records
	if row, ok := d.rows[key]; ok && row.Modified <= now {
		return row, true
	}
	start, end := a.TimeOfDay(key.Day, 0).Unix(), a.TimeOfDay(key.Day+1, 0).Unix()
	if last <= start {
		return DailyRow{}, false
	}
	row := DailyRow{rowKey: key, Modified: last, syncedUntil: min(last, end), isFinal: last >= end}
	if !row.isFinal {
		return row, true
	}
	row.Modified = a.FirstSync(key.counter, end)
	for _, c := range d.Changes[key.Day] {
		if c.Sync > now {
			row.isFinal = false
			continue
		}
		row.Modified = max(row.Modified, c.Sync)
	}
	if row.isFinal {
		if d.rows == nil {
			d.rows = map[rowKey]DailyRow{}
		}
		d.rows[key] = row
	}
	return row, true
}

// DailyRows are the rows of some days as of now.
func (a activity) DailyRows(days []int64, now int64) []DailyRow {
	var rows []DailyRow
	for _, by := range a.Counters() {
		last := a.LastSync(by, now)
		for _, day := range days {
			if row, ok := a.dailyRow(rowKey{day, by}, last, now); ok {
				rows = append(rows, row)
			}
		}
	}
	slices.SortStableFunc(rows, func(x, y DailyRow) int { return cmp.Compare(x.Day, y.Day) })
	return rows
}

// totalsOf adds up a row.
func (a activity) totalsOf(row DailyRow, now int64) totals {
	d := a.Records
	if t, ok := d.sums[row]; ok {
		return t
	}
	t := a.countTotals(row.counter, a.motion(row.Day, now), row.syncedUntil)
	if row.isFinal {
		if d.sums == nil {
			d.sums = map[DailyRow]totals{}
		}
		d.sums[row] = t
	}
	return t
}

// ActivityDays are the days that can have a row.
func (a activity) ActivityDays(now time.Time) []int64 {
	var days []int64
	if a.HasMotion(a.firstDay) {
		for day := a.firstDay; day <= a.DayNumber(now); day++ {
			days = append(days, day)
		}
	}
	for day := range a.Records.Changes {
		if !a.HasMotion(day) {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days
}

// DateOf writes a calendar day.
func DateOf(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }

// ActivityRow is a daily row as it is sent.
func (a activity) ActivityRow(r DailyRow, fields []string, now int64) map[string]any {
	source := a.counterProduct(r.counter)
	row := map[string]any{
		"date": DateOf(r.Day), "timezone": a.Timezone, "modified": r.Modified, "model": source.name, "modelid": source.id,
		"brand": 18, "is_tracker": false, "deviceid": nil, "hash_deviceid": nil,
	}
	if r.counter == Watch {
		row["brand"], row["is_tracker"] = 1, true
		if r.Day%2 == 0 { // The original often sends null even for a watch.
			id := a.device(source.name, source.id).id
			row["deviceid"], row["hash_deviceid"] = id, id
		}
	}
	all := a.totalsOf(r, now).fields(r.counter == Watch && source.sensors.heart)
	for _, name := range a.AllowedFields(fields) {
		if value, ok := all[name]; ok {
			row[name] = value
		}
	}
	return row
}

// DefaultActivityFields are sent when data_fields is empty.
func DefaultActivityFields() []string {
	return []string{
		"steps", "distance", "elevation", "soft", "moderate", "intense", "active", "calories", "totalcalories",
	}
}

// ActivityFields are all data fields of a daily row.
func ActivityFields() []string {
	return append(DefaultActivityFields(),
		"hr_average", "hr_min", "hr_max", "hr_zone_0", "hr_zone_1", "hr_zone_2", "hr_zone_3")
}
