// SPDX-License-Identifier: MIT

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
ORDER BY at, modified, cloud_id`

// bucketQuery is the query that combines the values of each bucket. Its
// arguments are those of rawQuery.
func bucketQuery(bucket Bucket, zone *time.Location, within extent) string {
	return fmt.Sprintf(bucketSQL, zoneRows(zone, within), bucket.expression())
}

// countQuery is the query that counts the buckets of all values of a key, with
// an upper limit. Its arguments are those of rawQuery and the limit.
func countQuery(bucket Bucket, zone *time.Location, within extent) string {
	expression := "record" // has one value of the key at most
	if bucket != BucketNone {
		expression = bucket.expression()
	}
	return fmt.Sprintf(countSQL, zoneRows(zone, within), expression)
}

// zoneRows are the offsets of a zone as rows of SQL.
func zoneRows(zone *time.Location, within extent) string {
	offsets := offsetsBetween(zone, time.Unix(within.from, 0), time.Unix(within.to, 0))
	begin, _ := time.Unix(within.from, 0).In(zone).ZoneBounds()
	offsets[0].since = math.MinInt32 // before any measurement
	if !begin.IsZero() {
		offsets[0].since = begin.Unix()
	}
	rows := make([]string, len(offsets))
	for i, o := range offsets {
		until := within.to
		if i+1 < len(offsets) {
			until = offsets[i+1].since
		}
		rows[i] = fmt.Sprintf("(%d, %d, %d)", o.since, until, o.seconds)
	}
	return strings.Join(rows, ", ")
}

// bucketSQL lacks the offsets of the zone and the expression of the bucket.
const bucketSQL = `WITH
zone (since, until, seconds) AS (VALUES %s),
span AS (
  SELECT %s AS bucket, count(*) AS count, min(number) AS low, avg(number) AS mean, max(number) AS high, max(at) AS last
  FROM zone CROSS JOIN shown
  WHERE account = ?1 AND key = ?2 AND at >= ?3 AND at < ?4 AND at >= zone.since AND at < zone.until
  GROUP BY bucket
)
SELECT bucket, count, low, mean, high,
  (SELECT mantissa` + lastValue + `), (SELECT exponent` + lastValue + `),
  (SELECT iif(form = 'number', NULL, text)` + lastValue + `)
FROM span ORDER BY bucket`

// countSQL lacks the same. It ends with the first bucket beyond the limit.
const countSQL = `WITH zone (since, until, seconds) AS (VALUES %s)
SELECT count(*) FROM (
  SELECT DISTINCT %s
  FROM zone CROSS JOIN series CROSS JOIN value ON value.series = series.id
  WHERE account = ?1 AND key = ?2 AND at >= ?3 AND at < ?4 AND at >= zone.since AND at < zone.until
  LIMIT ?5
)`

// lastValue selects the last of the values that were measured at the end of a
// bucket.
const lastValue = ` FROM shown WHERE account = ?1 AND key = ?2 AND at = span.last
  ORDER BY modified DESC, cloud_id DESC LIMIT 1`
