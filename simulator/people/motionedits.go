package people

import (
	"maps"
)

// motionEdit is what somebody did to a day's motion by hand.
type motionEdit struct {
	Sync int64 // when the cloud hears of it, unix seconds
	bout bout  // what is added
}

// walkBout is so many steps that end then, a hundred a minute, none of them before a moment.
func walkBout(end, notBefore int64, steps int) bout {
	minutes := max(1, min((steps+99)/100, int((end-notBefore)/60)))
	return bout{start: end - int64(minutes)*60, minutes: minutes, steps: steps}
}

// addMotionEdit notes a addMotionEdit of a day and lets the cloud hear of it.
func (a *Account) addMotionEdit(day int64, c motionEdit) {
	d := &a.Records
	if d.Changes == nil {
		d.Changes = map[int64][]motionEdit{}
	}
	d.Changes[day] = append(d.Changes[day], c)
	maps.DeleteFunc(d.rows, func(key rowKey, _ DailyRow) bool { return key.Day == day })
	maps.DeleteFunc(d.sums, func(row DailyRow, _ totals) bool { return row.Day == day })
	a.sync(c.Sync)
}
