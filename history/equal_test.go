// SPDX-License-Identifier: MIT

package history_test

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history/historytest"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// TestArchiveEqualsMemory applies drawn batches to both.
func TestArchiveEqualsMemory(t *testing.T) {
	t.Parallel()
	archive, count := openFile(t, filepath.Join(t.TempDir(), "history.db")), 0
	rapid.Check(t, func(t *rapid.T) {
		count++
		user := fmt.Sprintf("user-%d", count)
		memory := &historytest.Memory{}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			step := drawStep(t)
			got, want := step.on(t, user, archive), step.on(t, user, memory)
			if got != want {
				t.Fatalf("after %+v, on disk (-), in memory (+):\n%s", step,
					gocmp.Diff(strings.Split(got, "\n"), strings.Split(want, "\n")))
			}
		}
	})
}

// step is one change of an archive.
type step struct {
	batch   sensors.Batch
	options sensors.ApplyOptions
	at      sensors.Progress
	told    []sensors.Ref
}

func drawStep(t *rapid.T) step {
	kind := rapid.SampledFrom([]sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindDays, sensors.KindBeds,
	}).Draw(t, "kind")
	s := step{
		batch: sensors.Batch{Kind: kind},
		options: sensors.ApplyOptions{
			Now:          start().Add(1000 * time.Hour),
			Since:        start(),
			InitialSync:  rapid.Bool().Draw(t, "initial"),
			TrustAbsence: true,
		},
		at: sensors.Progress{
			Endpoint: sensors.EndpointMeasures,
			Cursor:   sensors.Cursor{Offset: rapid.Int64Range(0, 3).Draw(t, "offset")},
		},
		told: []sensors.Ref{{Kind: kind, ID: rapid.Int64Range(1, 12).Draw(t, "told")}},
	}
	ids := rapid.SliceOfNDistinct(rapid.Int64Range(1, 12), 0, 6, rapid.ID).Draw(t, "ids")
	for _, id := range ids {
		rec := drawChange(t, kind, id)
		sensors.Interpret(kind, &rec, nil)
		s.batch.Records, s.batch.Listed = append(s.batch.Records, rec), append(s.batch.Listed, id)
	}
	if rapid.Bool().Draw(t, "complete") {
		s.batch = s.batch.Covering(start().Add(-24*time.Hour), start().Add(time.Duration(len(ids))*24*time.Hour))
	}
	return s
}

func drawChange(t *rapid.T, kind sensors.Kind, id int64) sensors.Record {
	at := start().Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour).Unix()
	rec := sensors.Record{
		ID:       id,
		At:       at,
		Created:  at,
		Modified: start().Unix() + rapid.Int64Range(0, 5).Draw(t, "modified"),
		Device:   rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "device"),
		Model:    rapid.SampledFrom([]string{"", "Body+"}).Draw(t, "model"),
	}
	switch kind {
	case sensors.KindMeasures:
		attribution := rapid.IntRange(0, 2).Draw(t, "attribution")
		rec.Attribution = &attribution
	case sensors.KindNights:
		rec.Start = at - rapid.Int64Range(1, 9).Draw(t, "length")*60*60
		rec.Date = time.Unix(at, 0).UTC().Format(time.DateOnly)
		rec.Pending = rapid.Bool().Draw(t, "pending")
	case sensors.KindDays:
		rec.ID = -id
		rec.Start = at - rapid.Int64Range(0, 30).Draw(t, "length")*60*60
		rec.Date = time.Unix(rec.Start, 0).UTC().Format(time.DateOnly)
	default:
	}
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		rec.Fields = append(rec.Fields, sensors.Field{
			Name:     rapid.SampledFrom([]string{"1", "76", "88", "steps", "total_sleep_time"}).Draw(t, "name"),
			Position: rapid.SampledFrom([]int{sensors.NoPosition, 2, 7}).Draw(t, "position"),
			Value: rapid.OneOf(
				rapid.Map(rapid.Int64(), func(n int64) sensors.Value { return sensors.Number(decimal.FromInt(n)) }),
				rapid.Map(rapid.StringN(0, 5, -1), sensors.Text),
				rapid.Just(sensors.Value{}),
			).Draw(t, "value"),
		})
	}
	return rec
}

// on applies the step, and returns all that the archive shows then.
func (s step) on(t *rapid.T, user string, a bridge.Archive) string {
	ctx := context.Background()
	b := s.batch
	b.Records = slices.Clone(b.Records)
	changes, err := a.Apply(ctx, user, b, s.options, s.at)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	fmt.Fprintln(&shown, "put", len(changes.Put), "gone", len(changes.Gone), "news", changes.News)
	if err := a.Told(ctx, user, s.told...); err != nil {
		t.Fatal(err)
	}
	for _, w := range allWindows() {
		records, err := a.Window(ctx, user, w, nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&shown, "window", w.Kind, w)
		for _, rec := range records {
			shown.WriteString(describe(rec))
		}
	}
	untold, err := a.Untold(ctx, user)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range untold {
		shown.WriteString("pending " + describe(rec.Record))
	}
	cursor, err := a.Cursor(ctx, user, s.at.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&shown, "cursor", cursor)
	return shown.String()
}

// describe is a record as a line, whatever the order of its fields.
func describe(rec sensors.Record) string {
	rec.Fields = slices.SortedFunc(slices.Values(rec.Fields), func(a, b sensors.Field) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Position, b.Position))
	})
	attribution := "none"
	if rec.Attribution != nil {
		attribution = strconv.Itoa(*rec.Attribution)
	}
	rec.Attribution, rec.Raw = nil, nil
	return fmt.Sprintf("%+v attribution %s\n", rec, attribution)
}

// allWindows are those that the program asks for, and more.
func allWindows() []sensors.Window {
	together := [][]string{{"1", "76"}, {"88", "1"}}
	return []sensors.Window{
		{Kind: sensors.KindMeasures, PerField: 2, Together: together, Held: 2, Field: "1", Days: 1},
		{Kind: sensors.KindMeasures, Newest: 3},
		{Kind: sensors.KindMeasures, Newest: 99},
		{Kind: sensors.KindMeasures, PerDevice: 1},
		{Kind: sensors.KindMeasures, Field: "76", Days: 1},
		{Kind: sensors.KindNights, Newest: 2, Night: true},
		{Kind: sensors.KindNights, Night: true},
		{Kind: sensors.KindDays, Newest: 2},
		{Kind: sensors.KindDays, PerField: 1, Field: "steps", Days: 1},
		{Kind: sensors.KindBeds, PerDevice: 2},
	}
}
