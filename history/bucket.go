// SPDX-License-Identifier: MIT

package history

import "time"

// Bucket is a span that points are combined over.
type Bucket string

// The buckets of a range, in the person's time zone.
const (
	BucketNone  Bucket = ""
	BucketHour  Bucket = "hour"
	BucketDay   Bucket = "day"
	BucketWeek  Bucket = "week" // from Monday
	BucketMonth Bucket = "month"
	BucketYear  Bucket = "year"
)

// Buckets lists the buckets, the smallest first.
func Buckets() []Bucket {
	return []Bucket{BucketNone, BucketHour, BucketDay, BucketWeek, BucketMonth, BucketYear}
}

// larger returns the next larger bucket, and false for the largest.
func (b Bucket) larger() (Bucket, bool) {
	all := Buckets()
	for i, bucket := range all[:len(all)-1] {
		if bucket == b {
			return all[i+1], true
		}
	}
	return b, false
}

// shortest is how many seconds each of many buckets lasts at least, 0 when a
// bucket is one value. Clock changes make up for each other, except that a change
// by half an hour makes an hour more.
func (b Bucket) shortest() int64 {
	const hour = 60 * 60
	switch b {
	case BucketHour:
		return hour / 2
	case BucketDay:
		return 24 * hour
	case BucketWeek:
		return 7 * 24 * hour
	case BucketMonth:
		return 28 * 24 * hour
	case BucketYear:
		return 365 * 24 * hour
	case BucketNone:
	}
	return 0
}

// expression is the SQL that numbers the bucket of a value: an hour by the
// second it begins, since a local hour can come twice; the others by the local
// date.
func (b Bucket) expression() string {
	switch b {
	case BucketHour:
		return `max(zone.since, at - (at + zone.seconds) % 3600)`
	case BucketDay:
		return `(at + zone.seconds) / 86400`
	case BucketWeek:
		return `((at + zone.seconds) / 86400 + 3) / 7` // 1 January 1970 was a Thursday
	case BucketMonth:
		return `strftime('%Y', at + zone.seconds, 'unixepoch') * 12 + strftime('%m', at + zone.seconds, 'unixepoch') - 1`
	case BucketYear:
		return `strftime('%Y', at + zone.seconds, 'unixepoch') + 0`
	case BucketNone:
	}
	return `at`
}

// start is when the bucket with a number begins.
func (b Bucket) start(number int64, zone *time.Location) time.Time {
	switch n := int(number); b {
	case BucketDay:
		return startOfDay(1970, time.January, 1+n, zone)
	case BucketWeek:
		return startOfDay(1970, time.January, 1+7*n-3, zone)
	case BucketMonth:
		return startOfDay(n/12, time.Month(n%12+1), 1, zone)
	case BucketYear:
		return startOfDay(n, time.January, 1, zone)
	case BucketNone, BucketHour:
	}
	return time.Unix(number, 0).In(zone)
}

// startOfDay is the first moment of a date: midnight, or the end of the gap
// when the clocks jump over midnight.
func startOfDay(year int, month time.Month, day int, zone *time.Location) time.Time {
	begin := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if noon := time.Date(year, month, day, 12, 0, 0, 0, zone); begin.Day() != noon.Day() {
		_, begin = begin.ZoneBounds()
	}
	return begin
}
