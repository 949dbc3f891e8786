// SPDX-License-Identifier: MIT

//go:build unix

package history_test

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// BenchmarkFirstFill stores ten years: 20,000 measure groups with seven values
// and 3,650 nights with forty, in pages of 300.
func BenchmarkFirstFill(b *testing.B) {
	var pages []sensors.Batch
	for first := int64(1); first < 20000; first += 300 {
		var groups []sensors.Record
		for id := first; id < first+300; id++ {
			groups = append(groups, group(id))
		}
		pages = append(pages, page(groups...))
	}
	for first := int64(1); first < 3650; first += 300 {
		nights := sensors.Batch{Kind: sensors.KindNights}
		for id := first; id < first+300; id++ {
			nights.Records = append(nights.Records, night(id))
		}
		pages = append(pages, nights)
	}
	b.ReportAllocs()
	before := processorTime(b)
	defer func() { b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "cpu-s/op") }()
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "history.db")
		archive, err := history.Open(b.Context(), history.Options{Path: path})
		if err != nil {
			b.Fatal(err)
		}
		for i, p := range pages {
			at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Offset: int64(i)}}
			if _, err := archive.Apply(b.Context(), alice, p, sensors.ApplyOptions{InitialSync: true}, at); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(history.Size(path))/1e6, "MB")
		if err := archive.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// processorTime is the time that this process has used of all processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
