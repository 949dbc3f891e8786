// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Entity is an entry of the entity registry.
type Entity struct {
	ID       string  `json:"entity_id"`
	UniqueID string  `json:"unique_id"`
	Platform string  `json:"platform"`
	Disabled *string `json:"disabled_by"`
}

// Entities returns the entity registry.
func (c *Client) Entities(ctx context.Context) (list []Entity, err error) {
	err = c.command(ctx, "config/entity_registry/list", nil, &list)
	return list, err
}

// Recorder is the state of what writes statistics.
type Recorder struct {
	Backlog   int  `json:"backlog"`
	Migrating bool `json:"migration_in_progress"`
	Recording bool `json:"recording"`
	Running   bool `json:"thread_running"`
}

// Recorder returns the state of the recorder.
func (c *Client) Recorder(ctx context.Context) (info Recorder, err error) {
	err = c.command(ctx, "recorder/info", nil, &info)
	return info, err
}

// Metadata describes a statistic.
type Metadata struct {
	ID        string  `json:"statistic_id"`
	Source    string  `json:"source"`
	Name      *string `json:"name"`
	HasSum    bool    `json:"has_sum"`
	HasMean   bool    `json:"has_mean"`
	MeanType  *int    `json:"mean_type"`
	Unit      *string `json:"statistics_unit_of_measurement"`
	UnitClass *string `json:"unit_class"`
}

// meanArithmetic is the mean_type of measurements.
const meanArithmetic = 1

// Metadata returns the statistics by their ids, also of entities whose first
// statistics are still to be made. Those without statistics are missing.
func (c *Client) Metadata(ctx context.Context) (map[string]Metadata, error) {
	var list []Metadata
	if err := c.command(ctx, "recorder/list_statistic_ids", nil, &list); err != nil {
		return nil, err
	}
	known := make(map[string]Metadata, len(list))
	for _, m := range list {
		known[m.ID] = m
	}
	return known, nil
}

// Row is an hour of long-term statistics. A measurement has Mean, Min and Max, a
// total has State, Sum and LastReset; what is missing in Home Assistant is NaN.
type Row struct {
	Start          time.Time
	Mean, Min, Max float64
	State, Sum     float64
	LastReset      time.Time
}

// wireRow is a row as Home Assistant returns it; times are milliseconds.
type wireRow struct {
	Start int64    `json:"start"`
	Mean  *float64 `json:"mean"`
	Min   *float64 `json:"min"`
	Max   *float64 `json:"max"`
	State *float64 `json:"state"`
	Sum   *float64 `json:"sum"`
}

// period is a span that Home Assistant combines statistics over.
type period string

const (
	periodHour  period = "hour"
	periodMonth period = "month"
)

// rows returns the statistics of a time range, oldest first. A zero end is no
// bound.
func (c *Client) rows(
	ctx context.Context, m Metadata, from, to time.Time, every period,
) ([]Row, error) {
	query := map[string]any{
		"start_time":    from.UTC().Format(time.RFC3339),
		"statistic_ids": []string{m.ID},
		"period":        every,
		"types":         []string{"mean", "min", "max", "state", "sum"},
	}
	if !to.IsZero() {
		query["end_time"] = to.UTC().Format(time.RFC3339)
	}
	if m.Unit != nil && m.UnitClass != nil { // not in the unit that the entity shows
		query["units"] = map[string]string{*m.UnitClass: *m.Unit}
	}
	var found map[string][]wireRow
	if err := c.command(ctx, "recorder/statistics_during_period", query, &found); err != nil {
		return nil, err
	}
	list := make([]Row, 0, len(found[m.ID]))
	for _, w := range found[m.ID] {
		list = append(list, Row{
			Start: time.UnixMilli(w.Start).UTC(),
			Mean:  orNaN(w.Mean),
			Min:   orNaN(w.Min),
			Max:   orNaN(w.Max),
			State: orNaN(w.State),
			Sum:   orNaN(w.Sum),
		})
	}
	return list, nil
}

func orNaN(f *float64) float64 {
	if f == nil {
		return math.NaN()
	}
	return *f
}

// Oldest returns the oldest hour of a statistic, the zero time when it has
// none.
func (c *Client) Oldest(ctx context.Context, m Metadata) (time.Time, error) {
	// First the months: the hours of many years are too much for a question.
	months, err := c.rows(ctx, m, time.Unix(0, 0), time.Time{}, periodMonth)
	if err != nil || len(months) == 0 {
		return time.Time{}, err
	}
	first := months[0].Start
	hours, err := c.rows(ctx, m, first.AddDate(0, 0, -1), first.AddDate(0, 1, 1), periodHour)
	if err != nil {
		return time.Time{}, err
	}
	if len(hours) == 0 {
		return time.Time{}, fmt.Errorf("the statistics of %s have a month without hours", m.ID)
	}
	return hours[0].Start, nil
}

// sendRows queues rows of a statistic for import. Rows of hours that exist are
// replaced.
func (c *Client) sendRows(ctx context.Context, m Metadata, rows []Row) error {
	metadata := map[string]any{
		"statistic_id":        m.ID,
		"source":              m.Source,
		"name":                m.Name,
		"has_sum":             m.HasSum,
		"unit_of_measurement": m.Unit,
	}
	if c.version.isBefore(meanTypeSince) {
		metadata["has_mean"] = m.HasMean
	} else {
		metadata["mean_type"] = m.meanType()
	}
	if !c.version.isBefore(unitClassSince) {
		metadata["unit_class"] = m.UnitClass
	}
	stats := make([]map[string]any, 0, len(rows))
	for _, row := range rows {
		stats = append(stats, row.message(m.HasSum))
	}
	return c.command(ctx, "recorder/import_statistics", map[string]any{"metadata": metadata, "stats": stats}, nil)
}

func (m Metadata) meanType() int {
	switch {
	case m.MeanType != nil:
		return *m.MeanType
	case m.HasMean:
		return meanArithmetic
	}
	return 0
}

func (r Row) message(sum bool) map[string]any {
	start := r.Start.UTC().Format(time.RFC3339)
	if sum {
		return map[string]any{
			"start":      start,
			"state":      r.State,
			"sum":        r.Sum,
			"last_reset": r.LastReset.UTC().Format(time.RFC3339),
		}
	}
	return map[string]any{"start": start, "mean": r.Mean, "min": r.Min, "max": r.Max}
}

// clear deletes statistics completely.
func (c *Client) clear(ctx context.Context, ids []string) error {
	return c.command(ctx, "recorder/clear_statistics", map[string]any{"statistic_ids": ids}, nil)
}

// clearRange deletes the hours from ≤ t < to of a statistic. It fails with
// ErrNoRange, and deletes nothing, where Home Assistant cannot do that.
func (c *Client) clearRange(ctx context.Context, id string, from, to time.Time) error {
	err := c.command(ctx, "recorder/clear_statistics", map[string]any{
		"statistic_ids": []string{id},
		"start_time":    from.UTC().Format(time.RFC3339),
		"end_time":      to.UTC().Format(time.RFC3339),
	}, nil)
	if isInvalid(err) {
		return ErrNoRange
	}
	return err
}
