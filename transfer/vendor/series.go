// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"io"
	"strings"

	"vitals2mqtt/internal/decimal"
)

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
