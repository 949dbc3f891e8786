// SPDX-License-Identifier: MIT

package vendor

import (
	"fmt"
	"hash/fnv"
	"iter"
	"strings"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// rawSeries is what a file of minutes has.
type rawSeries struct {
	kind  sensors.Kind
	field string
	// counted series have a sum over their durations; for the others the duration
	// means nothing.
	counted bool
	// zeroIsNone is for measurements.
	zeroIsNone bool
	// flag is a series of 0 and 100, which the cloud writes as 0 and 1.
	flag bool
}

// rawFile is a series with the names of its files, without raw_ and .csv.
type rawFile struct {
	stems []string // the first one is the newest
	rawSeries
}

func rawFiles() []rawFile {
	counted := func(field string, stems ...string) rawFile {
		return rawFile{stems, rawSeries{kind: sensors.KindSlots, field: field, counted: true}}
	}
	measured := func(field string, stems ...string) rawFile {
		return rawFile{stems, rawSeries{kind: sensors.KindSlots, field: field, zeroIsNone: true}}
	}
	asleep := func(field, series string) rawFile {
		return measured(sensors.SleepFieldPrefix+field, "bed_"+series, "sleep-monitor_"+series)
	}
	stages := func(stems ...string) rawFile {
		return rawFile{stems, rawSeries{kind: sensors.KindStage, field: sensors.FieldState}}
	}
	snoring := asleep("snoring", "snoring")
	snoring.zeroIsNone, snoring.flag = false, true
	return []rawFile{
		counted(fieldSteps, "tracker_steps"),
		counted(fieldDistance, "tracker_distance"),
		counted(fieldCalories, "tracker_calories-earned"),
		counted("pool_lap", "tracker_lap-pool"),
		measured("heart_rate", "hr_hr", "tracker_hr"),
		measured("spo2_auto", "spo2_auto_spo2", "tracker_auto_spo2"),
		measured("core_body_temperature", "core_body_temperature_Core body temperature"),
		measured("rmssd", "heart_rate_variability_HR RMS SD"),
		measured("sdnn1", "heart_rate_variability_HR SD NN"),
		asleep("hr", "hr"),
		asleep("rr", "respiratory-rate"),
		snoring,
		asleep("rmssd", "HR RMS SD"),
		asleep("sdnn_1", "HR SD NN"),
		asleep("mvt_score", "Movement score"),
		stages("bed_sleep-state", "sleep-monitor_sleep-state"),
		stages("tracker_sleep-state"),
		{
			[]string{"blood_glucose_Blood Glucose"},
			rawSeries{kind: sensors.KindMeasures, field: typeGlucose, zeroIsNone: true},
		},
	}
}

// Columns of the raw files.
const (
	rawStart = iota
	rawDuration
	rawValue
)

// maxSeenRows bounds how many rows are remembered, to find those listed twice.
const maxSeenRows = 200_000

// raw reads a series. Rows that are listed twice are read once.
func raw(s *sheet, c *clock, series rawSeries, by factor) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		seen, repeated := map[[16]byte]bool{}, int64(0)
		for r, err := range s.rows() {
			if err != nil {
				yield(transfer.Item{}, err)
				return
			}
			sum := r.sum()
			if seen[sum] {
				repeated++
				continue
			}
			if len(seen) >= maxSeenRows {
				clear(seen)
			}
			seen[sum] = true
			for item := range r.spans(c, series, by) {
				if !yield(item, nil) {
					return
				}
			}
		}
		if repeated > 0 {
			s.remark(fmt.Sprintf("lists %d rows twice: they are read once", repeated))
		}
	}
}

// sum tells rows apart.
func (r row) sum() (sum [16]byte) {
	h := fnv.New128a()
	_, _ = h.Write([]byte(strings.Join(r.cells, "\x00")))
	h.Sum(sum[:0])
	return sum
}

