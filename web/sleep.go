// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// Measures of the page of the nights.
const (
	shownNights = 14
	// earlierNights is how many days before those are looked at for the link to
	// the night before.
	earlierNights = 400
	day           = 24 * time.Hour
	// longestSleep is more than a session lasts.
	longestSleep = 2 * day
)

// sleepPage is the data of the page of a person's nights.
type sleepPage struct {
	subject

	Night *nightView // nil for none
	// Previous and Next are the dates of the nights beside it, "" for none.
	Previous, Next string
	Picture        template.HTML // of the nights side by side
	Rows           []nightRow
}

// nightView is one night in full.
type nightView struct {
	Title   string
	Asleep  string
	InBed   string
	Picture template.HTML
	Stages  []stageTime
	Facts   []fact
	Naps    []string
	// Missing is the key of a text about what the archive does not have, "" for
	// nothing.
	Missing string
}

// fact is a value with its name.
type fact struct{ Name, Text string }

// nightRow is a line of the table.
type nightRow struct {
	Day     string
	Link    string // "" for a date without a night
	Current bool
	Span    string
	Asleep  string
	Score   string
	Naps    []string
}

// showSleep shows one night, and fourteen of them side by side.
func (s *Server) showSleep(w http.ResponseWriter, r *http.Request) {
	person, found := s.subject(w, r, "sleep.heading")
	if !found {
		return
	}
	page := sleepPage{subject: person}
	page.frame = page.with("sleep.css")
	if page.archive != nil {
		if err := page.fill(r.Context(), r.URL.Query().Get("night")); err != nil {
			s.showFailure(w, r, err)
			return
		}
	}
	s.pages.render(w, http.StatusOK, "sleep.html", &page)
}

// fill reads the nights around the date that is asked for, or of the newest
// ones.
func (p *sleepPage) fill(ctx context.Context, asked string) error {
	newest, err := p.newestNight(ctx)
	if err != nil || newest.IsZero() {
		return err
	}
	chosen, err := time.Parse(time.DateOnly, asked)
	if err != nil || chosen.After(newest) {
		chosen = newest
	}
	last := newest
	if chosen.AddDate(0, 0, shownNights).Before(newest) {
		last = chosen.AddDate(0, 0, 1) // with the link to the next night
	}
	first := last.AddDate(0, 0, 1-shownNights)
	// Dates are local, and so the range is wider than they are.
	nights, err := p.archive.Nights(ctx, p.user, first.Add(-longestSleep), last.Add(longestSleep))
	if err != nil {
		return err
	}
	byDate := map[string][]history.Night{}
	for _, night := range nights {
		byDate[night.Date] = append(byDate[night.Date], night)
	}
	at := chosen.Format(time.DateOnly)
	if main, naps := splitNaps(byDate[at]); main != nil {
		if p.Night, err = p.night(ctx, *main, naps); err != nil {
			return err
		}
	} else {
		p.Night = &nightView{Title: p.Short(chosen), Naps: p.naps(naps), Missing: "sleep.no_night"}
	}
	p.addRows(first, last, at, byDate)
	return p.addNeighbours(ctx, at, byDate)
}

// newestNight is the date of the newest night, the zero time for none.
func (p *sleepPage) newestNight(ctx context.Context) (time.Time, error) {
	for _, days := range []int{shownNights, earlierNights, 0} {
		from := time.Time{}
		if days > 0 {
			from = p.Now.AddDate(0, 0, -days)
		}
		dates, err := p.nightDates(ctx, from, time.Time{})
		if err != nil {
			return time.Time{}, err
		}
		if len(dates) > 0 {
			newest, err := time.Parse(time.DateOnly, dates[len(dates)-1])
			if err != nil {
				return time.Time{}, nil //nolint:nilerr // a date that is none is not shown
			}
			return newest, nil
		}
	}
	return time.Time{}, nil
}

// nightDates lists the dates that have a night, oldest first, without naps.
func (p *sleepPage) nightDates(ctx context.Context, from, to time.Time) (dates []string, err error) {
	filter := history.Filter{
		User:      p.user,
		Kinds:     []sensors.Kind{sensors.KindNights},
		From:      from,
		To:        to,
		MainSleep: true,
	}
	for rec, err := range p.archive.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		dates = append(dates, rec.Date)
	}
	slices.Sort(dates)
	return dates, nil
}

