// SPDX-License-Identifier: MIT

package history_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// drawnSeries are the series of drawn archives: two fields for one key, a field
// that needs another, classes, times, totals, texts.
func drawnSeries() []storedSeries {
	number := func(key string, rank int) sensors.Naming {
		return sensors.Naming{Key: key, Unit: "kg", Form: sensors.FormNumber, Rank: rank}
	}
	needs := sensors.Naming{Key: "sleep_score", Form: sensors.FormNumber, ZeroIsNone: true, NegativeIsNone: true, Needs: "asleep"}
	shifted := sensors.Naming{Key: "steps_today", Unit: "steps", Form: sensors.FormNumber, Shift: 2}
	class := sensors.Naming{
		Key:    "ecg_rhythm",
		Form:   sensors.FormClass,
		Texts:  map[int64]string{0: "sinus_rhythm", 10: "other"},
		Prefix: "class_",
	}
	return []storedSeries{
		{sensors.KindMeasures, "1", sensors.NoPosition, number("weight_kg", 0)},
		{sensors.KindMeasures, "1", 7, number("weight_kg", 1)},
		{sensors.KindNights, "score", sensors.NoPosition, needs},
		{sensors.KindNights, "asleep", sensors.NoPosition, sensors.Naming{}},
		{sensors.KindNights, "startdate", sensors.NoPosition, sensors.Naming{Key: "night_start", Form: sensors.FormTime}},
		{sensors.KindDays, "steps", sensors.NoPosition, shifted},
		{sensors.KindHeart, "afib", sensors.NoPosition, class},
		{sensors.KindHeart, "text", sensors.NoPosition, sensors.Naming{Key: "sleep_state", Form: sensors.FormText}},
	}
}

// drawnZones have half hours, clock changes by half an hour, at midnight, both
// ways, and a day that was left out.
func drawnZones() []string {
	return []string{
		"UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe",
		"Asia/Kolkata", "Pacific/Apia", "Asia/Beirut",
	}
}

// drawTime draws a second, often one near a clock change.
// Some seconds are drawn again and again, so that records and bounds meet.
func drawTime(t *rapid.T, zone *time.Location) int64 {
	if rapid.IntRange(0, 4).Draw(t, "frequent") == 0 {
		return rapid.SampledFrom([]int64{1_400_000_000, 1_500_000_000}).Draw(t, "time")
	}
	at := time.Unix(rapid.Int64Range(1_200_000_000, 1_760_000_000).Draw(t, "time"), 0).In(zone)
	if _, end := at.ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near a change") {
		return end.Unix() + rapid.Int64Range(-9000, 9000).Draw(t, "seconds from the change")
	}
	return at.Unix()
}

func drawStored(t *rapid.T, id int64, zone *time.Location, series []storedSeries) storedRecord {
	r := storedRecord{
		kind:     rapid.SampledFrom([]sensors.Kind{"measures", "nights", "days", "heart"}).Draw(t, "kind"),
		id:       id,
		at:       drawTime(t, zone),
		modified: rapid.Int64Range(1, 3).Draw(t, "modified"),
		device:   rapid.IntRange(0, 2).Draw(t, "device"),
		part:     rapid.SampledFrom([]string{"", "night", "nap"}).Draw(t, "part"),
		deleted:  rapid.IntRange(0, 9).Draw(t, "deleted") == 0,
		pending:  rapid.IntRange(0, 9).Draw(t, "pending") == 0,
		values:   map[int]storedValue{},
	}
	if zone.String() != "UTC" && rapid.Bool().Draw(t, "own zone") {
		r.zone = "Asia/Kolkata"
	}
	r.start = r.at - rapid.Int64Range(0, 90_000).Draw(t, "duration")
	if n := rapid.IntRange(-1, 3).Draw(t, "attribution"); n >= 0 {
		r.attribution = &n
	}
	for i, s := range series {
		if s.kind != r.kind || rapid.IntRange(0, 3).Draw(t, "has it") == 0 {
			continue
		}
		v := storedValue{
			mantissa: rapid.Int64Range(-99, 9_999_999).Draw(t, "mantissa"),
			exponent: rapid.IntRange(-4, 1).Draw(t, "exponent"),
		}
		switch {
		case rapid.IntRange(0, 5).Draw(t, "zero") == 0:
			v = storedValue{}
		case s.naming.Form == sensors.FormText:
			v = storedValue{text: rapid.SampledFrom([]string{"light", "deep", "rem"}).Draw(t, "text")}
		case s.naming.Form == sensors.FormClass:
			v = storedValue{mantissa: rapid.Int64Range(0, 2).Draw(t, "class"), exponent: rapid.IntRange(0, 1).Draw(t, "tens")}
		case s.naming.Form == sensors.FormTime:
			v = storedValue{mantissa: r.start}
		}
		r.values[i] = v
	}
	return r
}

