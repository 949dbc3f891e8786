// SPDX-License-Identifier: MIT

package vendor

import (
	"time"

	"vitals2mqtt/sensors"
)

// WriteOptions are how a download is written.
type WriteOptions struct {
	// Zone is that of the times without an offset; nil is UTC.
	Zone *time.Location
}

// DownloadWriter writes records in the layout of the download of 2026. Its tables
// are ordered as the vendor's, so they are written by Close; minutes are written
// as they come.
type DownloadWriter struct {
	losses

	create Create
	clock  *clock
	tables map[string]*table
	series map[string]*seriesWriter
	names  workoutNames
	raw    map[string]rawFile // by rawKey
	closed bool
}

// NewDownloadWriter returns a writer of the files that create opens.
func NewDownloadWriter(create Create, o WriteOptions) *DownloadWriter {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	w := &DownloadWriter{
		losses: losses{},
		create: create,
		clock:  newClock(o.Zone, time.Time{}),
		tables: map[string]*table{},
		series: map[string]*seriesWriter{},
		names:  newWorkoutNames(),
		raw:    map[string]rawFile{},
	}
	for _, file := range rawFiles() {
		if _, known := w.raw[rawKey(file.kind, file.field)]; !known {
			w.raw[rawKey(file.kind, file.field)] = file
		}
	}
	return w
}

// table returns a table of rows that are listed newest first.
func (w *DownloadWriter) table(name string, header ...string) *table {
	t, known := w.tables[name]
	if !known {
		t = &table{name: name + ".csv", header: header, newestFirst: true}
		w.tables[name] = t
	}
	return t
}

// rawKey names a series by kind and field.
func rawKey(kind sensors.Kind, field string) string { return string(kind) + " " + field }
