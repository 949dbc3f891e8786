// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"time"
)

// ownedRecords is what follows from Owns, and what was changed by hand.
type ownedRecords struct {
	started  bool
	nextDay  int64 // the first that is not recorded yet
	Workouts []*Workout
	Hearts   []*HeartRecord

	Changes   map[int64][]motionEdit // of a day's motion, by day
	Syncs     []int64                // beside the usual ones, ascending
	rows      map[rowKey]DailyRow    // of days that are over
	sums      map[DailyRow]totals    // the same
	goals     *Goals                 // nil = those of Owns
	removed   map[string]bool        // devices that are not listed, by id
	battery   map[string]string      // levels set by hand, by device id
	bedEvents []BedEvent             // by hand, not notified yet
}

// GenerateRecords makes the missing history up to now.
func (a *Account) GenerateRecords(now time.Time) {
	a.generate(now)
	if a.Days < 0 {
		return
	}
	d := a.Records
	if !d.started {
		d.started, d.nextDay = true, a.firstDay
	}
	for today := a.DayNumber(now); d.nextDay <= today; d.nextDay++ {
		for _, w := range a.workoutsDay(d.nextDay) {
			if !a.Happens(w.Created) {
				continue
			}
			if !a.Happens(w.ConfirmedAt) {
				w.ConfirmedAt = 0
			}
			d.Workouts = append(d.Workouts, w)
		}
		for _, h := range a.heartDay(d.nextDay) {
			if !a.Happens(h.Created) {
				continue
			}
			h.isGrouped = h.isGrouped || a.Owns.ListedOnly
			a.storeHeartRecord(h)
		}
	}
}

// storeHeartRecord stores a heart record and its measure group.
func (a *Account) storeHeartRecord(h *HeartRecord) {
	a.Records.Hearts = append(a.Records.Hearts, h)
	if g := heartGroup(h); g != nil {
		a.Groups = append(a.Groups, g)
	}
}

// removeRecord deletes the workout of an id, or the heart record of a signal
// with its group; false when there is none.
func (a *Account) removeRecord(id int64) bool {
	d := a.Records
	for i, h := range d.Hearts {
		if h.hasSignal(id) {
			a.deleteRow(h.Group)
			d.Hearts = slices.Delete(d.Hearts, i, i+1)
			return true
		}
	}
	before := len(d.Workouts)
	d.Workouts = slices.DeleteFunc(d.Workouts, func(w *Workout) bool { return w.ID == id })
	return len(d.Workouts) < before
}
