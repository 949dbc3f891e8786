// SPDX-License-Identifier: MIT

package exchange

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// drawnKinds are the kinds of records and some of their fields. The class of a
// heart sound is in records of two kinds, which tidy CSV does not tell apart.
func drawnKinds() map[sensors.Kind][]string {
	return map[sensors.Kind][]string{
		sensors.KindMeasures: {"1", "4", "6", "9", "10", "11", "174", "99998"},
		sensors.KindNights:   {"total_sleep_time", "lightsleepduration", "sleep_score", "hr_average", "not_yet_named"},
		sensors.KindDays:     {"steps", "distance", "calories", "hr_average", "hr_zone_0", "not_yet_named"},
		sensors.KindSlots:    {"heart_rate", "steps", "sleep_hr"},
		sensors.KindWorkouts: {"category", "calories", "hr_average"},
		sensors.KindHeart:    {"ecg", "afib", "heart_rate", "vhd"},
		sensors.KindSounds:   {"vhd"},
		sensors.KindGoals:    {"steps", "sleep"},
	}
}

// drawRecord makes a record measured later than a second.
func drawRecord(t *rapid.T, kind sensors.Kind, number int, after int64, zones []string) sensors.Record {
	rec := sensors.Record{
		ID:       int64(1000 + number),
		At:       after + rapid.Int64Range(1, 2*86_400).Draw(t, "later"),
		Device:   rapid.SampledFrom([]string{"", "0a1b", "=2c"}).Draw(t, "device"),
		Zone:     rapid.SampledFrom(zones).Draw(t, "zone"),
		Received: rapid.Int64Range(1, 2_000_000_000).Draw(t, "received"),
	}
	if rec.Device != "" {
		rec.Model = "Model " + rec.Device
	}
	if rapid.Bool().Draw(t, "attributed") {
		attribution := rapid.SampledFrom([]int{0, 1, 2, 10009}).Draw(t, "attribution")
		rec.Attribution = &attribution
	}
	rec.Modified = rec.At + rapid.Int64Range(0, 1000).Draw(t, "modified")
	rec.Created = rec.Modified
	switch kind {
	case sensors.KindNights, sensors.KindWorkouts:
		rec.Start, rec.Date = rec.At-8*3600, time.Unix(rec.At, 0).UTC().Format(time.DateOnly)
	case sensors.KindDays:
		rec.Date = time.Date(2020, 1, 1+number, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		rec.Start = time.Date(2020, 1, 1+number, 0, 0, 0, 0, time.UTC).Unix()
		rec.Tracker, rec.Brand = rapid.Bool().Draw(t, "tracker"), 1
	default:
	}
	if rapid.Bool().Draw(t, "imported") {
		rec.Source, rec.ID = sensors.SourceImport, sensors.NaturalID(kind, rec)
	} else if !slices.Contains([]sensors.Kind{sensors.KindMeasures, sensors.KindNights, sensors.KindWorkouts}, kind) {
		rec.ID = sensors.NaturalID(kind, rec)
	}
	for i, name := range drawnKinds()[kind] {
		if i > 0 && !rapid.Bool().Draw(t, name) {
			continue
		}
		value, err := decimal.New(rapid.Int64Range(1, 99_999).Draw(t, name+" value"), rapid.IntRange(-3, 2).Draw(t, name+" exponent"))
		if name == "ecg" {
			value = decimal.FromInt(rec.At)
		}
		if err != nil {
			t.Fatal(err)
		}
		rec.Fields = append(rec.Fields, sensors.Field{Name: name, Position: sensors.NoPosition, Value: sensors.Number(value)})
	}
	return rec
}

// account is one of many in an archive.
type account struct {
	archive *history.Archive
	user    string
}

// fill applies drawn records.
func (a account) fill(t *rapid.T, zones []string) {
	t.Helper()
	last := int64(1_600_000_000)
	for number := range rapid.IntRange(0, 8).Draw(t, "records") {
		kinds := make([]sensors.Kind, 0, len(drawnKinds()))
		for kind := range drawnKinds() {
			if kind != sensors.KindSounds || len(zones) > 1 {
				kinds = append(kinds, kind)
			}
		}
		slices.Sort(kinds)
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		rec := drawRecord(t, kind, number, last, zones)
		last = max(last, rec.At)
		sensors.Interpret(kind, &rec, nil)
		_, err := a.archive.Apply(t.Context(), a.user, sensors.Batch{Kind: kind, Records: []sensors.Record{rec}},
			sensors.ApplyOptions{InitialSync: true}, sensors.Progress{})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// export writes an archive in a format.
func (a account) export(t *rapid.T, format string) string {
	t.Helper()
	job := Export{Archive: a.archive, Profile: "alice", Format: format, Filter: NewFilter(a.user, format), Zone: time.UTC}
	var out bytes.Buffer
	if _, err := job.Write(t.Context(), job.NewWriter(&out), func(time.Time) {}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// importText imports a text into an archive.
func (a account) importText(t *rapid.T, format, text string) Result {
	t.Helper()
	in, err := Open("-", format, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	into := &Importer{
		Archive: a.archive,
		User:    a.user,
		Options: sensors.ApplyOptions{InitialSync: true, Zone: time.UTC},
	}
	if err := into.Read(t.Context(), in, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	return into.Result
}

func TestExportAndImportAreTheIdentity(t *testing.T) {
	t.Parallel()
	for format, zones := range map[string][]string{
		FormatJSONL: {"", "Europe/Berlin", "America/New_York"},
		FormatTidy:  {""}, // it has no zone but the account's
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			archive, err := history.Open(t.Context(), history.Options{Path: filepath.Join(t.TempDir(), "history.db")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = archive.Close() })
			count := 0
			rapid.Check(t, func(t *rapid.T) {
				count++
				first, second := account{archive, fmt.Sprint("first", count)}, account{archive, fmt.Sprint("second", count)}
				first.fill(t, zones)
				want := first.export(t, format)
				result := second.importText(t, format, want)
				expected := want
				if format == FormatTidy { // without the cloud's ids
					expected = strings.ReplaceAll(want, ",cloud\n", ",import\n")
				}
				if got := second.export(t, format); sortLines(got) != sortLines(expected) {
					t.Fatal(cmp.Diff(sortLines(expected), sortLines(got)))
				}
				if result.Known > 0 {
					t.Fatalf("%d of %d records were known", result.Known, result.Records)
				}
				for _, a := range []account{first, second} {
					before := a.export(t, FormatJSONL)
					if again := a.importText(t, format, want); again.Added != 0 {
						t.Fatalf("a repeated import added %d records: %s", again.Added, cmp.Diff(before, a.export(t, FormatJSONL)))
					}
				}
			})
		})
	}
}

// sortLines sorts lines: the order of records of the same second is not kept.
func sortLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
