// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"fmt"
	"time"
)

// Remove deletes what imports have written, and nothing else: external
// statistics completely, of an entity's own statistics the hours before Home
// Assistant's. In ModeExternal only external statistics are removed.
func (i *Importer) Remove(ctx context.Context, job Job) ([]Outcome, error) {
	known, err := i.Client.registry(ctx, i.Journal)
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, s := range job.Series {
		found, err := i.removeSeries(ctx, job, known, s)
		outcomes = append(outcomes, found...)
		if err != nil {
			return outcomes, fmt.Errorf("removing the statistics of %s: %w", s.Key, err)
		}
		job.finished()
	}
	return outcomes, nil
}

// removeSeries removes what there is of a series: nothing, one or both.
func (i *Importer) removeSeries(ctx context.Context, job Job, known registry, s Series) (done []Outcome, err error) {
	if m, found := known.statistics[s.ExternalID]; found && m.Source == source {
		o := Outcome{Key: s.Key, StatisticID: m.ID}
		err := i.removeExternal(ctx, job, m, &o)
		if done = append(done, o); err != nil {
			return done, err
		}
	}
	span, written := known.spans[s.UniqueID]
	if job.Mode == ModeExternal || !written {
		return done, nil
	}
	o := Outcome{Key: s.Key}
	e, found := known.entities[s.UniqueID]
	m, has := known.statistics[e.ID]
	o.StatisticID = e.ID
	if !found || !has {
		o.Skipped = "Home Assistant no longer has the entity; delete its statistics under Developer tools, Statistics"
		return append(done, o), nil
	}
	err = i.removeSpan(ctx, job, m, span, &o)
	if err == nil && !job.DryRun {
		err = i.Journal.Delete(s.UniqueID)
	}
	return append(done, o), err
}

func (i *Importer) removeExternal(ctx context.Context, job Job, m Metadata, o *Outcome) error {
	if err := i.count(ctx, m, time.Unix(0, 0), time.Time{}, o); err != nil || job.DryRun {
		return err
	}
	if err := i.Client.clear(ctx, []string{m.ID}); err != nil {
		return err
	}
	return i.expectNone(ctx, m, time.Unix(0, 0), time.Time{})
}

func (i *Importer) removeSpan(ctx context.Context, job Job, m Metadata, s Span, o *Outcome) error {
	if err := i.count(ctx, m, s.From, s.Before, o); err != nil || job.DryRun || o.Removed == 0 {
		return err
	}
	if err := i.Client.clearRange(ctx, m.ID, s.From, s.Before); err != nil {
		return err
	}
	return i.expectNone(ctx, m, s.From, s.Before)
}

// count counts the hours of a range.
func (i *Importer) count(ctx context.Context, m Metadata, from, to time.Time, o *Outcome) error {
	rows, err := i.Client.rows(ctx, m, from, to, periodHour)
	if err != nil {
		return fmt.Errorf("counting statistics: %w", err)
	}
	if o.Removed = len(rows); len(rows) > 0 {
		o.First, o.Last = &rows[0].Start, &rows[len(rows)-1].Start
	}
	return nil
}

// expectNone reads back that the hours of a range are gone.
func (i *Importer) expectNone(ctx context.Context, m Metadata, from, to time.Time) error {
	rows, err := i.Client.rows(ctx, m, from, to, periodHour)
	if err == nil && len(rows) > 0 {
		err = fmt.Errorf("%d hours of %s are still there; run the command again", len(rows), m.ID)
	}
	return err
}
