// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	defaultDays = 3 * 365 // of measurements
	nightDays   = 400     // of nights, at most
)

// Person is an invented person and what they own.
type Person struct {
	Name     string
	UserID   int64  // 0 = invented
	Timezone string // IANA name; unknown here = UTC

	HeightCM int // 0 = never entered
	WeightG  int // around which the weight varies

	Scale       bool // Body Cardio: 1, 5, 6, 8, 76, 77, 88, 11, 91, 155
	Cuff        bool // BPM Connect: 9, 10, 11, uploaded by Bluetooth, minutes to days late
	Thermometer bool // Thermo: 12, 71, 73
	Oximeter    bool // BeamO: 54
	Mat         bool // Sleep mat: nights and naps

	BodyScan  bool // Body Scan: five groups per weigh-in, with values of arms, legs and torso
	ScanWatch bool // the watch of Owns, worn at night too: 54, 123, 130, 135 to 139, and nights where there is no mat
	Thermo    bool // a Thermo that sends body temperature alone: 71, now and then 12
	UScan     bool // U-Scan: 147, 148, 151, 204, 205, 248, 249, 251, and 122, which is not documented
	ByHand    bool // what is typed into the app: 1, 4, 9, 10, 11, 119

	// OddNights adds to a mat what the cloud does now and then, each every
	// twelve nights; see applyOddNights.
	OddNights bool

	Owns Owns // for the other services
	Plan Plan // what the account's contract leaves out

	// Shifts: sleeps by day and by night in turns of four weeks, and shortly
	// before the start.
	Shifts bool
	// Days of history before the start; 0 = three years, negative = nothing but
	// what is added by hand, now and later. Nights go back 400 days at most.
	Days int
	// Rests: after the start nothing is measured or uploaded but what is added by
	// hand, whatever the time of day.
	Rests bool
}

// DemoPeople returns the two people of the demo, who between them have a value
// for every sensor.
func DemoPeople() []Person {
	return []Person{
		{
			Name:        "Alice",
			Timezone:    "Europe/Berlin",
			HeightCM:    171,
			WeightG:     68_400,
			Scale:       true,
			Thermometer: true,
			Mat:         true,
			Owns:        aliceOwns(),
		},
		{
			Name:     "Bob",
			Timezone: "America/New_York",
			HeightCM: 183,
			WeightG:  86_900,
			Scale:    true,
			Cuff:     true,
			Oximeter: true,
			Mat:      true,
			Shifts:   true,
			Owns:     bobOwns(),
		},
	}
}

// Account is a person with the stored history, guarded by the lock of the
// store. What a domain generates, or answers from the history, is a type of its
// own; all of them are about the same body.
type Account struct {
	*body
	sleep
	measures
	heart
	movement
	activity
	workouts

	nextDay   int64 // the first that is not generated yet
	Groups    []*Group
	Nights    []*Night
	Consented bool // an application has valid tokens
}

// body is what the history of a person is generated from. It does not change.
type body struct {
	Person

	Seed          uint64
	ordinal       int64 // place among the people, for ids
	zone          *time.Location
	firstDay      int64 // days since 1970 in the person's zone
	firstNightDay int64
	restsFrom     int64 // unix seconds after which nothing happens by itself; 0 = never
}

// newAccount prepares a person; the history is generated on demand.
func newAccount(seed uint64, index int, p Person, now time.Time) *Account {
	if p.Days == 0 {
		p.Days = defaultDays
	}
	b := &body{Person: p, Seed: seed, ordinal: int64(index) + 5}
	if b.UserID == 0 {
		b.UserID = 20_000_000 + NewRand(seed, b.ordinal, "userid", 0).Int64N(9_000_000)*10 + int64(index)
	}
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil || p.Timezone == "" {
		zone, b.Timezone = time.UTC, "UTC"
	}
	b.zone = zone
	today := b.DayNumber(now)
	b.firstDay, b.firstNightDay = today-int64(p.Days), today-int64(min(p.Days, nightDays))
	if p.Rests {
		b.restsFrom = now.Unix()
	}
	moves := movement{body: b, Records: &ownedRecords{}}
	a := &Account{
		body:     b,
		sleep:    sleep{body: b},
		measures: measures{scale{b}},
		movement: moves,
		activity: activity{moves},
		workouts: workouts{moves},
		nextDay:  b.firstDay,
	}
	a.heart = heart{a.measures}
	if b.recordsSleep() && p.Days > 0 {
		a.anchor = a.newAnchor(now)
	}
	return a
}

