package sensors

import (
	"time"

	"vitals2mqtt/withings"
)

// session is one row of sleep: a night or a nap. Its At is the end.
type session struct {
	record
	Start   int64 `json:"start"`
	Class   int64 `json:"class,omitempty"` // 16 watch, 32 mat
	Asleep  int64 `json:"asleep"`          // seconds
	NapOnly bool  `json:"doze,omitempty"`  // too short and too late to be a night
	Code    int64 `json:"code,omitempty"`  // of a stretch in a state without a word
}

// takeNight lets a version of a row replace the one before it, and says whether
// the row is news. Rows that the cloud is still computing only wait.
func (s *State) takeNight(row withings.Night, r ApplyOptions, u *Update) (news bool) {
	start, end := firstTime(row.Start), firstTime(row.End)
	if !row.ID.OK || start == 0 || end < start {
		return false
	}
	id := row.ID.N
	known, met := s.seenNights[id]
	modified := firstTime(row.Modified, row.Created, row.End)
	if met && modified < known {
		return false
	}
	if row.Completed.OK && !row.Completed.True {
		if !met {
			s.waiting[id] = struct{}{}
		}
		return false
	}
	if r.inFuture(end) {
		u.Future++
		return false
	}
	_, waited := s.waiting[id]
	delete(s.waiting, id)
	old := s.nights[id]
	s.seenNights[id] = modified
	fresh := newSession(row, modified, s.zones, r, u)
	if met && old.Modified == modified {
		fresh.Received = old.Received
	}
	s.nights[id] = fresh
	if fresh.Class == classMat {
		s.endStaysBefore(fresh, r)
	}
	// What was being computed is news when it is ready, however long that took.
	return !met && (r.isNew(firstTime(row.Created, row.Modified, row.End)) || waited && !r.InitialSync)
}

// newSession takes the values out of a row.
func newSession(row withings.Night, modified int64, known zoneCache, r ApplyOptions, u *Update) session {
	zone, named := known.lookup(string(row.Timezone), r.Zone)
	end := time.Unix(row.End.N, 0).In(zone)
	s := session{
		record: record{
			ID: row.ID.N, At: row.End.N, Modified: modified, Received: r.receivedAt(), Device: string(row.HashDeviceID),
			Model: modelText("", row.ModelID, u), Date: nightDate(string(row.Date), end), Values: map[string]Value{},
		},
		Start: row.Start.N, Class: row.Model.N,
	}
	if named {
		s.Zone = string(row.Timezone)
	}
	addFields(s.Values, EndpointNights, row.Data.Fields)
	s.Values[keyNightStart], s.Values[keyNightEnd], s.Values[keyNightDate] = timestampValue(s.Start), timestampValue(s.At), Text(s.Date)
	if at := fellAsleepAt(row); at != 0 {
		s.Values[keyFellAsleep] = timestampValue(at)
	}
	if at := wokeUpAt(row); at != 0 {
		s.Values[keyWokeUp] = timestampValue(at)
	}
	s.setSleepTime()
	s.NapOnly = s.Asleep < minNightSeconds && end.Hour() >= napFromHour
	return s
}

// Numbers of the things that happen in a night.
const (
	nightEventFellAsleep = 2
	nightEventWokeUp     = 3
)

// fellAsleepAt is when the person first fell asleep, 0 when the night does not say.
func fellAsleepAt(row withings.Night) int64 {
	if times := row.Data.Events[nightEventFellAsleep]; len(times) > 0 {
		return timeInNight(row, row.Start.N+times[0])
	}
	return 0
}

// wokeUpAt is when the person woke up for the last time. Whether a later entry
// counts from the start or from the entry before is not known: the sum is taken
// where it lies in the night, as in the account's own download.
func wokeUpAt(row withings.Night) int64 {
	times := row.Data.Events[nightEventWokeUp]
	if len(times) == 0 {
		return 0
	}
	sum := row.Start.N
	for _, seconds := range times {
		sum += seconds
	}
	if at := timeInNight(row, sum); at != 0 {
		return at
	}
	return timeInNight(row, row.Start.N+times[len(times)-1])
}

// timeInNight is a second that lies in the night, else 0.
func timeInNight(row withings.Night, at int64) int64 {
	if at < row.Start.N || at > row.End.N {
		return 0
	}
	return at
}

// zoneCache are time zoneCache by name; nil for a name that nobody knows. Loading one
// reads a file.
type zoneCache map[string]*time.Location

// lookup is a row's time zone, else the fallback, else UTC.
func (z zoneCache) lookup(name string, fallback *time.Location) (zone *time.Location, known bool) {
	if name != "" && name != "Local" {
		zone, loaded := z[name]
		if !loaded {
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

// nightDate is the row's own date, else the local date of its end. A date that is
// more than two days off is a slip and would freeze the last night.
func nightDate(text string, end time.Time) string {
	day, err := time.ParseInLocation(time.DateOnly, text, end.Location())
	if err != nil || day.Sub(end).Abs() > 48*time.Hour {
		return end.Format(time.DateOnly)
	}
	return text
}
