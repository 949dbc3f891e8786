// SPDX-License-Identifier: MIT

package history_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

func TestContentsCountRecordsByKind(t *testing.T) {
	t.Parallel()
	archive, err := history.Open(t.Context(), history.Options{Path: filepath.Join(t.TempDir(), "history.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	at := func(day int) time.Time { return time.Date(2021, 3, day, 7, 0, 0, 0, time.UTC) }
	put := func(user string, kind sensors.Kind, days ...int) {
		t.Helper()
		batch := sensors.Batch{Kind: kind}
		for _, day := range days {
			rec := sensors.Record{ID: int64(day), At: at(day).Unix(), Fields: []sensors.Field{{
				Name: "1", Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(80)),
			}}}
			if kind == sensors.KindDays {
				rec.Start, rec.Date = at(day).Unix()-7*3600, at(day).Format(time.DateOnly)
				rec.Fields[0].Name = "steps"
			}
			sensors.Interpret(kind, &rec, nil)
			batch.Records = append(batch.Records, rec)
		}
		if _, err := archive.Apply(t.Context(), user, batch, sensors.ApplyOptions{InitialSync: true}, sensors.Progress{}); err != nil {
			t.Fatal(err)
		}
	}
	put("alice", sensors.KindMeasures, 1, 9, 4)
	put("alice", sensors.KindDays, 2, 3)
	put("bob", sensors.KindMeasures, 20)
	got, err := history.ContentsOf(t.Context(), archive, "alice")
	want := []history.Content{
		{Kind: sensors.KindDays, Records: 2, Oldest: at(2).Add(-7 * time.Hour), Newest: at(3).Add(-7 * time.Hour)},
		{Kind: sensors.KindMeasures, Records: 3, Oldest: at(1), Newest: at(9)},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if none, err := history.ContentsOf(t.Context(), archive, "carol"); err != nil || none != nil {
		t.Errorf("of an unknown account: %v, %v", none, err)
	}
}
