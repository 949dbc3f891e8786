// SPDX-License-Identifier: MIT

package display

import (
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// Reader is how somebody reads values.
type Reader struct {
	Language Language
	Units    units.System
	Zone     *time.Location
}

// Part is a number and its unit, or a text without unit. A duration has several.
type Part struct{ Number, Unit string }

// Parts are a value as people say it, for example "6 h" "45 min".
type Parts []Part

// String joins the parts with no-break spaces inside of each.
func (p Parts) String() string {
	all := make([]string, len(p))
	for i, part := range p {
		all[i] = part.Number
		if part.Unit != "" {
			all[i] += "\u00a0" + part.Unit
		}
	}
	return strings.Join(all, " ")
}

// nearPlaces is the number of decimals that people say of a value from near on.
const (
	near       = 10
	nearPlaces = 1
)

// Read formats a value for a page: as Value does, but with at most one decimal
// from ten on, and in the language.
func (r Reader) Read(row sensors.Sensor, value sensors.Value) Parts {
	number, numeric := value.Decimal()
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch {
	case !value.Valid():
		return nil
	case !numeric:
		return Parts{{Number: r.text(row, value.String(), zone)}}
	case row.DeviceClass == "duration" && row.Unit == "s":
		return r.duration(number)
	}
	if shown, other := r.Units.Display(units.Kind{Class: row.DeviceClass, Unit: row.Unit}, number); other {
		return Parts{{r.decimals(shown.Text), r.unit(shown.Unit, shown.Text)}}
	}
	text := number.Fixed(places(row, number))
	return Parts{{r.decimals(text), r.unit(row.Unit, text)}}
}

// places is the number of decimals of a value.
func places(row sensors.Sensor, number decimal.Decimal) int {
	switch {
	case row.Key == "":
		return sensors.NoPrecision
	case row.Precision > nearPlaces && (number.Float() >= near || number.Float() <= -near):
		return nearPlaces
	}
	return row.Precision
}

// Number formats a number with a number of decimals, for the axis of a chart.
func (r Reader) Number(text string) string { return r.decimals(text) }

// thinSpace separates thousands, see https://www.bipm.org/en/publications/si-brochure.
const thinSpace = "\u202f"

// decimals writes a number with the decimal sign of the language, and groups of
// three digits.
func (r Reader) decimals(text string) string {
	whole, fraction, has := strings.Cut(text, ".")
	digits := strings.TrimPrefix(whole, "-")
	for at := len(digits) - 3; at > 0; at -= 3 {
		if strings.Trim(digits, "0123456789"+thinSpace) == "" {
			digits = digits[:at] + thinSpace + digits[at:]
		}
	}
	if strings.HasPrefix(whole, "-") {
		digits = "\u2212" + digits
	}
	if has {
		digits += r.Language.words().decimal + fraction
	}
	return digits
}

// duration formats seconds as hours and minutes.
func (r Reader) duration(seconds decimal.Decimal) Parts {
	var parts Parts
	fields := strings.Fields(formatDuration(seconds))
	for i := 0; i+1 < len(fields); i += 2 {
		parts = append(parts, Part{r.decimals(fields[i]), r.unit(fields[i+1], fields[i])})
	}
	return parts
}

// unit is a unit after a number, in the singular after 1.
func (r Reader) unit(unit, number string) string {
	form := "unit." + unit
	if number == "1" && r.Language.Has(form+".one") {
		form += ".one"
	}
	if r.Language.Has(form) {
		return r.Language.Say(form)
	}
	return unit
}

// text formats a time, a date, a state or an option.
func (r Reader) text(row sensors.Sensor, text string, zone *time.Location) string {
	if row.Platform == "binary_sensor" {
		for _, key := range []string{"state." + row.DeviceClass + "." + text, "state." + text} {
			if r.Language.Has(key) {
				return r.Language.Say(key)
			}
		}
		return text
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return r.Language.Moment(at.In(zone))
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return r.Language.Date(day)
	}
	return r.Language.Option(row, text)
}

// Age formats a time relative to now, in its largest unit.
func (l Language) Age(now, at time.Time) string {
	if at.IsZero() {
		return l.Say("when.never")
	}
	distance, form := now.Sub(at), "when.ago"
	if distance < 0 {
		distance, form = -distance, "when.in"
	}
	if distance < 5*time.Second {
		return l.Say("when.now")
	}
	number, unit, _ := strings.Cut(coarseDuration(distance), " ")
	one := ""
	if number == "1" {
		one = ".one"
	}
	if key := "age." + unit + one; l.Has(key) {
		unit = l.Say(key)
	} else if key := "age." + unit; l.Has(key) {
		unit = l.Say(key)
	}
	return l.Say(form, number+"\u00a0"+unit)
}
