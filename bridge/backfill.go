// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Refusal is why the cloud did not return the history of an endpoint.
type Refusal struct {
	Endpoint sensors.Endpoint
	Err      error
}

// Run reads the past. What the cloud refuses is skipped and returned; an error
// ends the reading.
func (b *Backfill) Run(ctx context.Context) ([]Refusal, error) {
	ctx = withings.WithBackground(ctx)
	var refused []Refusal
	try := func(e sensors.Endpoint, read func() error) error {
		err := b.patiently(ctx, read)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if isRefusal(err) {
			refused = append(refused, Refusal{e, err})
			return nil
		}
		return err
	}
	for _, source := range backfillSources() {
		if len(b.Kinds) > 0 && !slices.Contains(b.Kinds, source.kind) {
			continue
		}
		if err := try(source.endpoint, func() error { return b.read(ctx, source) }); err != nil {
			return refused, err
		}
	}
	if !b.Minutes {
		return refused, nil
	}
	if err := try(sensors.EndpointIntraday, func() error { return b.readDays(ctx) }); err != nil {
		return refused, err
	}
	return refused, try(sensors.EndpointSeries, func() error { return b.readNights(ctx) })
}

// isRefusal reports whether an error is about one endpoint only.
func isRefusal(err error) bool {
	_, ofCloud := errors.AsType[*withings.Error](err)
	return ofCloud && !errors.Is(err, withings.ErrSignIn) && !errors.Is(err, withings.ErrApplication)
}

// maxPauses is how often the cloud may request a pause during one endpoint.
const maxPauses = 10

// patiently reads again, from where it stopped, after a pause that the cloud
// requests.
func (b *Backfill) patiently(ctx context.Context, read func() error) error {
	for range maxPauses {
		err := read()
		pause := withings.RetryAfter(err)
		if withings.ClassOf(err) != withings.Limited || pause <= 0 {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
	return read()
}

// read reads the records of one kind.
func (b *Backfill) read(ctx context.Context, source backfillSource) error {
	at := "backfill " + source.endpoint
	cursor, err := b.Archive.Cursor(ctx, b.UserID, at)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	if b.Since.IsZero() {
		return b.readAll(ctx, source, at, cursor)
	}
	return b.readSince(ctx, source, at, cursor)
}

// readAll reads all years, page by page, from the page on where it stopped.
func (b *Backfill) readAll(
	ctx context.Context, source backfillSource, at sensors.Endpoint, cursor sensors.Cursor,
) error {
	for batch, err := range source.pages.readAll(ctx, b.Cloud, b.query(), cursor.Offset) {
		if err != nil {
			return err
		}
		cursor.Offset = batch.Offset
		if err := b.store(ctx, batch, sensors.Progress{Endpoint: at, Cursor: cursor}); err != nil {
			return err
		}
	}
	return b.finish(ctx, at)
}

// readSince reads back to a time, the newest months first. What is missing from
// them was deleted. After an interruption, the months that were done are not
// read again, but for the present ones.
func (b *Backfill) readSince(
	ctx context.Context, source backfillSource, at sensors.Endpoint, cursor sensors.Cursor,
) error {
	q := b.query()
	ranges := monthsBack(b.Since, q.now.Add(24*time.Hour)) // a night may belong to tomorrow in UTC
	if !source.pages.hasRanges() {
		ranges = func(yield func(from, to time.Time) bool) { yield(b.Since, q.now) }
	}
	for from, to := range ranges {
		if to.Before(q.now) && !cursor.Since.IsZero() && !from.Before(cursor.Since) {
			continue
		}
		for batch, err := range source.pages.readWithin(ctx, b.Cloud, q, from, to) {
			if err != nil {
				return err
			}
			var done sensors.Progress
			if !batch.Continues {
				if cursor.Since.IsZero() || from.Before(cursor.Since) {
					cursor.Since = from
				}
				done = sensors.Progress{Endpoint: at, Cursor: cursor}
			}
			if err := b.store(ctx, batch, done); err != nil {
				return err
			}
		}
	}
	return b.finish(ctx, at)
}
