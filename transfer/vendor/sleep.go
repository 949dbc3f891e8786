// SPDX-License-Identifier: MIT

package vendor

import (
	"encoding/json"
	"iter"
	"math/big"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// nights reads the nights and naps.
func nights(s *sheet, c *clock) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			if p, ok := r.night(c); ok && !yield(p, nil) {
				return
			}
		}
	}
}

func (r row) night(c *clock) (p part, ok bool) {
	start, end, ok := r.span(sleepFrom, sleepTo, r.sheet.anyTime(c))
	if !ok {
		return p, false
	}
	rec := sensors.Record{At: end.unix, Start: start.unix, Date: end.date, Zone: end.zone}
	rec.Fields = []sensors.Field{
		numberOf(sensors.FieldStart, start.unix), numberOf(sensors.FieldEnd, end.unix),
		text(sensors.FieldDate, end.date),
	}
	if end.zone == "" {
		rec.Fields = append(rec.Fields, numberOf(sensors.FieldEndHour, int64(end.hour)))
	}
	values := map[int]decimal.Decimal{}
	for i := sleepLight; i <= sleepRateMost; i++ {
		value, ok := r.number(i)
		switch {
		case !ok:
			continue
		case value.Sign() < 0:
			r.cellProblem(i, "the number is negative")
			continue
		case value.Sign() == 0 && i >= sleepRateMean:
			continue // no heart rate
		}
		values[i] = value
		rec.Fields = append(rec.Fields, number(r.sheet.layout.columns[i].name, value))
	}
	events := r.nightEvents(sleepEvents)
	rec.Fields = append(rec.Fields, eventTimes(events, start.unix, end.unix)...)
	rec.Fields = append(rec.Fields, derivedSleep(values, events)...)
	return part{kind: sensors.KindNights, record: rec, report: r.reporter()}, true
}

// Events of a night.
const (
	eventFellAsleep = "2"
	eventWokeUp     = "3"
	eventLeftBed    = "4"
)

// nightEvents reads the events of a night: seconds, of which the first counts
// from the beginning and each other one from the one before in its list.
func (r row) nightEvents(column int) map[string][]int64 {
	cell := r.cell(column)
	if cell == "" {
		return nil
	}
	var events map[string][]int64
	if json.Unmarshal([]byte(cell), &events) != nil {
		r.cellProblem(column, "the events of the night are not in the form that is known")
		return nil
	}
	return events
}

// eventTimes are when the user first fell asleep and last woke up.
func eventTimes(events map[string][]int64, start, end int64) (fields []sensors.Field) {
	within := func(name string, seconds int64) {
		if seconds >= 0 && seconds <= end-start {
			fields = append(fields, numberOf(name, start+seconds))
		}
	}
	if asleep := events[eventFellAsleep]; len(asleep) > 0 {
		within(sensors.FieldFellAsleep, asleep[0])
	}
	if awake := events[eventWokeUp]; len(awake) > 0 {
		sum := int64(0)
		for _, seconds := range awake {
			sum += min(max(seconds, 0), end-start)
		}
		within(sensors.FieldWokeUp, sum)
	}
	return fields
}

// derivedSleep are the fields of the cloud that follow from the columns.
func derivedSleep(values map[int]decimal.Decimal, events map[string][]int64) (fields []sensors.Field) {
	add := func(name string, value *big.Rat, places int) {
		if result, err := decimal.FromRat(value, places); err == nil && result.Sign() >= 0 {
			fields = append(fields, number(name, result))
		}
	}
	asleep, has := new(big.Rat), false
	for _, i := range []int{sleepLight, sleepDeep, sleepREM} {
		value, ok := values[i]
		asleep.Add(asleep, value.Rat())
		has = has || ok
	}
	if !has {
		return nil
	}
	add("total_sleep_time", asleep, 3)
	left := events[eventLeftBed]
	if len(left) > 0 {
		fields = append(fields, numberOf("out_of_bed_count", int64(len(left)-1)))
	}
	awake, ok := values[sleepAwake]
	if !ok {
		return fields
	}
	inBed := new(big.Rat).Add(asleep, awake.Rat())
	add("total_timeinbed", inBed, 3)
	if inBed.Sign() > 0 {
		add("sleep_efficiency", new(big.Rat).Quo(asleep, inBed), 2)
	}
	latency, known := values[sleepLatency]
	wakeLatency, too := values[sleepWakeLatency]
	if known && too && len(left) == 1 {
		after := new(big.Rat).Sub(awake.Rat(), latency.Rat())
		add("waso", after.Sub(after, wakeLatency.Rat()), 3)
	}
	return fields
}
