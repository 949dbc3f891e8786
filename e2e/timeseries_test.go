// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// TestInfluxDBReturnsWhatWasSent sends records of every kind and one
// correction: InfluxDB returns the same values, times and devices.
//
//nolint:paralleltest // it needs the machine for itself
func TestInfluxDBReturnsWhatWasSent(t *testing.T) {
	db := newInfluxDB(t, freePort(t))
	items, want := exampleRecords(t)
	archive := &memoryArchive{}
	archive.add(items...)
	m := runMirror(t, archive, mirror.Target{URL: "http://" + db.host, Database: "vitals"})
	await(t, "the records", func() bool { return len(db.points()) == len(want) })
	if diff := cmp.Diff(want, db.points()); diff != "" {
		t.Errorf("-sent +stored\n%s", diff)
	}
	corrected := items[0]
	corrected.Values = map[string]sensors.Value{"weight_kg": sensors.Number(decimal.FromInt(80))}
	archive.add(corrected)
	m.Notify()
	delete(want, "alice|Body Comp|weight_kg=81.35 1735711200000000000")
	want["alice|Body Comp|weight_kg=80 1735711200000000000"] = true
	await(t, "the correction", func() bool { return m.Status().Sent == int64(len(items)+1) })
	if diff := cmp.Diff(want, db.points()); diff != "" {
		t.Errorf("after a correction: -sent +stored\n%s", diff)
	}
}

// TestVictoriaMetricsReturnsWhatWasSent sends records of every kind:
// VictoriaMetrics returns the same numbers, times and devices, and no texts.
//
//nolint:paralleltest // it needs the machine for itself
func TestVictoriaMetricsReturnsWhatWasSent(t *testing.T) {
	db := newVictoriaMetrics(t)
	items, want := exampleRecords(t)
	maps.DeleteFunc(want, func(point string, _ bool) bool { return strings.Contains(point, "T22:31:00Z") })
	archive := &memoryArchive{}
	archive.add(items...)
	runMirror(t, archive, mirror.Target{URL: "http://" + db.host})
	await(t, "the records", func() bool { return len(db.points()) == len(want) })
	if diff := cmp.Diff(want, db.points()); diff != "" {
		t.Errorf("-sent +stored\n%s", diff)
	}
}

// TestInfluxDBWithoutDatabase sends to a database that does not exist, which is
// reported, and then does: all records arrive.
//
//nolint:paralleltest // it needs the machine for itself
func TestInfluxDBWithoutDatabase(t *testing.T) {
	db := newInfluxDB(t, freePort(t))
	db.query("DROP DATABASE vitals")
	items, want := exampleRecords(t)
	archive := &memoryArchive{}
	archive.add(items...)
	m := runMirror(t, archive, mirror.Target{URL: "http://" + db.host, Database: "vitals"})
	await(t, "the problem", func() bool {
		problem := m.Status().Problem
		return problem != nil && strings.Contains(problem.Text, `HTTP 404: database not found: "vitals"`)
	})
	db.query("CREATE DATABASE vitals")
	await(t, "the records", func() bool { return len(db.points()) == len(want) })
}

// TestInfluxDBIsCaughtUpAfterAWeek is down for a week of records: afterwards
// each is there, sent once.
//
//nolint:paralleltest // it needs the machine for itself
func TestInfluxDBIsCaughtUpAfterAWeek(t *testing.T) {
	const perDay, week = 1440, 7
	host := freePort(t)
	archive := &memoryArchive{}
	m := runMirror(t, archive, mirror.Target{URL: "http://" + host, Database: "vitals"})
	for i := range int64(perDay * week) {
		archive.add(minuteRecord(i))
	}
	m.Notify()
	await(t, "the problem", func() bool { return m.Status().Problem != nil })
	db := newInfluxDB(t, host)
	await(t, "the end of the problem", func() bool { return m.Status().Problem == nil })
	points := db.points()
	if len(points) != perDay*week || m.Status().Sent != perDay*week {
		t.Fatalf("%d points, %+v", len(points), m.Status())
	}
	for i := range int64(perDay * week) {
		at := (1735711200 + 60*i) * int64(time.Second)
		if point := fmt.Sprintf("alice|ScanWatch|heart_rate_latest_bpm=%d %d", 50+i%50, at); !points[point] {
			t.Fatalf("missing: %s", point)
		}
	}
}

func minuteRecord(i int64) transfer.Item {
	return transfer.Item{Kind: sensors.KindSlots, Record: sensors.Record{
		At:     1735711200 + 60*i,
		Model:  "ScanWatch",
		Values: map[string]sensors.Value{"heart_rate_latest_bpm": sensors.Number(decimal.FromInt(50 + i%50))},
	}}
}

// lazyArchive makes its records while they are read, and measures the memory.
type lazyArchive struct {
	memoryArchive
	count int64
	heap  []uint64
}

// Changed implements mirror.Source.
func (a *lazyArchive) Changed(_ context.Context, _ string, after int64) iter.Seq2[mirror.Change, error] {
	return func(yield func(mirror.Change, error) bool) {
		for i := after; i < a.count; i++ {
			if i%20000 == 0 {
				runtime.GC()
				var memory runtime.MemStats
				runtime.ReadMemStats(&memory)
				a.heap = append(a.heap, memory.HeapAlloc)
			}
			if !yield(mirror.Change{Sequence: i + 1, Item: minuteRecord(i)}, nil) {
				return
			}
		}
	}
}

// TestInfluxDBTakesYearsInFlatMemory takes 400,000 records, and the memory of
// the mirror stays flat.
//
//nolint:paralleltest // it needs the machine for itself
func TestInfluxDBTakesYearsInFlatMemory(t *testing.T) {
	const count = 400_000
	db := newInfluxDB(t, freePort(t))
	archive := &lazyArchive{count: count}
	m := runMirror(t, archive, mirror.Target{URL: "http://" + db.host, Database: "vitals"})
	await(t, "the records", func() bool { return m.Status().Sent == count })
	stored := fmt.Sprint(db.query("SELECT count(heart_rate_latest_bpm) FROM vitals")[0].Values[0][1])
	if stored != strconv.Itoa(count) {
		t.Errorf("%s points", stored)
	}
	const bound = 8 << 20
	if grown := int64(slices.Max(archive.heap)) - int64(archive.heap[0]); grown > bound {
		t.Errorf("the heap grew by %d bytes: %v", grown, archive.heap)
	}
	t.Logf("heap %v", archive.heap)
}
