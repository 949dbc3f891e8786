// SPDX-License-Identifier: MIT

package history_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	_ "modernc.org/sqlite" // the driver

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// TestQueriesOfTheGuide runs each query of docs/history.md, which must have a
// result, beside an archive that is open for writing.
func TestQueriesOfTheGuide(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	defer func() { must(t, archive.Close()) }()
	score := sensors.Field{
		Name:     "sleep_score",
		Position: sensors.NoPosition,
		Value:    sensors.Number(decimal.FromInt(80)),
	}
	for _, batch := range []sensors.Batch{
		{Kind: sensors.KindMeasures, Records: []sensors.Record{weighed(1, 80)}},
		{Kind: sensors.KindNights, Records: []sensors.Record{{
			ID:       2,
			Start:    hours(-9),
			At:       hours(-1),
			Modified: hours(-1),
			Date:     "2026-03-01",
			Fields:   []sensors.Field{score},
		}}},
	} {
		o := sensors.ApplyOptions{Now: noon().AddDate(1, 0, 0)}
		_, err := archive.Apply(t.Context(), testUser, batch, o, sensors.Progress{})
		must(t, err)
	}
	must(t, archive.SetProfile(t.Context(), testUser, "alice"))

	guide, err := os.ReadFile(filepath.Join("..", "docs", "history.md"))
	must(t, err)
	queries := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	if len(queries) < 4 {
		t.Fatalf("found only %d queries", len(queries))
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	must(t, err)
	defer func() { must(t, db.Close()) }()
	for _, query := range queries {
		var count int
		err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM ("+query[1]+")").Scan(&count)
		if err != nil || count == 0 {
			t.Errorf("%d rows, %v:\n%s", count, err, query[1])
		}
	}
}
