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
	// maxDays days of activity stay known: today, and what it follows.
	maxDays = 4
	// maxSilentDays days may pass without a row until a tracker counts as gone.
	maxSilentDays = 2
)

// brandWithings is the vendor's number for its own devices; others are apps.
const brandWithings = 1

// dayTotal is one row of activity. Its At is when it was counted last.
type dayTotal struct {
	record
	Tracker bool  `json:"tracker,omitempty"`
	Brand   int64 `json:"brand,omitempty"`
}

// ApplyActivities takes in the activity of some days; what an answer does not list of
// the days between its first and last moment is no longer there, provided that it
// is complete; that it lists none of them any more can be doubted.
func (s *State) ApplyActivities(a withings.Activities, from, to time.Time, r ApplyOptions) Update {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	within := func(day dayTotal) bool { return day.Date >= first && day.Date <= last }
	return s.applyComplete(len(a.Rows), countIf(s.days, within), r, func(u *Update) {
		before := maps.Clone(s.days)
		if !a.More.True {
			maps.DeleteFunc(s.days, func(_ string, day dayTotal) bool { return within(day) })
		}
		for _, row := range a.Rows {
			s.takeDay(row, r, u)
		}
		for date, day := range s.days {
			if known, ok := before[date]; ok && known.isSame(day) {
				s.days[date] = known // with the time when it came first
			}
		}
	})
}

// isSame says whether another row tells the same.
func (d dayTotal) isSame(row dayTotal) bool {
	return d.Modified == row.Modified && d.Device == row.Device && d.Model == row.Model && d.Zone == row.Zone &&
		maps.Equal(d.Values, row.Values)
}

// takeDay keeps the better of two rows of one day.
func (s *State) takeDay(row withings.Activity, r ApplyOptions, u *Update) {
	date, err := time.Parse(time.DateOnly, string(row.Date))
	if err != nil {
		return
	}
	if r.inFuture(date.Unix()) { // nowhere has it begun
		u.Future++
		return
	}
	modified := firstTime(row.Modified)
	u.advanceCursor(modified, r)
	day := dayTotal{
		record: record{
			At: cmp.Or(modified, r.receivedAt()), Modified: modified, Received: r.receivedAt(),
			Date: string(row.Date), Zone: string(row.Timezone),
			Device: string(cmp.Or(row.DeviceID, row.HashDeviceID)), Model: modelText(string(row.Model), row.ModelID, u),
			Values: map[string]Value{},
		},
		Tracker: row.Tracker.True, Brand: row.Brand.N,
	}
	addFields(day.Values, EndpointActivity, row.Data)
	if known, ok := s.days[day.Date]; !ok || day.isBetterThan(known) {
		s.days[day.Date] = day
	}
}

// isBetterThan orders the sources of one day: a tracker before a phone, the vendor's
// own before others, the one that was counted last.
func (d dayTotal) isBetterThan(than dayTotal) bool {
	return cmp.Or(
		compareBools(d.Tracker, than.Tracker), compareBools(d.Brand == brandWithings, than.Brand == brandWithings),
		cmp.Compare(d.Modified, than.Modified), cmp.Compare(d.Device, than.Device), cmp.Compare(d.Model, than.Model),
		cmp.Compare(joinValues(d.Values), joinValues(than.Values)), // some order, so that the order of arrival decides nothing
	) > 0
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

// joinValues is a text that is different for different values.
func joinValues(values map[string]Value) string {
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text.WriteString(key + " " + values[key].String() + "\n")
	}
	return text.String()
}

// advanceDay moves on to the day that it is for the person.
func (s *State) advanceDay(r ApplyOptions) {
	if r.Now.IsZero() {
		return
	}
	zone := s.localZone(r.Zone)
	now := r.Now.In(zone)
	s.today, s.dayStart = now.Format(time.DateOnly), startOfDay(now)
	if own, named := s.zones.lookup(s.days[s.today].Zone, nil); named {
		year, month, day := now.Date() // the day's own zone, where it says so
		s.dayStart = startOfDay(time.Date(year, month, day, 12, 0, 0, 0, own))
	}
}

// localDate is the person's date now; the last one known when there is no clock.
func (s *State) localDate(r ApplyOptions) string {
	if r.Now.IsZero() {
		return s.today
	}
	return r.Now.In(s.localZone(r.Zone)).Format(time.DateOnly)
}

// NextMidnight is when the person's next day begins, as seen from r.Now.
func (s *State) NextMidnight(r ApplyOptions) time.Time {
	now := r.Now.In(s.localZone(r.Zone))
	year, month, day := now.Date()
	next := now
	for ahead := 1; !next.After(now); ahead++ { // a date can be left out, where the date line has moved
		next = startOfDay(time.Date(year, month, day+ahead, 12, 0, 0, 0, now.Location()))
	}
	return next
}

// startOfDay is the first moment of a day: midnight, or where the clocks jump over
// that, when they do.
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
func (s *State) localZone(fallback *time.Location) *time.Location {
	var newest dayTotal
	for _, day := range s.days {
		if cmp.Or(cmp.Compare(day.Modified, newest.Modified), cmp.Compare(day.Date, newest.Date)) > 0 {
			newest = day
		}
	}
	account, _ := s.zones.lookup(s.zone, fallback)
	zone, _ := s.zones.lookup(newest.Zone, account)
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
	return latest, latest.Date != "" && daysBetween(latest.Date, s.today) <= maxSilentDays
}

// daysBetween is how many days one date lies before another; both must be dates.
func daysBetween(earlier, later string) int {
	from, _ := time.Parse(time.DateOnly, earlier)
	to, _ := time.Parse(time.DateOnly, later)
	return int(to.Sub(from) / (24 * time.Hour))
}

// HasStoppedCounting says whether a key is a total of today that has no value because
// the newest day with one is too long ago.
func (s *State) HasStoppedCounting(key string) bool {
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
		total := catalogueIndex().byKey[key].StateClass == "total"
		if !counted && !total {
			continue
		}
		reading := day.reading(key, value)
		if !counted {
			reading.Value, reading.MeasuredAt, reading.Modified = Number(decimal.Decimal{}), s.dayStart.UTC(), s.dayStart.UTC()
			reading.Date = s.today
		}
		if total {
			reading.LastReset = s.dayStart
		}
		readings[key] = reading
	}
}

// pruneDays keeps the newest days.
func (s *State) pruneDays() {
	dates := slices.Sorted(maps.Keys(s.days))
	for _, date := range dates[:max(0, len(dates)-maxDays)] {
		delete(s.days, date)
	}
}
