package simulator

import (
	"maps"
)

// motionEdit is what somebody did to a day's motion by hand.
type motionEdit struct {
	sync int64 // when the cloud hears of it, unix seconds
	bout bout  // what is added
}

// walkBout is so many steps that end then, a hundred a minute, none of them before a moment.
func walkBout(end, notBefore int64, steps int) bout {
	minutes := max(1, min((steps+99)/100, int((end-notBefore)/60)))
	return bout{start: end - int64(minutes)*60, minutes: minutes, steps: steps}
}

// addMotionEdit notes a addMotionEdit of a day and lets the cloud hear of it.
func (a *account) addMotionEdit(day int64, c motionEdit) {
	d := &a.records
	if d.changes == nil {
		d.changes = map[int64][]motionEdit{}
	}
	d.changes[day] = append(d.changes[day], c)
	maps.DeleteFunc(d.rows, func(key rowKey, _ dailyRow) bool { return key.day == day })
	maps.DeleteFunc(d.sums, func(row dailyRow, _ totals) bool { return row.day == day })
	a.sync(c.sync)
}
