// SPDX-License-Identifier: MIT

package transfer_test

import (
	"strings"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// FuzzReadTidy reads any file: what it accepts can be written and read again.
func FuzzReadTidy(f *testing.F) {
	f.Add(tidyHeader + "2025-01-31T07:00:00+01:00,weight_kg,79.3,kg,Body+,0,cloud\n")
	f.Add("key;time;value\nweight_kg;2025-10-26 02:30;79,3\n\"\n")
	f.Add(tidyHeader + "2025-03-30T00:00:00+01:00,activity_steps_today,7000,steps,'=x,,\n")
	f.Fuzz(func(t *testing.T, file string) {
		var report transfer.Report
		var rows strings.Builder
		w := transfer.NewTidyWriter(&rows, transfer.TidyOptions{})
		for item, err := range transfer.ReadTidy(strings.NewReader(file), "x", transfer.ReadOptions{}, &report) {
			if err != nil {
				return
			}
			if item.At <= 0 || item.ID >= 0 || len(item.Values) == 0 {
				t.Fatalf("%+v", item)
			}
			if err := w.Write(item); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzReadJSON reads any file: what it accepts is written the same way.
func FuzzReadJSON(f *testing.F) {
	f.Add(jsonLine)
	f.Add(strings.Replace(jsonLine, "79.3", `"a text"`, 1))
	f.Fuzz(func(t *testing.T, file string) {
		var report transfer.Report
		for item, err := range transfer.ReadJSON(strings.NewReader(file), "x", transfer.ReadOptions{}, &report) {
			if err != nil {
				return
			}
			sensors.Interpret(item.Kind, &item.Record, nil)
			var line strings.Builder
			w := transfer.NewJSONWriter(&line, time.UTC)
			if err := w.Write(item); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			var again transfer.Report
			for _, err := range transfer.ReadJSON(strings.NewReader(line.String()), "y", transfer.ReadOptions{}, &again) {
				if err != nil {
					t.Fatal(err)
				}
			}
			if again.ProblemCount > 0 {
				t.Fatalf("%v in %s", again.Problems, line.String())
			}
		}
	})
}