// bucketStart is when the bucket of a moment begins, found by going back a
// minute at a time while the local date or hour stays.
func bucketStart(at time.Time, bucket history.Bucket) time.Time {
	if bucket == history.BucketNone {
		return at
	}
	name := func(t time.Time) string {
		switch bucket {
		case history.BucketHour:
			return t.Format("2006-01-02 15 -07:00")
		case history.BucketDay:
			return t.Format(time.DateOnly)
		case history.BucketWeek:
			year, week := t.ISOWeek()
			return fmt.Sprint(year, week)
		case history.BucketMonth:
			return t.Format("2006-01")
		case history.BucketYear, history.BucketNone:
		}
		return t.Format("2006")
	}
	// Whole days first: a year has too many minutes.
	start := at
	for _, step := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		for name(start.Add(-step)) == name(at) {
			start = start.Add(-step)
		}
	}
	return start
}

// wantRange computes a range in the straightforward way.
func wantRange(t *rapid.T, r history.Range, series []storedSeries, records []storedRecord) (points []history.Point) {
	records = slices.SortedFunc(slices.Values(records), compareRecords)
	var last []decimal.Decimal
	finish := func() {
		if len(last) == 0 {
			return
		}
		p, sum := &points[len(points)-1], 0.0
		for _, d := range last {
			sum += d.Float()
		}
		p.Min, p.Max, p.Last = slices.MinFunc(last, compareDecimals), slices.MaxFunc(last, compareDecimals), last[len(last)-1]
		p.Mean, last = sum/float64(p.Count), nil
	}
	for _, rec := range records {
		value, naming, found := rec.value(series, r.Key)
		at := time.Unix(rec.time(), 0).In(r.Zone)
		if !found || !rec.isShown(1) || at.Before(r.From) || !at.Before(r.To) {
			continue
		}
		start := bucketStart(at, r.Bucket)
		if n := len(points); n == 0 || r.Bucket == history.BucketNone || !points[n-1].Time.Equal(start) {
			finish()
			points = append(points, history.Point{Time: start})
		}
		p := &points[len(points)-1]
		p.Count++
		if naming.Form == sensors.FormNumber {
			last = append(last, value.number(t, naming.Shift))
		} else {
			p.Text = value.shown(naming)
		}
	}
	finish()
	return points
}

// shown is a value that is not a number as readers see it.
func (v storedValue) shown(naming sensors.Naming) string {
	number, _ := decimal.New(v.mantissa, v.exponent)
	n, _ := number.Int()
	switch text, named := naming.Texts[n]; {
	case naming.Form == sensors.FormTime:
		return time.Unix(n, 0).UTC().Format(time.RFC3339)
	case naming.Form == sensors.FormText && v.text == "":
		return ""
	case naming.Form == sensors.FormText:
		return v.text
	case named:
		return text
	}
	return naming.Prefix + strconv.FormatInt(n, 10)
}

func compareDecimals(a, b decimal.Decimal) int { return a.Rat().Cmp(b.Rat()) }

