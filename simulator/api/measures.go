// SPDX-License-Identifier: MIT

package api

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

// Rows per page.
const (
	measurePage  = 1000
	activityPage = 200 // days and workouts
	listPage     = 200
)

// timeFilter is a selection by cursor or range; the numbers are unix seconds.
type timeFilter struct {
	since, from, to       int64
	bySince, byFrom, byTo bool
}

func measureActions() map[string]action {
	return map[string]action{"getmeas": {
		scope:      withings.ScopeMetrics,
		parameters: timeRange("meastype", "meastypes", "category", "lastupdate", "offset"),
		run:        getMeasures,
	}}
}

// measureV2Actions has getmeas too: some clients call it there.
func measureV2Actions() map[string]action {
	return map[string]action{
		"getmeas":             measureActions()["getmeas"],
		"getactivity":         {scope: withings.ScopeActivity, parameters: dateRange(), run: getActivity},
		"getintradayactivity": {scope: withings.ScopeActivity, parameters: timeRange("data_fields"), run: getIntraday},
		"getworkouts":         {scope: withings.ScopeActivity, parameters: dateRange(), run: getWorkouts},
	}
}

// getMeasures is getmeas.
func getMeasures(_ *Server, q query) response {
	types, wrong := parseTypes(q.form)
	if wrong != "" {
		return invalidParameter(wrong)
	}
	category, _, ok := parseInt(q.form, "category")
	if !ok {
		return invalidParameter("category")
	}
	filter, wrong := parseTimeFilter(q.form, "startdate", "enddate")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	offset, _, ok := parseInt(q.form, "offset")
	if !ok || offset < 0 {
		return invalidParameter("offset")
	}
	rows := selectGroups(q.account, q.now, filter, int(category), types)
	page, next := paginate(rows, int(offset), measurePage)
	body := map[string]any{"updatetime": q.now.Unix(), "timezone": q.account.Timezone, "measuregrps": page}
	if next < len(rows) {
		body["more"], body["offset"] = 1, next
	}
	return success(body)
}

// selectGroups selects and orders: by change for a cursor, newest measurement
// first otherwise.
func selectGroups(
	a *people.Account, now time.Time, filter timeFilter, category int, types map[int]bool,
) []*people.Group {
	rows := []*people.Group{}
	if filter.bySince && (filter.byFrom || filter.byTo) {
		return rows // Together they select nothing.
	}
	for _, g := range a.Groups {
		switch {
		case g.Created > now.Unix():
		case category != 0 && g.Category != category:
		case filter.bySince && !filter.includesChange(g.Modified):
		case filter.byFrom && g.Date < filter.from, filter.byTo && g.Date > filter.to:
		default:
			if g = a.Plan.Group(g); g != nil {
				g = g.WithTypes(types)
			}
			if g != nil {
				rows = append(rows, g)
			}
		}
	}
	slices.SortFunc(rows, func(x, y *people.Group) int {
		if filter.bySince {
			return cmp.Or(cmp.Compare(x.Modified, y.Modified), cmp.Compare(x.ID, y.ID))
		}
		return cmp.Or(cmp.Compare(y.Date, x.Date), cmp.Compare(y.ID, x.ID))
	})
	return rows
}

func (s timeFilter) includesChange(modified int64) bool { return modified >= s.since }

// paginate returns the page that begins at offset, and the offset of the next
// one.
func paginate[T any](rows []T, offset, size int) (page []T, next int) {
	offset = min(offset, len(rows))
	next = min(offset+size, len(rows))
	return rows[offset:next], next
}

// parseTypes reads meastype and meastypes; nil = all.
func parseTypes(form url.Values) (types map[int]bool, wrong string) {
	for _, name := range []string{"meastype", "meastypes"} {
		if form.Get(name) == "" {
			continue
		}
		for text := range strings.SplitSeq(form.Get(name), ",") {
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil {
				return nil, name
			}
			if types == nil {
				types = map[int]bool{}
			}
			types[n] = true
		}
	}
	return types, ""
}

// parseTimeFilter reads lastupdate and a range in unix seconds.
func parseTimeFilter(form url.Values, from, to string) (s timeFilter, wrong string) {
	var ok bool
	if s.since, s.bySince, ok = parseInt(form, "lastupdate"); !ok {
		return s, "lastupdate"
	}
	if s.from, s.byFrom, ok = parseInt(form, from); !ok {
		return s, from
	}
	if s.to, s.byTo, ok = parseInt(form, to); !ok {
		return s, to
	}
	return s, ""
}

// parseInt reads a whole number; absent and empty are 0 and valid.
func parseInt(form url.Values, name string) (n int64, given, ok bool) {
	text := form.Get(name)
	if text == "" {
		return 0, false, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, true, err == nil
}
