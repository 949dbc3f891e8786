// SPDX-License-Identifier: MIT

package transfer_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

func readJSON(in io.Reader) (items []transfer.Item, report transfer.Report, err error) {
	options := transfer.ReadOptions{Now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	for item, err := range transfer.ReadJSON(in, "my.jsonl", options, &report) {
		if err != nil {
			return items, report, err
		}
		items = append(items, item)
	}
	return items, report, nil
}

const jsonLine = `{"v":1,"kind":"measures","id":7,"at":"2025-01-31T07:00:00+01:00","zone":"Europe/Berlin","source":"cloud",` +
	`"fields":[{"name":"1","value":79.3},{"name":"174","position":2,"value":8.1}]}`

func TestJSONWriterWritesOneLinePerRecord(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	w := transfer.NewJSONWriter(&file, time.UTC)
	err := w.Write(transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
		ID:   7,
		At:   1738303200,
		Zone: "Europe/Berlin",
		Fields: []sensors.Field{
			{Name: "1", Position: sensors.NoPosition, Value: number(t, "79.300")},
			{Name: "174", Position: 2, Value: number(t, "8.1")},
		},
	}})
	if err != nil || w.Close() != nil || file.String() != jsonLine+"\n" {
		t.Errorf("got  %s\nwant %s (%v)", file.String(), jsonLine, err)
	}
}

func TestJSONKeepsNumbersWithManyDigits(t *testing.T) {
	t.Parallel()
	huge, err := decimal.New(-9_000_000_000_000_000_001, 11)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []sensors.Value{sensors.Number(huge), number(t, "1e30"), number(t, "1e-30"), number(t, "0")} {
		var file strings.Builder
		w := transfer.NewJSONWriter(&file, time.UTC)
		err := w.Write(transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
			ID: 7, At: 1738303200, Fields: []sensors.Field{{Name: "1", Value: want}},
		}})
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		items, report, err := readJSON(strings.NewReader(file.String()))
		if err != nil || report.ProblemCount > 0 || len(items) != 1 || items[0].Fields[0].Value != want {
			t.Errorf("%s comes back as %v: %v %v", want, items, report.Problems, err)
		}
	}
}

func TestReadJSONNamesEachMistake(t *testing.T) {
	t.Parallel()
	replace := func(from, to string) string { return strings.Replace(jsonLine, from, to, 1) }
	const version = "v: this is version 2 of the format, and this program reads version 1"
	const value = "fields: a value that is neither a number of up to 18 digits nor a text"
	for line, want := range map[string]string{
		replace(`"v":1`, `"v":2`):         "my.jsonl:2:2: " + version,
		replace(`measures`, `secret`):     "my.jsonl:2:8: kind: unknown kind of record",
		`5`:                               "my.jsonl:2:1: not a JSON object",
		replace(`"id":7`, `"id":"seven"`): "my.jsonl:2:26: id: a string is no value of it",
		replace(`"id"`, `"mail"`):         "my.jsonl:2:26: unknown member",
		replace(`+01:00`, ``):             "my.jsonl:2:33: at: not a time such as 2025-01-31T07:00:00+01:00",
		replace(`2025-`, `2027-`):         "my.jsonl:2:33: at: the time is in the future",
		replace(`"at"`, `"start"`):        "my.jsonl:2:1: at: missing",
		replace(`"zone":"Europe/Berlin"`, `"date":"today"`): "my.jsonl:2:66: date: not a date such as 2025-01-31",
		replace(`"cloud"`, `"web"`):                         "my.jsonl:2:89: source: unknown source",
		replace(`79.3`, `true`):                             "my.jsonl:2:106: " + value,
		replace(`79.3`, `1e99`):                             "my.jsonl:2:106: " + value,
		replace(`"name":"1"`, `"name":""`):                  "my.jsonl:2:106: fields: a field without a name",
		jsonLine[:len(jsonLine)-1]:                          "my.jsonl:2:181: invalid JSON",
		"secret":                                            "my.jsonl:2:1: invalid JSON",
		jsonLine + " {}":                                    "my.jsonl:2:183: more than one value in the line",
	} {
		items, report, err := readJSON(strings.NewReader(jsonLine + "\n" + line + "\n\n" + jsonLine))
		if err != nil {
			t.Fatal(err)
		}
		if report.ProblemCount != 1 || report.Problems[0].Error() != want {
			t.Errorf("got  %v\nwant %s", report.Problems, want)
		}
		if len(items) != 2 || report.Rows() != 3 {
			t.Errorf("%d records of %d rows, want 2 of 3", len(items), report.Rows())
		}
	}
}

const waveformLine = `{"v":1,"kind":"waveform","id":11,"at":"2025-01-31T07:00:00Z","source":"cloud",` +
	`"waveform":{"frequency":300,"heart_rate":63,"position":1,"samples":[-20,0,230]}}`

func TestJSONWaveformIsALine(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	w := transfer.NewJSONWriter(&file, time.UTC)
	err := w.Write(transfer.Item{
		Kind:     sensors.KindHeart,
		Record:   sensors.Record{ID: 11, At: 1738306800},
		Waveform: &sensors.Waveform{Frequency: 300, HeartRate: 63, Position: 1, Samples: []int{-20, 0, 230}},
	})
	if err != nil || w.Close() != nil || file.String() != waveformLine+"\n" {
		t.Errorf("got  %s\nwant %s (%v)", file.String(), waveformLine, err)
	}
}

func TestReadJSONNamesMistakesOfWaveforms(t *testing.T) {
	t.Parallel()
	replace := func(from, to string) string { return strings.Replace(waveformLine, from, to, 1) }
	for line, want := range map[string]string{
		replace(`"waveform",`, `"heart",`):        "my.jsonl:1:76: waveform: only for the kind waveform",
		waveformLine[:77] + "}":                   "my.jsonl:1:15: waveform: missing",
		replace(`"id":11`, `"id":-11`):            "my.jsonl:1:15: waveform: the id is not that of a signal",
		replace(`[-20,0,230]`, `[]`):              "my.jsonl:1:15: waveform: no waveform: it has no samples",
		replace(`300`, `0`):                       "my.jsonl:1:15: waveform: no waveform: it has no sampling frequency",
		replace(`-20`, `-20000000`):               "my.jsonl:1:15: waveform: no waveform: a sample is out of range",
		replace(`"position":1`, `"position":-7`):  "my.jsonl:1:15: waveform: no waveform: a number is out of range",
		replace(`"position":1`, `"position":"x"`): "my.jsonl:1:123: waveform.position: a string is no value of it",
	} {
		_, report, err := readJSON(strings.NewReader(line))
		if err != nil || report.ProblemCount != 1 || report.Problems[0].Error() != want {
			t.Errorf("got  %v, %v\nwant %s", report.Problems, err, want)
		}
	}
}

func TestReadJSONEndsWithAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	_, _, err := readJSON(io.MultiReader(strings.NewReader(jsonLine+"\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	items, _, err := readJSON(strings.NewReader(jsonLine + "\n" + strings.Repeat("x", 1<<20+1)))
	if want := "my.jsonl:2: the line is longer than 1 MiB"; err == nil || err.Error() != want || len(items) != 1 {
		t.Errorf("got %v after %d records, want %s", err, len(items), want)
	}
}
