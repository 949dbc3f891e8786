// SPDX-License-Identifier: MIT

// Package calendar writes events as an iCalendar stream, see RFC 5545. It does
// not know what the events are about.
package calendar

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Calendar is a calendar that programs subscribe to.
type Calendar struct {
	// Name is shown in the list of calendars.
	Name string
	// Refresh is how often subscribers should ask, in whole minutes.
	Refresh time.Duration
	Events  []Event
}

// Event lasts from Start to End, and does not make its owner busy.
type Event struct {
	// UID identifies the event for ever, all over the world.
	UID string
	// Start and End are written in UTC, to the second. An event whose End is not
	// after its Start has no duration.
	Start, End time.Time
	// Changed is when the event was last changed.
	Changed time.Time
	Summary string
	// Description is "" for none. It can have several lines.
	Description string
	Category    string
}

// productID names the program that has written a calendar.
const productID = "-//vitals2mqtt//vitals2mqtt//EN"

// Encode returns the stream, with the events in order of their start. Equal
// calendars have equal streams.
func (c Calendar) Encode() []byte {
	var w writer
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", productID)
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	// Not in any standard, but what most programs read.
	w.line("X-WR-CALNAME", escape(c.Name))
	if minutes := int(c.Refresh.Minutes()); minutes > 0 {
		// See RFC 7986, section 5.7.
		period := "PT" + (time.Duration(minutes) * time.Minute).String()
		period = strings.ToUpper(strings.TrimSuffix(period, "0s"))
		w.line("REFRESH-INTERVAL;VALUE=DURATION", period)
		w.line("X-PUBLISHED-TTL", period)
	}
	for _, event := range slices.SortedFunc(slices.Values(c.Events), inOrder) {
		w.event(event)
	}
	w.line("END", "VCALENDAR")
	return w.Bytes()
}

func inOrder(a, b Event) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.UID, b.UID)) }

// writer writes content lines.
type writer struct{ bytes.Buffer }

func (w *writer) event(e Event) {
	w.line("BEGIN", "VEVENT")
	w.line("UID", escape(e.UID))
	w.line("DTSTAMP", moment(e.Changed))
	w.line("DTSTART", moment(e.Start))
	if e.End.After(e.Start) {
		w.line("DTEND", moment(e.End))
	}
	w.line("SUMMARY", escape(e.Summary))
	if e.Description != "" {
		w.line("DESCRIPTION", escape(e.Description))
	}
	if e.Category != "" {
		w.line("CATEGORIES", escape(e.Category))
	}
	w.line("CLASS", "PRIVATE")
	w.line("TRANSP", "TRANSPARENT")
	w.line("END", "VEVENT")
}

// maxLine is how long a line may be, in bytes without its end, see section 3.1.
const maxLine = 75

// line writes a content line, folded where it is too long: a continuation begins
// with a space, and no character is divided.
func (w *writer) line(name, value string) {
	rest, room := name+":"+value, maxLine
	for len(rest) > room {
		at := room
		for !utf8.RuneStart(rest[at]) {
			at--
		}
		w.WriteString(rest[:at] + "\r\n ")
		rest, room = rest[at:], maxLine-1
	}
	w.WriteString(rest + "\r\n")
}

// moment formats a time in UTC.
func moment(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// escape makes a text of a value, see section 3.3.11. Control characters other
// than the end of a line are not allowed, and left out.
func escape(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, text)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}
