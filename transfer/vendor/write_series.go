package vendor

import (
	"errors"
	"io"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// rawKey names a series by kind and field.
func rawKey(kind sensors.Kind, field string) string { return string(kind) + " " + field }

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

// span is one value of a series.
type span struct {
	at, seconds int64 // seconds is 0 when it is not known
	zone        string
	value       decimal.Decimal
}

// seriesWriter writes a series: values that follow each other in one row.
type seriesWriter struct {
	out    io.WriteCloser
	clock  *clock
	series rawSeries
	row    []span
	values []string
}

const (
	// maxSpans is how many values a row has at most: those of a day.
	maxSpans = 1440
	// nominal is the duration of a value that has none.
	nominal = 60
	// maxPause is how long the next value of a measured series may be away to be in
	// the same row.
	maxPause = 3600
)

func (s *seriesWriter) add(next span, lost losses) error {
	if s.series.flag && next.value == decimal.FromInt(1) {
		next.value = decimal.FromInt(100)
	}
	text := lost.atMost(next.value, 3)
	if len(s.row) > 0 {
		last := &s.row[len(s.row)-1]
		pause := next.at - last.at
		if last.seconds == 0 && pause > 0 && pause <= maxPause {
			last.seconds = pause
		}
		if pause <= 0 || last.seconds != pause || len(s.row) >= maxSpans || last.zone != next.zone {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	s.row, s.values = append(s.row, next), append(s.values, text)
	return nil
}

// flush writes the row.
func (s *seriesWriter) flush() error {
	if len(s.row) == 0 {
		return nil
	}
	durations := make([]string, 0, len(s.row))
	for _, each := range s.row {
		seconds := each.seconds
		if seconds <= 0 {
			seconds = nominal
		}
		durations = append(durations, decimal.FromInt(seconds).String())
	}
	array := func(all []string) string { return "[" + strings.Join(all, ",") + "]" }
	start := s.clock.isoText(s.row[0].at, s.row[0].zone)
	row := appendRow(nil, start, array(durations), array(s.values))
	s.row, s.values = s.row[:0], s.values[:0]
	_, err := s.out.Write(row)
	return err
}

func (s *seriesWriter) close() error { return errors.Join(s.flush(), s.out.Close()) }
