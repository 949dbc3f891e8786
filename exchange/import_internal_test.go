// SPDX-License-Identifier: MIT

package exchange

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

func newTestImporter(archive *history.Archive) *Importer {
	return &Importer{
		Archive: archive,
		User:    "u",
		Options: sensors.ApplyOptions{InitialSync: true},
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
	const days = 3*batchSize + 7
	path := filepath.Join(t.TempDir(), "history.db")
	daemon, archive := openTestArchive(t, path), openTestArchive(t, path)

	ctx, cancel := context.WithCancel(t.Context())
	first := newTestImporter(archive)
	in, err := Open("-", FormatAuto, strings.NewReader(weights(days)))
	if err != nil {
		t.Fatal(err)
	}
	err = first.Read(ctx, in, func(int64) {
		if first.Result.Added > 0 {
			cancel()
		}
	})
	if err == nil || first.Result.Added != batchSize {
		t.Fatalf("%d records added before the interruption (%v)", first.Result.Added, err)
	}
	if got := countRecords(t, daemon); got != batchSize {
		t.Errorf("the other process sees %d records", got)
	}
	for _, added := range []int{days - batchSize, 0} {
		again := newTestImporter(archive)
		if in, err = Open("-", FormatAuto, strings.NewReader(weights(days))); err != nil {
			t.Fatal(err)
		}
		if err := again.Read(t.Context(), in, func(int64) {}); err != nil {
			t.Fatal(err)
		}
		if again.Result.Added != added || again.Result.Known != days-added {
			t.Errorf("%d added, %d known; want %d and %d", again.Result.Added, again.Result.Known, added, days-added)
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
		_, err := Open("-", FormatAuto, strings.NewReader(start))
		if _, isUsage := errors.AsType[InputError](err); !isUsage || !strings.Contains(err.Error(), "UTF-16") {
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
		"a.zip":        FormatVendor,
		"download.bin": FormatVendor,
		"weight.csv":   FormatVendor,
		"folder":       FormatVendor,
		"tidy":         FormatTidy,
		"lines.txt":    FormatJSONL,
		"other.txt":    "",
		"empty":        "",
	} {
		in, err := Open(filepath.Join(folder, name), FormatAuto, nil)
		if format == "" {
			if _, isUsage := errors.AsType[InputError](err); !isUsage {
				t.Errorf("%s: %v, want a usage error", name, err)
			}
			continue
		}
		if err != nil || in.format != format {
			t.Errorf("%s is %v (%v), want %s", name, in, err, format)
			continue
		}
		into := newTestImporter(archive)
		into.Options.Zone = time.UTC
		if err := into.Read(t.Context(), in, func(int64) {}); err != nil || into.Result.Records != 1 {
			t.Errorf("%s: %d records, %v", name, into.Result.Records, err)
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
				job := Export{Archive: archive, Profile: "alice", Format: format, Filter: NewFilter("u", format), Zone: time.UTC}
				var out strings.Builder
				if _, err := job.Write(t.Context(), job.NewWriter(&out), func(time.Time) {}); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			apply(0, 8000)
			old := map[string]string{FormatJSONL: export(FormatJSONL), FormatTidy: export(FormatTidy)}
			apply(60, 9000)
			want := export(FormatJSONL)
			for format, file := range old {
				in, err := Open("-", format, strings.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}
				if err := newTestImporter(archive).Read(t.Context(), in, func(int64) {}); err != nil {
					t.Fatal(err)
				}
				if got := export(FormatJSONL); got != want {
					t.Errorf("an old export as %s changes\n%s\nto\n%s", format, want, got)
				}
			}
		})
	}
}
