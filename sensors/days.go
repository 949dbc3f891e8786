package sensors

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/withings"
)

const (
	// keepDays days of activity stay known: today, and what it follows.
	keepDays = 4
	// aliveDays days may pass without a row until a tracker counts as gone.
	aliveDays = 2
)

// ownBrand is the vendor's number for its own devices; others are apps.
const ownBrand = 1

// dayTotal is one row of activity. Its At is when it was counted last.
type dayTotal struct {
	record
	Tracker bool  `json:"tracker,omitempty"`
	Brand   int64 `json:"brand,omitempty"`
}

// Activities takes in the activity of some days; what an answer does not list of
// the days between its first and last moment is no longer there, provided that it
// is complete; that it lists none of them any more can be doubted.
func (s *State) Activities(a withings.Activities, from, to time.Time, r Rules) Update {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	within := func(day dayTotal) bool { return day.Date >= first && day.Date <= last }
	return s.whole(len(a.Rows), count(s.days, within), r, func(u *Update) {
		before := maps.Clone(s.days)
		if !a.More.True {
			maps.DeleteFunc(s.days, func(_ string, day dayTotal) bool { return within(day) })
		}
		for _, row := range a.Rows {
			s.takeDay(row, r, u)
		}
		for date, day := range s.days {
			if known, ok := before[date]; ok && known.repeats(day) {
				s.days[date] = known // with the time when it came first
			}
		}
	})
}

// repeats says whether another row tells the same.
func (d dayTotal) repeats(row dayTotal) bool {
	return d.Modified == row.Modified && d.Device == row.Device && d.Model == row.Model && d.Zone == row.Zone &&
		maps.Equal(d.Values, row.Values)
}

// takeDay keeps the better of two rows of one day.
func (s *State) takeDay(row withings.Activity, r Rules, u *Update) {
	date, err := time.Parse(time.DateOnly, string(row.Date))
	if err != nil {
		return
	}
	if r.ahead(date.Unix()) { // nowhere has it begun
		u.Future++
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
// own before others, the one that was counted last.
func (d dayTotal) better(than dayTotal) bool {
	return cmp.Or(
		compareFlags(d.Tracker, than.Tracker), compareFlags(d.Brand == ownBrand, than.Brand == ownBrand),
		cmp.Compare(d.Modified, than.Modified), cmp.Compare(d.Device, than.Device), cmp.Compare(d.Model, than.Model),
		cmp.Compare(listed(d.Values), listed(than.Values)), // some order, so that the order of arrival decides nothing
	) > 0
}

func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// listed is a text that is different for different values.
func listed(values map[string]Value) string {
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text.WriteString(key + " " + values[key].String() + "\n")
	}
	return text.String()
}

// turn moves on to the day that it is for the person.
func (s *State) turn(r Rules) {
	if r.Now.IsZero() {
		return
	}
	zone := s.personZone(r.Zone)
	now := r.Now.In(zone)
	s.today, s.dawn = now.Format(time.DateOnly), dawnOf(now)
	if own, named := s.zones.of(s.days[s.today].Zone, nil); named {
		year, month, day := now.Date() // the day's own zone, where it says so
		s.dawn = dawnOf(time.Date(year, month, day, 12, 0, 0, 0, own))
	}
}

// dateOf is the person's date now; the last one known when there is no clock.
func (s *State) dateOf(r Rules) string {
	if r.Now.IsZero() {
		return s.today
	}
	return r.Now.In(s.personZone(r.Zone)).Format(time.DateOnly)
}

// NextMidnight is when the person's next day begins, as seen from r.Now.
func (s *State) NextMidnight(r Rules) time.Time {
	now := r.Now.In(s.personZone(r.Zone))
	year, month, day := now.Date()
	next := now
	for ahead := 1; !next.After(now); ahead++ { // a date can be left out, where the date line has moved
		next = dawnOf(time.Date(year, month, day+ahead, 12, 0, 0, 0, now.Location()))
	}
	return next
}

// dawnOf is the first moment of a day: midnight, or where the clocks jump over
// that, when they do.
func dawnOf(t time.Time) time.Time {
	year, month, day := t.Date()
	dawn := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	if dawn.Day() != day {
		_, dawn = dawn.ZoneBounds()
	}
	return dawn
}

// personZone is the zone of the activity that was counted last, else the
// account's.
func (s *State) personZone(fallback *time.Location) *time.Location {
	var newest dayTotal
	for _, day := range s.days {
		if cmp.Or(cmp.Compare(day.Modified, newest.Modified), cmp.Compare(day.Date, newest.Date)) > 0 {
			newest = day
		}
	}
	account, _ := s.zones.of(s.zone, fallback)
	zone, _ := s.zones.of(newest.Zone, account)
	return zone
}

// latestDay is the last day up to today that anything was counted on, and false
// when that is so long ago that the tracker may lie in a drawer.
func (s *State) latestDay() (latest dayTotal, alive bool) {
	for date, day := range s.days {
		if date <= s.today && date > latest.Date {
			latest = day
		}
	}
	return latest, latest.Date != "" && daysBetween(latest.Date, s.today) <= aliveDays
}

// daysBetween is how many days one date lies before another; both must be dates.
func daysBetween(earlier, later string) int {
	from, _ := time.Parse(time.DateOnly, earlier)
	to, _ := time.Parse(time.DateOnly, later)
	return int(to.Sub(from) / (24 * time.Hour))
}

// StoppedCounting says whether a key is a total of today that has no value because
// the newest day with one is too long ago.
func (s *State) StoppedCounting(key string) bool {
	row, ok := Lookup(key)
	if !ok || row.Endpoint != EndpointActivity || len(s.days) == 0 {
		return false
	}
	_, alive := s.latestDay()
	return !alive
}

// addDay adds the totals of today. A day that nothing was counted on yet begins
// at nothing, as yesterday's steps are not today's; but only while the tracker is
// alive, else nobody knows.
func (s *State) addDay(readings map[string]Reading) {
	if s.today == "" {
		return
	}
	day, counted := s.days[s.today]
	if !counted {
		var alive bool
		if day, alive = s.latestDay(); !alive {
			return
		}
	}
	for key, value := range day.Values {
		total := catalogue().byKey[key].StateClass == "total"
		if !counted && !total {
			continue
		}
		reading := day.reading(key, value)
		if !counted {
			reading.Value, reading.MeasuredAt, reading.Modified = Number(decimal.Decimal{}), s.dawn.UTC(), s.dawn.UTC()
			reading.Date = s.today
		}
		if total {
			reading.LastReset = s.dawn
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
