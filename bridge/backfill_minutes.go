// SPDX-License-Identifier: MIT

package bridge

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// positionMinutes is where the reading of the minutes of days stopped.
const positionMinutes sensors.Endpoint = "backfill minutes"

// readDays reads the minutes of the days that have totals in the archive, the
// newest first. Its position is the oldest day that was read.
func (b *Backfill) readDays(ctx context.Context) error {
	days, err := b.known(ctx, sensors.KindDays)
	if err != nil {
		return err
	}
	cursor, err := b.Archive.Cursor(ctx, b.UserID, positionMinutes)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	q := b.query()
	for _, day := range days {
		date, err := time.Parse(time.DateOnly, day.Date)
		if err != nil || date.Before(b.Since.Truncate(24*time.Hour)) ||
			!cursor.Since.IsZero() && !date.Before(cursor.Since) {
			continue
		}
		response, err := b.Cloud.Intraday(ctx, b.startOf(day, date), b.startOf(day, date.AddDate(0, 0, 1)))
		if err != nil {
			return err
		}
		cursor.Since = date
		at := sensors.Progress{Endpoint: positionMinutes, Cursor: cursor}
		if err := b.store(ctx, sensors.DecodeIntraday(response, q.decodeOptions()), at); err != nil {
			return err
		}
	}
	return b.finish(ctx, positionMinutes)
}

// startOf is the first moment of a date where the day was counted.
func (b *Backfill) startOf(day sensors.Record, date time.Time) time.Time {
	zone, err := time.LoadLocation(day.Zone)
	if err != nil || day.Zone == "" {
		zone = cmp.Or(b.Zone, time.UTC)
	}
	year, month, dayOfMonth := date.Date()
	return time.Date(year, month, dayOfMonth, 0, 0, 0, 0, zone)
}

// readNights reads the stages and the minutes of the nights in the archive, the
// newest first, but of those whose means it has.
func (b *Backfill) readNights(ctx context.Context) error {
	nights, err := b.known(ctx, sensors.KindNights)
	if err != nil {
		return err
	}
	read, err := b.known(ctx, sensors.KindSeries)
	if err != nil {
		return err
	}
	isRead := map[int64]bool{}
	for _, means := range read {
		isRead[means.ID] = true
	}
	q := b.query()
	for _, night := range nights {
		if isRead[night.ID] || night.At < b.Since.Unix() || night.Start == 0 {
			continue
		}
		q.night = night
		response, err := b.Cloud.Stages(ctx, time.Unix(night.Start, 0).UTC(), time.Unix(night.At, 0).UTC(),
			sensors.SeriesFields()...)
		if err != nil {
			return err
		}
		for _, batch := range []sensors.Batch{
			sensors.DecodeStages(response, q.decodeOptions()),
			sensors.DecodeMinutes(response, q.decodeOptions()),
			sensors.DecodeSeries(response, night, q.decodeOptions()), // last: with it the night counts as read
		} {
			if err := b.store(ctx, batch, sensors.Progress{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// known lists the records of a kind in the archive, the newest first.
func (b *Backfill) known(ctx context.Context, kind sensors.Kind) ([]sensors.Record, error) {
	all, err := b.Archive.Window(ctx, b.UserID, sensors.Window{Kind: kind, Newest: math.MaxInt32}, b.Policy)
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	slices.SortFunc(all, func(x, y sensors.Record) int {
		return cmp.Or(cmp.Compare(y.Date, x.Date), cmp.Compare(y.At, x.At), cmp.Compare(y.ID, x.ID))
	})
	return all, nil
}
