// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/sensors"
)

// Publication is where a value is published.
type Publication struct {
	// Topics are the MQTT topics that carry it.
	Topics []string
	// EntityID is the one that Home Assistant gives at first, "" without discovery.
	EntityID string
}

// valueRoutes serve the view of one value: the page, its picture and downloads.
type valueRoutes struct {
	archive   History // nil for none
	past      func(ctx context.Context, slug string) (HistoryProfile, bool)
	published func(slug string, row sensors.Sensor) Publication // nil for none
	overview  func() Overview
	frame     func(r *http.Request, heading string) frame
	pages     *renderer
	now       func() time.Time
}

// register adds the routes, each behind protect.
func (v valueRoutes) register(mux *http.ServeMux, protect func(http.HandlerFunc) http.Handler) {
	mux.Handle("GET /values/{profile}/{key}", protect(v.answer(v.showPage, v.showProblem)))
	mux.Handle("GET /values/{profile}/{key}/chart", protect(v.answer(v.serveChart, v.writeProblem)))
	mux.Handle("GET /values/{profile}/{key}/data.csv", protect(v.answer(v.serveCSV, v.writeProblem)))
	mux.Handle("GET /values/{profile}/{key}/data.json", protect(v.answer(v.serveJSON, v.writeProblem)))
}

// valueView is a value and how somebody wants to see it.
type valueView struct {
	frame

	Profile Profile
	Row     sensors.Sensor
	// Current is what is known now; without a key there is none.
	Current Value
	Plan    chartPlan
	Range   valueRange
	Reader  display.Reader
	now     time.Time // in the zone of the reader
	past    HistoryProfile
	kept    bool // there is an archive, and the value is in it
}

// valueProblem is why there is no view.
type valueProblem struct {
	status int
	// key and about are the text, plain is the same for programs.
	key   string
	about string
	plain string
	// nearest is a row that may have been meant.
	nearest sensors.Sensor
}

// answer finds what a request asks for.
func (v valueRoutes) answer(
	serve func(http.ResponseWriter, *http.Request, *valueView),
	refuse func(http.ResponseWriter, *http.Request, valueProblem),
) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		view, problem := v.find(r)
		if problem.status != 0 {
			refuse(w, r, problem)
			return
		}
		serve(w, r, view)
	}
}

// find looks up profile, value and range of a request.
func (v valueRoutes) find(r *http.Request) (view *valueView, problem valueProblem) {
	slug, key := r.PathValue("profile"), r.PathValue("key")
	profile, found := findProfile(v.overview().Profiles, slug)
	if !found {
		return view, valueProblem{
			status: http.StatusNotFound, key: "value.no_profile", about: slug, plain: "no such profile",
		}
	}
	view = &valueView{Profile: profile}
	if v.archive != nil && v.past != nil {
		view.past, view.kept = v.past(r.Context(), slug)
	}
	query := historyQuery{Values: r.URL.Query(), zone: zoneFor(profile, view.past), extra: view.past.Extra}
	query.now = v.now().In(query.zone)
	view.now = query.now
	if view.Row, view.Current, found = findValue(profile, query, key); !found {
		problem = valueProblem{status: http.StatusNotFound, key: "value.no_key", about: key, plain: "no such value"}
		if nearest, near := sensors.Nearest(key); near {
			problem.nearest = query.row(nearest)
			problem.plain += ", did you mean " + nearest + "?"
		}
		return view, problem
	}
	pressure := slices.ContainsFunc(profile.Values, func(value Value) bool { return value.Key == keySystolic })
	view.Plan = planOf(view.Row, view.past.Extra, pressure)
	view.kept = view.kept && len(view.Plan.Keys) > 0
	var err error
	if view.Range, err = rangeOf(query, view.Current.MeasuredAt, view.Plan.Bars); err != nil {
		return view, valueProblem{status: http.StatusBadRequest, key: "value.bad_range", plain: err.Error()}
	}
	view.frame = v.frame(r, "frame.overview")
	view.Heading = view.name()
	view.Reader = display.Reader{Language: view.Language, Units: profile.Units, Zone: query.zone}
	return view, valueProblem{}
}

// zoneFor is the time zone of a profile.
func zoneFor(profile Profile, past HistoryProfile) *time.Location {
	switch {
	case past.Zone != nil:
		return past.Zone
	case profile.Zone != nil:
		return profile.Zone
	}
	return time.UTC
}

// findValue looks up a key among the current values, and in the catalogue.
func findValue(profile Profile, query historyQuery, key string) (row sensors.Sensor, current Value, found bool) {
	at := slices.IndexFunc(profile.Values, func(value Value) bool { return value.Key == key })
	if at >= 0 {
		current = profile.Values[at]
		row = current.Row
	}
	if row.Key == "" {
		row = query.row(key)
	}
	if row.Key == "" && current.Key != "" { // a measure type without a row
		row = sensors.Sensor{Key: key, Name: current.Name, Unit: current.Unit, Precision: sensors.NoPrecision}
		row.Endpoint = sensors.EndpointMeasures
	}
	return row, current, row.Key == key && row.Platform != "event" && row.Platform != "button"
}

// name is what the page is about. Both values of a blood pressure have one.
func (view *valueView) name() string {
	if view.isPressure() {
		return view.Say(view.Plan.Name)
	}
	return view.Name(view.Row)
}

// isPressure reports whether the page is about a blood pressure; the pulse that
// was measured with it belongs to it.
func (view *valueView) isPressure() bool {
	return view.Row.Key == keySystolic || view.Row.Key == keyDiastolic
}

// lineName is the name of one of the lines of the chart.
func (view *valueView) lineName(row sensors.Sensor) string {
	if key := "value.line." + row.Key; view.Plan.Name != "" && view.Has(key) {
		return view.Say(key)
	}
	return view.Name(row)
}

// showProblem says on a page what is wrong.
func (v valueRoutes) showProblem(w http.ResponseWriter, r *http.Request, p valueProblem) {
	f := v.frame(r, "value.problem")
	page := problemPage{frame: f, Text: f.Say(p.key)}
	if p.about != "" {
		page.Text = f.Say(p.key, p.about)
	}
	switch {
	case p.nearest.Key != "":
		page.Link = f.Base + "/values/" + r.PathValue("profile") + "/" + p.nearest.Key
		page.LinkText = f.Say("value.did_you_mean", f.Name(p.nearest))
	case p.status == http.StatusBadRequest:
		page.Link = f.Base + "/values/" + r.PathValue("profile") + "/" + r.PathValue("key")
		page.LinkText = f.Say("value.usual_range")
	}
	v.pages.render(w, p.status, "value_problem.html", page)
}

// problemPage is the data of a page without a value.
type problemPage struct {
	frame

	Text           string
	Link, LinkText string
}

// writeProblem says the same to programs.
func (v valueRoutes) writeProblem(w http.ResponseWriter, _ *http.Request, p valueProblem) {
	v.pages.writeJSON(w, p.status, historyError{p.plain})
}
