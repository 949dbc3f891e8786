package sensors

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

// keepDays days of activity stay known: today, and what it follows.
const keepDays = 4

// ownBrand is the vendor's number for its own devices; others are apps.
const ownBrand = 1

// dayTotal is one row of activity. Its At is when it was counted last.
type dayTotal struct {
	record
	Tracker bool  `json:"tracker,omitempty"`
	Brand   int64 `json:"brand,omitempty"`
}

// Activities takes in the activity of some days; what an answer does not list of
// the days between its first and last moment is no longer there.
func (s *State) Activities(a withings.Activities, from, to time.Time, r Rules) Update {
	return s.change(r, func(u *Update) {
		first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
		maps.DeleteFunc(s.days, func(date string, _ dayTotal) bool { return date >= first && date <= last })
		for _, row := range a.Rows {
			s.takeDay(row, r, u)
		}
	})
}

// takeDay keeps the better of two rows of one day.
func (s *State) takeDay(row withings.Activity, r Rules, u *Update) {
	if _, err := time.Parse(time.DateOnly, string(row.Date)); err != nil {
		return
	}
	modified := moment(row.Modified)
	u.cursor(modified, r)
	day := dayTotal{
		record: record{
			At: cmp.Or(modified, r.received()), Modified: modified, Received: r.received(),
			Date: string(row.Date), Zone: string(row.Timezone),
			Device: string(cmp.Or(row.DeviceID, row.HashDeviceID)), Model: modelOf(string(row.Model), row.ModelID, u),
			Values: map[string]Value{},
		},
		Tracker: row.Tracker.True, Brand: row.Brand.N,
	}
	fieldsInto(day.Values, EndpointActivity, row.Data)
	if known, ok := s.days[day.Date]; !ok || day.better(known) {
		s.days[day.Date] = day
	}
}

// better orders the sources of one day: a tracker before a phone, the vendor's
// own before an app, the one that was counted last.
func (d dayTotal) better(than dayTotal) bool {
	rank := func(d dayTotal) int {
		switch {
		case d.Tracker:
			return 2
		case d.Brand == ownBrand:
			return 1
		}
		return 0
	}
	order := cmp.Or(cmp.Compare(rank(d), rank(than)), cmp.Compare(d.Modified, than.Modified), cmp.Compare(d.Device, than.Device),
		cmp.Compare(d.Model, than.Model))
	if order == 0 {
		order = -compareValues(d.Values, than.Values)
	}
	return order > 0
}

// compareValues is some fixed order, so that the order of arrival decides nothing.
func compareValues(a, b map[string]Value) int {
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if order := cmp.Compare(a[key].String(), b[key].String()); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b))
}

// turn moves on to the day that it is for the person.
func (s *State) turn(r Rules) { s.today = s.dateOf(r) }

// dateOf is the person's date now; the last one known when there is no clock.
func (s *State) dateOf(r Rules) string {
	if r.Now.IsZero() {
		return s.today
	}
	return r.Now.In(s.personZone(r.Zone)).Format(time.DateOnly)
}

// personZone is the zone of the newest day of activity, else the account's.
func (s *State) personZone(fallback *time.Location) *time.Location {
	name := s.zone
	if newest := s.newestDay(); newest.Zone != "" {
		name = newest.Zone
	}
	zone, _ := s.zones.of(name, fallback)
	return zone
}

func (s *State) newestDay() dayTotal {
	newest := dayTotal{}
	for _, day := range s.days {
		if day.Date > newest.Date {
			newest = day
		}
	}
	return newest
}

// addDay adds the totals of today. A day that nothing was counted on yet begins
// at nothing: yesterday's steps are not today's.
func (s *State) addDay(readings map[string]Reading) {
	newest := s.newestDay()
	if s.today == "" || newest.Date == "" {
		return
	}
	day, counted := s.days[s.today]
	if !counted {
		day = newest
	}
	zone, _ := s.zones.of(day.Zone, s.personZone(nil))
	midnight, err := time.ParseInLocation(time.DateOnly, s.today, zone)
	if err != nil {
		return
	}
	for key, value := range day.Values {
		total := catalogue().byKey[key].StateClass == "total"
		if !counted && !total {
			continue
		}
		reading := day.reading(key, value)
		if !counted {
			reading.Value, reading.MeasuredAt, reading.Modified = Number(decimal.Decimal{}), midnight.UTC(), midnight.UTC()
			reading.Date = s.today
		}
		if total {
			reading.LastReset = midnight
		}
		readings[key] = reading
	}
}

// pruneDays keeps the newest days.
func (s *State) pruneDays() {
	dates := slices.Sorted(maps.Keys(s.days))
	for _, date := range dates[:max(0, len(dates)-keepDays)] {
		delete(s.days, date)
	}
}
