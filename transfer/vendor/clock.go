// SPDX-License-Identifier: MIT

package vendor

import (
	"strings"
	"time"
)

// clock reads times, and counts those that the change between summer and winter
// time makes ambiguous or impossible.
type clock struct {
	zone *time.Location
	name string // of the zone, for records; "" when it has no name
	last int64  // no record is later

	repeated, skipped int
}

func newClock(zone *time.Location, now time.Time) *clock {
	const maxClockSkew = 24 * time.Hour
	c := &clock{zone: zone, name: zoneName(zone), last: lastSecond}
	if !now.IsZero() {
		c.last = now.Add(maxClockSkew).Unix()
	}
	return c
}

const (
	// firstSecond is the beginning of 1970: the cloud has nothing before it.
	firstSecond = 1
	lastSecond  = 253402300799 // of the year 9999
)

// zoneName is the IANA name of a zone, "" when it has none.
func zoneName(zone *time.Location) string {
	if name := zone.String(); name != "Local" {
		if known, err := time.LoadLocation(name); err == nil {
			return known.String()
		}
	}
	return ""
}

// moment is a time of a file: the instant and the person's own date and zone.
type moment struct {
	unix int64
	date string // local, "2030-05-04"
	zone string // IANA name, "" when unknown
	hour int    // local
	// start is when a day began.
	start int64
}

const (
	wallForm = "2006-01-02 15:04:05"
	isoForm  = "2006-01-02T15:04:05-07:00"
)

// wall reads a local time without an offset.
func (c *clock) wall(text string) (m moment, problem string) {
	naive, err := time.Parse(wallForm, text)
	if err != nil || len(text) != len(wallForm) {
		return m, `the time is not in the form "2030-05-04 07:12:33"`
	}
	return c.local(naive)
}

// oldWall reads a local time as the old dashboard wrote it, without seconds: in
// English with AM and PM, in German with "Uhr".
func (c *clock) oldWall(text string) (m moment, problem string) {
	form := "2006-01-02 3:04 PM"
	if german, ok := strings.CutSuffix(text, " Uhr"); ok {
		text, form = german, "2006-01-02 15:04"
	}
	naive, err := time.Parse(form, text)
	if err != nil {
		return m, `the time is not in the form "2014-03-02 9:05 PM" or "2014-03-02 9:05 Uhr"`
	}
	return c.local(naive)
}

// local is the instant of a wall clock, given as if it were UTC. Of an hour
// that is repeated the first counts; in one that is skipped the clock goes on.
func (c *clock) local(naive time.Time) (m moment, problem string) {
	wall := naive.Unix()
	const day = 24 * 60 * 60
	before, after := c.offset(wall-day), c.offset(wall+day)
	early, late := wall-max(before, after), wall-min(before, after)
	isEarly, isLate := c.offset(early) == max(before, after), c.offset(late) == min(before, after)
	at := early
	switch {
	case isEarly && isLate && early != late:
		c.repeated++
	case isEarly:
	case isLate:
		at = late
	default:
		c.skipped++
		at = wall - before
	}
	local := time.Unix(at, 0).In(c.zone)
	return c.check(moment{unix: at, date: local.Format(time.DateOnly), hour: local.Hour(), zone: c.name})
}

// offset is how far ahead of UTC the zone is, in seconds.
func (c *clock) offset(unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(c.zone).Zone()
	return int64(offset)
}

// iso reads a time with an offset.
func (c *clock) iso(text string) (m moment, problem string) {
	t, err := time.Parse(isoForm, text)
	if err != nil || len(text) != len(isoForm) {
		return m, `the time is not in the form "2030-05-04T07:12:33+02:00"`
	}
	m = moment{unix: t.Unix(), date: t.Format(time.DateOnly), hour: t.Hour()}
	// Only the offset is known: a zone with the same one is the person's, another
	// one would be wrong.
	if _, offset := t.Zone(); c.offset(m.unix) == int64(offset) {
		m.zone = c.name
	}
	return c.check(m)
}

// day reads a local date. Its time is the last second of it, also of today.
func (c *clock) day(text string) (m moment, problem string) {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return m, `the date is not in the form "2030-05-04"`
	}
	year, month, day := date.Date()
	first := func(day int) int64 { return startOfDay(time.Date(year, month, day, 12, 0, 0, 0, c.zone)).Unix() }
	return c.check(moment{unix: first(day+1) - 1, date: text, zone: c.name, start: first(day)})
}

// startOfDay is the first moment of a day.
func startOfDay(t time.Time) time.Time {
	year, month, day := t.Date()
	dawn := time.Date(year, month, day, 0, 0, 0, 0, t.Location())
	if dawn.Day() != day {
		_, dawn = dawn.ZoneBounds()
	}
	return dawn
}

func (c *clock) check(m moment) (checked moment, problem string) {
	switch {
	case m.unix < firstSecond || m.unix > lastSecond:
		return moment{}, "the time is before 1970 or after 9999"
	case m.unix > c.last && m.start == 0 || m.start > c.last:
		return moment{}, "the time is in the future"
	}
	return m, ""
}
