// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"iter"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// pageOf is a page of a response.
type pageOf interface {
	// Next is where the next page begins, and false in the last page.
	Next() (offset int64, more bool)
}

// span is a range of time that depends on the query.
type span func(q query) (from, to time.Time)

// paged is an endpoint that the cloud delivers in pages.
type paged[T pageOf] struct {
	decode func(T, sensors.DecodeOptions) sensors.Batch
	// since requests what was created or changed since a time, or recorded, where
	// between is nil; everything for the zero time.
	since func(cloud Cloud, ctx context.Context, since time.Time, offset int64) iter.Seq2[T, error]
	// between requests what was recorded in a range.
	between func(cloud Cloud, ctx context.Context, from, to time.Time) iter.Seq2[T, error]
	// recent is the range that every fetch reads in full; nil for an endpoint that
	// is read from the cursor on.
	recent span
	// past is the range that is reread in full.
	past span
}

func measurePages() paged[withings.Measures] {
	return paged[withings.Measures]{
		decode:  sensors.DecodeMeasures,
		since:   Cloud.Measures,
		between: Cloud.MeasuresBetween,
		past:    query.rereadRange,
	}
}

func nightPages() paged[withings.Nights] {
	return paged[withings.Nights]{
		decode:  sensors.DecodeNights,
		since:   Cloud.Nights,
		between: Cloud.NightsBetween,
		past:    query.rereadDays,
	}
}

func dayPages() paged[withings.Activities] {
	return paged[withings.Activities]{
		decode:  sensors.DecodeDays,
		since:   Cloud.Activities,
		between: Cloud.ActivitiesBetween,
		recent:  query.recentDays,
		past:    query.rereadDays,
	}
}

func workoutPages() paged[withings.Workouts] {
	return paged[withings.Workouts]{
		decode:  sensors.DecodeWorkouts,
		since:   Cloud.Workouts,
		between: Cloud.WorkoutsBetween,
		past:    query.rereadDays,
	}
}

// heartPages does not use the cursor, because a record can arrive days after
// it was taken.
func heartPages() paged[withings.HeartRecords] {
	return paged[withings.HeartRecords]{
		decode: sensors.DecodeHeartRecords,
		since:  Cloud.HeartRecords,
		recent: query.rereadRange,
		past:   query.rereadRange,
	}
}

// soundPages is read like heartPages.
func soundPages() paged[withings.SoundRecords] {
	return paged[withings.SoundRecords]{
		decode: sensors.DecodeSoundRecords,
		since:  Cloud.SoundRecords,
		recent: query.rereadRange,
		past:   query.rereadRange,
	}
}

// fetch reads what is new.
func (p paged[T]) fetch(ctx context.Context, cloud Cloud, q query) batches {
	switch {
	case !q.cursor.Backfilled:
		return p.fetchRecent(ctx, cloud, q)
	case p.recent != nil:
		return p.fetchWithin(ctx, cloud, q, p.recent)
	}
	return p.decoded(q, 0, p.since(cloud, ctx, q.since, 0))
}

// reread reads the recent past in full.
func (p paged[T]) reread(ctx context.Context, cloud Cloud, q query) batches {
	return p.fetchWithin(ctx, cloud, q, p.past)
}

// fetchWithin reads a range in full that depends on the query.
func (p paged[T]) fetchWithin(ctx context.Context, cloud Cloud, q query, in span) batches {
	from, to := in(q)
	return p.readWithin(ctx, cloud, q, from, to)
}

// readWithin reads a range in full.
func (p paged[T]) readWithin(ctx context.Context, cloud Cloud, q query, from, to time.Time) batches {
	return covering(from, to, p.decoded(q, 0, p.request(ctx, cloud, from, to)))
}

func (p paged[T]) hasRanges() bool { return p.between != nil }

// readAll reads everything from an offset on.
func (p paged[T]) readAll(ctx context.Context, cloud Cloud, q query, offset int64) batches {
	return p.decoded(q, offset, p.since(cloud, ctx, time.Time{}, offset))
}

func (p paged[T]) request(ctx context.Context, cloud Cloud, from, to time.Time) iter.Seq2[T, error] {
	if p.between == nil {
		return p.since(cloud, ctx, from, 0)
	}
	return p.between(cloud, ctx, from, to)
}

// fetchRecent reads the recent past, for the current values of an endpoint whose
// history was not read. It is not complete: older records may be known.
func (p paged[T]) fetchRecent(ctx context.Context, cloud Cloud, q query) batches {
	return func(yield func(sensors.Batch, error) bool) {
		from, to := p.past(q)
		for batch, err := range p.decoded(q, 0, p.request(ctx, cloud, from, to)) {
			batch.Partial = true
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// history reads everything, in the background, from where it was interrupted.
// What changed last comes last in most responses.
func (p paged[T]) history(ctx context.Context, cloud Cloud, q query) batches {
	return p.readAll(withings.WithBackground(ctx), cloud, q, q.cursor.Offset)
}

// decoded decodes pages, the first of which begins at an offset.
func (p paged[T]) decoded(q query, offset int64, pages iter.Seq2[T, error]) batches {
	return func(yield func(sensors.Batch, error) bool) {
		var newest time.Time
		for page, err := range pages {
			if err != nil {
				yield(sensors.Batch{}, err)
				return
			}
			batch := p.decode(page, q.decodeOptions())
			newest = laterOf(newest, batch.Cursor)
			batch.Cursor, batch.Offset = newest, offset
			offset, batch.Continues = page.Next()
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// covering marks the last batch as complete for a range, with the rows of all
// batches listed.
func covering(from, to time.Time, pages batches) batches {
	return func(yield func(sensors.Batch, error) bool) {
		var listed []int64
		for batch, err := range pages {
			listed = append(listed, batch.Listed...)
			if err == nil && !batch.Continues {
				batch.Listed = listed
				batch = batch.Covering(from, to)
			}
			if !yield(batch, err) {
				return
			}
		}
	}
}
