// SPDX-License-Identifier: MIT

package web

import "net/http"

// startStatistics requests that the past of a profile is brought into Home
// Assistant, or to count what that would send.
func (s pastRoutes) startStatistics(w http.ResponseWriter, r *http.Request) {
	f := s.pages.frame(r, "frame.history")
	profile, known := findProfile(s.options.Overview().Profiles, r.PostFormValue("profile"))
	if !known {
		s.refuse(w, r, http.StatusNotFound, "history.no_statistics", f.Say("history.no_profile"))
		return
	}
	external, dryRun := r.PostFormValue("mode") == "external", r.PostFormValue("answer") != "send"
	if err := s.options.Statistics.Start(profile.Slug, external, dryRun); err != nil {
		s.refuse(w, r, http.StatusConflict, "history.no_statistics", sentenceOf(err))
		return
	}
	http.Redirect(w, r, f.Base+"/history#statistics", http.StatusSeeOther)
}

// StatisticsText says what became of the last request for a profile.
func (p historyPage) StatisticsText(person historyPerson) string {
	last := person.Statistics.Last
	ago := p.Age(p.Now, last.At)
	switch {
	case last.Failure != "":
		return p.Say("history.statistics_failed", person.Name, ago, last.Failure)
	case last.DryRun:
		return p.Say("history.statistics_counted", person.Name, last.Planned, last.Present, last.Skipped, ago)
	}
	return p.Say("history.statistics_sent", person.Name, last.Sent, last.Found, last.Present, last.Skipped, ago)
}
