// SPDX-License-Identifier: MIT

package web

import (
	"bytes"
	"html/template"
	"net/http"

	"vitals2mqtt/display"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// valuePage is the data of the view of a value.
type valuePage struct {
	*valueView

	Value display.Parts
	// Measured is when, Trend how the value changes.
	Measured, Trend string
	// Notes say why there is less to see.
	Notes  []string
	Ranges []section
	// Chart is "" without one, ChartName and Period say what it shows.
	ChartName, Period string
	Chart             template.HTML
	Legend            []legendEntry
	Table             *valueTable
	Query             template.URL // of the range
	Details           []detailRow
	Record            string
}

// Link is where the view is.
func (p valuePage) Link() string { return p.Base + "/values/" + p.Profile.Slug + "/" + p.Row.Key }

// showPage shows the view. What the archive cannot deliver is left out, and said.
func (v valueRoutes) showPage(w http.ResponseWriter, r *http.Request, view *valueView) {
	page := valuePage{valueView: view, Trend: view.trend()}
	page.Query = template.URL(view.Range.query()) //nolint:gosec // encoded there
	page.frame = page.with("value.css", "chart.js")
	page.Measured = view.Moment(view.Current.MeasuredAt.In(view.now.Location()))
	page.Value = view.shown()
	page.Details = v.details(view)
	page.Notes = v.notes(view)
	if view.kept {
		if err := v.addPast(r, &page); err != nil && r.Context().Err() == nil {
			v.pages.log.Warn().Err(err).Msg("cannot read the archive")
			page.Notes = append(page.Notes, view.Say("value.unreadable"))
		}
	}
	v.pages.render(w, http.StatusOK, "value.html", page)
}

// shown is the current value. A blood pressure is said with both numbers.
func (view *valueView) shown() display.Parts {
	parts := view.Reader.Read(view.Row, view.Current.Reading.Value)
	if !view.isPressure() || len(parts) != 1 {
		return parts
	}
	both := map[string]sensors.Value{}
	for _, value := range view.Profile.Values {
		if value.MeasuredAt.Equal(view.Current.MeasuredAt) {
			both[value.Key] = value.Reading.Value
		}
	}
	if both[keySystolic].Valid() && both[keyDiastolic].Valid() {
		parts[0].Number = both[keySystolic].String() + "/" + both[keyDiastolic].String()
	}
	return parts
}

// addPast adds what the archive has.
func (v valueRoutes) addPast(r *http.Request, page *valuePage) (err error) {
	view := page.valueView
	page.Ranges = view.ranges(page.Link())
	data, err := v.read(r.Context(), view)
	if err != nil {
		return err
	}
	table := tableOf(view, data)
	page.Table = &table
	if !view.Plan.Texts {
		page.ChartName, page.Period = view.chartName(data), view.Period(data.From, data.To)
		page.Chart, page.Legend = pictureOf(view, data, table)
	}
	page.Record, err = v.record(r.Context(), view)
	return err
}

// ranges are the links to the named ranges. A day has one total only.
func (view *valueView) ranges(link string) (links []section) {
	for _, n := range namedRanges() {
		if view.Plan.Bars && n.days == 1 {
			continue
		}
		links = append(links, section{
			Link: link + "?range=" + n.name, Name: view.Say("value.range." + n.name), Current: n.name == view.Range.Name,
		})
	}
	return links
}

// notes say what the reader must know about the past of the value.
func (v valueRoutes) notes(view *valueView) (notes []string) {
	switch {
	case v.archive == nil:
	case len(view.Plan.Keys) == 0:
		notes = append(notes, view.Say("value.not_kept"))
	case view.Plan.Computed:
		source, _ := sensors.LookupAmong(view.past.Extra, view.Plan.Keys[0])
		name := view.Name(source)
		if view.Plan.Name != "" {
			name = view.Say(view.Plan.Name)
		}
		notes = append(notes, view.Say("value.computed", name))
	}
	if view.kept && !view.Profile.HistoryRead {
		notes = append(notes, view.Say("value.still_reading"))
	}
	return notes
}

// trend says how the weight changed in a month.
func (view *valueView) trend() string {
	if view.Row.Key != keyWeight && view.Row.Key != "weight_trend_kg" {
		return ""
	}
	for _, value := range view.Profile.Values {
		change, ok := value.Reading.Value.Decimal()
		if value.Key != keyChange || !ok {
			continue
		}
		row := value.Row
		row.Precision = 1 // as people say it
		text := change.Round(1)
		switch text.Sign() {
		case 1:
			return view.Say("value.up", view.Reader.Read(row, sensors.Number(text)))
		case -1:
			mantissa, exponent := text.Parts()
			positive, err := decimal.New(-mantissa, exponent)
			if err != nil {
				return ""
			}
			return view.Say("value.down", view.Reader.Read(row, sensors.Number(positive)))
		}
		return view.Say("value.unchanged")
	}
	return ""
}

// chartAnswer is a picture for the page's script. Times are milliseconds since
// 1970.
type chartAnswer struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// SVG and Table are the same as in the page, Period names the range.
	SVG    template.HTML `json:"svg"`
	Table  string        `json:"table"`
	Period string        `json:"period"`
	Query  string        `json:"query"`
	// Points are the values that can be pointed at.
	Points []chartPoint `json:"points"`
}

// chartPoint is a value of the chart in words.
type chartPoint struct {
	At   int64  `json:"at"`
	Text string `json:"text"`
}

// serveChart draws the chart of another range.
func (v valueRoutes) serveChart(w http.ResponseWriter, r *http.Request, view *valueView) {
	if !view.kept || view.Plan.Texts {
		v.writeProblem(w, r, valueProblem{status: http.StatusNotFound, plain: "this value has no chart"})
		return
	}
	data, err := v.read(r.Context(), view)
	if err != nil {
		v.writeUnreadable(w, r, err)
		return
	}
	table := tableOf(view, data)
	answer := chartAnswer{
		From:   data.From.UnixMilli(),
		To:     data.To.UnixMilli(),
		Period: view.Period(data.From, data.To),
		Query:  view.Range.query(),
		Points: []chartPoint{},
	}
	answer.SVG, _ = pictureOf(view, data, table)
	for _, m := range table.near {
		texts := []string{view.bucketName(data.Bucket, m.at)}
		for i, p := range m.values {
			if p != nil {
				texts = append(texts, view.read(data.Rows[i], p))
			}
		}
		answer.Points = append(answer.Points, chartPoint{middle(data.Bucket, m.at).UnixMilli(), joinParts(texts...)})
	}
	var html bytes.Buffer
	if err := v.pages.templates.ExecuteTemplate(&html, "valuetable", table); err != nil {
		v.pages.log.Error().Err(err).Str("page", "valuetable").Msg("cannot render page")
	}
	answer.Table = html.String()
	v.pages.writeJSON(w, http.StatusOK, answer)
}
