package simulator

import (
	"errors"
	"fmt"
	"time"
)

// Walk adds steps that end then, a hundred a minute, and lets watch and phone tell the cloud: today's row and its slots
// grow. Like all that is added by hand it is told at once, or at its own time when that lies ahead. Whoever owns
// neither a watch nor a phone borrows a watch.
func (c *Cloud) Walk(person string, steps int, at time.Time) {
	must(struct{}{}, c.walk(person, steps, at))
}

// Sync makes watch and phone tell the cloud now what they have counted.
func (c *Cloud) Sync(person string) { must(struct{}{}, c.syncNow(person)) }

// Workout adds a workout of a category, known to anybody or not, between two moments of one day, and the movement that
// belongs to it. The id is returned.
func (c *Cloud) Workout(person string, category int, start, end time.Time) int64 {
	return must(c.workout(person, category, start, end))
}

// EditWorkout changes a workout as its owner does in the app (attrib 7). A category of 0 and zero times stay as they
// are.
func (c *Cloud) EditWorkout(id int64, category int, start, end time.Time) {
	must(struct{}{}, c.editWorkout(id, category, start, end))
}

func (c *Cloud) syncNow(person string) error {
	return c.updatePerson(person, func(p *account) error {
		p.sync(c.nowLocked().Unix())
		return nil
	})
}

func (c *Cloud) workout(person string, category int, start, end time.Time) (id int64, err error) {
	return id, c.updatePerson(person, func(p *account) error {
		day, from, to, err := p.workoutMinutes(category, start, end)
		if err != nil {
			return err
		}
		id = c.nextIDLocked(p, start)
		r := newRand(p.seed, p.UserID, "workout", id)
		b := newBout(r, sportOf(category), from, int(to-from)/60)
		created := later(end, c.nowLocked()).Unix()
		p.addMotionEdit(day, motionEdit{sync: created, bout: b})
		w := p.newWorkout(id, b)
		w.start, w.end, w.created, w.modified = start.Unix(), end.Unix(), created, created
		p.records.workouts = append(p.records.workouts, w)
		return nil
	})
}

// workoutMinutes checks a workout's times: the whole minutes of it must lie workoutMinutes one day.
func (a *account) workoutMinutes(category int, start, end time.Time) (day, from, to int64, err error) {
	day, from, to = a.dayNumber(start), (start.Unix()+59)/60*60, end.Unix()/60*60
	switch {
	case category <= 0:
		return 0, 0, 0, fmt.Errorf("a workout of category %d", category)
	case from >= to:
		return 0, 0, 0, fmt.Errorf("a workout of %v", end.Sub(start))
	case to > a.timeOfDay(day+1, 0).Unix():
		return 0, 0, 0, errors.New("a workout across midnight")
	}
	return day, from, to, nil
}

func (c *Cloud) editWorkout(id int64, category int, start, end time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		p.generateRecords(c.nowLocked())
		for _, w := range p.records.workouts {
			if w.id != id {
				continue
			}
			if category == 0 {
				category = w.category
			}
			if start.IsZero() {
				start = time.Unix(w.start, 0)
			}
			if end.IsZero() {
				end = time.Unix(w.end, 0)
			}
			if _, _, _, err := p.workoutMinutes(category, start, end); err != nil {
				return err
			}
			if start.Unix() != w.start || end.Unix() != w.end {
				w.counted = nil
			}
			w.category, w.start, w.end = category, start.Unix(), end.Unix()
			w.modified, w.confirmedAt, w.attrib = c.nowLocked().Unix(), 0, 7
			return nil
		}
	}
	return fmt.Errorf("no workout %d", id)
}
