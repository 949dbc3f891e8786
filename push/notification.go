package push

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Errors of Parse. Their texts hold nothing of what was sent.
var (
	ErrNoUser     = errors.New("notification without a user id")
	ErrNoCategory = errors.New("notification without a category")
)

// Notification is the cloud's word that something changed. It is not signed:
// nothing in it may be believed, but for the bed events, which have no other source.
type Notification struct {
	UserID   string
	Category Category
	// Action is what happened to the account (Profile only): delete, unlink or update.
	Action string
	// Start and End are the span of time in which data changed, in UTC; zero when
	// they were not sent or cannot be.
	Start, End time.Time
	// Date is the moment of a bed event, in UTC; zero when there is none.
	Date time.Time
	// Day is the person's day that changed, as in 2026-03-01; "" when there is none.
	Day string
	// DeviceID is the device's, "" when it was not sent.
	DeviceID string
	// Received is when it came in.
	Received time.Time
}

const (
	maxIDLength     = 64     // user ids have 8 to 10 digits, device ids 40
	maxActionLength = 16     // actions
	maxCategory     = 99_999 // categories have two digits; five are room enough
	// maxAhead is how far ahead of us a clock or a time zone may be.
	maxAhead = 48 * time.Hour
)

// Parse reads the form of a notification. Fields that it does not know are passed
// over and what makes no sense is left empty; only a notification that names no
// user (ErrNoUser) or no category (ErrNoCategory) is an error.
func Parse(form url.Values, now time.Time) (Notification, error) {
	n := Notification{UserID: nameField(form, "userid", maxIDLength), Received: now}
	if n.UserID == "" {
		return Notification{}, ErrNoUser
	}
	number, err := strconv.Atoi(strings.TrimSpace(form.Get("appli")))
	if err != nil || number <= 0 || number > maxCategory {
		return Notification{}, ErrNoCategory
	}
	n.Category = Category(number)
	n.Action = strings.ToLower(nameField(form, "action", maxActionLength))
	n.DeviceID = nameField(form, "deviceid", maxIDLength)
	n.Start, n.End = parseTime(form.Get("startdate"), now), parseTime(form.Get("enddate"), now)
	if !n.End.IsZero() && n.End.Before(n.Start) {
		n.Start, n.End = time.Time{}, time.Time{} // one of them is wrong, and nobody knows which
	}
	date := strings.TrimSpace(form.Get("date"))
	n.Date, n.Day = parseTime(date, now), parseDay(date, now)
	return n, nil
}

// nameField returns a field that is a name: short, of visible ASCII, or nothing.
func nameField(form url.Values, field string, maxLength int) string {
	text := strings.TrimSpace(form.Get(field))
	isInvalid := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	if len(text) > maxLength || strings.ContainsFunc(text, isInvalid) {
		return ""
	}
	return strings.Clone(text) // what is kept must not keep the whole body
}

// parseTime reads unix seconds.
func parseTime(text string, now time.Time) time.Time {
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || seconds > now.Add(maxAhead).Unix() { // far away, times turn around to the past
		return time.Time{}
	}
	if at := time.Unix(seconds, 0).UTC(); isPlausible(at, now) {
		return at
	}
	return time.Time{}
}

// parseDay reads a date of the calendar.
func parseDay(text string, now time.Time) string {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil || !isPlausible(at, now) {
		return ""
	}
	return strings.Clone(text)
}

// isPlausible says whether something can have been measured at a time: since the
// year 2000, before there was any such device, and not in the future.
func isPlausible(at, now time.Time) bool {
	return at.Year() >= 2000 && at.Before(now.Add(maxAhead))
}
