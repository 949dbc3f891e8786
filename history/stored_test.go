// SPDX-License-Identifier: MIT

package history_test

import (
	"iter"
	"slices"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// realSeries are fields of the cloud, as the catalogue names them.
func realSeries() []storedSeries {
	return []storedSeries{
		{kind: sensors.KindMeasures, field: "1", position: sensors.NoPosition},
		{kind: sensors.KindMeasures, field: "11", position: sensors.NoPosition},
		{kind: sensors.KindNights, field: "total_sleep_time", position: sensors.NoPosition},
		{kind: sensors.KindStage, field: sensors.FieldState, position: sensors.NoPosition},
		{kind: sensors.KindDays, field: "steps", position: sensors.NoPosition},
	}
}

// fillReal does the same as fill with realSeries, which the program names.
func fillReal(t *testing.T, records []storedRecord) *history.Archive {
	t.Helper()
	archive, path := fill(t, t.TempDir(), nil, "Europe/Berlin", realSeries(), records)
	must(t, archive.Close())
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	t.Cleanup(func() { must(t, archive.Close()) })
	return archive
}

// noon is the present of the tests.
func noon() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) }

// hours is a second so many hours before (negative) or after noon.
func hours(n float64) int64 { return noon().Unix() + int64(n*3600) }

// weightOf is a record with a weight of so many grams.
func weightOf(id int64, at float64, grams int64) storedRecord {
	return storedRecord{kind: sensors.KindMeasures, id: id, at: hours(at), values: map[int]storedValue{0: {grams, -3, ""}}}
}

func (r storedRecord) attributed(number int) storedRecord {
	r.attribution = &number
	return r
}

func (r storedRecord) of(device int) storedRecord {
	r.device = device
	return r
}

// sleep is a session of an hour asleep.
func sleep(id int64, from, to float64, part string) storedRecord {
	return storedRecord{
		kind:   sensors.KindNights,
		id:     id,
		start:  hours(from),
		at:     hours(to),
		part:   part,
		values: map[int]storedValue{2: number(3600)},
	}
}

func number(n int64) storedValue { return storedValue{mantissa: n} }

func collect(t *testing.T, records iter.Seq2[history.Stored, error]) (all []history.Stored) {
	t.Helper()
	for rec, err := range records {
		must(t, err)
		all = append(all, rec)
	}
	return all
}

func ids(records []history.Stored) (all []int64) {
	for _, rec := range records {
		all = append(all, rec.ID)
	}
	return all
}

