// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// subject is the person that a view of the past is about.
type subject struct {
	frame

	Profile Profile
	// Reader formats values, Zone is the person's time zone.
	Reader display.Reader
	Zone   *time.Location

	archive History // nil for none, or before the first sign-in
	user    string  // the cloud's user id
}

// Kept reports whether there is an archive of the person.
func (v subject) Kept() bool { return v.archive != nil }

// subject finds the person of a request. It answers itself when there is none,
// and then returns false. The heading is the key of a text with a verb for the
// name.
func (s *Server) subject(w http.ResponseWriter, r *http.Request, heading string) (subject, bool) {
	profile, known := findProfile(s.overview().Profiles, r.PathValue("profile"))
	if !known {
		language := display.Accept(r.Header.Get("Accept-Language"))
		s.pages.showResult(w, r, http.StatusNotFound, resultPage{
			Title: language.Say("person.unknown"),
			Text:  language.Say("person.unknown.text"),
		})
		return subject{}, false
	}
	found := subject{frame: s.frame(r, "frame.overview"), Profile: profile, Zone: cmp.Or(profile.Zone, time.UTC)}
	found.Heading = found.Say(heading, profile.Name)
	if s.options.History != nil && s.options.HistoryProfile != nil {
		if past, known := s.options.HistoryProfile(r.Context(), profile.Slug); known && past.User != "" {
			found.archive, found.user = s.options.History, past.User
			found.Zone = cmp.Or(past.Zone, found.Zone)
		}
	}
	found.Now = found.Now.In(found.Zone)
	found.Reader = display.Reader{Language: found.Language, Units: profile.Units, Zone: found.Zone}
	return found, true
}

// showFailure says that the archive cannot be read now.
func (s *Server) showFailure(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for the page
	}
	s.pages.log.Warn().Err(err).Msg("cannot read the archive")
	language := display.Accept(r.Header.Get("Accept-Language"))
	s.pages.showResult(w, r, http.StatusServiceUnavailable, resultPage{
		Title: language.Say("person.unreadable"),
		Text:  language.Say("person.unreadable.text"),
	})
}

// value reads one of the values of a record, "" for none.
func (v subject) value(values map[string]sensors.Value, key string) string {
	row, _ := sensors.Lookup(key)
	return v.Reader.Read(row, values[key]).String()
}

// Short is a day of the week and a date, without the year when it is this one.
func (v subject) Short(day time.Time) string {
	weekday := []rune(v.Weekday(day.Weekday()))
	return string(weekday[:min(len(weekday), v.shortWeekday())]) + " " + v.Day(day, v.Now)
}

// shortWeekday is how many letters the short name of a day has.
func (v subject) shortWeekday() int {
	if v.Language == display.German {
		return 2
	}
	return 3
}

// drawn is a picture in a page.
func drawn(p draw.Picture) template.HTML {
	return template.HTML(p) //nolint:gosec // draw escapes its texts
}

// rounded formats a number as a value of a row of the catalogue.
func (v subject) rounded(row sensors.Sensor, number float64) string {
	d, err := decimal.Parse(strconv.FormatFloat(number, 'f', max(row.Precision, 0), 64))
	if err != nil {
		return ""
	}
	return v.Reader.Read(row, sensors.Number(d)).String()
}
