package simulator

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxSleepRange = 7 * 24 * 3600 // seconds of sleep get
	sleepPage     = 300           // rows
)

// emptyMap is an empty map as PHP writes it.
func emptyMap() any { return []struct{}{} }

// nightRow is a row of getsummary as it is sent.
type nightRow struct {
	ID        int64   `json:"id"`
	Timezone  string  `json:"timezone"`
	Model     int     `json:"model"`
	ModelID   *int    `json:"model_id"`
	Hash      *string `json:"hash_deviceid"`
	Start     int64   `json:"startdate"`
	End       int64   `json:"enddate"`
	Date      string  `json:"date"`
	Data      any     `json:"data"`
	Created   int64   `json:"created"`
	Modified  int64   `json:"modified"`
	Completed *bool   `json:"completed,omitempty"`
}

// getSummary is v2/sleep getsummary.
func getSummary(c *Server, q query) answer {
	since, bySince, ok := parseInt(q.form, "lastupdate")
	if !ok {
		return invalidParameter("lastupdate")
	}
	offset, _, ok := parseInt(q.form, "offset")
	if !ok || offset < 0 {
		return invalidParameter("offset")
	}
	from, to, refused := parseDays(q.form, bySince)
	if refused != nil {
		return *refused
	}
	both := bySince && q.form.Get("startdateymd")+q.form.Get("enddateymd") != ""
	asked := timeFilter{since: since}
	now := q.now.Unix()
	rows := []*night{}
	for _, n := range q.who.nights {
		switch {
		case both, n.created > now:
		case bySince && !asked.includesChange(n.changed(now)):
		case !bySince && (n.date < from || n.date > to):
		default:
			rows = append(rows, n)
		}
	}
	slices.SortFunc(rows, func(x, y *night) int {
		if bySince {
			return cmp.Or(cmp.Compare(x.changed(now), y.changed(now)), cmp.Compare(x.id, y.id))
		}
		return cmp.Or(cmp.Compare(y.start, x.start), cmp.Compare(y.id, x.id))
	})
	page, next := paginate(rows, int(offset), sleepPage)
	fields := q.who.Plan.fields(c.nightFields(q.form))
	series := make([]nightRow, 0, len(page))
	for _, n := range page {
		series = append(series, n.row(q.who, now, fields, c.prescribed))
	}
	body := map[string]any{"series": series, "more": next < len(rows), "offset": 0}
	if next < len(rows) {
		body["offset"] = next
	}
	return success(body)
}

// parseDays reads the range of parseDays, which must be whole when there is no cursor.
func parseDays(form url.Values, bySince bool) (from, to string, refused *answer) {
	for _, name := range []string{"startdateymd", "enddateymd"} {
		text := form.Get(name)
		if text == "" && bySince {
			continue
		}
		a := missingParameter(name)
		if text != "" {
			if _, err := time.Parse(time.DateOnly, text); err == nil {
				continue
			}
			a = invalidParameter(name)
		}
		return "", "", &a
	}
	return form.Get("startdateymd"), form.Get("enddateymd"), nil
}

// nightFields is what data shall hold.
func (c *Server) nightFields(form url.Values) []string {
	fields := splitList(form.Get("data_fields"))
	if len(fields) == 0 {
		return defaultNightFields()
	}
	known := (&nightSummary{light: 1}).fields()
	for _, name := range fields {
		if _, ok := known[name]; !ok {
			c.reportUnknown("unknown data field of v2/sleep getsummary: " + name)
		}
	}
	return fields
}

func (n *night) row(who *account, now int64, fields []string, prescribed bool) nightRow {
	row := nightRow{
		ID: n.id, Timezone: who.Timezone, Model: n.source.class, ModelID: nilIfZero(n.source.modelID), Hash: nilIfZero(n.device),
		Start: n.start, End: n.end, Date: n.date, Created: n.created, Modified: n.changed(now), Data: emptyMap(),
	}
	unfinished := n.finalAt != 0 && now < n.finalAt
	if complete := !unfinished; unfinished || n.reportsCompleted {
		row.Completed = &complete
	}
	all := n.fields(now, prescribed)
	data := map[string]any{}
	for _, name := range fields {
		if value := all[name]; value != nil {
			data[name] = value
		}
	}
	if len(data) > 0 {
		row.Data = data
	}
	return row
}

// seriesFields says how each series of sleep get is read from a minute; nil = a mat has none.
func seriesFields() map[string]func(minute) int {
	return map[string]func(minute) int{
		"hr": func(m minute) int { return m.hr }, "rr": func(m minute) int { return m.rr },
		"snoring": func(m minute) int { return m.snoring }, "sdnn_1": func(m minute) int { return m.sdnn },
		"rmssd": func(m minute) int { return m.rmssd }, "hrv_quality": func(m minute) int { return m.quality },
		"mvt_score": func(m minute) int { return m.movement }, "chest_movement_rate": func(m minute) int { return m.chest },
		"breathing_sounds": nil, "withings_index": nil,
	}
}

// getSleep is v2/sleep get: slices that touch the range, not in order of time.
func getSleep(c *Server, q query) answer {
	asked, wrong := parseTimeFilter(q.form, "startdate", "enddate")
	switch {
	case wrong != "":
		return invalidParameter(wrong)
	case !asked.byFrom:
		return missingParameter("startdate")
	case !asked.byTo:
		return missingParameter("enddate")
	case asked.to < asked.from || asked.to-asked.from > maxSleepRange:
		return invalidParameter("enddate")
	}
	fields, known := splitList(q.form.Get("data_fields")), seriesFields()
	for _, name := range fields {
		if _, ok := known[name]; !ok {
			c.reportUnknown("unknown data field of v2/sleep get: " + name)
		}
	}
	type piece struct {
		n *night
		s slice
	}
	pieces, class := []piece{}, mat.class
	for _, n := range q.who.nights {
		if n.created > q.now.Unix() || n.end <= asked.from || n.start >= asked.to {
			continue
		}
		class = n.source.class
		for _, s := range q.who.slices(n) {
			if s.end > asked.from && s.start < asked.to {
				pieces = append(pieces, piece{n, s})
			}
		}
	}
	slices.SortStableFunc(pieces, func(x, y piece) int { return cmp.Compare(x.s.shuffleKey(), y.s.shuffleKey()) })
	rows := make([]map[string]any, 0, len(pieces))
	for _, p := range pieces {
		rows = append(rows, p.n.slice(p.s, q.who.Plan.series(fields), known))
	}
	return success(map[string]any{"series": rows, "model": class})
}

// shuffleKey is an order that is always the same and never that of time.
func (s slice) shuffleKey() int64 { return s.start * 7919 % 10_007 }

func (n *night) slice(s slice, fields []string, known map[string]func(minute) int) map[string]any {
	row := map[string]any{
		"startdate": s.start, "enddate": s.end, "state": s.state,
		"model": nilIfZero(n.source.model), "model_id": nilIfZero(n.source.modelID), "hash_deviceid": nilIfZero(n.device),
	}
	for _, name := range fields {
		switch read := known[name]; {
		case n.source.lacksSeries(name):
		case name == "breathing_sounds":
			row[name] = emptyMap()
		case read != nil:
			values := make([]int, len(s.minutes))
			for i, m := range s.minutes {
				values[i] = read(m)
			}
			row[name] = samples{start: s.start, values: values}
		}
	}
	return row
}

// nilIfZero is what is sent of something that there need not be: null then.
func nilIfZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// splitList reads a comma-separated parameter.
func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
