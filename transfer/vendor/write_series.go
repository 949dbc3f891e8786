// SPDX-License-Identifier: MIT

package vendor

import (
	"io"

	"vitals2mqtt/sensors"
)

// writeSlot writes the values of a minute to the files of their series.
func (w *DownloadWriter) writeSlot(rec sensors.Record) error {
	seconds := int64(0)
	if value, ok := fieldNumber(rec, sensors.FieldDuration); ok {
		seconds, _ = value.Int()
	}
	for _, f := range rec.Fields {
		value, ok := f.Value.Decimal()
		if f.Name == sensors.FieldDuration {
			continue
		}
		if _, known := w.raw[rawKey(sensors.KindSlots, f.Name)]; !known || !ok {
			w.count(lostType)
			continue
		}
		s := span{at: rec.At, seconds: seconds, zone: rec.Zone, value: value}
		if err := w.writeSpan(sensors.KindSlots, f.Name, s); err != nil {
			return err
		}
	}
	return nil
}

// writeStage writes a stretch of sleep.
func (w *DownloadWriter) writeStage(rec sensors.Record) error {
	const states = 4
	state, ok := fieldNumber(rec, sensors.FieldState)
	number, whole := state.Int()
	if !ok || !whole || number < 0 || number >= states || rec.Start == 0 || rec.At <= rec.Start {
		w.count(lostRecord)
		return nil
	}
	s := span{at: rec.Start, seconds: rec.At - rec.Start, zone: rec.Zone, value: state}
	return w.writeSpan(sensors.KindStage, sensors.FieldState, s)
}

func (w *DownloadWriter) writeSpan(kind sensors.Kind, field string, s span) error {
	series, err := w.openSeries(w.raw[rawKey(kind, field)])
	if err != nil {
		return err
	}
	return series.add(s, w.losses)
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
