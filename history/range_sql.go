package history

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// extent is from when to when (excluded) there can be values, in unix seconds.
type extent struct{ from, to int64 }

// rawQuery reads every value of a key as a point.
const rawQuery = `SELECT at, 1, number, number, number, mantissa, exponent, iif(form = 'number', NULL, text)
FROM shown WHERE account = ? AND key = ? AND at >= ? AND at < ?
ORDER BY at, modified, cloud_id LIMIT ?`

// bucketQuery is the query that combines the values of each bucket, with its
// arguments: offsets from UTC come before those of the values.
func bucketQuery(
	bucket Bucket, zone *time.Location, within extent, args []any,
) (query string, all []any) {
	offsets := offsetsBetween(zone, time.Unix(within.from, 0), time.Unix(within.to, 0))
	begin, _ := time.Unix(within.from, 0).In(zone).ZoneBounds()
	offsets[0].since = math.MinInt32 // before any measurement
	if !begin.IsZero() {
		offsets[0].since = begin.Unix()
	}
	all = make([]any, 0, 3*len(offsets)+len(args))
	for i, o := range offsets {
		until := within.to
		if i+1 < len(offsets) {
			until = offsets[i+1].since
		}
		all = append(all, o.since, until, o.seconds)
	}
	values := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(offsets)), ", ")
	return fmt.Sprintf(bucketSQL, values, bucket.expression()), append(all, args...)
}

// bucketSQL lacks the offsets of the zone and the expression of the bucket.
const bucketSQL = `WITH
zone (since, until, seconds) AS (VALUES %s),
point AS (
  SELECT %s AS bucket, at, modified, cloud_id, number, mantissa, exponent, iif(form = 'number', NULL, text) AS text
  FROM zone CROSS JOIN shown
  WHERE account = ? AND key = ? AND at >= ? AND at < ? AND at >= zone.since AND at < zone.until
),
ordered AS (
  SELECT *, row_number() OVER (PARTITION BY bucket ORDER BY at DESC, modified DESC, cloud_id DESC) AS place FROM point
)
SELECT
  bucket, count(*), min(number), avg(number), max(number),
  max(iif(place = 1, mantissa, NULL)), max(iif(place = 1, exponent, NULL)), max(iif(place = 1, text, NULL))
FROM ordered GROUP BY bucket ORDER BY bucket LIMIT ?`
