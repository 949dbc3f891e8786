package vendor

import (
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
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

// Write adds a record. Removed ones, and nights that are not complete, are left
// out.
func (w *DownloadWriter) Write(item transfer.Item) error {
	if item.Deleted != 0 || item.Pending {
		return nil
	}
	w.countOrigin(item.Record)
	switch item.Kind {
	case sensors.KindMeasures:
		return w.writeMeasures(item.Record)
	case sensors.KindNights:
		w.writeNight(item.Record)
	case sensors.KindDays:
		w.writeDay(item.Record)
	case sensors.KindWorkouts:
		w.writeWorkout(item.Record)
	case sensors.KindSlots:
		return w.writeSlot(item.Record)
	case sensors.KindStage:
		return w.writeStage(item.Record)
	case sensors.KindHeart:
		w.writeHeart(item.Record)
	case sensors.KindSeries, sensors.KindSounds, sensors.KindGoals, sensors.KindBeds, sensors.KindDevices:
		w.count(lostRecord)
	}
	return nil
}

// Close writes what is left and closes all files.
func (w *DownloadWriter) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(w.tables)) {
		errs = append(errs, w.tables[name].write(w.create))
	}
	for _, name := range slices.Sorted(maps.Keys(w.series)) {
		errs = append(errs, w.series[name].close())
	}
	return errors.Join(errs...)
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

// openSeries opens the file of a series.
func (w *DownloadWriter) openSeries(file rawFile) (*seriesWriter, error) {
	name := "raw_" + file.stems[0] + ".csv"
	if open, known := w.series[name]; known {
		return open, nil
	}
	out, err := w.create(name)
	if err != nil {
		return nil, err
	}
	s := &seriesWriter{out: out, clock: w.clock, series: file.rawSeries}
	w.series[name] = s
	_, err = io.WriteString(out, "start,duration,value\n")
	return s, err
}