func TestRecordsAreFilteredAndInOrder(t *testing.T) {
	t.Parallel()
	const held = 1
	gone, unready := weightOf(4, -2, 82_000), sleep(9, -13, -5, "")
	gone.deleted, unready.pending = true, true
	archive := fillReal(t, []storedRecord{
		weightOf(1, -1, 80_123).attributed(0),
		{kind: sensors.KindMeasures, id: 2, at: hours(-9), values: map[int]storedValue{1: number(60)}},
		weightOf(3, -2, 81_000).attributed(held),
		gone, unready,
		sleep(5, -13, -5, "night"), sleep(6, -12, -5, ""), sleep(7, -4, -3, "nap"),
		// Counted this morning, for the day before.
		{
			kind:   sensors.KindDays,
			id:     -8,
			start:  hours(-35),
			at:     hours(-4),
			date:   "2026-02-28",
			values: map[int]storedValue{4: number(999)},
		},
	})
	for name, test := range map[string]struct {
		filter history.Filter
		want   []int64
	}{
		"all":          {history.Filter{}, []int64{-8, 2, 5, 6, 7, 1}},
		"held back":    {history.Filter{Held: true, Kinds: []sensors.Kind{sensors.KindMeasures}}, []int64{2, 3, 1}},
		"by key":       {history.Filter{Keys: []string{"weight_kg", "activity_steps_today"}}, []int64{-8, 1}},
		"main sleep":   {history.Filter{MainSleep: true, Kinds: []sensors.Kind{sensors.KindNights}}, []int64{5}},
		"between":      {history.Filter{From: time.Unix(hours(-9), 0), To: time.Unix(hours(-3), 0)}, []int64{2, 5, 6}},
		"another user": {history.Filter{User: "4712"}, nil},
	} {
		if test.filter.User == "" {
			test.filter.User = testUser
		}
		if got := ids(collect(t, archive.Records(t.Context(), test.filter))); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	first := collect(t, archive.Records(t.Context(), history.Filter{User: testUser, Keys: []string{"weight_kg"}}))[0]
	if first.Values["weight_kg"].String() != "80.123" || first.Kind != sensors.KindMeasures || *first.Attribution != 0 {
		t.Errorf("%+v", first)
	}
}

// TestRecordsComeInPages also uses the archive in between, which must not wait
// for the end.
func TestRecordsComeInPages(t *testing.T) {
	t.Parallel()
	var records []storedRecord
	for i := range 600 {
		r := weightOf(int64(i+1), float64(i/3), 80_000)
		if i%7 == 0 {
			r = sleep(int64(i+1), float64(i/3)-1, float64(i/3), "night")
		}
		records = append(records, r)
	}
	archive := fillReal(t, records)
	seen, last := map[int64]bool{}, int64(0)
	for rec, err := range archive.Records(t.Context(), history.Filter{User: testUser}) {
		must(t, err)
		if seen[rec.ID] || rec.At < last {
			t.Fatalf("record %d comes twice or too late", rec.ID)
		}
		seen[rec.ID], last = true, rec.At
		if _, err := archive.Zone(t.Context(), testUser); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != len(records) {
		t.Errorf("%d records, want %d", len(seen), len(records))
	}
	for _, err := range archive.Records(t.Context(), history.Filter{User: testUser}) {
		must(t, err)
		break // ends early
	}
}

func TestChangedFollowsTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	var records []storedRecord
	for i := range 300 {
		records = append(records, weightOf(int64(1000-i), float64(-i), 80_000))
	}
	records[270].deleted = true
	records[280] = records[280].attributed(1)
	archive := fillReal(t, records)
	got := collect(t, archive.Changed(t.Context(), testUser, 2))
	if len(got) != 297 || got[0].ID != 998 || !slices.IsSortedFunc(got, func(a, b history.Stored) int {
		return int(a.Sequence - b.Sequence)
	}) {
		t.Fatalf("%d records, the first is %+v", len(got), got[0])
	}
	if gone := got[268]; gone.Deleted == 0 || gone.ID != 730 {
		t.Errorf("%+v", gone)
	}
	if slices.Contains(ids(got), 720) {
		t.Error("a record that is held back is among the changes")
	}
}

func TestNightsHaveTheirStages(t *testing.T) {
	t.Parallel()
	stage := func(id int64, from, to float64, state int64, device int) storedRecord {
		return storedRecord{
			kind:   sensors.KindStage,
			id:     id,
			start:  hours(from),
			at:     hours(to),
			device: device,
			values: map[int]storedValue{3: number(state)},
		}
	}
	archive := fillReal(t, []storedRecord{
		sleep(1, -37, -29, "night").of(1), sleep(2, -13, -5, "night").of(1), sleep(3, -12, -5, "").of(2),
		sleep(4, -2, -1, "nap").of(2),
		stage(-1, -37, -33, 1, 2), // the night has no stages of its own device
		stage(-2, -13, -9, 1, 1), stage(-3, -9, -5, 2, 1), stage(-4, -11, -6, 3, 2),
		stage(-5, -1.5, -1, 2, 2), stage(-6, -1, -0.5, 2, 2),
	})
	nights, err := archive.Nights(t.Context(), testUser, time.Time{}, time.Time{})
	must(t, err)
	var got [][]int64
	for _, night := range nights {
		stages := []int64{night.ID}
		for _, stage := range night.Stages {
			stages = append(stages, stage.ID)
		}
		got = append(got, stages)
	}
	if want := [][]int64{{1, -1}, {2, -2, -3}, {4, -5}}; !slices.EqualFunc(got, want, slices.Equal) || nights[0].Nap ||
		!nights[2].Nap {
		t.Errorf("nights with stages %v, want %v", got, want)
	}
	if state := nights[1].Stages[1].Values["sleep_state"].String(); state != "deep" {
		t.Errorf("the last stage is %q", state)
	}
	if nights, err := archive.Nights(t.Context(), testUser, noon(), time.Time{}); err != nil || len(nights) > 0 {
		t.Errorf("%v, %v", nights, err)
	}
}

func TestLatestIsNewestFirst(t *testing.T) {
	t.Parallel()
	edited := weightOf(3, -2, 80_500).attributed(99).of(1)
	edited.modified = 2
	archive := fillReal(t, []storedRecord{
		weightOf(1, -9, 81_000), weightOf(2, -1, 82_000).attributed(1), edited, weightOf(4, -2, 83_000),
	})
	got, err := archive.Latest(t.Context(), testUser, "weight_kg", 2)
	must(t, err)
	if len(got) != 2 || got[0].GroupID != 3 || got[1].GroupID != 4 || got[0].Value.String() != "80.5" ||
		!got[0].Unconfirmed || got[0].Model != "Body Cardio" || got[0].MeasuredAt.Unix() != hours(-2) {
		t.Errorf("%+v", got)
	}
}