// spans are the records of a row: value i begins after the durations before
// it.
func (r row) spans(c *clock, series rawSeries, by factor) iter.Seq[transfer.Item] {
	return func(yield func(transfer.Item) bool) {
		start, ok := r.dateOf(rawStart, c.iso)
		if !ok {
			return
		}
		durations, values := elements(r.cell(rawDuration)), elements(r.cell(rawValue))
		if len(durations) == 0 || len(durations) != len(values) {
			r.problem(fmt.Sprintf("the row has %d durations and %d values", len(durations), len(values)))
			return
		}
		at, zone := start.unix, start.zone
		stage := stretch{series: series}
		for i, value := range values {
			seconds, ok := duration(durations[i])
			if !ok {
				r.cellProblem(rawDuration, "a duration is not a number of seconds above 0")
				break // the times of the rest are not known
			}
			if at+seconds > c.last {
				r.cellProblem(rawStart, "the time is in the future")
				break
			}
			number, ok := r.element(value, series, by)
			if ok && series.kind == sensors.KindStage {
				if !stage.add(number, at, seconds, zone, yield) {
					return
				}
			} else if ok && !yield(series.item(number, at, seconds, zone)) {
				return
			}
			at += seconds
		}
		stage.end(yield)
	}
}

// element reads a value, and false for one that is none.
func (r row) element(text string, series rawSeries, by factor) (value decimal.Decimal, ok bool) {
	value, ok = jsonNumber(text)
	if !ok {
		if text != "null" {
			r.cellProblem(rawValue, "a value is not a number")
		}
		return value, false
	}
	if value.Sign() < 0 || value.Sign() == 0 && series.zeroIsNone {
		return value, false
	}
	if series.flag && value == decimal.FromInt(100) {
		return decimal.FromInt(1), true
	}
	if series.field == fieldDistance {
		return r.scaled(rawValue, value, by)
	}
	return value, true
}

// item is the record of one span.
func (s rawSeries) item(value decimal.Decimal, at, seconds int64, zone string) transfer.Item {
	rec := sensors.Record{At: at, Zone: zone, Fields: []sensors.Field{number(s.field, value)}}
	if s.counted {
		rec.Fields = append(rec.Fields, numberOf(sensors.FieldDuration, seconds))
	}
	return transfer.Item{Kind: s.kind, Record: rec}
}

// stretch joins the spans of one stage of sleep that follow each other.
type stretch struct {
	series rawSeries
	item   transfer.Item
	state  decimal.Decimal
	open   bool
}

func (s *stretch) add(state decimal.Decimal, at, seconds int64, zone string, yield func(transfer.Item) bool) bool {
	if s.open && s.state == state && s.item.At == at {
		s.item.At += seconds
		return true
	}
	goOn := s.end(yield)
	s.state, s.open = state, true
	s.item = s.series.item(state, at+seconds, seconds, zone)
	s.item.Start = at
	return goOn
}

func (s *stretch) end(yield func(transfer.Item) bool) bool {
	wasOpen := s.open
	s.open = false
	return !wasOpen || yield(s.item)
}

// elements splits an array of numbers.
func elements(cell string) []string {
	inner, ok := strings.CutPrefix(cell, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !ok || !closed || inner == "" {
		return nil
	}
	all := strings.Split(inner, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// duration reads the seconds of a span.
func duration(text string) (seconds int64, ok bool) {
	const longest = 7 * 24 * 60 * 60
	number, ok := jsonNumber(text)
	if !ok {
		return 0, false
	}
	seconds, whole := number.Int()
	return seconds, whole && seconds > 0 && seconds <= longest
}

// electrocardiograms reads when there was one.
func electrocardiograms(s *sheet, c *clock) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			if r.cell(1) != "Electrocardiogram" {
				r.cellProblem(1, "the kind of signal is not known")
				continue
			}
			m, ok := r.dateOf(0, c.iso)
			if !ok {
				continue
			}
			rec := m.record()
			rec.Fields = []sensors.Field{numberOf(sensors.FieldECG, m.unix)}
			if !yield(part{kind: sensors.KindHeart, record: rec, report: r.reporter()}, nil) {
				return
			}
		}
		s.remark("has the times of electrocardiograms; their curves are not kept")
	}
}
