package simulator

import (
	"fmt"
	"maps"
	"time"
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

const maxDailySteps = 200_000 // a day

func (c *Cloud) walk(person string, steps int, at time.Time) error {
	if steps <= 0 || steps > maxDailySteps {
		return fmt.Errorf("%d steps", steps)
	}
	return c.updatePerson(person, func(p *account) error {
		end := at.Unix() / 60 * 60
		day := p.dayNumber(time.Unix(end-60, 0)) // What ends at midnight is yesterday's.
		b := walkBout(end, p.timeOfDay(day, 0).Unix(), steps)
		p.addMotionEdit(day, motionEdit{sync: later(at, c.nowLocked()).Unix(), bout: b})
		return nil
	})
}

// updatePerson locks, finds the person, brings the past up to date, and does something.
func (c *Cloud) updatePerson(person string, do func(p *account) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, err := c.personLocked(person)
	if err != nil {
		return err
	}
	p.generateRecords(c.nowLocked())
	return do(p)
}

// liveWalk is what somebody walks between two turns of a live demo, told at once: it lets the steps of today grow. Whoever
// has no counter stays where he is.
func (c *Cloud) liveWalk(p *account, steps int, now time.Time) error {
	if !p.Owns.Watch && !p.Owns.Phone {
		return nil
	}
	return c.walk(p.userID(), steps, now)
}
