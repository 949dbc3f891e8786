// SPDX-License-Identifier: MIT

package vendor

import (
	"fmt"
	"math/big"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/transfer"
)

// findZone is the zone of the options, else that of the devices.
func (r *reading) findZone() (*time.Location, error) {
	if r.options.Zone != nil {
		return r.options.Zone, nil
	}
	zones := map[string]bool{}
	for _, e := range r.download.entries {
		if newCatalogue().stem(e.base) != devicesFile {
			continue
		}
		if err := r.zonesOfDevices(e, zones); err != nil {
			return nil, err
		}
	}
	if len(zones) == 1 {
		for name := range zones {
			r.report.Remark("times without an offset are in " + name + ", the time zone of the devices")
			return time.LoadLocation(name)
		}
	}
	for _, g := range []group{measuresGroup, daysGroup, nightsGroup} {
		if len(r.groups[g]) > 0 {
			return nil, ErrNoZone
		}
	}
	return time.UTC, nil // all times have an offset
}

// zonesOfDevices reads the time zones in the list of devices, and nothing else
// of it.
func (r *reading) zonesOfDevices(e entry, zones map[string]bool) error {
	zone := layout{needed: 1, byWord: true, short: true, columns: []column{{words: []string{"timezone"}}}}
	known := map[string]bool{"timezone": true}
	s, err := openSheet(e, new(transfer.Report), r.syntax, known, zone)
	if err != nil || s == nil {
		return err
	}
	for row, err := range s.rows() {
		if err != nil {
			return err
		}
		if name := knownZone(row.cell(0)); name != "" {
			zones[name] = true
		}
	}
	return nil
}

// findDistanceUnit decides what distances without a unit are: metres, if a step
// is as long as a step is. Otherwise the files are not read.
func (r *reading) findDistanceUnit() error {
	if unit := r.options.DistanceUnit; unit != "" {
		by, ok := distance.units()[unit]
		if !ok {
			return fmt.Errorf("the unit %q of distances is not known: m, km and mi are", unit)
		}
		r.metres = by
		return nil
	}
	r.metres = factor{1, 1}
	for _, g := range []group{daysGroup, rawGroup} {
		if err := r.checkDistances(g); err != nil {
			return err
		}
	}
	return nil
}

// checkDistances removes the files of distances of a group, unless they are
// metres.
func (r *reading) checkDistances(g group) error {
	sums := map[string]*big.Rat{fieldSteps: new(big.Rat), fieldDistance: new(big.Rat)}
	var kept []file
	var distances []file
	for _, f := range r.groups[g] {
		if f.distance {
			distances = append(distances, f)
		} else {
			kept = append(kept, f)
		}
	}
	if len(distances) == 0 {
		return nil
	}
	if err := r.sum(g, sums); err != nil {
		return err
	}
	if areMetres(sums[fieldSteps], sums[fieldDistance]) {
		return nil
	}
	r.groups[g] = kept
	for _, f := range distances {
		r.report.Skip(f.name, "whether its distances are in metres or miles cannot be told: give the unit")
	}
	return nil
}

// areMetres reports whether a distance divided by the steps is the length of a
// step in metres.
func areMetres(steps, distance *big.Rat) bool {
	const fewest = 500
	if steps.Cmp(big.NewRat(fewest, 1)) < 0 {
		return false
	}
	length := new(big.Rat).Quo(distance, steps)
	return length.Cmp(big.NewRat(4, 10)) >= 0 && length.Cmp(big.NewRat(12, 10)) <= 0
}

// sum adds up steps and distances, those of days only where both are known. It
// reads the files once more, and reports nothing.
func (r *reading) sum(g group, sums map[string]*big.Rat) error {
	scratch := *r
	scratch.report = new(transfer.Report)
	scratch.clock = newClock(r.clock.zone, time.Time{})
	scratch.groups = map[group][]file{}
	for _, f := range r.groups[g] {
		steps := f.layouts[0].isOnly(fieldSteps) || f.raw.field == fieldSteps
		if f.distance || steps {
			scratch.groups[g] = append(scratch.groups[g], f)
		}
	}
	items := join(scratch.streams(daysGroup))
	if g == rawGroup {
		items = scratch.minutes()
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		values := map[string]decimal.Decimal{}
		for name := range sums {
			if value, ok := fieldNumber(item.Record, name); ok {
				values[name] = value
			}
		}
		if g == daysGroup && len(values) < len(sums) {
			continue
		}
		for name, value := range values {
			sums[name].Add(sums[name], value.Rat())
		}
	}
	return nil
}
