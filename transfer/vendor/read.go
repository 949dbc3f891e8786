// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"iter"

	"vitals2mqtt/transfer"
)

// Read reads the records of a download: measurements, days, nights, workouts,
// electrocardiograms and minutes, in this order. What is not read is in the
// report. An error ends it.
func (d *Download) Read(o Options, report *transfer.Report) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		r, err := newReading(d, o, report)
		if err != nil {
			yield(transfer.Item{}, err)
			return
		}
		for item, err := range r.all() {
			if err != nil {
				yield(transfer.Item{}, err)
				return
			}
			r.complete(&item)
			if !yield(item, nil) {
				return
			}
		}
		r.reportClock()
		report.SortFiles()
	}
}

func newReading(d *Download, o Options, report *transfer.Report) (*reading, error) {
	r := &reading{
		download: d,
		options:  o,
		report:   report,
		syntax:   newNumberSyntax(),
		known:    knownWords(layouts()),
		groups:   map[group][]file{},
	}
	known := newCatalogue()
	for _, e := range d.entries {
		found := known.find(e.base)
		var damaged error
		if found.group != skipped {
			damaged = e.check()
		}
		switch {
		case errors.Is(damaged, ErrRefused):
			return nil, damaged
		case damaged != nil:
			report.Skip(e.name, "it is damaged in the ZIP")
		case found.group != skipped:
			r.groups[found.group] = append(r.groups[found.group], file{e, found})
		case found.why != "":
			report.Skip(e.name, found.why)
		}
	}
	d.total.Store(0) // from here on it is progress
	for _, refused := range d.refused {
		report.Skip(refused.name, refused.reason)
	}
	zone, err := r.findZone()
	if err != nil {
		return nil, err
	}
	r.clock = newClock(zone, o.Now)
	if err := r.findDistanceUnit(); err != nil {
		return nil, err
	}
	return r, nil
}
