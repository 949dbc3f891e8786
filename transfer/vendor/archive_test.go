// SPDX-License-Identifier: MIT

package vendor_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history/historytest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// importAll puts a download into an archive, and returns the changes.
func importAll(t *testing.T, archive bridge.Archive, files map[string]string) (put []sensors.Record) {
	t.Helper()
	d, err := vendor.OpenFolder(folder(files), vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	items, _ := readAll(t, d, vendor.Options{Zone: zone(t, "Europe/Zurich"), Now: now})
	byKind := map[sensors.Kind][]sensors.Record{}
	for _, item := range items {
		byKind[item.Kind] = append(byKind[item.Kind], item.Record)
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		// One record at a time, as if every batch ended in the middle of a second.
		for _, rec := range byKind[kind] {
			batch := sensors.Batch{Kind: kind, Records: []sensors.Record{rec}}
			changes, err := archive.Apply(t.Context(), "7", batch, sensors.ApplyOptions{Now: now}, sensors.Progress{})
			if err != nil {
				t.Fatal(err)
			}
			put = append(put, changes.Put...)
		}
	}
	return put
}

// TestSecondImportAddsNothing imports the same download twice.
func TestSecondImportAddsNothing(t *testing.T) {
	t.Parallel()
	archive := new(historytest.Memory)
	if put := importAll(t, archive, download()); len(put) == 0 {
		t.Fatal("nothing was imported")
	}
	var again []transfer.Item
	for _, rec := range importAll(t, archive, download()) {
		again = append(again, transfer.Item{Record: rec})
	}
	equal(t, "imported again", lines(again), nil)
}

// TestSeriesOfOneMinuteAreOneRecord imports steps and distances of the same
// minutes, which the download has in two files.
func TestSeriesOfOneMinuteAreOneRecord(t *testing.T) {
	t.Parallel()
	archive := new(historytest.Memory)
	files := map[string]string{}
	for _, name := range []string{"raw_tracker_steps.csv", "raw_tracker_distance.csv"} {
		files[name] = download()[name]
	}
	last := map[int64]transfer.Item{}
	for _, rec := range importAll(t, archive, files) {
		last[rec.At] = transfer.Item{Kind: sensors.KindSlots, Record: rec}
	}
	var got []transfer.Item
	for _, at := range slices.Sorted(maps.Keys(last)) {
		got = append(got, last[at])
	}
	equal(t, "minutes", lines(got), []string{
		"slots 2030-05-04T08:00:00 Europe/Zurich distance=160.25 duration=60 steps=212",
		"slots 2030-05-04T08:01:00 Europe/Zurich distance=230 duration=60 steps=288",
		"slots 2030-05-04T08:02:00 Europe/Zurich distance=180 duration=61 steps=240",
		"slots 2030-05-04T08:05:00 Europe/Zurich steps=7 duration=60",
	})
}
