// SPDX-License-Identifier: MIT

package web

import (
	"net/http"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// EndpointHistory is how far the history of an endpoint has been read.
type EndpointHistory struct {
	Endpoint sensors.Endpoint
	// State is "done", "reading", "waiting", "limited", "sign_in", "failing" or
	// "refused".
	State string
}

// historyPage is the data of the history view.
type historyPage struct {
	frame

	People []historyPerson
	// Imports are those in progress.
	Imports []Import
	// CanImport, CanExport and HasStatistics tell which forms there are.
	CanImport, CanExport, HasStatistics bool
	UploadLimit                         int64 // in megabytes
	Formats                             []string
	Today                               string
}

// historyPerson is a profile in the history view.
type historyPerson struct {
	Slug, Name string
	// Read of Histories have been read, those without access aside.
	Read, Histories int
	Kinds           []historyKind
	Statistics      StatisticsState
	Unreadable      bool // the archive
}

// historyKind is what there is of one kind of record.
type historyKind struct {
	Kind           sensors.Kind
	Records        int
	Oldest, Newest string
	State          string // as in EndpointHistory, "" without a history
}

// historyKinds are the kinds in the order of the view, with the endpoint whose
// history has them; "" for kinds that have none.
func historyKinds() []struct {
	kind     sensors.Kind
	endpoint sensors.Endpoint
} {
	return []struct {
		kind     sensors.Kind
		endpoint sensors.Endpoint
	}{
		{sensors.KindMeasures, sensors.EndpointMeasures},
		{sensors.KindNights, sensors.EndpointNights},
		{sensors.KindSeries, ""},
		{sensors.KindStage, ""},
		{sensors.KindDays, sensors.EndpointActivity},
		{sensors.KindSlots, ""},
		{sensors.KindWorkouts, sensors.EndpointWorkouts},
		{sensors.KindHeart, sensors.EndpointHeart},
		{sensors.KindSounds, sensors.EndpointStetho},
		{sensors.KindGoals, ""},
		{sensors.KindBeds, ""},
	}
}

// pastRoutes are the routes of the history view.
type pastRoutes struct{ *Server }

// register adds the routes.
func (s pastRoutes) register(mux *http.ServeMux) {
	protect := s.guard.requirePassword
	mux.Handle("GET /history", protect(s.showHistory))
	mux.Handle("GET /history/export", protect(s.export))
	mux.Handle("GET /history/backup", protect(s.backup))
	if s.options.Imports != nil {
		mux.Handle("POST "+uploadPath, s.change(s.upload))
		mux.Handle("GET /history/imports/{id}", protect(s.showImport))
		mux.Handle("POST /history/imports/{id}", s.change(s.answerImport))
	}
	if s.options.Statistics != nil {
		mux.Handle("POST /history/statistics", s.change(s.startStatistics))
	}
}

func (s pastRoutes) showHistory(w http.ResponseWriter, r *http.Request) {
	page := historyPage{
		frame:         s.frame(r, "frame.history").with("past.css", "fold.js", "live.js"),
		CanImport:     s.options.Imports != nil,
		HasStatistics: s.options.Statistics != nil,
		UploadLimit:   s.options.UploadLimit >> 20,
		Formats:       exportFormats(),
	}
	for _, p := range s.options.Overview().Profiles {
		page.People = append(page.People, s.historyOf(r, page.frame, p))
	}
	page.CanExport = len(page.People) > 0
	if page.CanImport {
		page.Imports = s.options.Imports.List()
	}
	s.pages.render(w, http.StatusOK, "history.html", page)
}

// historyOf collects what there is of a profile.
func (s pastRoutes) historyOf(r *http.Request, f frame, p Profile) historyPerson {
	person := historyPerson{Slug: p.Slug, Name: p.Name}
	if s.options.Statistics != nil {
		person.Statistics = s.options.Statistics.Of(p.Slug)
	}
	contents, err := s.options.Past.Contents(r.Context(), p.Slug)
	if err != nil {
		s.options.Log.Warn().Err(err).Str("profile", p.Slug).Msg("cannot read the archive")
		person.Unreadable = true
	}
	states := map[sensors.Endpoint]string{}
	for _, h := range p.History {
		states[h.Endpoint] = h.State
		if h.State == "done" {
			person.Read++
		}
		if h.State != "refused" {
			person.Histories++
		}
	}
	for _, row := range historyKinds() {
		kind := historyKind{Kind: row.kind, State: states[row.endpoint]}
		for _, c := range contents {
			if c.Kind == row.kind {
				kind.add(f, c, p.Zone)
			}
		}
		if kind.Records > 0 || kind.State != "" {
			person.Kinds = append(person.Kinds, kind)
		}
	}
	return person
}

func (k *historyKind) add(f frame, c history.Content, zone *time.Location) {
	if zone == nil {
		zone = time.UTC
	}
	k.Records, k.Oldest, k.Newest = c.Records, f.Date(c.Oldest.In(zone)), f.Date(c.Newest.In(zone))
}
