// Package history is the archive: one SQLite file that keeps every record that
// was measured, and where reading stopped. It alone speaks SQL. It neither
// fetches nor publishes, and it decodes no response.
package history

import (
	"context"
	"errors"
	"iter"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// Bucket is a span that points are combined over.
type Bucket string

// The buckets of a range, in the person's time zone.
const (
	BucketNone  Bucket = ""
	BucketHour  Bucket = "hour"
	BucketDay   Bucket = "day"
	BucketWeek  Bucket = "week" // from Monday
	BucketMonth Bucket = "month"
)

// Range asks for the values of one key.
type Range struct {
	User string
	Key  string
	// From and To bound the time of measurement: From ≤ t < To. The zero time is
	// no bound.
	From, To time.Time
	Bucket   Bucket
	// Zone is the person's time zone; nil is UTC.
	Zone *time.Location
	// MaxPoints is how many points are wanted at most; 0 is 800. The bucket
	// grows until they fit.
	MaxPoints int
}

// Point is a value, or the values of a bucket.
type Point struct {
	// Time is when the value was measured, or when the bucket begins.
	Time  time.Time
	Count int
	// Min, Mean, Max and Last are equal for a single value. They are zero for
	// texts.
	Min, Max, Last decimal.Decimal
	Mean           float64
	// Text is the last value of a sensor of texts.
	Text string
}

// Series is the answer to a Range.
type Series struct {
	Key    string
	Unit   string
	Bucket Bucket // as used
	Points []Point
}

// Filter selects stored records.
type Filter struct {
	User string
	// Kinds and Keys are all when empty.
	Kinds    []sensors.Kind
	Keys     []string
	From, To time.Time
	// After continues after a record, by Stored.Sequence.
	After int64
	// Held includes what the attribution policy holds back.
	Held bool
}

// Stored is a record of the archive with its kind. Sequence grows with every
// change of any record.
type Stored struct {
	Kind     sensors.Kind
	Sequence int64
	sensors.Record
}

// Night is a sleep session with its stages, oldest first.
type Night struct {
	sensors.Record

	Nap    bool
	Stages []sensors.Record
}

// Range returns the values of a key in a range.
func (a *Archive) Range(ctx context.Context, r Range) (Series, error) {
	return Series{}, errors.ErrUnsupported
}

// Latest returns the newest n values of a key, newest first.
func (a *Archive) Latest(ctx context.Context, user, key string, n int) ([]sensors.Reading, error) {
	return nil, errors.ErrUnsupported
}

// Nights returns the nights and naps that ended in a range, oldest first.
func (a *Archive) Nights(ctx context.Context, user string, from, to time.Time) ([]Night, error) {
	return nil, errors.ErrUnsupported
}

// Records returns stored records, interpreted, oldest first; removed ones never.
func (a *Archive) Records(ctx context.Context, f Filter) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) { yield(Stored{}, errors.ErrUnsupported) }
}

// Changed returns the records that changed after a sequence number, in the
// order of their changes, those that were removed with Record.Deleted set.
func (a *Archive) Changed(ctx context.Context, user string, after int64) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) { yield(Stored{}, errors.ErrUnsupported) }
}
