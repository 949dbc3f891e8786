// SPDX-License-Identifier: MIT

package web

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/formula"
)

// download reads every value of the range as it was measured, combined only when
// there are more than maxDownload.
func (v valueRoutes) download(w http.ResponseWriter, r *http.Request, view *valueView) (valueData, bool) {
	var data valueData
	var err error
	if view.kept {
		stored := *view
		stored.Plan.Bars = false // days as they are stored
		data, err = v.readSeries(r.Context(), &stored, history.Range{
			From: view.Range.From, To: view.Range.To, MaxPoints: maxDownload,
		})
	}
	if err != nil {
		v.writeUnreadable(w, r, err)
		return data, false
	}
	return data, true
}

// writeUnreadable reports to programs that the archive cannot be read.
func (v valueRoutes) writeUnreadable(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		v.pages.log.Warn().Err(err).Msg("cannot read the archive")
		v.pages.writeJSON(w, http.StatusServiceUnavailable, historyError{"the archive cannot be read now"})
	}
}

// serveJSON is the download as JSON, in the form of the API.
func (v valueRoutes) serveJSON(w http.ResponseWriter, r *http.Request, view *valueView) {
	data, ok := v.download(w, r, view)
	if !ok {
		return
	}
	answer := rangeAnswer{Series: []HistorySeries{}}
	for i, series := range data.Series {
		answer.Series = append(answer.Series, NewHistorySeries(series, data.Rows[i]))
	}
	w.Header().Set("Content-Disposition", attachment(view, "json"))
	v.pages.writeJSON(w, http.StatusOK, answer)
}

// serveCSV is the download as a table with exact metric values. Values that had
// to be combined have columns for lowest, mean and highest.
func (v valueRoutes) serveCSV(w http.ResponseWriter, r *http.Request, view *valueView) {
	data, ok := v.download(w, r, view)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", attachment(view, "csv"))
	out := csv.NewWriter(w)
	header := []string{"time"}
	for _, row := range data.Rows {
		if data.Bucket == history.BucketNone {
			header = append(header, row.Key)
		} else {
			header = append(header, row.Key+"_min", row.Key+"_mean", row.Key+"_max")
		}
	}
	_ = out.Write(header)
	for _, m := range merge(data) {
		record := []string{m.at.In(view.now.Location()).Format(time.RFC3339)}
		for _, p := range m.values {
			record = append(record, csvCells(p, data.Bucket)...)
		}
		_ = out.Write(record)
	}
	out.Flush() // an error means that the client has gone
}

// csvCells are the cells of a point, empty for none.
func csvCells(p *history.Point, bucket history.Bucket) []string {
	switch {
	case p == nil && bucket == history.BucketNone:
		return []string{""}
	case p == nil:
		return []string{"", "", ""}
	case bucket != history.BucketNone && p.Text == "":
		return []string{p.Min.String(), strconv.FormatFloat(p.Mean, 'g', 10, 64), p.Max.String()}
	case bucket != history.BucketNone:
		return []string{"", formula.Escape(p.Text), ""}
	case p.Text != "":
		return []string{formula.Escape(p.Text)}
	}
	return []string{p.Last.String()}
}

// attachment makes browsers store a response under a name.
func attachment(view *valueView, ending string) string {
	name := view.Profile.Slug + "-" + view.Row.Key
	if view.Range.Name != "" {
		name += "-" + view.Range.Name
	} else {
		name += "-" + view.Range.From.Format(time.DateOnly) + "-" + view.Range.To.Format(time.DateOnly)
	}
	return `attachment; filename="` + name + "." + ending + `"`
}