// ID returns the user id as it is sent.
func (a *body) ID() string { return strconv.FormatInt(a.UserID, 10) }

// DayNumber is the number of the person's calendar day.
func (a *body) DayNumber(t time.Time) int64 {
	local := t.In(a.zone)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// TimeOfDay is a moment of a calendar day, minutes after midnight by the wall
// clock.
func (a *body) TimeOfDay(day int64, minutes int) time.Time {
	d := time.Unix(day*86400, 0).UTC()
	return time.Date(d.Year(), d.Month(), d.Day(), 0, minutes, 0, 0, a.zone)
}

// rowID makes ten digits (eleven from the sixth person on) that are unique
// among the groups and nights of all people.
func (a *body) rowID(day, slot int64) int64 { return a.ordinal*1_000_000_000 + day*10_000 + slot }

// generate makes the missing days up to now. What is created later in a day is
// hidden until then.
func (a *Account) generate(now time.Time) {
	today := a.DayNumber(now)
	if a.nextDay > today || a.Days < 0 {
		return
	}
	if a.nextDay == a.firstDay {
		a.Groups = append(a.Groups, a.firstEntries()...)
		if a.anchor != nil {
			a.Nights = append(a.Nights, a.anchor)
		}
	}
	for ; a.nextDay <= today; a.nextDay++ {
		for _, g := range a.measureDay(a.nextDay) {
			if a.Happens(g.Created) {
				a.Groups = append(a.Groups, g)
			}
		}
		if a.recordsSleep() && a.nextDay >= a.firstNightDay {
			a.generateNights(a.nextDay)
		}
	}
}

// generateNights makes the sleep that ends on a day.
func (a *Account) generateNights(day int64) {
	for _, n := range a.SleepDay(day) {
		if !a.Happens(n.Created) {
			continue
		}
		for _, change := range []*int64{&n.FinalAt, &n.RescoredAt} {
			if !a.Happens(*change) {
				*change = 0
			}
		}
		a.Nights = append(a.Nights, n)
	}
}

// Happens reports whether what is due at a moment, in unix seconds, happens by
// itself; it does unless the person rests by then.
func (a *body) Happens(at int64) bool { return a.restsFrom == 0 || at <= a.restsFrom }

// deleteRow removes the row of an id; false when there is none.
func (a *Account) deleteRow(id int64) bool {
	before := len(a.Groups) + len(a.Nights)
	a.Groups = slices.DeleteFunc(a.Groups, func(g *Group) bool { return g.ID == id })
	a.Nights = slices.DeleteFunc(a.Nights, func(n *Night) bool { return n.ID == id })
	return len(a.Groups)+len(a.Nights) < before
}

// triangleWave is a whole-number triangle wave over days, from -amplitude to
// +amplitude: a trend that does not depend on the machine or on where a history
// begins.
func triangleWave(day, period, amplitude, phase int64) int64 {
	at := ((day+phase)%period + period) % period
	quarter := at * 4 * amplitude / period // 0 … 4 amplitudes
	if quarter < 2*amplitude {
		return quarter - amplitude
	}
	return 3*amplitude - quarter
}

// device is a measuring device; its id is invented, per person or per
// household. Model number 0 is sent as null.
type device struct {
	id      string
	model   string
	modelID int
}

func (a *body) device(model string, modelID int) *device {
	owner := a.ordinal
	if strings.HasPrefix(model, "Body") {
		owner = 0 // One scale for the household.
	}
	return &device{id: HexDigits(NewRand(a.Seed, owner, "device "+model, 0), 40), model: model, modelID: modelID}
}
