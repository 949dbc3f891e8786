// SPDX-License-Identifier: MIT

package people

import (
	"maps"
)

// motionEdit is a change of a day's motion by hand.
type motionEdit struct {
	Sync int64 // of the upload, unix seconds
	bout bout  // added
}

// walkBout is a walk of so many steps that ends at a moment, a hundred a
// minute, and does not begin before another.
func walkBout(end, notBefore int64, steps int) bout {
	minutes := max(1, min((steps+99)/100, int((end-notBefore)/60)))
	return bout{start: end - int64(minutes)*60, minutes: minutes, steps: steps}
}

// addMotionEdit adds a change to a day and uploads it.
func (a movement) addMotionEdit(day int64, c motionEdit) {
	d := a.Records
	if d.Changes == nil {
		d.Changes = map[int64][]motionEdit{}
	}
	d.Changes[day] = append(d.Changes[day], c)
	maps.DeleteFunc(d.rows, func(key rowKey, _ DailyRow) bool { return key.Day == day })
	maps.DeleteFunc(d.sums, func(row DailyRow, _ totals) bool { return row.Day == day })
	a.sync(c.Sync)
}
