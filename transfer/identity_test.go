// SPDX-License-Identifier: MIT

package transfer_test

import (
	"bytes"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// kinds are the kinds of records that have a value by key.
func kinds() []sensors.Kind {
	return []sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindSeries, sensors.KindStage, sensors.KindDays,
		sensors.KindSlots, sensors.KindWorkouts, sensors.KindHeart, sensors.KindSounds, sensors.KindGoals,
		sensors.KindBeds,
	}
}

// compareValues lets cmp compare values.
func compareValues() cmp.Option {
	return cmp.Options{
		cmp.Comparer(func(a, b sensors.Value) bool { return a == b }),
		cmpopts.IgnoreUnexported(sensors.Record{}),
	}
}

// all reads every record, and fails on a problem.
func all(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, records iter.Seq2[transfer.Item, error], report *transfer.Report,
) []transfer.Item {
	t.Helper()
	var items []transfer.Item
	for item, err := range records {
		if err != nil {
			t.Fatalf("reading: %v", err)
		}
		items = append(items, item)
	}
	if report.ProblemCount > 0 {
		t.Fatalf("problems: %v", report.Problems)
	}
	return items
}

func write(t *rapid.T, w transfer.Writer, items []transfer.Item) {
	t.Helper()
	for _, item := range items {
		if err := w.Write(item); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// drawValue makes any number that an archive can hold, or a text.
func drawValue(t *rapid.T) sensors.Value {
	if rapid.IntRange(0, 3).Draw(t, "text") == 0 {
		return sensors.Text(drawText(t, "text"))
	}
	number, err := decimal.New(rapid.Int64().Draw(t, "mantissa"), rapid.IntRange(-12, 12).Draw(t, "exponent"))
	if err != nil {
		t.Skip("out of range")
	}
	return sensors.Number(number)
}

// drawText makes a text as devices and people name things, also one that a
// spreadsheet would calculate.
func drawText(t *rapid.T, label string) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("aZ9=+-@'\t\";,. \\/äß😀\n")), 0, 8, -1).Draw(t, label)
}

func drawZone(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"}).Draw(t, "zone")
}

// drawStored makes a record with anything that an archive keeps.
func drawStored(t *rapid.T) transfer.Item {
	second := rapid.Int64Range(1, 4_000_000_000)
	optional := rapid.OneOf(rapid.Just(int64(0)), second)
	item := transfer.Item{Kind: rapid.SampledFrom(kinds()).Draw(t, "kind"), Record: sensors.Record{
		ID:       rapid.Int64().Draw(t, "id"),
		At:       second.Draw(t, "at"),
		Start:    optional.Draw(t, "start"),
		Created:  optional.Draw(t, "created"),
		Modified: optional.Draw(t, "modified"),
		Received: optional.Draw(t, "received"),
		Date:     rapid.SampledFrom([]string{"", "2024-02-29", "1999-12-31"}).Draw(t, "date"),
		Zone:     drawZone(t),
		Device:   drawText(t, "device"),
		Model:    drawText(t, "model"),
		Class:    rapid.Int64().Draw(t, "class"),
		Tracker:  rapid.Bool().Draw(t, "tracker"),
		Brand:    rapid.Int64().Draw(t, "brand"),
		Pending:  rapid.Bool().Draw(t, "pending"),
		Source: rapid.SampledFrom([]sensors.Source{
			sensors.SourceCloud, sensors.SourceImport, sensors.SourceNotification,
		}).Draw(t, "source"),
	}}
	if rapid.Bool().Draw(t, "attributed") {
		attribution := rapid.IntRange(-5, 20_000).Draw(t, "attribution")
		item.Attribution = &attribution
	}
	if rapid.IntRange(0, 3).Draw(t, "waveform") == 0 {
		item.Kind, item.Waveform = sensors.KindHeart, drawWaveform(t)
		item.ID = rapid.Int64Min(1).Draw(t, "signal")
		return item
	}
	for range rapid.IntRange(0, 5).Draw(t, "fields") {
		item.Fields = append(item.Fields, sensors.Field{
			Name:     "f" + drawText(t, "name"),
			Position: rapid.IntRange(sensors.NoPosition, 40).Draw(t, "position"),
			Value:    drawValue(t),
		})
	}
	return item
}

// drawWaveform makes any curve that an archive can hold.
func drawWaveform(t *rapid.T) *sensors.Waveform {
	const far = sensors.MaxWaveformVoltage
	return &sensors.Waveform{
		Frequency:  rapid.IntRange(1, sensors.MaxWaveformFrequency).Draw(t, "frequency"),
		Samples:    append(rapid.SliceOfN(rapid.IntRange(-far, far), 0, 9).Draw(t, "samples"), far, 0),
		Unreadable: rapid.IntRange(0, 1).Draw(t, "unreadable"),
		HeartRate:  rapid.IntRange(0, 300).Draw(t, "heart rate"),
		Position:   rapid.IntRange(sensors.NoPosition, 40).Draw(t, "position"),
	}
}

func TestJSONLinesAreTheIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(drawStored), 0, 6).Draw(t, "records")
		var file bytes.Buffer
		write(t, transfer.NewJSONWriter(&file, time.UTC), want)
		if lines := strings.Count(file.String(), "\n"); lines != len(want) {
			t.Fatalf("%d lines for %d records", lines, len(want))
		}
		var report transfer.Report
		got := all(t, transfer.ReadJSON(&file, "x.jsonl", transfer.ReadOptions{}, &report), &report)
		if diff := cmp.Diff(want, got, compareValues(), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		if report.Rows() != len(want) {
			t.Fatalf("%d rows reported", report.Rows())
		}
	})
}

