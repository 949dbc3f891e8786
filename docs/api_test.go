// SPDX-License-Identifier: MIT

package docs_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// exampleUser is the account of the example archive.
const exampleUser = "4711"

// newArchive makes an archive with the invented measurements of a month.
func newArchive(t *testing.T) *history.Archive {
	t.Helper()
	archive, err := history.Open(t.Context(), history.Options{Path: filepath.Join(t.TempDir(), "history.db")})
	must(t, err)
	t.Cleanup(func() { must(t, archive.Close()) })
	number := func(field string, n int64) sensors.Field {
		return sensors.Field{Name: field, Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(n))}
	}
	first := time.Date(2026, time.March, 1, 6, 0, 0, 0, time.UTC)
	batches := map[sensors.Kind]*sensors.Batch{}
	add := func(kind sensors.Kind, rec sensors.Record) {
		if batches[kind] == nil {
			batches[kind] = &sensors.Batch{Kind: kind, Zone: "Europe/Berlin"}
		}
		rec.Modified = rec.At
		batches[kind].Records = append(batches[kind].Records, rec)
	}
	for day := range int64(30) {
		morning := first.AddDate(0, 0, int(day))
		add(sensors.KindMeasures, sensors.Record{
			ID:     day + 1,
			At:     morning.Unix(),
			Model:  "Body Cardio",
			Fields: []sensors.Field{number("1", 80+day%3)},
		})
		add(sensors.KindNights, sensors.Record{
			ID:     day + 1,
			At:     morning.Unix(),
			Start:  morning.Unix() - 8*3600,
			Date:   morning.Format(time.DateOnly),
			Fields: []sensors.Field{number("sleep_score", 70+day), number("total_sleep_time", 25000+day)},
		})
		add(sensors.KindStage, sensors.Record{
			ID:     -day - 1,
			At:     morning.Unix(),
			Start:  morning.Unix() - 8*3600,
			Fields: []sensors.Field{number(sensors.FieldState, 1)},
		})
	}
	add(sensors.KindHeart, sensors.Record{
		ID:     11,
		At:     first.Unix() + 4320,
		Model:  "ScanWatch",
		Fields: []sensors.Field{number(sensors.FieldECG, first.Unix()+4320), number(sensors.FieldAFib, 0)},
	})
	for _, batch := range batches {
		_, err := archive.Apply(t.Context(), exampleUser, *batch, sensors.ApplyOptions{Now: first.AddDate(1, 0, 0)}, sensors.Progress{})
		must(t, err)
	}
	curve := sensors.Waveform{Frequency: 300, Samples: []int{-20, -12, 0, 41, 230}, Position: 1, HeartRate: 63}
	_, err = archive.StoreWaveform(t.Context(), exampleUser, 11, curve)
	must(t, err)
	return archive
}

// checkAPI runs a request against a page with the example archive; the response
// must be JSON, and neither an error nor empty.
func checkAPI(t *testing.T, _ *harness, b block) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("this system has no shell; the blocks run where there is one")
	}
	archive := newArchive(t)
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	page, err := web.New(web.Options{
		Listen: "127.0.0.1:0",
		Overview: func() web.Overview {
			return web.Overview{Profiles: []web.Profile{{Slug: "alice", Name: "Alice"}}}
		},
		History: archive,
		HistoryProfile: func(_ context.Context, slug string) (web.HistoryProfile, bool) {
			return web.HistoryProfile{User: exampleUser, Zone: zone}, slug == "alice"
		},
	})
	must(t, err)
	server := httptest.NewServer(page.Handler())
	defer server.Close()
	text := strings.ReplaceAll(b.text, "http://127.0.0.1:8099", server.URL)
	run := exec.CommandContext(t.Context(), sh, "-euc", text)
	run.Dir, run.Env = t.TempDir(), environ()
	out, err := run.CombinedOutput()
	said := string(out)
	if err != nil || !json.Valid(out) || strings.Contains(said, `"error"`) {
		t.Errorf("%s:%d: %v: %s", b.path, b.line, err, said)
	}
	if strings.Contains(b.text, "/history") && !strings.Contains(said, `"unit":"kg"`) ||
		strings.Contains(b.text, "/nights") && !strings.Contains(said, `"state":"light"`) ||
		strings.Contains(b.text, "/records") && !strings.Contains(said, `"next":"2026-03-03`) {
		t.Errorf("%s:%d has not what the page says: %s", b.path, b.line, said)
	}
}
