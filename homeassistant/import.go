// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"fmt"
	"time"
)

// Importer brings the past of one profile to Home Assistant. It can be
// interrupted and repeated: what is there already is not sent again.
type Importer struct {
	Client  *Client
	Source  Source
	Journal Journal
	// Poll is the time between two looks at the recorder; 0 is a quarter of a
	// second.
	Poll time.Duration
}

func (i *Importer) recorder() recorder { return recorder{i.Client, i.Poll} }

// maxBatch is the number of rows in one command.
const maxBatch = 2000

// Import writes the series of a job. The outcomes of what was done are returned
// also with an error.
func (i *Importer) Import(ctx context.Context, job Job) ([]Outcome, error) {
	known, err := i.Client.registry(ctx, i.Journal)
	if err != nil {
		return nil, err
	}
	if err := i.recorder().check(ctx); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, s := range job.Series {
		outcome := Outcome{Key: s.Key}
		err := i.importSeries(ctx, job, known, s, &outcome)
		outcomes = append(outcomes, outcome)
		if err != nil {
			return outcomes, fmt.Errorf("importing the statistics of %s: %w", s.Key, err)
		}
		job.finished()
	}
	return outcomes, nil
}

func (i *Importer) importSeries(ctx context.Context, job Job, known registry, s Series, o *Outcome) error {
	t, skipped := known.target(s, job.Mode)
	o.StatisticID, o.Skipped = t.ID, skipped
	if skipped != "" {
		return nil
	}
	limits := Limits{Since: job.Since, Now: time.Now(), Hold: job.Hold}
	if t.entity {
		oldest, err := i.Client.Oldest(ctx, t.Metadata)
		if err != nil {
			return err
		}
		limits.Before = known.before(t, oldest)
	}
	rows, err := i.plan(ctx, s, limits)
	if err != nil {
		return err
	}
	if o.Planned = len(rows); len(rows) == 0 {
		o.Skipped = "the archive has nothing that is older than what Home Assistant has"
		if !t.entity {
			o.Skipped = "the archive has nothing of it"
		}
		return nil
	}
	first, last := rows[0].Start, rows[len(rows)-1].Start
	o.First, o.Last = &first, &last
	if t.entity && !job.DryRun {
		if err := i.remember(s, known.spans[s.UniqueID], first, limits.end()); err != nil {
			return err
		}
	}
	return i.write(ctx, job, t, rows, o)
}

func (i *Importer) plan(ctx context.Context, s Series, l Limits) ([]Row, error) {
	if s.Total {
		points, err := i.Source.Days(ctx, s.Key)
		if err != nil {
			return nil, fmt.Errorf("reading the archive: %w", err)
		}
		return SumRows(points, l), nil
	}
	points, err := i.Source.Hours(ctx, s.Key)
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	return MeanRows(points, l), nil
}

// remember extends what is known to be written in an entity's statistics.
func (i *Importer) remember(s Series, known Span, first, before time.Time) error {
	span := Span{From: first, Before: before}
	if !known.From.IsZero() && known.From.Before(first) && known.Before.Equal(before) {
		span.From = known.From
	}
	return i.Journal.Put(s.UniqueID, span)
}

// write sends rows in batches, each of them read back.
func (i *Importer) write(ctx context.Context, job Job, t target, rows []Row, o *Outcome) error {
	total := len(rows)
	for len(rows) > 0 {
		batch := rows[:min(maxBatch, len(rows))]
		rows = rows[len(batch):]
		todo, err := i.missing(ctx, t, batch)
		if err != nil {
			return err
		}
		o.Present += len(batch) - len(todo)
		if len(todo) > 0 && !job.DryRun {
			if err := i.Client.sendRows(ctx, t.Metadata, todo); err != nil {
				return err
			}
			o.Sent += len(todo)
			left, err := i.readBack(ctx, t, todo)
			if o.Found += len(todo) - len(left); err != nil {
				return err
			}
		}
		job.progress(t.series.Key, total-len(rows), total)
	}
	return nil
}

// missing returns the rows that Home Assistant does not have.
func (i *Importer) missing(ctx context.Context, t target, rows []Row) ([]Row, error) {
	from, to := rows[0].Start, rows[len(rows)-1].Start.Add(time.Hour)
	stored, err := i.Client.rows(ctx, t.Metadata, from, to, periodHour)
	if err != nil {
		return nil, fmt.Errorf("reading statistics back: %w", err)
	}
	return missing(rows, stored, t.HasSum), nil
}

// maxLooks bounds how often rows are looked for once the recorder has nothing
// left to do.
const maxLooks = 20

// readBack waits until the recorder has worked off what was sent, and returns
// the rows that are still missing then, with ErrNotFound.
func (i *Importer) readBack(ctx context.Context, t target, rows []Row) (left []Row, err error) {
	for range maxLooks {
		if err := i.recorder().await(ctx); err != nil {
			return rows, err
		}
		if left, err = i.missing(ctx, t, rows); err != nil || len(left) == 0 {
			return left, err
		}
		if err := i.recorder().pause(ctx); err != nil {
			return left, err
		}
	}
	return left, ErrNotFound
}