// addNeighbours finds the nights before and after a date.
func (p *sleepPage) addNeighbours(ctx context.Context, at string, byDate map[string][]history.Night) error {
	var dates []string
	for date, nights := range byDate {
		if main, _ := splitNaps(nights); main != nil && date != at {
			dates = append(dates, date)
		}
	}
	if before := slices.DeleteFunc(slices.Clone(dates), func(d string) bool { return d > at }); len(before) > 0 {
		p.Previous = slices.Max(before)
	}
	if after := slices.DeleteFunc(dates, func(d string) bool { return d < at }); len(after) > 0 {
		p.Next = slices.Min(after)
	}
	if p.Previous != "" {
		return nil
	}
	chosen, err := time.Parse(time.DateOnly, at)
	if err != nil {
		return nil //nolint:nilerr // there is no night before it then
	}
	earlier, err := p.nightDates(ctx, chosen.AddDate(0, 0, -earlierNights), chosen.Add(longestSleep))
	if i, _ := slices.BinarySearch(earlier, at); i > 0 {
		p.Previous = earlier[i-1]
	}
	return err
}

// splitNaps returns the night of a date, nil for none, and its naps.
func splitNaps(nights []history.Night) (main *history.Night, naps []history.Night) {
	for i, night := range nights {
		if night.Nap {
			naps = append(naps, night)
		} else if main == nil {
			main = &nights[i]
		}
	}
	return main, naps
}

// addRows adds the table of the nights and its picture.
func (p *sleepPage) addRows(first, last time.Time, current string, byDate map[string][]history.Night) {
	picture := draw.Nights{Title: p.Say("sleep.nights.picture"), Clock: clockHour}
	for date := first; !date.After(last); date = date.AddDate(0, 0, 1) {
		name := date.Format(time.DateOnly)
		main, naps := splitNaps(byDate[name])
		row := nightRow{Day: p.Short(date), Current: name == current, Naps: p.naps(naps)}
		slot := draw.Slot{Label: strconv.Itoa(date.Day())}
		if main != nil {
			row.Link = p.Base + "/sleep/" + p.Profile.Slug + "?night=" + name
			row.Span, row.Asleep = p.span(*main), p.value(main.Values, "sleep_total_duration_seconds")
			row.Score = numberOf(p.value(main.Values, "sleep_score"))
			slot.Bars = append(slot.Bars, p.bar(*main, date, row.Current))
		}
		for _, nap := range naps {
			slot.Bars = append(slot.Bars, p.bar(nap, date, false))
		}
		picture.Slots = append(picture.Slots, slot)
		p.Rows = append(p.Rows, row)
	}
	slices.Reverse(p.Rows)
	p.Picture = drawn(picture.Draw())
}

// bar is a sleep in the picture of the nights, by the clock where it ended.
func (p *sleepPage) bar(night history.Night, date time.Time, current bool) draw.Bar {
	from, to := p.bounds(night)
	hours := func(at time.Time) float64 {
		clock := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
		return clock.Sub(date).Hours()
	}
	return draw.Bar{
		From:    hours(from),
		To:      hours(to),
		Nap:     night.Nap,
		Current: current,
		Title:   p.Short(date) + ", " + p.span(night),
	}
}

// clockHour labels an hour that is counted from a midnight.
func clockHour(hour int) string {
	return time.Date(2000, 1, 2, hour, 0, 0, 0, time.UTC).Format("15:04")
}

// bounds are when a sleep began and ended, in the zone where it was.
func (p *sleepPage) bounds(night history.Night) (from, to time.Time) {
	zone := night.Location(p.Zone)
	return time.Unix(night.Start, 0).In(zone), time.Unix(night.At, 0).In(zone)
}

// span is when a sleep began and ended, in words.
func (p *sleepPage) span(night history.Night) string {
	from, to := p.bounds(night)
	return from.Format("15:04") + "–" + to.Format("15:04")
}

// naps are naps in words.
func (p *sleepPage) naps(naps []history.Night) (texts []string) {
	for _, nap := range naps {
		text := p.Say("sleep.nap", p.span(nap))
		if asleep := p.value(nap.Values, "sleep_total_duration_seconds"); asleep != "" {
			text += " (" + asleep + ")"
		}
		texts = append(texts, text)
	}
	return texts
}

// Note is a text about what is missing, with the command that reads it.
func (p *sleepPage) Note(key string) string {
	if key == "sleep.no_night" {
		return p.Say(key)
	}
	return p.Say(key, p.Profile.Slug)
}
