// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/health"
)

// requestLimit is how many requests a minute the Withings API allows per client
// id, for all profiles together. See
// https://developer.withings.com/developer-guide/v3/integration-guide/public-health-data-api/developer-account/api-rate-limits/.
const requestLimit = 120

// healthPage is the data of the health view.
type healthPage struct {
	frame
	Overview

	CanSignIn, CanRefresh bool
	// Program are the subjects of the whole program.
	Program []subjectView
	People  []healthProfile
	// Limit is that of a minute, LimitHour that of an hour.
	Limit, LimitHour int
}

// healthProfile is a profile in the health view.
type healthProfile struct {
	Profile

	Subjects []subjectView
	// Calendar is the secret address of the calendar, "" without one.
	Calendar string
}

// subjectView is what the verdict says about a subject, in the reader's words.
type subjectView struct {
	Name, Level, Class string
	Text, Remedy       string
	// Times says since when, and when the program tries again; "" for neither.
	Times string
}

// healthRoutes is the route of the health view.
type healthRoutes struct{ *Server }

// show shows every subject of the verdict, and what it is based on.
func (s healthRoutes) show(w http.ResponseWriter, r *http.Request) {
	view := s.overview()
	page := healthPage{
		frame:      s.frame(r, "frame.health").with("past.css"),
		Overview:   view,
		CanSignIn:  s.options.SignIn != nil,
		CanRefresh: s.options.Refresh != nil,
		Limit:      requestLimit,
		LimitHour:  requestLimit * 60,
	}
	page.Program = page.subjects("")
	for _, p := range view.Profiles {
		page.People = append(page.People, healthProfile{
			Profile: p, Subjects: page.subjects(p.Slug), Calendar: s.CalendarURL(r, p.Slug),
		})
	}
	s.pages.render(w, http.StatusOK, "health.html", page)
}

// subjects returns the subjects about a profile, or with "" those about the
// whole program.
func (p healthPage) subjects(slug string) (subjects []subjectView) {
	for _, s := range p.Verdict.Subjects {
		if s.Profile != slug {
			continue
		}
		view := subjectView{
			Name:  p.Say("health.subject." + string(s.Subject)),
			Class: levelClass(s),
			Times: p.times(s),
		}
		view.Level = p.Say("health.level." + view.Class)
		view.Text, view.Remedy = p.verdict(s)
		subjects = append(subjects, view)
	}
	return subjects
}

// levelClass is the style and the word of a level. What is usual after a start is quiet.
func levelClass(s health.Status) string {
	switch {
	case s.Level == health.OK:
		return "good"
	case len(health.WithoutTransient([]health.Status{s})) == 0:
		return "wait"
	case s.Level == health.Attention:
		return "warn"
	}
	return "bad"
}

// times says since when something is so, and when the program tries again. A
// subject that is OK has been so for long.
func (p healthPage) times(s health.Status) string {
	var said []string
	if !s.Since.IsZero() && s.Level != health.OK {
		said = append(said, p.Say("health.since", p.Moment(s.Since.In(p.Zone))))
	}
	if !s.NextTry.IsZero() && s.Level != health.OK {
		said = append(said, p.Say("health.next_try", p.Moment(s.NextTry.In(p.Zone))))
	}
	return strings.Join(said, " ")
}

// Ago says how long ago something was, or in how long it will be.
func (p healthPage) Ago(at time.Time) string { return p.Age(p.Now, at) }

// Summary is the heading of the verdict in words.
func (p healthPage) Summary() string {
	switch {
	case p.Verdict.Level == health.OK:
		return p.Say("health.all_ok")
	case len(health.WithoutTransient(p.Verdict.Findings)) == 0:
		return p.Say("health.starting")
	}
	return p.Count("health.findings", len(p.Verdict.Findings))
}
