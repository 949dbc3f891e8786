package web

import (
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/health"
)

// overviewPage is the data of the overview.
type overviewPage struct {
	frame

	Headline   *headline // nil when all is well
	People     []person
	CanRefresh bool
}

// headline is the most serious finding, at the top of the page.
type headline struct {
	Text, Remedy string
	Failed       bool
	// Quiet is a finding that is usual after a start.
	Quiet bool
	// Since and NextTry are "" when unknown.
	Since, NextTry string
	More           string
	// Link is where to act, and Action what happens there.
	Link, Action string
}

// resultPage is the data of a page with the result of an action.
type resultPage struct {
	frame

	Title, Text string
	// Retry is the profile whose sign-in can be repeated, "" for none.
	Retry string
	// ContinueURL is where the sign-in continues, "" for nowhere.
	ContinueURL string
	Good        bool
}

// showOverview shows how everybody is, and what needs them.
func (s *Server) showOverview(w http.ResponseWriter, r *http.Request) {
	view := s.overview()
	page := overviewPage{
		frame:      s.frame(r, "frame.overview").with("fold.js"),
		CanRefresh: s.options.Refresh != nil,
	}
	page.Headline = s.headline(page.frame, view)
	for _, profile := range view.Profiles {
		page.People = append(page.People, s.person(r.Context(), page.frame, view, profile))
	}
	s.pages.render(w, http.StatusOK, "overview.html", page)
}

// headline turns the top finding into what the page shows.
func (s *Server) headline(f frame, view Overview) *headline {
	top := view.Verdict.Top()
	if top == nil {
		return nil
	}
	shown := &headline{
		Text:   top.Text,
		Remedy: top.Remedy,
		Failed: view.Verdict.Word() == "failed",
		Quiet:  view.Verdict.Word() == "starting",
		Link:   f.Base + "/health",
		Action: f.Say("overview.details"),
	}
	if !top.Since.IsZero() {
		shown.Since = f.Say("overview.since", f.When(top.Since.In(view.Zone), f.Now))
	}
	if !top.NextTry.IsZero() {
		shown.NextTry = f.Say("overview.next_try", f.Age(f.Now, top.NextTry))
	}
	if more := view.Verdict.More(); more > 0 {
		shown.More = f.Count("overview.more", more)
	}
	signIn := len(health.SignInFindings([]health.Status{*top})) > 0 && s.options.SignIn != nil
	if p, known := findProfile(view.Profiles, top.Profile); known && signIn {
		shown.Link, shown.Action = f.Base+"/login/"+p.Slug, f.Say("overview.sign_in", p.Name)
	}
	return shown
}

// sentencePart is a command in a sentence, or the text between commands.
type sentencePart struct {
	Text    string
	Command bool
}

// splitCommands splits a sentence at the backquotes around its commands.
func splitCommands(sentence string) []sentencePart {
	var all []sentencePart
	for i, text := range strings.Split(sentence, "`") {
		all = append(all, sentencePart{Text: text, Command: i%2 == 1})
	}
	return all
}

// formatRFC3339 formats a time for the datetime attribute.
func formatRFC3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }
