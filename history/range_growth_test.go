// SPDX-License-Identifier: MIT

package history_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// TestRangeTakesTheSmallestBucketThatFits compares the bucket that a range grows
// to with the first one whose straightforward points are few enough.
func TestRangeTakesTheSmallestBucketThatFits(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(drawnZones()).Draw(rt, "zone"))
		must(t, err)
		var records []storedRecord
		around := time.Unix(drawTime(rt, zone), 0)
		step := rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 24 * time.Hour, 500 * time.Hour}).Draw(rt, "step")
		for id := range rapid.Int64Range(1, 20).Draw(rt, "records") {
			at := around.Add(time.Duration(rapid.IntRange(0, 20).Draw(rt, "steps")) * step)
			records = append(records, storedRecord{
				kind:   sensors.KindMeasures,
				id:     id + 1,
				at:     at.Unix(),
				values: map[int]storedValue{0: number(80)},
			})
		}
		archive, _ := fill(t, folder, nil, zone.String(), drawnSeries(), records)
		defer func() { _ = archive.Close() }()
		r := history.Range{
			User:      testUser,
			Key:       "weight_kg",
			Bucket:    rapid.SampledFrom(history.Buckets()).Draw(rt, "bucket"),
			Zone:      zone,
			MaxPoints: rapid.IntRange(1, 20).Draw(rt, "points"),
		}
		got, err := archive.Range(t.Context(), r)
		must(t, err)
		r.To = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
		want := wantRange(rt, r, drawnSeries(), records)
		for len(want) > r.MaxPoints && r.Bucket != history.BucketYear {
			r.Bucket = nextBucket(r.Bucket)
			want = wantRange(rt, r, drawnSeries(), records)
		}
		if got.Bucket != r.Bucket || len(got.Points) != min(len(want), r.MaxPoints) {
			rt.Fatalf("%d points by %q, want %d by %q", len(got.Points), got.Bucket, len(want), r.Bucket)
		}
	})
}

// nextBucket is the next larger bucket.
func nextBucket(b history.Bucket) history.Bucket {
	all := history.Buckets()
	for i, bucket := range all[:len(all)-1] {
		if bucket == b {
			return all[i+1]
		}
	}
	return b
}
