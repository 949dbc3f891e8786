// SPDX-License-Identifier: MIT

package transfer_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

const tidyHeader = "time,key,value,unit,device,attribution,source\n"

// readTidy reads a file as somebody in Berlin on 1 February 2025.
func readTidy(t *testing.T, file string) ([]transfer.Item, transfer.Report, error) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	options := transfer.ReadOptions{Zone: zone, Now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	var report transfer.Report
	var items []transfer.Item
	for item, err := range transfer.ReadTidy(strings.NewReader(file), "my.csv", options, &report) {
		if err != nil {
			return items, report, err
		}
		items = append(items, item)
	}
	return items, report, nil
}

// describe is a record on one line.
func describe(item transfer.Item) string {
	var values []string
	for key, value := range item.Values {
		values = append(values, key+"="+value.String())
	}
	slices.Sort(values)
	attribution := "-"
	if item.Attribution != nil {
		attribution = strconv.Itoa(*item.Attribution)
	}
	return fmt.Sprintf("%s %s %q %s %s %s %s", item.Kind, time.Unix(item.At, 0).UTC().Format(time.RFC3339), item.Date,
		item.Model, attribution, item.Source, strings.Join(values, " "))
}

func TestReadTidyMakesRecords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file string
		want []string
	}{
		"one record of several rows": {
			tidyHeader + "2025-01-31T07:00:00+01:00,weight_kg,79.3,kg,Body+,0,cloud\n" +
				"2025-01-31T07:00:00+01:00,fat_ratio_pct,21.4,%,Body+,0,cloud\n",
			[]string{`measures 2025-01-31T06:00:00Z "" Body+ 0 import fat_ratio_pct=21.4 weight_kg=79.3`},
		},
		"three columns in another order, clock of the zone": {
			"key,value,time\nweight_kg,79.3,2025-01-31 07:00\n",
			[]string{`measures 2025-01-31T06:00:00Z ""  - import weight_kg=79.3`},
		},
		"semicolons, decimal comma, byte order mark, CRLF": {
			"\ufeff" + strings.ReplaceAll(tidyHeader+"2025-01-31T07:00:00Z;weight_kg;79,3;kg;;;\n", "\n", "\r\n"),
			nil, // the header has commas
		},
		"other units": {
			tidyHeader + "2025-01-31T07:00:00Z,weight_kg,174.1,lb,,,\n2025-01-31T07:00:00Z,height_m,183,cm,,,\n" +
				"2025-01-31T07:00:00Z,body_temperature_c,98.6,°F,,,\n",
			[]string{`measures 2025-01-31T07:00:00Z ""  - import body_temperature_c=37 height_m=1.83 weight_kg=78.970431617`},
		},
		"the totals of a day end with it": {
			tidyHeader + "2025-03-30T00:00:00+01:00,activity_steps_today,7000,steps,,,\n",
			[]string{`days 2025-03-30T21:59:59Z "2025-03-30"  - import activity_steps_today=7000`},
		},
		"a rhythm beside an electrocardiogram is part of it": {
			tidyHeader + "2025-01-31T07:00:00Z,ecg_afib,negative,,,,\n2025-01-31T07:00:00Z,ecg_time,2025-01-31T07:00:00Z,,,,\n" +
				"2025-01-31T08:00:00Z,ecg_afib,negative,,,,\n",
			[]string{
				`heart 2025-01-31T07:00:00Z ""  - import ecg_afib=negative ecg_time=2025-01-31T07:00:00Z`,
				`measures 2025-01-31T08:00:00Z ""  - import ecg_afib=negative`,
			},
		},
		"a repeated row, a computed value": {
			tidyHeader + "2025-01-31T07:00:00Z,weight_kg,79.3,kg,,,\n2025-01-31T07:00:00Z,weight_kg,79.30,kg,,,\n" +
				"2025-01-31T07:00:00Z,bmi,24,kg/m²,,,\n",
			[]string{`measures 2025-01-31T07:00:00Z ""  - import weight_kg=79.3`},
		},
		"a text with the apostrophe of a formula": {
			tidyHeader + "2025-01-31T07:00:00Z,weight_kg,79.3,kg,'=1+1,,\n2025-01-31T08:00:00Z,weight_kg,79.3,kg,''=1,,\n" +
				"2025-01-31T09:00:00Z,weight_kg,79.3,kg,'x,,\n",
			[]string{
				`measures 2025-01-31T07:00:00Z "" =1+1 - import weight_kg=79.3`,
				`measures 2025-01-31T08:00:00Z "" '=1 - import weight_kg=79.3`,
				`measures 2025-01-31T09:00:00Z "" 'x - import weight_kg=79.3`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := test.file
			if test.want == nil {
				file = strings.Replace(file, strings.TrimSpace(tidyHeader),
					strings.ReplaceAll(strings.TrimSpace(tidyHeader), ",", ";"), 1)
				test.want = []string{`measures 2025-01-31T07:00:00Z ""  - import weight_kg=79.3`}
			}
			items, report, err := readTidy(t, file)
			if err != nil || report.ProblemCount > 0 {
				t.Fatalf("%v %v", err, report.Problems)
			}
			var got []string
			for _, item := range items {
				got = append(got, describe(item))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestReadTidyNamesEachMistake(t *testing.T) {
	t.Parallel()
	const good = "2025-01-31T07:00:00Z,weight_kg,79.3,kg,,,\n"
	for row, want := range map[string]string{
		"yesterday,weight_kg,79.3,kg,,,":             "my.csv:2:1: not a time such as 2025-01-31T07:00:00+01:00",
		"1969-01-31T07:00:00Z,weight_kg,79.3,kg,,,":  "my.csv:2:1: the time is out of range",
		"2026-03-01T07:00:00Z,weight_kg,79.3,kg,,,":  "my.csv:2:1: the time is in the future",
		"2025-01-31T06:00:00Z,wieght_kg,79.3,kg,,,":  `my.csv:2:22: unknown key "wieght_kg", did you mean "weight_kg"?`,
		"2025-01-31T06:00:00Z,=evil(),79.3,kg,,,":    "my.csv:2:22: unknown key; `vitals2mqtt sensors` lists them",
		"2025-01-31T06:00:00Z,weight_kg,\"79,3\",,,": "my.csv:2:32: weight_kg: not a number",
		"2025-01-31T06:00:00Z,weight_kg,secret,kg,,": "my.csv:2:32: weight_kg: not a number",
		"2025-01-31T06:00:00Z,weight_kg,79.3,st,,,": `my.csv:2:32: weight_kg: its unit is "kg", and the one given ` +
			"cannot be converted to it",
		"2025-01-31T06:00:00Z,weight_kg,1e99,kg,,,":     "my.csv:2:32: weight_kg: the number is out of range",
		"2025-01-31T06:00:00Z,ecg_afib,maybe,,,,":       "my.csv:2:31: ecg_afib: not one of its values",
		"2025-01-31T06:00:00Z,sleep_date,x,,,,":         "my.csv:2:33: sleep_date: not a date such as 2025-01-31",
		"2025-01-31T06:00:00Z,weight_kg,79,kg,,x,":      "my.csv:2:39: the attribution is no number",
		"2025-01-31T06:00:00Z,weight_kg,79,kg,,,web":    "my.csv:2:40: the source is neither cloud, notification nor import",
		"2025-01-31T06:00:00Z,weight_kg":                "my.csv:2:22: weight_kg: not a number",
		"2025-01-31T06:00:00Z,a\"b,79.3,kg,,,":          "my.csv:2:23: a quotation mark out of place",
		"2025-01-31T06:00:00Z,weight_kg,79.3,kg,\xe4,,": "my.csv:2:1: the row is not UTF-8",
		"2025-01-31T06:00:00Z,workout_heart_rate_zone_0_seconds,60,s,,,": "my.csv:2:56: workout_heart_rate_zone_0_seconds: " +
			"no such value without the others of its record",
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			items, report, err := readTidy(t, tidyHeader+row+"\n"+good)
			if err != nil {
				t.Fatal(err)
			}
			if report.ProblemCount != 1 || report.Problems[0].Error() != want {
				t.Errorf("got  %v\nwant %s", report.Problems, want)
			}
			if len(items) != 1 || items[0].At != 1738306800 || report.Rows() != 2 {
				t.Errorf("the good row gives %v of %d rows", items, report.Rows())
			}
		})
	}
}

func TestReadTidyRefusesRecordsInParts(t *testing.T) {
	t.Parallel()
	items, report, err := readTidy(t, tidyHeader+"2025-01-31T07:00:00Z,weight_kg,79.3,kg,,,\n"+
		"2025-01-31T08:00:00Z,weight_kg,79.3,kg,,,\n2025-01-31T07:00:00Z,fat_ratio_pct,21,%,,,\n"+
		"2025-01-31T09:00:00Z,weight_kg,79.3,kg,,,\n2025-01-31T09:00:00Z,weight_kg,79.4,kg,,,\n")
	want := []transfer.Problem{
		{File: "my.csv", Line: 4, Column: 36, Reason: "fat_ratio_pct: the rows of one record must follow each other: " +
			"sort the file by time"},
		{File: "my.csv", Line: 6, Column: 32, Reason: "weight_kg: a second value of the same time"},
	}
	if err != nil || len(items) != 3 || !slices.Equal(report.Problems, want) {
		t.Errorf("%d records, %v, problems\n%v\nwant\n%v", len(items), err, report.Problems, want)
	}
}

func TestReadTidyIsNeverWrongByAFactor(t *testing.T) {
	t.Parallel()
	semicolons := strings.ReplaceAll(tidyHeader, ",", ";")
	for value, want := range map[string]string{"1.234": "", "1,234": "1.234", "1.234,5": "", "1,234,5": "", "79": "79"} {
		items, report, err := readTidy(t, semicolons+"2025-01-31T07:00:00Z;weight_kg;"+value+";kg;;;\n")
		if err != nil || (want == "") != (report.ProblemCount == 1) || len(items)+report.ProblemCount != 1 {
			t.Errorf("%s: %v, %v", value, err, report.Problems)
		}
		for _, item := range items {
			if got := item.Values["weight_kg"].String(); got != want {
				t.Errorf("%s is read as %s, want %q", value, got, want)
			}
		}
	}
}

func TestReadTidyRefusesOtherFiles(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                            "my.csv: no header such as " + strings.TrimSpace(tidyHeader),
		"\xff\xfet\x00":               "my.csv: the file is UTF-16: save it as UTF-8",
		"zeit,schl\xfcssel,wert\n":    "my.csv: the file is not UTF-8: save it as UTF-8",
		"time\tkey\tvalue\n":          "my.csv: the columns are separated by tabs: save the file as CSV",
		"time,key\n":                  "my.csv: no column value; the header must be " + strings.TrimSpace(tidyHeader),
		"time,key,value,key\n1,2,3,4": "my.csv: two columns key",
	} {
		if _, _, err := readTidy(t, file); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}

func TestReadTidyCountsClockChanges(t *testing.T) {
	t.Parallel()
	items, report, err := readTidy(t, "time,key,value\n2025-10-26 02:30:00,weight_kg,79\n2025-03-30T02:30,weight_kg,79\n"+
		"2025-10-26T02:30:00+01:00,weight_kg,79\n")
	if err != nil || len(items) != 3 || report.ClockChanges != 2 {
		t.Errorf("%d records, %d clock changes, %v", len(items), report.ClockChanges, err)
	}
}

// TestTidyIsSafeInSpreadsheets draws on every character that makes a formula.
func TestTidyIsSafeInSpreadsheets(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	w := transfer.NewTidyWriter(&file, transfer.TidyOptions{})
	for _, text := range []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", "'x"} {
		err := w.Write(transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{
			At: 1, Model: text, Values: map[string]sensors.Value{"temperature_c": number(t, "-3.5"), "ecg_afib": sensors.Text(text)},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(file.String())).ReadAll()
	if err != nil || len(rows) != 15 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		for column, cell := range row {
			formula := cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r")
			if isNumber := cell == "-3.5"; formula && !isNumber || isNumber && column != 2 {
				t.Errorf("column %d begins with %q", column, cell[:1])
			}
		}
	}
}
