// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// Options are how a download is read.
type Options struct {
	// Zone is where times without an offset were measured. Nil is the zone that the
	// download names for its devices, if it is a single one.
	Zone *time.Location
	// Now is the time of reading; nothing is later. With the zero time nothing is in
	// the future.
	Now time.Time
	// DistanceUnit is the unit of the distances that the download gives without one:
	// "m", "km" or "mi". "" is to find out whether they are metres, and not to read
	// them otherwise.
	DistanceUnit string
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor
}

// ErrNoZone reports that nothing says in which time zone the times without an
// offset are.
var ErrNoZone = errors.New("the download does not say in which time zone its times are")

// reading is the state of reading a download.
type reading struct {
	download *Download
	options  Options
	report   *transfer.Report
	clock    *clock
	syntax   numberSyntax
	known    map[string]bool
	metres   factor // of distances without a unit
	groups   map[group][]file
}

// file is a file that is read, with what it has.
type file struct {
	entry
	contents
}

// all reads the groups one after the other.
func (r *reading) all() iter.Seq2[transfer.Item, error] {
	return concat(
		join(r.streams(measuresGroup)),
		withTotals(join(r.streams(daysGroup))),
		one(r.streams(nightsGroup)),
		one(r.streams(workoutsGroup)),
		one(r.streams(signalGroup)),
		r.minutes(),
	)
}

// streams are the files of a group, each as its parts.
func (r *reading) streams(g group) (streams []iter.Seq2[part, error]) {
	for _, f := range r.groups[g] {
		streams = append(streams, func(yield func(part, error) bool) {
			s, err := r.open(f)
			if err != nil {
				yield(part{}, err)
				return
			}
			if s == nil {
				return
			}
			for p, err := range r.parts(f, s) {
				if !yield(p, err) {
					return
				}
			}
		})
	}
	return streams
}

func (r *reading) open(f file) (*sheet, error) {
	return openSheet(f.entry, r.report, r.syntax, r.known, f.layouts...)
}

func (r *reading) parts(f file, s *sheet) iter.Seq2[part, error] {
	switch f.group {
	case daysGroup:
		return days(s, r.clock, r.metres)
	case nightsGroup:
		return nights(s, r.clock)
	case workoutsGroup:
		return workouts(s, r.clock)
	case signalGroup:
		return electrocardiograms(s, r.clock)
	case measuresGroup, rawGroup, skipped:
	}
	if s.layout.numbers == thousands {
		return others(s, r.clock)
	}
	return measures(s, r.clock)
}

func (r *reading) minutes() iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		for _, f := range r.groups[rawGroup] {
			s, err := r.open(f)
			if err != nil {
				yield(transfer.Item{}, err)
				return
			}
			if s == nil {
				continue
			}
			for item, err := range raw(s, r.clock, f.raw, r.metres) {
				if !yield(item, err) {
					return
				}
			}
		}
	}
}

// complete makes a record of what a row says.
func (r *reading) complete(item *transfer.Item) {
	item.Source = sensors.SourceImport
	if !r.options.Now.IsZero() {
		item.Received = r.options.Now.Unix()
	}
	item.ID = sensors.NaturalID(item.Kind, item.Record)
	sensors.Interpret(item.Kind, &item.Record, r.options.Extra)
}

// reportClock reports the times at the changes of clocks.
func (r *reading) reportClock() {
	r.report.ClockChanges += r.clock.repeated + r.clock.skipped
	if n := r.clock.repeated; n > 0 {
		r.report.Remark(fmt.Sprintf("%d times lie in an hour that the clocks repeat: the first one was taken", n))
	}
	if n := r.clock.skipped; n > 0 {
		r.report.Remark(fmt.Sprintf("%d times lie in an hour that the clocks skip: they were moved on by it", n))
	}
}

// one makes a record of each part.
func one(streams []iter.Seq2[part, error]) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		for _, stream := range streams {
			for p, err := range stream {
				if !yield(transfer.Item{Kind: p.kind, Record: p.record}, err) || err != nil {
					return
				}
			}
		}
	}
}

// concat yields the sequences one after the other, up to the first error.
func concat(all ...iter.Seq2[transfer.Item, error]) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		for _, items := range all {
			for item, err := range items {
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}
