// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"strings"
	"time"
)

// overviewPage is the data of the overview.
type overviewPage struct {
	frame

	Headline   *headline // nil when all is well
	People     []person
	CanRefresh bool
}

// resultPage is the data of a page with the result of an action.
type resultPage struct {
	frame

	// Title is the key of the heading, Text is a text of the reader's language.
	Title, Text string
	// Retry is the profile whose sign-in can be repeated, "" for none.
	Retry string
	// Others are the profiles that can sign in next.
	Others []Profile
	// ContinueURL is where the sign-in continues, "" for nowhere.
	ContinueURL string
	Good        bool
	// Back is the path of the view to go back to, "" for the overview.
	Back string
}

// showOverview shows how everybody is, and what needs them.
func (s *Server) showOverview(w http.ResponseWriter, r *http.Request) {
	view := s.overview()
	page := overviewPage{
		frame:      s.frame(r, "frame.overview").with("fold.js", "live.js"),
		CanRefresh: s.options.Refresh != nil,
	}
	people := people{frame: page.frame, options: s.options, cache: s.cache, view: view}
	page.Headline = people.headline()
	for _, profile := range view.Profiles {
		page.People = append(page.People, people.person(r.Context(), profile))
	}
	s.pages.render(w, http.StatusOK, "overview.html", page)
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
