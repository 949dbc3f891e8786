// SPDX-License-Identifier: MIT

package vendor_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// names are files of every kind of content.
func names() []string {
	return []string{
		"weight.csv", "bp.csv", "height.csv", "body_temperature.csv", "manual_spo2.csv", "other.csv", "sleep.csv",
		"activities.csv", "aggregates_distance.csv", "raw_tracker_steps.csv", "raw_bed_sleep-state.csv", "raw_bed_snoring.csv",
		"signal.csv", "devices.csv", "Withings - Weight A.csv", "Withings - Activity A.csv", "Withings - Sleep A.csv",
	}
}

// check reads a download to its end and looks at what no input may break.
func check(t *testing.T, d *vendor.Download) {
	t.Helper()
	now := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	var report transfer.Report
	for item, err := range d.Read(vendor.Options{Zone: time.UTC, Now: now, DistanceUnit: "mi"}, &report) {
		switch {
		case err != nil:
			return
		case item.At <= 0 || item.Start < 0 || item.Start > item.At || item.At > now.Add(48*time.Hour).Unix():
			t.Errorf("from %d to %d", item.Start, item.At)
		case item.Source != sensors.SourceImport || item.ID >= 0 || len(item.Fields) == 0:
			t.Errorf("source %q, id %d, %d fields", item.Source, item.ID, len(item.Fields))
		}
		for _, f := range item.Fields {
			if number, ok := f.Value.Decimal(); ok && number.Sign() < 0 {
				t.Errorf("%s is %s", f.Name, number)
			}
		}
	}
	for _, p := range report.Problems {
		if p.File == "" || p.Reason == "" {
			t.Errorf("problem %+v", p)
		}
	}
}

func FuzzReadFile(f *testing.F) {
	for name, text := range download() {
		if at := slices.Index(names(), name); at >= 0 {
			f.Add(uint8(at), []byte(text))
			f.Add(uint8(at), []byte(utf16Text(text, true)))
		}
	}
	f.Fuzz(func(t *testing.T, name uint8, data []byte) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		check(t, vendor.OpenFile(names()[int(name)%len(names())], open, vendor.Limits{}))
	})
}

func FuzzReadZIP(f *testing.F) {
	f.Add(makeZIP(f, zipFile{name: "manual_spo2.csv", text: oxygen}))
	f.Add(makeZIP(f, zipFile{name: "data_ABC_1.zip", text: string(makeZIP(f, zipFile{name: "pwv.csv", text: oxygen})), stored: true}))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := openZIP(data, vendor.Limits{FileBytes: 1 << 20, TotalBytes: 1 << 22})
		if err != nil {
			return
		}
		check(t, d)
	})
}
