// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"time"

	"vitals2mqtt/sensors"
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
	// Replacements asks for Series.Replacements. That reads all values of the key.
	Replacements bool
}

// defaultMaxPoints is how many points a chart can show.
const defaultMaxPoints = 800

// Series is the answer to a Range.
type Series struct {
	Key    string
	Unit   string
	Bucket Bucket // as used
	Points []Point
	// Replacements are when a device took the place of another one, whether in the
	// range or not.
	Replacements []Replacement
}

// Range returns the values of a key in a range, oldest first. A night counts at
// its end, the totals of a day when the day began. What the attribution policy
// holds back does not count, nor do naps. Values that are computed from others
// are not archived: they have no points.
func (a *Archive) Range(ctx context.Context, r Range) (Series, error) {
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	if r.MaxPoints <= 0 {
		r.MaxPoints = defaultMaxPoints
	}
	series := Series{Key: r.Key, Bucket: r.Bucket}
	if row, ok := sensors.LookupAmong(a.options.Extra, r.Key); ok {
		series.Unit = row.Unit
	}
	err := a.db.read(ctx, "reading the history of "+r.Key, func(db *sql.DB) error {
		account, err := findAccount(ctx, pool{db}, r.User)
		if err != nil {
			return err
		}
		if r.Replacements {
			if series.Replacements, err = replacements(ctx, pool{db}, account, r.Key); err != nil {
				return err
			}
		}
		within, found, err := extentOf(ctx, pool{db}, account, r)
		if err != nil || !found {
			return err
		}
		series.Bucket, series.Points, err = fittingPoints(ctx, pool{db}, account, r, within)
		return err
	})
	return series, err
}

// fittingPoints enlarges the bucket until the points fit. What does not fit is
// found without reading the values, and after a few more of them than fit: that
// can count one that is not shown.
func fittingPoints(
	ctx context.Context, q querier, account int64, r Range, within extent,
) (bucket Bucket, points []Point, err error) {
	for bucket = r.Bucket; ; {
		larger, ok := bucket.larger()
		if !ok {
			break
		}
		fits, err := fits(ctx, q, account, r, bucket, within)
		if err != nil {
			return bucket, nil, err
		}
		if fits {
			break
		}
		bucket = larger
	}
	points, err = pointsOf(ctx, q, account, r, bucket, within)
	if len(points) > r.MaxPoints { // more years than points: the last ones
		points = points[len(points)-r.MaxPoints:]
	}
	return bucket, points, err
}

// fits reports whether all values of a range, even those that are not shown, are
// in few enough buckets.
func fits(
	ctx context.Context, q querier, account int64, r Range, bucket Bucket, within extent,
) (bool, error) {
	if seconds := bucket.shortest(); seconds > 0 && (within.to-within.from)/seconds+2 <= int64(r.MaxPoints) {
		return true, nil // however many values there are
	}
	args := []any{account, r.Key, within.from, within.to, r.MaxPoints + 1}
	counted, err := numbers(ctx, q, countQuery(bucket, r.Zone, within), args...)
	return err == nil && len(counted) == 1 && counted[0] <= int64(r.MaxPoints), err
}

// pointsOf reads the points of a range with one size of bucket.
func pointsOf(
	ctx context.Context, q querier, account int64, r Range, bucket Bucket, within extent,
) (points []Point, err error) {
	query, args := rawQuery, []any{account, r.Key, within.from, within.to}
	if bucket != BucketNone {
		query = bucketQuery(bucket, r.Zone, within)
	}
	err = eachRow(ctx, q, query, args, func(rows *sql.Rows) error {
		var row pointRow
		err := rows.Scan(&row.id, &row.count, &row.min, &row.mean, &row.max, &row.mantissa, &row.exponent, &row.text)
		if err != nil {
			return err
		}
		point, err := row.point(bucket, r.Zone)
		points = append(points, point)
		return err
	})
	return points, err
}

// findAccount returns the row of an account, 0 for one that is not archived.
func findAccount(ctx context.Context, q querier, user string) (int64, error) {
	ids, err := numbers(ctx, q, `SELECT id FROM account WHERE user_id = ?`, user)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// extentOf returns the part of a range that can have values, and false when none
// has.
func extentOf(
	ctx context.Context, q querier, account int64, r Range,
) (within extent, found bool, err error) {
	const query = `SELECT
		(SELECT at FROM value WHERE series = series.id ORDER BY at LIMIT 1),
		(SELECT at FROM value WHERE series = series.id ORDER BY at DESC LIMIT 1)
		FROM series WHERE account = ? AND key = ?`
	err = eachRow(ctx, q, query, []any{account, r.Key}, func(rows *sql.Rows) error {
		var first, last *int64
		if err := rows.Scan(&first, &last); err != nil || first == nil || last == nil {
			return err
		}
		if !found {
			within = extent{*first, *last + 1}
		}
		within.from, within.to, found = min(within.from, *first), max(within.to, *last+1), true
		return nil
	})
	if !r.From.IsZero() {
		within.from = max(within.from, unixCeiling(r.From))
	}
	if !r.To.IsZero() {
		within.to = min(within.to, unixCeiling(r.To))
	}
	return within, found && within.from < within.to, err
}

// unixCeiling is the first second that is not before a moment.
func unixCeiling(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}
