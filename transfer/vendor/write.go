// SPDX-License-Identifier: MIT

package vendor

import (
	"errors"
	"maps"
	"slices"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

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
