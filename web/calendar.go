// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vitals2mqtt/calendar"
	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

const (
	// calendarDays is how far back a calendar goes.
	calendarDays = 400
	// calendarRefresh is how often programs should ask.
	calendarRefresh = time.Hour
	// calendarSuffix ends the path of a calendar.
	calendarSuffix = ".ics"
)

// calendarRoutes serves nights and workouts to calendar programs, which know no
// password: the key in the address is the secret.
type calendarRoutes struct {
	archive History
	profile func(ctx context.Context, slug string) (HistoryProfile, bool)
	key     func(slug string) string
	pages   *renderer
	// site is the configured address of the page, without a host for none.
	site *url.URL
	now  func() time.Time
}

// CalendarURL is the secret address of a profile's calendar, as the client of a
// request reaches the page; "" without calendars. Only the owner may see it.
func (s *Server) CalendarURL(r *http.Request, slug string) string {
	if s.options.CalendarKey == nil || visitorOf(r).ingress && s.base.Host == "" {
		return "" // the host of a request through ingress leads nowhere
	}
	return s.calendars().address(r, slug)
}

func (s *Server) calendars() calendarRoutes {
	return calendarRoutes{
		archive: s.options.History,
		profile: s.options.HistoryProfile,
		key:     s.options.CalendarKey,
		pages:   s.pages,
		site:    s.base,
		now:     time.Now,
	}
}

func (c calendarRoutes) register(mux *http.ServeMux, protect func(http.HandlerFunc) http.Handler) {
	mux.HandleFunc("GET /calendar/{file}", c.serve)
	mux.Handle("GET /api/profiles/{profile}/calendar", protect(c.serveAddress))
}

// calendarAnswer is where the calendar of a profile is.
type calendarAnswer struct {
	URL string `json:"url"`
}

func (c calendarRoutes) serveAddress(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("profile")
	if _, known := c.profile(r.Context(), slug); !known {
		c.pages.writeJSON(w, http.StatusNotFound, historyError{"no such profile"})
		return
	}
	c.pages.writeJSON(w, http.StatusOK, calendarAnswer{c.address(r, slug)})
}

func (c calendarRoutes) address(r *http.Request, slug string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	base := url.URL{Scheme: scheme, Host: r.Host}
	if c.site.Host != "" {
		base = url.URL{Scheme: c.site.Scheme, Host: c.site.Host}
	}
	base.Path = c.pages.base + "/calendar/" + slug + calendarSuffix
	base.RawQuery = url.Values{"key": {c.key(slug)}}.Encode()
	return base.String()
}

// serve answers a wrong key as it does an unknown profile.
func (c calendarRoutes) serve(w http.ResponseWriter, r *http.Request) {
	slug, isCalendar := strings.CutSuffix(r.PathValue("file"), calendarSuffix)
	profile, known := c.profile(r.Context(), slug)
	want, got := sha256.Sum256([]byte(c.key(slug))), sha256.Sum256([]byte(r.URL.Query().Get("key")))
	if right := subtle.ConstantTimeCompare(want[:], got[:]) == 1; !right || !known || !isCalendar {
		http.NotFound(w, r)
		return
	}
	language := display.Accept(r.Header.Get("Accept-Language"))
	events, err := c.events(r.Context(), profile, language)
	if r.Context().Err() != nil {
		return
	}
	if err != nil {
		c.pages.log.Warn().Err(err).Msg("cannot read the archive")
		http.Error(w, "the archive cannot be read now", http.StatusServiceUnavailable)
		return
	}
	body := calendar.Calendar{Name: profile.Name, Refresh: calendarRefresh, Events: events}.Encode()
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="`+slug+calendarSuffix+`"`)
	// Proxies that compress the response mark the tag as weak.
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

func (c calendarRoutes) events(
	ctx context.Context, p HistoryProfile, language display.Language,
) (events []calendar.Event, err error) {
	filter := history.Filter{
		User:  p.User,
		Kinds: []sensors.Kind{sensors.KindNights, sensors.KindWorkouts},
		From:  c.now().AddDate(0, 0, -calendarDays),
	}
	reader := display.Reader{Language: language, Units: p.Units, Zone: p.Zone}
	for rec, err := range c.archive.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if rec.Start == 0 || rec.Kind == sensors.KindNights && rec.Part == "" {
			continue // no duration, or another record of the same sleep
		}
		events = append(events, newCalendarEvent(p.User, rec, reader))
	}
	return events, nil
}

func newCalendarEvent(user string, rec history.Stored, reader display.Reader) calendar.Event {
	// The user id is private; the sum of it identifies the event as well.
	uid := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", user, rec.Kind, rec.ID))
	event := calendar.Event{
		UID:     hex.EncodeToString(uid[:16]) + "@vitals2mqtt",
		Start:   time.Unix(rec.Start, 0),
		End:     time.Unix(rec.At, 0),
		Changed: time.Unix(max(rec.Modified, rec.At), 0),
	}
	if rec.Kind == sensors.KindNights {
		describeNight(&event, rec, reader)
	} else {
		describeWorkout(&event, rec, reader)
	}
	return event
}

// calendarNightKeys are what the description of a night lists.
func calendarNightKeys() []string {
	return []string{
		"sleep_score", "sleep_deep_duration_seconds", "sleep_light_duration_seconds", "sleep_rem_duration_seconds",
		"sleep_wakeup_count", "sleep_heart_rate_average_bpm", "sleep_respiratory_average_bpm",
	}
}

func describeNight(event *calendar.Event, rec history.Stored, reader display.Reader) {
	const total = "sleep_total_duration_seconds"
	asleep, given := rec.Values[total]
	if !given {
		asleep = sensors.Number(decimal.FromInt(rec.Asleep))
	}
	title := "calendar.night"
	if rec.Part == history.PartNap {
		title = "calendar.nap"
	}
	event.Category = reader.Language.Say("calendar.sleep")
	event.Summary = reader.Language.Say(title, readKey(reader, total, asleep))
	var lines []string
	for _, key := range calendarNightKeys() {
		if value, given := rec.Values[key]; given {
			row, _ := sensors.Lookup(key)
			lines = append(lines, reader.Language.Name(row)+": "+readKey(reader, key, value))
		}
	}
	event.Description = strings.Join(lines, "\n")
}

// calendarWorkoutKeys are what the description of a workout lists; their units
// say what they are.
func calendarWorkoutKeys() []string {
	return []string{
		"workout_distance", "workout_active_calories_burnt", "workout_steps", "workout_floors_climbed",
		"workout_heart_rate_average_bpm",
	}
}

func describeWorkout(event *calendar.Event, rec history.Stored, reader display.Reader) {
	event.Category = reader.Language.Say("calendar.workout")
	event.Summary = event.Category
	if kind, given := rec.Values["workout_type"]; given {
		event.Summary = capitalize(readKey(reader, "workout_type", kind))
	}
	var values []string
	for _, key := range calendarWorkoutKeys() {
		if value, given := rec.Values[key]; given && value.String() != "0" {
			values = append(values, readKey(reader, key, value))
		}
	}
	event.Description = strings.Join(values, ", ")
}

// readKey formats the value of a key, with ordinary spaces.
func readKey(reader display.Reader, key string, value sensors.Value) string {
	row, _ := sensors.Lookup(key)
	return strings.ReplaceAll(reader.Read(row, value).String(), "\u00a0", " ")
}

func capitalize(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
