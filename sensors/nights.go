package sensors

import (
	"time"

	"vitals2mqtt/withings"
)

// session is one row of sleep: a night or a nap. Its At is the end.
type session struct {
	record
	Start  int64 `json:"start"`
	Class  int64 `json:"class,omitempty"` // 16 watch, 32 mat
	Asleep int64 `json:"asleep"`          // seconds
	Doze   bool  `json:"doze,omitempty"`  // too short and too late to be a night
	Code   int64 `json:"code,omitempty"`  // of a stretch in a state without a word
}

// takeNight lets a version of a row replace the one before it, and says whether
// the row is news. Rows that the cloud is still computing only wait.
func (s *State) takeNight(row withings.Night, r Rules, u *Update) (news bool) {
	start, end := moment(row.Start), moment(row.End)
	if !row.ID.OK || start == 0 || end < start {
		return false
	}
	id := row.ID.N
	known, met := s.scored[id]
	modified := moment(row.Modified, row.Created, row.End)
	if met && modified < known {
		return false
	}
	if row.Completed.OK && !row.Completed.True {
		if !met {
			s.waiting[id] = struct{}{}
		}
		return false
	}
	if r.ahead(end) {
		u.Future++
		return false
	}
	_, waited := s.waiting[id]
	delete(s.waiting, id)
	old := s.nights[id]
	s.scored[id] = modified
	fresh := sessionOf(row, modified, s.zones, r, u)
	if met && old.Modified == modified {
		fresh.Received = old.Received
	}
	s.nights[id] = fresh
	if fresh.Class == mat {
		s.rise(fresh, r)
	}
	// What was being computed is news when it is ready, however long that took.
	return !met && (r.fresh(moment(row.Created, row.Modified, row.End)) || waited && !r.First)
}

// sessionOf takes the values out of a row.
func sessionOf(row withings.Night, modified int64, known zones, r Rules, u *Update) session {
	zone, named := known.of(string(row.Timezone), r.Zone)
	end := time.Unix(row.End.N, 0).In(zone)
	s := session{
		record: record{
			ID: row.ID.N, At: row.End.N, Modified: modified, Received: r.received(), Device: string(row.HashDeviceID),
			Model: modelOf("", row.ModelID, u), Date: dateOf(string(row.Date), end), Values: map[string]Value{},
		},
		Start: row.Start.N, Class: row.Model.N,
	}
	if named {
		s.Zone = string(row.Timezone)
	}
	fieldsInto(s.Values, EndpointNights, row.Data.Fields)
	s.Values[keyNightStart], s.Values[keyNightEnd], s.Values[keyNightDate] = stamp(s.Start), stamp(s.At), Text(s.Date)
	if at := fellAsleep(row); at != 0 {
		s.Values[keyFellAsleep] = stamp(at)
	}
	if at := wokeUp(row); at != 0 {
		s.Values[keyWokeUp] = stamp(at)
	}
	s.countSleep()
	s.Doze = s.Asleep < shortest && end.Hour() >= morning
	return s
}

// Numbers of the things that happen in a night.
const (
	eventAsleep = 2
	eventAwake  = 3
)

// fellAsleep is when the person first fell asleep, 0 when the night does not say.
func fellAsleep(row withings.Night) int64 {
	if times := row.Data.Events[eventAsleep]; len(times) > 0 {
		return within(row, row.Start.N+times[0])
	}
	return 0
}

// wokeUp is when the person woke up for the last time. Whether a later entry
// counts from the start or from the entry before is not known: the sum is taken
// where it lies in the night, as in the account's own download.
func wokeUp(row withings.Night) int64 {
	times := row.Data.Events[eventAwake]
	if len(times) == 0 {
		return 0
	}
	sum := row.Start.N
	for _, seconds := range times {
		sum += seconds
	}
	if at := within(row, sum); at != 0 {
		return at
	}
	return within(row, row.Start.N+times[len(times)-1])
}

// within is a second that lies in the night, else 0.
func within(row withings.Night, at int64) int64 {
	if at < row.Start.N || at > row.End.N {
		return 0
	}
	return at
}

// zones are time zones by name; nil for a name that nobody knows. Loading one
// reads a file.
type zones map[string]*time.Location

// of is a row's time zone, else the fallback, else UTC.
func (z zones) of(name string, fallback *time.Location) (zone *time.Location, known bool) {
	if name != "" && name != "Local" {
		zone, met := z[name]
		if !met {
			zone, _ = time.LoadLocation(name)
			z[name] = zone
		}
		if zone != nil {
			return zone, true
		}
	}
	if fallback != nil {
		return fallback, false
	}
	return time.UTC, false
}

// dateOf is the row's own date, else the local date of its end. A date that is
// more than two days off is a slip and would freeze the last night.
func dateOf(text string, end time.Time) string {
	day, err := time.ParseInLocation(time.DateOnly, text, end.Location())
	if err != nil || day.Sub(end).Abs() > 48*time.Hour {
		return end.Format(time.DateOnly)
	}
	return text
}
