// SPDX-License-Identifier: MIT

package push

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vitals2mqtt/withings"
)

// Errors of Parse. They contain nothing of what was sent.
var (
	ErrNoUser     = errors.New("notification without a user id")
	ErrNoCategory = errors.New("notification without a category")
)

// Notification is a hint that something changed. It is not signed, so nothing
// in it is trusted except bed events, which have no other source.
type Notification struct {
	UserID   string
	Category withings.Category
	// Action is what happened to the account (Profile only): delete, unlink or
	// update.
	Action string
	// Start and End are the range in which data changed, in UTC; zero if they were
	// not sent or are implausible.
	Start, End time.Time
	// Date is the time of a bed event, in UTC; zero if there is none.
	Date time.Time
	// Day is the local day that changed, as in 2026-03-01; "" if there is none.
	Day string
	// DeviceID is "" if it was not sent.
	DeviceID string
	Received time.Time
}

const (
	maxIDLength     = 64     // user ids have 8 to 10 digits, device ids 40
	maxActionLength = 16     // actions
	maxCategory     = 99_999 // categories have two digits
	// maxAhead is how far ahead a clock or a time zone may be.
	maxAhead = 48 * time.Hour
)

// Parse parses the form of a notification. Unknown fields are ignored and
// invalid ones left empty; only a notification without a user (ErrNoUser) or a
// category (ErrNoCategory) is an error.
func Parse(form url.Values, now time.Time) (Notification, error) {
	n := Notification{UserID: nameField(form, "userid", maxIDLength), Received: now}
	if n.UserID == "" {
		return Notification{}, ErrNoUser
	}
	number, err := strconv.Atoi(strings.TrimSpace(form.Get("appli")))
	if err != nil || number <= 0 || number > maxCategory {
		return Notification{}, ErrNoCategory
	}
	n.Category = withings.Category(number)
	n.Action = strings.ToLower(nameField(form, "action", maxActionLength))
	n.DeviceID = nameField(form, "deviceid", maxIDLength)
	n.Start, n.End = parseTime(form.Get("startdate"), now), parseTime(form.Get("enddate"), now)
	if !n.End.IsZero() && n.End.Before(n.Start) {
		n.Start, n.End = time.Time{}, time.Time{} // one of them is wrong
	}
	date := strings.TrimSpace(form.Get("date"))
	n.Date, n.Day = parseTime(date, now), parseDay(date, now)
	return n, nil
}

// nameField returns a field of short, printable ASCII, or "".
func nameField(form url.Values, field string, maxLength int) string {
	text := strings.TrimSpace(form.Get(field))
	isInvalid := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	if len(text) > maxLength || strings.ContainsFunc(text, isInvalid) {
		return ""
	}
	return strings.Clone(text) // must not keep the whole body alive
}

// parseTime parses Unix seconds.
func parseTime(text string, now time.Time) time.Time {
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || seconds > now.Add(maxAhead).Unix() { // far away, times overflow
		return time.Time{}
	}
	if at := time.Unix(seconds, 0).UTC(); isPlausible(at, now) {
		return at
	}
	return time.Time{}
}

// parseDay parses a date.
func parseDay(text string, now time.Time) string {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil || !isPlausible(at, now) {
		return ""
	}
	return strings.Clone(text)
}

// isPlausible reports whether something can have been measured at a time: since
// 2000, and not in the future.
func isPlausible(at, now time.Time) bool {
	return at.Year() >= 2000 && at.Before(now.Add(maxAhead))
}
