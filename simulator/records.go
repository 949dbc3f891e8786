package simulator

import (
	"slices"
	"time"
)

// ownedRecords is what somebody's Owns has led to, and what was changed by hand.
type ownedRecords struct {
	started  bool
	nextDay  int64 // the first that is not recorded yet
	workouts []*workout
	hearts   []*heartRecord

	changes   map[int64][]motionEdit // of a day's motion, by day
	syncs     []int64                // beside the usual ones, ascending
	rows      map[rowKey]dailyRow    // of days that are over
	sums      map[dailyRow]totals    // the same
	goals     *Goals                 // nil = those of Owns
	removed   map[string]bool        // devices that are not listed any more, by id
	battery   map[string]string      // words set by hand, by id
	bedEvents []bedEvent             // by hand, not notified yet
}

// generateRecords makes all that happened up to now and is not there yet.
func (a *account) generateRecords(now time.Time) {
	a.generate(now)
	if a.Days < 0 {
		return
	}
	d := &a.records
	if !d.started {
		d.started, d.nextDay = true, a.firstDay
	}
	for today := a.dayNumber(now); d.nextDay <= today; d.nextDay++ {
		d.workouts = append(d.workouts, a.workoutsDay(d.nextDay)...)
		for _, h := range a.heartDay(d.nextDay) {
			h.isGrouped = h.isGrouped || a.Owns.ListedOnly
			a.storeHeartRecord(h)
		}
	}
}

// storeHeartRecord stores a heart record, and the measure group that goes with it.
func (a *account) storeHeartRecord(h *heartRecord) {
	a.records.hearts = append(a.records.hearts, h)
	if g := a.heartGroup(h); g != nil {
		a.groups = append(a.groups, g)
	}
}

// removeRecord deletes the workout of an id, or the heart record of a signal with its group; false when there is none.
func (a *account) removeRecord(id int64) bool {
	d := &a.records
	for i, h := range d.hearts {
		if h.hasSignal(id) {
			a.deleteRow(h.group)
			d.hearts = slices.Delete(d.hearts, i, i+1)
			return true
		}
	}
	before := len(d.workouts)
	d.workouts = slices.DeleteFunc(d.workouts, func(w *workout) bool { return w.id == id })
	return len(d.workouts) < before
}
