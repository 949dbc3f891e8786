// SPDX-License-Identifier: MIT

package sensors_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// applyWhole applies a batch to an empty store at once, applyEach in batches of
// one record, of which none can be passed over.
func applyWhole(t *rapid.T, b sensors.Batch, o sensors.ApplyOptions) *sensors.Store {
	s := sensors.NewStore()
	applyTo(t, s, b, o)
	return s
}

func applyEach(t *rapid.T, b sensors.Batch, o sensors.ApplyOptions) *sensors.Store {
	s := sensors.NewStore()
	for _, rec := range b.Records {
		one := b
		one.Records = []sensors.Record{rec}
		applyTo(t, s, one, o)
	}
	return s
}

func applyTo(t *rapid.T, s *sensors.Store, b sensors.Batch, o sensors.ApplyOptions) {
	changes, err := sensors.Reconcile(b, o, s)
	if err == nil {
		_, err = s.Update(changes, o, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestPassedOverRecordsDoNotMatter: a page whose old records are passed over
// leaves the same readings as its records one by one.
func TestPassedOverRecordsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		o := pollOptions()
		o.InitialSync = true
		var batch sensors.Batch
		switch rapid.IntRange(0, 3).Draw(r, "kind") {
		case 0:
			batch = sensors.DecodeMeasures(measuresOf(drawManyGroups(r)...), decodeOptions(o))
		case 1:
			batch = sensors.DecodeNights(nightsOf(drawManyNights(r)...), decodeOptions(o))
		case 2:
			batch = sensors.DecodeDays(withings.Activities{Rows: drawManyDays(r)}, decodeOptions(o))
		default:
			batch = sensors.DecodeMinutes(stagesOf(
				stageSeries("mat", at(-9), "rmssd", "40", "50", "0"), stageSeries("mat", at(-8), "hr", "40", "-1", "60", "61"),
				stageSeries("watch", at(-8), "hr", "70", "71")), decodeOptions(o))
		}
		whole, each := applyWhole(r, batch, o), applyEach(r, batch, o)
		if got, want := fmt.Sprint(whole.Readings()), fmt.Sprint(each.Readings()); got != want {
			r.Fatalf("%s: at once\n%s\none by one\n%s", batch.Kind, got, want)
		}
		if got, want := fmt.Sprint(keptIDs(r, batch.Kind, whole)), fmt.Sprint(keptIDs(r, batch.Kind, each)); got != want {
			r.Fatalf("%s: at once %v are kept, one by one %v", batch.Kind, got, want)
		}
	})
}

// keptIDs lists the records that a store keeps, or holds back.
func keptIDs(t *rapid.T, kind sensors.Kind, s *sensors.Store) []int64 {
	records, err := s.Within(kind, sensors.Range{To: unixTime(maxTime)})
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, rec := range records {
		ids = append(ids, rec.ID)
	}
	slices.Sort(ids)
	return ids
}

// interpretedOf applies a batch to an empty store, and returns the store and the
// records that were interpreted.
func interpretedOf(t *testing.T, b sensors.Batch, o sensors.ApplyOptions) (s *store, ids []int64) {
	t.Helper()
	s = newStore()
	changes, err := sensors.Reconcile(b, o, s.Store)
	if err == nil {
		_, err = s.Update(changes, o, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range changes.Put {
		if rec.Values != nil {
			ids = append(ids, rec.ID)
		}
	}
	slices.Sort(ids)
	return s, ids
}

// TestGroupsOfARatioAreChosen has groups that no key needs but a ratio: both
// sides of it are newer in other groups, though never together.
func TestGroupsOfARatioAreChosen(t *testing.T) {
	t.Parallel()
	weight, muscle := measure(1, 80, 0), measure(76, 40, 0)
	var groups []withings.Group
	add := func(n int, measures ...withings.Measure) (ids []int64) {
		for range n {
			id := int64(len(groups) + 1)
			groups, ids = append(groups, group(id, at(-100)+id, measures...)), append(ids, id)
		}
		return ids
	}
	add(3, weight, muscle)
	add(1, weight)
	add(1, muscle)
	want := slices.Concat(
		add(maxGroupsPerKey, weight, muscle), add(maxGroupsPerKey, weight), add(maxGroupsPerKey, muscle),
	)
	o := pollOptions()
	o.InitialSync = true
	s, got := interpretedOf(t, sensors.DecodeMeasures(measuresOf(groups...), decodeOptions(o)), o)
	if !slices.Equal(got, want) {
		t.Errorf("interpreted %v, want %v", got, want)
	}
	wantReadings(t, s, map[string]string{"muscle_ratio_pct": "50"})
}

func drawManyGroups(r *rapid.T) (groups []withings.Group) {
	for id := range rapid.Int64Range(20, 60).Draw(r, "groups") {
		g := group(id+1, at(-float64(rapid.IntRange(0, 60).Draw(r, "hours ago"))))
		g.Attribution = wireInt(rapid.SampledFrom([]int64{0, 1, 1, 99}).Draw(r, "attribution"))
		for range rapid.IntRange(0, 3).Draw(r, "measures") {
			m := measure(rapid.SampledFrom([]int64{1, 1, 76, 9, 10, 240}).Draw(r, "type"),
				rapid.Int64Range(0, 90).Draw(r, "value"), 0)
			if position := rapid.SampledFrom([]int64{-1, -1, 7, 6, 12, 3}).Draw(r, "position"); position >= 0 {
				m.Position = wireInt(position)
			}
			g.Measures = append(g.Measures, m)
		}
		groups = append(groups, g)
	}
	return groups
}

func drawManyNights(r *rapid.T) (nights []withings.Night) {
	for id := range rapid.Int64Range(9, 20).Draw(r, "nights") {
		end := at(-float64(rapid.IntRange(0, 400).Draw(r, "hours ago")))
		n := matNight(id+1, end-int64(rapid.IntRange(1, 9).Draw(r, "hours"))*3600, end, totalSleep("9000"))
		n.Completed = withings.Flag{True: rapid.IntRange(0, 4).Draw(r, "completed") > 0, OK: true}
		nights = append(nights, n)
	}
	return nights
}

func drawManyDays(r *rapid.T) (days []withings.Activity) {
	for range rapid.IntRange(5, 15).Draw(r, "days") {
		day := noon().AddDate(0, 0, -rapid.IntRange(0, 12).Draw(r, "days ago"))
		row := activityRow(day.Format(time.DateOnly), "Europe/Zurich", day, rapid.SampledFrom([]string{"7", "-1"}).Draw(r, "steps"))
		if rapid.Bool().Draw(r, "empty") {
			row.Data = withings.FieldsOf(row.Data.All()[:1]...)
		}
		days = append(days, row)
	}
	return days
}
