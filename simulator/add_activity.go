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

// Activity makes the steps of a day ("2006-01-02", in the person's zone) exactly so many, up to now; rows and slots of
// the day follow.
func (c *Cloud) Activity(person, date string, steps int) {
	must(struct{}{}, c.activity(person, date, steps))
}

// Sync makes watch and phone tell the cloud now what they have counted.
func (c *Cloud) Sync(person string) { must(struct{}{}, c.syncNow(person)) }

// Workout adds a workout of a category, known to anybody or not, between two moments of one day, and the movement that
// belongs to it. The id is returned.
func (c *Cloud) Workout(person string, category int, start, end time.Time) int64 {
	return must(c.workout(person, category, start, end))
}

// ManualWorkout adds one that was entered by hand: no device counted anything.
func (c *Cloud) ManualWorkout(person string, category int, start, end time.Time) int64 {
	return must(c.manualWorkout(person, category, start, end))
}

// EditWorkout changes a workout as its owner does in the app (attrib 7). A category of 0 and zero times stay as they
// are.
func (c *Cloud) EditWorkout(id int64, category int, start, end time.Time) {
	must(struct{}{}, c.editWorkout(id, category, start, end))
}

// MoveNight makes a night or a nap end at another time, as long as it was.
func (c *Cloud) MoveNight(id int64, end time.Time) { must(struct{}{}, c.moveNight(id, end)) }

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
		p.addMotionEdit(day, motionEdit{sync: created, bout: &b})
		w := p.newWorkout(id, b)
		w.start, w.end, w.created, w.modified = start.Unix(), end.Unix(), created, created
		p.records.workouts = append(p.records.workouts, w)
		return nil
	})
}

func (c *Cloud) manualWorkout(person string, category int, start, end time.Time) (id int64, err error) {
	return id, c.updatePerson(person, func(p *account) error {
		if _, _, _, err := p.workoutMinutes(category, start, end); err != nil {
			return err
		}
		id = c.nextIDLocked(p, start)
		created := later(end, c.nowLocked()).Unix()
		minutes := int(end.Sub(start) / time.Minute)
		p.records.workouts = append(p.records.workouts, &workout{
			id: id, start: start.Unix(), end: end.Unix(), category: category, created: created, modified: created,
			intensity: 50, attrib: 2, counted: &totals{millikcal: minutes * 7000, millimetres: minutes * 90_000},
		})
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
			if w.model != nil && (start.Unix() != w.start || end.Unix() != w.end) {
				w.counted = nil
			}
			w.category, w.start, w.end = category, start.Unix(), end.Unix()
			w.modified, w.confirmedAt = c.nowLocked().Unix(), 0
			if w.model != nil {
				w.attrib = 7
			}
			return nil
		}
	}
	return fmt.Errorf("no workout %d", id)
}

func (c *Cloud) moveNight(id int64, end time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		p.generateRecords(c.nowLocked())
		for _, n := range p.nights {
			if n.id == id {
				n.start, n.end = end.Unix()-(n.end-n.start), end.Unix()
				n.date, n.cachedSlices = end.In(p.zone).Format(time.DateOnly), nil
				n.modified, n.finalAt, n.rescoredAt = c.nowLocked().Unix(), 0, 0
				return nil
			}
		}
	}
	return fmt.Errorf("no night %d", id)
}
