package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// weights is tidy CSV with a weight a day.
func weights(days int) string {
	var file strings.Builder
	file.WriteString("time,key,value\n")
	for day := range days {
		at := time.Date(2015, 1, 1+day, 7, 0, 0, 0, time.UTC)
		_, _ = fmt.Fprintf(&file, "%s,weight_kg,%d\n", at.Format(time.RFC3339), 60+day%20)
	}
	return file.String()
}

func openTestArchive(t *testing.T, path string) *history.Archive {
	t.Helper()
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	return archive
}

func newTestImporter(archive *history.Archive) *importer {
	return &importer{
		archive: archive,
		user:    "u",
		options: sensors.ApplyOptions{InitialSync: true},
		waiting: map[sensors.Kind][]sensors.Record{},
	}
}

func countRecords(t *testing.T, archive *history.Archive) (count int) {
	t.Helper()
	for _, err := range archive.Records(t.Context(), history.Filter{User: "u"}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	return count
}

// TestInterruptedImportIsResumed stops an import after its first batch, beside
// another process that has the archive open.
func TestInterruptedImportIsResumed(t *testing.T) {
	t.Parallel()
	const days = 3*importBatch + 7
	path := filepath.Join(t.TempDir(), "history.db")
	daemon, archive := openTestArchive(t, path), openTestArchive(t, path)

	ctx, cancel := context.WithCancel(t.Context())
	first := newTestImporter(archive)
	in, err := openImport("-", formatAuto, strings.NewReader(weights(days)))
	if err != nil {
		t.Fatal(err)
	}
	err = first.read(ctx, in, func(int64) {
		if first.result.Added > 0 {
			cancel()
		}
	})
	if err == nil || first.result.Added != importBatch {
		t.Fatalf("%d records added before the interruption (%v)", first.result.Added, err)
	}
	want := "interrupted; 500 records are stored, run the same command again for the rest"
	if got := first.explain(ctx, err).Error(); got != want {
		t.Errorf("the error is %q, want %q", got, want)
	}
	if got := countRecords(t, daemon); got != importBatch {
		t.Errorf("the other process sees %d records", got)
	}
	for _, added := range []int{days - importBatch, 0} {
		again := newTestImporter(archive)
		if in, err = openImport("-", formatAuto, strings.NewReader(weights(days))); err != nil {
			t.Fatal(err)
		}
		if err := again.read(t.Context(), in, func(int64) {}); err != nil {
			t.Fatal(err)
		}
		if again.result.Added != added || again.result.Known != days-added {
			t.Errorf("%d added, %d known; want %d and %d", again.result.Added, again.result.Known, added, days-added)
		}
	}
	if got := countRecords(t, daemon); got != days {
		t.Errorf("%d records in the end, want %d", got, days)
	}
}

const vendorWeights = "Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\",Comments\n" +
	"\"2015-01-31 07:00:00\",81.50,,,,,\n"

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, content := range files {
		file, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

func TestImportNamesTheEncoding(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"\xff\xfet\x00i\x00", "\xfe\xff\x00t\x00i"} {
		_, err := openImport("-", formatAuto, strings.NewReader(start))
		if _, isUsage := errors.AsType[usageError](err); !isUsage || !strings.Contains(err.Error(), "UTF-16") {
			t.Errorf("%q: %v, want a usage error about UTF-16", start, err)
		}
	}
}

func TestImportFindsOutWhatAFileIs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"a.zip":             zipOf(t, map[string]string{"weight.csv": vendorWeights, "user.csv": "secret\n"}),
		"download.bin":      zipOf(t, map[string]string{"data/weight.csv": vendorWeights}),
		"weight.csv":        vendorWeights,
		"folder/weight.csv": vendorWeights,
		"tidy":              "\ufeffkey,time,value\nweight_kg,2015-01-31T07:00:00Z,81.5\n",
		"lines.txt": `{"v":1,"kind":"measures","id":7,"at":"2015-01-31T07:00:00Z","source":"cloud",` +
			`"fields":[{"name":"1","value":81.5}]}` + "\n",
		"other.txt": "hello\n",
		"empty":     "",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	archive := openTestArchive(t, filepath.Join(t.TempDir(), "history.db"))
	for name, format := range map[string]string{
		"a.zip":        formatVendor,
		"download.bin": formatVendor,
		"weight.csv":   formatVendor,
		"folder":       formatVendor,
		"tidy":         formatTidy,
		"lines.txt":    formatJSONL,
		"other.txt":    "",
		"empty":        "",
	} {
		in, err := openImport(filepath.Join(folder, name), formatAuto, nil)
		if format == "" {
			if _, isUsage := errors.AsType[usageError](err); !isUsage {
				t.Errorf("%s: %v, want a usage error", name, err)
			}
			continue
		}
		if err != nil || in.format != format {
			t.Errorf("%s is %v (%v), want %s", name, in, err, format)
			continue
		}
		into := newTestImporter(archive)
		into.options.Zone = time.UTC
		if err := into.read(t.Context(), in, func(int64) {}); err != nil || into.result.Records != 1 {
			t.Errorf("%s: %d records, %v", name, into.result.Records, err)
		}
		if err := in.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := countRecords(t, archive); got != 1 {
		t.Errorf("the same measurement is %d records", got)
	}
}

// TestOldExportChangesNothing imports what the cloud has changed since.
func TestOldExportChangesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []sensors.Kind{
		sensors.KindGoals, sensors.KindDays, sensors.KindMeasures, sensors.KindNights, sensors.KindWorkouts,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			archive := openTestArchive(t, filepath.Join(t.TempDir(), "history.db"))
			apply := func(modified, steps int64) {
				t.Helper()
				at := time.Date(2025, 1, 31, 12, 0, 0, 0, time.UTC).Unix()
				rec := sensors.Record{
					ID: 7, At: at, Start: at - 3600, Modified: at + modified, Date: "2025-01-31",
					Fields: []sensors.Field{
						{Name: "steps", Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(steps))},
						{Name: "1", Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(steps))},
					},
				}
				if kind == sensors.KindGoals || kind == sensors.KindDays {
					rec.ID = sensors.NaturalID(kind, rec)
				}
				if kind == sensors.KindGoals {
					rec.At = rec.Modified
				}
				sensors.Interpret(kind, &rec, nil)
				batch := sensors.Batch{Kind: kind, Records: []sensors.Record{rec}}
				_, err := archive.Apply(t.Context(), "u", batch, sensors.ApplyOptions{InitialSync: true}, sensors.Progress{})
				if err != nil {
					t.Fatal(err)
				}
			}
			export := func(format string) string {
				t.Helper()
				job := exportJob{archive: archive, format: format, zone: time.UTC}
				var err error
				if job.filter, err = (exportCommand{Format: format}).newFilter("u", &job); err != nil {
					t.Fatal(err)
				}
				var out strings.Builder
				if _, err := job.write(t.Context(), job.newWriter(&out), func(time.Time) {}); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			apply(0, 8000)
			old := map[string]string{formatJSONL: export(formatJSONL), formatTidy: export(formatTidy)}
			apply(60, 9000)
			want := export(formatJSONL)
			for format, file := range old {
				in, err := openImport("-", format, strings.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}
				if err := newTestImporter(archive).read(t.Context(), in, func(int64) {}); err != nil {
					t.Fatal(err)
				}
				if got := export(formatJSONL); got != want {
					t.Errorf("an old export as %s changes\n%s\nto\n%s", format, want, got)
				}
			}
		})
	}
}