// keysOf lists the keys whose values records of a kind hold.
func keysOf(kind sensors.Kind) []string {
	return slices.DeleteFunc(sensors.Keys(), func(key string) bool {
		places := sensors.PlacesOf(key, nil)
		return len(places) == 0 || places[len(places)-1].Kind != kind && places[0].Kind != kind
	})
}

// drawNamed makes a record of values by key, measured later than a second.
func drawNamed(t *rapid.T, after int64, zone *time.Location) transfer.Item {
	kind := rapid.SampledFrom(kinds()).Draw(t, "kind")
	item := transfer.Item{Kind: kind, Record: sensors.Record{
		At:    after + rapid.Int64Range(1, 3*86_400).Draw(t, "later"),
		Zone:  zone.String(),
		Model: drawText(t, "model"),
		Source: rapid.SampledFrom([]sensors.Source{
			sensors.SourceCloud, sensors.SourceImport, sensors.SourceNotification,
		}).Draw(t, "source"),
	}}
	if rapid.Bool().Draw(t, "attributed") {
		attribution := rapid.IntRange(0, 20).Draw(t, "attribution")
		item.Attribution = &attribution
	}
	for _, key := range keysOf(kind) {
		if !rapid.Bool().Draw(t, key) {
			continue
		}
		for _, place := range sensors.PlacesOf(key, nil) {
			if place.Kind == kind {
				item.Fields = append(item.Fields, sensors.Field{
					Name: place.Field, Position: place.Position, Value: drawField(t, key, place),
				})
				break
			}
		}
	}
	return item
}

// drawField makes a value that a field can have.
func drawField(t *rapid.T, key string, place sensors.Place) sensors.Value {
	naming, _ := sensors.NameField(place.Kind, place.Field, place.Position, nil)
	switch naming.Form {
	case sensors.FormClass:
		return sensors.Number(decimal.FromInt(rapid.Int64Range(0, 20).Draw(t, key+" class")))
	case sensors.FormTime:
		return sensors.Number(decimal.FromInt(rapid.Int64Range(1, 2_000_000_000).Draw(t, key+" time")))
	case sensors.FormText:
		if place.Field == sensors.FieldDate {
			return sensors.Text("2025-03-30")
		}
		return sensors.Text("on")
	case sensors.FormNumber:
	}
	number, err := decimal.New(rapid.Int64Range(-99_999, 999_999_999).Draw(t, key), rapid.IntRange(-6, 3).Draw(t, key+" exponent"))
	if err != nil {
		t.Fatal(err)
	}
	return sensors.Number(number)
}

// TestTidyIsTheIdentityByKey compares everything but the source: what comes from
// a file is imported.
func TestTidyIsTheIdentityByKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(drawZone(t))
		if err != nil {
			t.Fatal(err)
		}
		var items []transfer.Item
		last, days := int64(1_700_000_000), map[string]bool{}
		for range rapid.IntRange(0, 6).Draw(t, "records") {
			item := drawNamed(t, last, zone)
			last = item.At
			if item.Kind == sensors.KindDays {
				item.Date = time.Unix(item.At, 0).In(zone).Format(time.DateOnly)
				if days[item.Date] {
					continue
				}
				days[item.Date] = true
			}
			sensors.Interpret(item.Kind, &item.Record, nil)
			items = append(items, item)
		}
		comma := rapid.Bool().Draw(t, "decimal comma")
		want := tidyRows(t, items, comma)
		var report transfer.Report
		options := transfer.ReadOptions{Zone: zone}
		got := all(t, transfer.ReadTidy(strings.NewReader(want), "x.csv", options, &report), &report)
		want = regexp.MustCompile(`(cloud|notification)\n`).ReplaceAllString(want, "import\n")
		if again := tidyRows(t, got, comma); sorted(again) != sorted(want) {
			t.Fatal(cmp.Diff(sorted(want), sorted(again)))
		}
		for _, item := range got {
			if item.ID >= 0 {
				t.Fatalf("%s has the id %d, which may be one of the cloud's", item.Kind, item.ID)
			}
		}
	})
}

func tidyRows(t *rapid.T, items []transfer.Item, comma bool) string {
	t.Helper()
	var file bytes.Buffer
	write(t, transfer.NewTidyWriter(&file, transfer.TidyOptions{DecimalComma: comma}), items)
	return file.String()
}

// sorted sorts the rows: values of two records with the same time may change
// places. The header stays among them.
func sorted(rows string) string {
	lines := strings.Split(rows, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestTidyHeader(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := transfer.NewTidyWriter(&file, transfer.TidyOptions{}).Close(); err != nil {
		t.Fatal(err)
	}
	const want = "time,key,value,unit,device,attribution,source\n"
	if got := file.String(); got != want {
		t.Errorf("an empty archive is %q, want %q", got, want)
	}
	if _, err := io.Copy(io.Discard, &file); err != nil || !transfer.IsTidyHeader(want) ||
		!transfer.IsTidyHeader("\ufeff\"time\";\"key\";\"value\"\r\n") || transfer.IsTidyHeader("Date,Weight (kg)") {
		t.Error("the header is not recognized")
	}
}
