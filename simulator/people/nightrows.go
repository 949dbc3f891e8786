// SPDX-License-Identifier: MIT

package people

import (
	"cmp"
	"maps"
	"slices"
)

// NightRow is a row of getsummary as it is sent.
type NightRow struct {
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

// Row is a night as it is sent.
func (n *Night) Row(account *Account, now int64, fields []string, prescribed bool) NightRow {
	row := NightRow{
		ID:       n.ID,
		Timezone: account.Timezone,
		Model:    n.Source.class,
		ModelID:  nilIfZero(n.Source.modelID),
		Hash:     nilIfZero(n.Device),
		Start:    n.Start,
		End:      n.End,
		Date:     n.Date,
		Created:  n.Created,
		Modified: n.Changed(now),
		Data:     emptyMap(),
	}
	unfinished := n.FinalAt != 0 && now < n.FinalAt
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

// SeriesFields are the series of sleep get by how they are read from a minute;
// nil = a mat has none.
func SeriesFields() map[string]func(minute) int {
	return map[string]func(minute) int{
		"hr": func(m minute) int { return m.hr }, "rr": func(m minute) int { return m.rr },
		"snoring": func(m minute) int { return m.snoring }, "sdnn_1": func(m minute) int { return m.sdnn },
		"rmssd": func(m minute) int { return m.rmssd }, "hrv_quality": func(m minute) int { return m.quality },
		"mvt_score": func(m minute) int { return m.movement }, "chest_movement_rate": func(m minute) int { return m.chest },
		"breathing_sounds": nil, "withings_index": nil,
	}
}

// shuffleKey is an order that is always the same and never that of time.
func shuffleKey(start int64) int64 { return start * 7919 % 10_007 }

func (n *Night) slice(s slice, fields []string) map[string]any {
	row := map[string]any{
		"startdate": s.start, "enddate": s.end, "state": s.state,
		"model": nilIfZero(n.Source.model), "model_id": nilIfZero(n.Source.modelID), "hash_deviceid": nilIfZero(n.Device),
	}
	known := SeriesFields()
	for _, name := range fields {
		switch read := known[name]; {
		case n.Source.lacksSeries(name):
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

// nilIfZero is null for what is absent.
func nilIfZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// emptyMap is an empty map as PHP writes it.
func emptyMap() any { return []struct{}{} }

// SliceRows returns the slices of sleep that touch a range, not in order of
// time, and the class of device that recorded the last one.
func (a *Account) SliceRows(from, to, now int64, fields []string) (sent []map[string]any, class int) {
	type sliceRow struct {
		key  int64
		sent map[string]any
	}
	rows, class := []sliceRow{}, Mat.class
	for _, n := range a.Nights {
		if n.Created > now || n.End <= from || n.Start >= to {
			continue
		}
		class = n.Source.class
		for _, s := range a.slices(n) {
			if s.end > from && s.start < to {
				rows = append(rows, sliceRow{key: shuffleKey(s.start), sent: n.slice(s, a.Plan.series(fields))})
			}
		}
	}
	slices.SortStableFunc(rows, func(x, y sliceRow) int { return cmp.Compare(x.key, y.key) })
	sent = make([]map[string]any, 0, len(rows))
	for _, row := range rows {
		sent = append(sent, row.sent)
	}
	return sent, class
}

// NightFieldNames are the members of a night's data.
func NightFieldNames() []string { return slices.Sorted(maps.Keys((&nightSummary{light: 1}).fields())) }
