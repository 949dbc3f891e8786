// SPDX-License-Identifier: MIT

package homeassistanttest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

func (h *Home) list() []*Statistic {
	list := make([]*Statistic, 0, len(h.known))
	for _, id := range slices.Sorted(maps.Keys(h.known)) {
		list = append(list, h.known[id])
	}
	return list
}

// during answers recorder/statistics_during_period for hours and months.
func (h *Home) during(message json.RawMessage) (any, *refusal) {
	var query struct {
		From   time.Time `json:"start_time"`
		To     time.Time `json:"end_time"`
		IDs    []string  `json:"statistic_ids"`
		Period string    `json:"period"`
	}
	if json.Unmarshal(message, &query) != nil {
		return nil, &refusal{"invalid_format", "invalid"}
	}
	type wire struct {
		Start int64 `json:"start"`
		End   int64 `json:"end"`
		Row
	}
	found := map[string][]wire{}
	for _, id := range query.IDs {
		s, ok := h.known[id]
		if !ok {
			continue
		}
		for _, second := range slices.Sorted(maps.Keys(s.Rows)) {
			start := time.Unix(second, 0).UTC()
			if query.Period == "month" {
				start = time.Date(start.Year(), start.Month(), 1, 0, 0, 0, 0, time.UTC)
			} else if start.Before(query.From) || !query.To.IsZero() && !start.Before(query.To) {
				continue
			}
			if rows := found[id]; len(rows) > 0 && rows[len(rows)-1].Start == start.UnixMilli() {
				continue
			}
			found[id] = append(found[id], wire{start.UnixMilli(), start.Add(time.Hour).UnixMilli(), s.Rows[second]})
		}
	}
	return found, nil
}

// importMessage is recorder/import_statistics.
type importMessage struct {
	ID       int    `json:"id"`
	Type     string `json:"type"`
	Metadata struct {
		ID        string  `json:"statistic_id"`
		Source    string  `json:"source"`
		Name      *string `json:"name"`
		HasSum    bool    `json:"has_sum"`
		HasMean   *bool   `json:"has_mean"`
		MeanType  *int    `json:"mean_type"`
		Unit      *string `json:"unit_of_measurement"`
		UnitClass *string `json:"unit_class"`
	} `json:"metadata"`
	Stats []struct {
		Start time.Time `json:"start"`
		Reset string    `json:"last_reset"`
		Mean  *float64  `json:"mean"`
		Min   *float64  `json:"min"`
		Max   *float64  `json:"max"`
		State *float64  `json:"state"`
		Sum   *float64  `json:"sum"`
	} `json:"stats"`
}

// write answers recorder/import_statistics.
func (h *Home) write(message json.RawMessage) *refusal {
	if h.NotAdmin {
		return &refusal{"unauthorized", "Unauthorized"}
	}
	h.imports = append(h.imports, message)
	var m importMessage
	decoder := json.NewDecoder(bytes.NewReader(message))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return &refusal{"invalid_format", err.Error()}
	}
	for _, row := range m.Stats {
		if !row.Start.Equal(row.Start.Truncate(time.Hour)) {
			return &refusal{"home_assistant_error", "Invalid timestamp"}
		}
	}
	meta := m.Metadata
	s := h.known[meta.ID]
	if s == nil {
		s = &Statistic{ID: meta.ID, Rows: map[int64]Row{}}
		h.known[meta.ID] = s
	}
	s.Source, s.Name, s.HasSum, s.Unit, s.UnitClass = meta.Source, meta.Name, meta.HasSum, meta.Unit, meta.UnitClass
	if meta.MeanType != nil {
		s.MeanType = *meta.MeanType
	}
	s.HasMean = s.MeanType == 1 || meta.HasMean != nil && *meta.HasMean
	for _, row := range m.Stats {
		if h.Loses == nil || !h.Loses(row.Start) {
			s.Rows[row.Start.Unix()] = Row{row.Mean, row.Min, row.Max, row.State, row.Sum, row.Reset}
		}
	}
	if h.Imported != nil {
		h.Imported(h)
	}
	return nil
}

// clear answers recorder/clear_statistics.
func (h *Home) clear(message json.RawMessage) *refusal {
	if h.NotAdmin {
		return &refusal{"unauthorized", "Unauthorized"}
	}
	var m struct {
		IDs  []string   `json:"statistic_ids"`
		From *time.Time `json:"start_time"`
		To   *time.Time `json:"end_time"`
	}
	if json.Unmarshal(message, &m) != nil || h.NoRange && m.From != nil {
		return &refusal{"invalid_format", "extra keys not allowed @ data['start_time']"}
	}
	for _, id := range m.IDs {
		if m.From == nil {
			delete(h.known, id)
			continue
		}
		maps.DeleteFunc(h.known[id].Rows, func(second int64, _ Row) bool {
			return second > m.From.Unix()-3600 && second < m.To.Unix()
		})
	}
	return nil
}
