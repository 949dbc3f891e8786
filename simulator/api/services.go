// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"slices"
)

// services are the actions of every service; each table is in the file that
// answers them, or here if that takes a few lines.
func services() map[string]map[string]action {
	return map[string]map[string]action{
		"measure":      measureActions(),
		"v2/measure":   measureV2Actions(),
		"v2/sleep":     sleepActions(),
		"v2/heart":     heartActions(),
		"v2/stetho":    soundActions(),
		"v2/user":      userActions(),
		"v2/oauth2":    oauthActions(),
		"v2/signature": signatureActions(),
		"notify":       notifyActions(),
	}
}

// timeRange and dateRange are the parameters that several actions share.
func timeRange(others ...string) []string { return append(others, "startdate", "enddate") }

func dateRange() []string {
	return []string{"startdateymd", "enddateymd", "lastupdate", "data_fields", "offset"}
}

// listRow is a row of a list, with the times at which it was measured and reached
// the cloud.
type listRow struct {
	at, created int64
	body        map[string]any
}

// listResponse answers with the rows in the requested range, a page at a time.
func listResponse(q query, rows []listRow) response {
	filter, wrong := parseTimeRange(q.form)
	offset := 0
	if wrong == "" {
		offset, wrong = parseOffset(q.form)
	}
	if wrong != "" {
		return invalidParameter(wrong)
	}
	rows = slices.DeleteFunc(rows, func(r listRow) bool {
		return r.created > q.now.Unix() || filter.byFrom && r.at < filter.from || filter.byTo && r.at > filter.to
	})
	slices.SortStableFunc(rows, func(x, y listRow) int { return cmp.Compare(x.at, y.at) })
	page, next := paginate(rows, offset, listPage)
	series := make([]map[string]any, 0, len(page))
	for _, r := range page {
		series = append(series, r.body)
	}
	return success(withPaging(map[string]any{"series": series}, next, len(rows)))
}
