// SPDX-License-Identifier: MIT

package web

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"vitals2mqtt/report"
)

// reportPage is the data of the page for the doctor.
type reportPage struct {
	subject

	Ranges []rangeLink
	// From and To are the first and the last day, as a form has them.
	From, To string
	Article  template.HTML
}

// reportRanges are the periods that the page offers, as ParsePeriod reads them,
// with their days.
func reportRanges() []struct {
	from string
	days int
} {
	return []struct {
		from string
		days int
	}{{"30d", 30}, {"90d", 90}, {"365d", 365}}
}

// usualReport is the period without a choice.
const usualReport = "90d"

// showReport shows the page for the doctor.
func (s *Server) showReport(w http.ResponseWriter, r *http.Request) {
	person, found := s.subject(w, r, "report.heading")
	if !found {
		return
	}
	query := r.URL.Query()
	from, to := query.Get("from"), query.Get("to")
	if from == "" && to == "" {
		from = usualReport
	}
	period, err := report.ParsePeriod(from, to, person.Now, person.Zone)
	if err != nil {
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
			Title: person.Say("report.bad_period"),
			Text:  person.Say("report.bad_period.text"),
		})
		return
	}
	page := reportPage{
		subject: person,
		From:    period.From.Format(time.DateOnly),
		To:      period.To.Add(-time.Second).In(person.Zone).Format(time.DateOnly),
	}
	page.frame = page.with("report.css")
	for _, choice := range reportRanges() {
		page.Ranges = append(page.Ranges, rangeLink{
			Name:    page.rangeName(choice.days),
			Link:    page.Base + "/report/" + page.Profile.Slug + "?from=" + url.QueryEscape(choice.from),
			Current: to == "" && from == choice.from,
		})
	}
	// Without an archive there are no readings, which the report says.
	made, err := report.Read(r.Context(), page.archive, report.Options{
		Name:    page.Profile.Name,
		User:    page.user,
		Period:  period,
		Now:     page.Now,
		Reader:  page.Reader,
		Version: page.ProgramVersion,
	})
	if err != nil {
		s.showFailure(w, r, err)
		return
	}
	if page.Article, err = made.Article(); err != nil {
		s.pages.log.Error().Err(err).Msg("cannot render report")
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	s.pages.render(w, http.StatusOK, "report.html", &page)
}

// serveReportStyle serves the style sheet of the report.
func serveReportStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", assetTypes()[".css"])
	w.Header().Set("Cache-Control", "max-age=300")
	_, _ = w.Write(report.Style())
}
