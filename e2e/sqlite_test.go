// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// TestSQLiteReadsTheArchive reads the view with the sqlite3 of the system while
// the archive is open for writing.
func TestSQLiteReadsTheArchive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	if err := archive.SetProfile(t.Context(), "4711", "alice"); err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, time.March, 28, 11, 0, 0, 0, time.UTC)
	for day, want := range []string{
		"alice|weight_kg|2026-03-28T12:00:00+01:00|80.3|kg|Body Cardio|0|cloud",
		"alice|weight_kg|2026-03-29T13:00:00+02:00|80.4|kg|Body Cardio|0|cloud", // the clocks have changed
	} {
		weight, err := decimal.New(803+int64(day), -1)
		if err != nil {
			t.Fatal(err)
		}
		at, attribution := first.AddDate(0, 0, day).Unix(), 0
		_, err = archive.Apply(t.Context(), "4711", sensors.Batch{
			Kind: sensors.KindMeasures,
			Zone: "Europe/Berlin",
			Records: []sensors.Record{{
				ID:          at,
				At:          at,
				Modified:    at,
				Model:       "Body Cardio",
				Attribution: &attribution,
				Fields:      []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: sensors.Number(weight)}},
			}},
		}, sensors.ApplyOptions{Now: first.AddDate(1, 0, 0)}, sensors.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		query := "SELECT * FROM reading ORDER BY unixepoch(time) DESC LIMIT 1"
		out, err := exec.CommandContext(t.Context(), "sqlite3", "file:"+path+"?mode=ro", query).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("sqlite3 says %s (%v), want %s", got, err, want)
		}
	}
}
