package web

import (
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/display"
)

// pageData is the data of the overview page.
type pageData struct {
	frame
	Overview

	CanSignIn  bool
	CanRefresh bool
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
	// Back is the path of the view to go back to, "" for the overview.
	Back string
}

// moment is the data of a template with several parameters.
type moment struct {
	Now, At time.Time
	Zone    *time.Location
}

func (s *Server) showPage(w http.ResponseWriter, r *http.Request) {
	s.pages.render(w, http.StatusOK, "page.html", pageData{
		frame:      s.frame(r, "frame.overview"),
		Overview:   s.overview(),
		CanSignIn:  s.options.SignIn != nil,
		CanRefresh: s.options.Refresh != nil,
	})
}

// formatRFC3339 formats a time for the datetime attribute.
func formatRFC3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }

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

// formatLocal formats a time in a zone; nil means UTC.
func formatLocal(at time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return at.In(zone).Format(display.TimeLayout)
}
