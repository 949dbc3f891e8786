// SPDX-License-Identifier: MIT

package history_test

import (
	"path/filepath"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// The means over a night have the id of the night: neither replaces the other.
func TestKindsHaveIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	a, err := history.Open(t.Context(), history.Options{Path: filepath.Join(t.TempDir(), "archive.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	fields := map[sensors.Kind]string{sensors.KindNights: "sleep_score", sensors.KindSeries: "rmssd"}
	for _, kind := range []sensors.Kind{sensors.KindNights, sensors.KindSeries, sensors.KindNights, sensors.KindSeries} {
		rec := sensors.Record{
			ID:       7,
			At:       1735711200,
			Start:    1735682400,
			Modified: 1735712000,
			Date:     "2025-01-01",
			Fields: []sensors.Field{{
				Name:     fields[kind],
				Position: sensors.NoPosition,
				Value:    sensors.Number(decimal.FromInt(40)),
			}},
		}
		sensors.Interpret(kind, &rec, nil)
		batch, o := sensors.Batch{Kind: kind, Records: []sensors.Record{rec}}, sensors.ApplyOptions{Now: time.Unix(1735720000, 0)}
		if _, err := a.Apply(t.Context(), "1", batch, o, sensors.Progress{}); err != nil {
			t.Fatal(err)
		}
	}
	found := map[sensors.Kind]string{}
	for stored, err := range a.Changed(t.Context(), "1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range stored.Fields {
			found[stored.Kind] += f.Name
		}
	}
	if len(found) != 2 || found[sensors.KindNights] != "sleep_score" || found[sensors.KindSeries] != "rmssd" {
		t.Errorf("the archive has %v", found)
	}
}