// TestRangeEqualsStraightforwardComputation compares the buckets that SQL makes
// with what Go computes of the same drawn records, in zones with all kinds of
// clock changes.
func TestRangeEqualsStraightforwardComputation(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(drawnZones()).Draw(rt, "zone"))
		must(t, err)
		series := drawnSeries()
		var records []storedRecord
		for id := range rapid.IntRange(0, 25).Draw(rt, "records") {
			records = append(records, drawStored(rt, int64(id+1), zone, series))
		}
		archive, _ := fill(t, folder, nil, zone.String(), series, records)
		defer func() { _ = archive.Close() }()
		for range 4 {
			r := history.Range{
				User:   testUser,
				Key:    rapid.SampledFrom(series).Draw(rt, "series").naming.Key,
				From:   time.Unix(drawTime(rt, zone), 0),
				To:     time.Unix(drawTime(rt, zone), 0),
				Bucket: rapid.SampledFrom(history.Buckets()).Draw(rt, "bucket"),
				Zone:   zone,
			}
			if rapid.Bool().Draw(rt, "everything") {
				r.From, r.To = time.Time{}, time.Time{}
			}
			got, err := archive.Range(t.Context(), r)
			must(t, err)
			if r.To.IsZero() {
				r.To = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			if r.Key == "" {
				continue
			}
			want := wantRange(rt, r, series, records)
			equal := cmp.Options{
				cmpopts.EquateEmpty(), cmpopts.EquateApprox(1e-12, 0), cmp.Comparer(func(a, b decimal.Decimal) bool { return a == b }),
				cmp.Comparer(time.Time.Equal),
			}
			if diff := cmp.Diff(want, got.Points, equal); diff != "" || got.Bucket != r.Bucket {
				rt.Fatalf("%s of %s in %s, %s: want(-) got(+)\n%s", r.Bucket, r.Key, zone, got.Bucket, diff)
			}
		}
	})
}

// TestDayBeginsWhereTheClocksJumpOverMidnight is about a day without a
// midnight.
func TestDayBeginsWhereTheClocksJumpOverMidnight(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Sao_Paulo")
	must(t, err)
	noon := time.Date(2018, time.November, 4, 12, 0, 0, 0, zone)
	archive, _ := fill(t, t.TempDir(), nil, zone.String(), drawnSeries(), []storedRecord{
		{kind: sensors.KindMeasures, id: 1, at: noon.Unix(), values: map[int]storedValue{0: number(80)}},
	})
	got, err := archive.Range(t.Context(), history.Range{
		User:   testUser,
		Key:    "weight_kg",
		Bucket: history.BucketDay,
		Zone:   zone,
	})
	must(t, err)
	if want := "2018-11-04T01:00:00-02:00"; len(got.Points) != 1 || got.Points[0].Time.Format(time.RFC3339) != want {
		t.Errorf("%+v, want a day that begins at %s", got.Points, want)
	}
}

// TestRangeGrowsTheBucket has more values than points.
func TestRangeGrowsTheBucket(t *testing.T) {
	t.Parallel()
	var records []storedRecord
	for i := range 900 {
		records = append(records, weightOf(int64(i+1), float64(-24*i), 80_000+int64(i)))
	}
	archive, _ := fill(t, t.TempDir(), nil, "UTC", drawnSeries(), records)
	for _, test := range []struct {
		asked  history.Range
		bucket history.Bucket
		points int
	}{
		{history.Range{}, history.BucketWeek, 129}, // neither hours nor days are enough
		{history.Range{MaxPoints: 900}, history.BucketNone, 900},
		{history.Range{MaxPoints: 100}, history.BucketMonth, 31},
		{history.Range{MaxPoints: 2}, history.BucketYear, 2}, // of four years the last ones
		{history.Range{Bucket: history.BucketMonth}, history.BucketMonth, 31},
	} {
		test.asked.User, test.asked.Key = testUser, "weight_kg"
		got, err := archive.Range(t.Context(), test.asked)
		must(t, err)
		if got.Bucket != test.bucket || len(got.Points) != test.points {
			t.Errorf("at most %d: %d points by %q, want %d by %q",
				test.asked.MaxPoints, len(got.Points), got.Bucket, test.points, test.bucket)
		}
	}
}
