// SPDX-License-Identifier: MIT

package exchange

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// storeTestECGs stores electrocardiograms with curves, one a day.
func storeTestECGs(t *testing.T, archive *history.Archive, count int) {
	t.Helper()
	batch := sensors.Batch{Kind: sensors.KindHeart}
	for id := range int64(count) {
		at := time.Date(2015, 1, 1, 7, 0, 0, 0, time.UTC).AddDate(0, 0, int(id)).Unix()
		batch.Records = append(batch.Records, sensors.Record{ID: id + 1, At: at, Modified: at, Fields: []sensors.Field{
			{Name: sensors.FieldECG, Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(at))},
		}})
	}
	_, err := archive.Apply(t.Context(), "u", batch, sensors.ApplyOptions{InitialSync: true}, sensors.Progress{})
	for id := int64(1); err == nil && id <= int64(count); id++ {
		_, err = archive.StoreWaveform(t.Context(), "u", id, testCurve(id))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func testCurve(id int64) sensors.Waveform {
	return sensors.Waveform{Frequency: 300, Samples: []int{-20, int(id)}, HeartRate: 63, Position: 1}
}

func exportTestArchive(t *testing.T, archive *history.Archive, format string) string {
	t.Helper()
	var file strings.Builder
	job := Export{Archive: archive, Format: format, Filter: history.Filter{User: "u"}, Zone: time.UTC}
	if _, err := job.Write(t.Context(), job.NewWriter(&file), func(time.Time) {}); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// TestWaveformsSurviveExportAndImport moves more curves than wait at once.
func TestWaveformsSurviveExportAndImport(t *testing.T) {
	t.Parallel()
	const count = 2*maxWaiting + 3
	before := openTestArchive(t, filepath.Join(t.TempDir(), "history.db"))
	storeTestECGs(t, before, count)
	file := exportTestArchive(t, before, FormatJSONL)
	if lines := strings.Count(file, `"kind":"waveform"`); lines != count {
		t.Fatalf("%d curves in the export, want %d", lines, count)
	}
	after := openTestArchive(t, filepath.Join(t.TempDir(), "history.db"))
	for _, want := range []Result{{Added: 2 * count}, {Known: 2 * count}} {
		into := newTestImporter(after)
		read(t, into, file)
		if got := into.Result; got.Added != want.Added || got.Known != want.Known || got.Records != 2*count {
			t.Errorf("of %d records %d added, %d known; want %d, %d", got.Records, got.Added, got.Known, want.Added, want.Known)
		}
	}
	for id := int64(1); id <= count; id++ {
		got, found, err := after.Waveform(t.Context(), "u", id)
		if diff := cmp.Diff(got, testCurve(id)); diff != "" || !found || err != nil {
			t.Fatalf("curve %d: found %t, %v\n%s", id, found, err, diff)
		}
	}
	if again := exportTestArchive(t, after, FormatJSONL); again != file {
		t.Error("the second export differs from the first")
	}
	for _, format := range []string{FormatTidy, FormatInflux} {
		if text := exportTestArchive(t, before, format); strings.Contains(text, "waveform") {
			t.Errorf("%s has curves", format)
		}
	}
}

// TestWaveformWithoutRecordChangesNothing has a curve alone in the file.
func TestWaveformWithoutRecordChangesNothing(t *testing.T) {
	t.Parallel()
	archive := openTestArchive(t, filepath.Join(t.TempDir(), "history.db"))
	storeTestECGs(t, archive, 1)
	lines := strings.Split(strings.TrimSpace(exportTestArchive(t, archive, FormatJSONL)), "\n")
	alone := lines[slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, "waveform") })]
	into := newTestImporter(openTestArchive(t, filepath.Join(t.TempDir(), "history.db")))
	read(t, into, alone)
	if got := into.Result; got.Records != 1 || got.Added != 0 || got.Known != 1 || got.ProblemCount != 0 {
		t.Errorf("%+v", got)
	}
}

// read imports a text.
func read(t *testing.T, into *Importer, text string) {
	t.Helper()
	in, err := newTextSource("x.jsonl", FormatAuto, strings.NewReader(text), int64(len(text)), func() error { return nil })
	if err == nil {
		err = into.Read(t.Context(), in, func(int64) {})
	}
	if err != nil {
		t.Fatal(fmt.Errorf("importing: %w", err))
	}
}
