// SPDX-License-Identifier: MIT

// Package display formats values, times and ages as people read them. It does
// not decide what is shown.
package display

import (
	"fmt"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// The layouts of times and dates.
const (
	TimeLayout = "2 Jan 2006 15:04"
	DateLayout = "2 Jan 2006"
)

// Value formats a value for reading: rounded to the precision of its row,
// in the given unit system and time zone, with its unit, durations in hours and
// minutes. A row without a key means a value that is not in the catalogue.
func Value(row sensors.Sensor, value sensors.Value, system units.System, zone *time.Location) string {
	number, numeric := value.Decimal()
	switch {
	case !value.Valid():
		return ""
	case !numeric:
		return formatText(row, value.String(), zone)
	case row.DeviceClass == "duration" && row.Unit == "s":
		return formatDuration(number)
	}
	if shown, other := system.Display(units.Kind{Class: row.DeviceClass, Unit: row.Unit}, number); other {
		return withUnit(shown.Text, shown.Unit)
	}
	places := row.Precision
	if row.Key == "" {
		places = sensors.NoPrecision
	}
	return withUnit(number.Fixed(places), row.Unit)
}

// withUnit appends the unit to a number, in the singular after 1.
func withUnit(number, unit string) string {
	switch {
	case unit == "":
		return number
	case unit == "%":
		return number + unit
	case number == "1" && strings.HasSuffix(unit, "s"):
		unit = strings.TrimSuffix(unit, "s")
	}
	return number + " " + unit
}

// formatText formats a time, a date, a state, or an option of an enum.
func formatText(row sensors.Sensor, text string, zone *time.Location) string {
	if row.Platform == "binary_sensor" {
		return formatState(row.DeviceClass, text)
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.In(zone).Format(TimeLayout)
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.Format(DateLayout)
	}
	if text == "rem" {
		return "REM"
	}
	return strings.ReplaceAll(text, "_", " ")
}

// formatState formats ON and OFF according to the device class.
func formatState(class, text string) string {
	pair := [2]string{"no", "yes"}
	switch class {
	case "problem":
		pair = [2]string{"fine", "problem"}
	case "connectivity":
		pair = [2]string{"not connected", "connected"}
	case "battery":
		pair = [2]string{"fine", "low"}
	}
	switch text {
	case "OFF":
		return pair[0]
	case "ON":
		return pair[1]
	}
	return text
}

// formatDuration formats seconds as "45 s", "4 min 10 s", "23 min", "5 h 45
// min".
func formatDuration(seconds decimal.Decimal) string {
	const exact = 10 * time.Minute // shorter durations are shown with seconds
	whole, ok := seconds.Round(0).Int()
	if !ok || whole > 1e9 || whole < -1e9 {
		return seconds.String() + " s" // more than 30 years
	}
	sign := ""
	if whole < 0 {
		sign, whole = "-", -whole
	}
	length := time.Duration(whole) * time.Second
	if length >= exact {
		length = length.Round(time.Minute)
	}
	hours, minutes, rest := int(length.Hours()), int(length.Minutes())%60, int(length.Seconds())%60
	switch {
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%s%d h %d min", sign, hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%s%d h", sign, hours)
	case minutes > 0 && rest > 0:
		return fmt.Sprintf("%s%d min %d s", sign, minutes, rest)
	case minutes > 0:
		return fmt.Sprintf("%s%d min", sign, minutes)
	}
	return fmt.Sprintf("%s%d s", sign, rest)
}

// Age formats a time relative to now: "3 min ago", "in 2 min".
func Age(now, at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	distance := now.Sub(at)
	form := "%s ago"
	if distance < 0 {
		distance, form = -distance, "in %s"
	}
	if distance < 5*time.Second {
		return "now"
	}
	return fmt.Sprintf(form, coarseDuration(distance))
}

// coarseDuration formats a duration in its largest unit.
func coarseDuration(length time.Duration) string {
	const (
		day   = 24 * time.Hour
		year  = 365.2425 * float64(day)
		month = year / 12
	)
	switch {
	case length < time.Minute:
		return fmt.Sprintf("%d s", int(length.Seconds()))
	case length < time.Hour:
		return fmt.Sprintf("%d min", int(length.Minutes()))
	case length < 2*day:
		return fmt.Sprintf("%d h", int(length.Hours()))
	case length < 60*day:
		return fmt.Sprintf("%d days", int(length/day))
	case float64(length) < 1.5*year:
		return fmt.Sprintf("%.0f months", float64(length)/month)
	}
	return fmt.Sprintf("%.0f years", float64(length)/year)
}
