package simulator

import (
	"cmp"
	"slices"
	"time"
)

// rowKey names a daily row.
type rowKey struct {
	day     int64
	counter counter
}

// dailyRow is what one counter has told of a day; its sums are made when somebody asks.
type dailyRow struct {
	rowKey
	modified    int64
	syncedUntil int64 // what is told, unix seconds
	isFinal     bool  // the day is over, and nothing about it is under way
}

// dailyRow is a row as of now; false when the counter has told nothing of the day yet. last is its newest sync.
func (a *account) dailyRow(key rowKey, last, now int64) (dailyRow, bool) {
	d := &a.records
	if row, ok := d.rows[key]; ok && row.modified <= now {
		return row, true
	}
	start, end := a.timeOfDay(key.day, 0).Unix(), a.timeOfDay(key.day+1, 0).Unix()
	if last <= start {
		return dailyRow{}, false
	}
	row := dailyRow{rowKey: key, modified: last, syncedUntil: min(last, end), isFinal: last >= end}
	if !row.isFinal {
		return row, true
	}
	row.modified = a.firstSync(key.counter, end)
	for _, c := range d.changes[key.day] {
		if c.sync > now {
			row.isFinal = false
			continue
		}
		row.modified = max(row.modified, c.sync)
	}
	if row.isFinal {
		if d.rows == nil {
			d.rows = map[rowKey]dailyRow{}
		}
		d.rows[key] = row
	}
	return row, true
}

// dailyRows are the rows of some days as of now.
func (a *account) dailyRows(days []int64, now int64) []dailyRow {
	var rows []dailyRow
	for _, by := range a.counters() {
		last := a.lastSync(by, now)
		for _, day := range days {
			if row, ok := a.dailyRow(rowKey{day, by}, last, now); ok {
				rows = append(rows, row)
			}
		}
	}
	slices.SortStableFunc(rows, func(x, y dailyRow) int { return cmp.Compare(x.day, y.day) })
	return rows
}

// totalsOf adds a row up.
func (a *account) totalsOf(row dailyRow, now int64) totals {
	d := &a.records
	if t, ok := d.sums[row]; ok {
		return t
	}
	t := a.countTotals(row.counter, a.motion(row.day, now), row.syncedUntil)
	if row.isFinal {
		if d.sums == nil {
			d.sums = map[dailyRow]totals{}
		}
		d.sums[row] = t
	}
	return t
}

// days are those that can have a row.
func (a *account) days(now time.Time) []int64 {
	var days []int64
	if a.hasMotion(a.firstDay) {
		for day := a.firstDay; day <= a.dayNumber(now); day++ {
			days = append(days, day)
		}
	}
	for day := range a.records.changes {
		if !a.hasMotion(day) {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	return days
}

// dateOf writes a calendar day.
func dateOf(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }

// activity is a row as it is sent.
func (a *account) activity(r dailyRow, fields []string, now int64) map[string]any {
	source := a.counterProduct(r.counter)
	row := map[string]any{
		"date": dateOf(r.day), "timezone": a.Timezone, "modified": r.modified, "model": source.name, "modelid": source.id,
		"brand": 18, "is_tracker": false, "deviceid": nil, "hash_deviceid": nil,
	}
	if r.counter == watch {
		row["brand"], row["is_tracker"] = 1, true
		if r.day%2 == 0 { // Often it is null even for a watch.
			id := a.device(source.name, source.id).id
			row["deviceid"], row["hash_deviceid"] = id, id
		}
	}
	all := a.totalsOf(r, now).fields(r.counter == watch && source.sensors.heart)
	for _, name := range a.allowedFields(fields) {
		if value, ok := all[name]; ok {
			row[name] = value
		}
	}
	return row
}

// defaultActivityFields is what comes without data_fields.
func defaultActivityFields() []string {
	return []string{
		"steps", "distance", "elevation", "soft", "moderate", "intense", "active", "calories", "totalcalories",
	}
}

func activityFields() []string {
	return append(defaultActivityFields(),
		"hr_average", "hr_min", "hr_max", "hr_zone_0", "hr_zone_1", "hr_zone_2", "hr_zone_3")
}
