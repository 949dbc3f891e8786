// SPDX-License-Identifier: MIT

package people

import "time"

const maxDailySteps = 200_000

// Walk adds steps that end at a moment, a hundred a minute, and uploads them:
// today's row and its slots grow. A person with neither a watch nor a phone
// gets a watch.
func (r *Recorder) Walk(person string, steps int, at time.Time) {
	if steps <= 0 || steps > maxDailySteps {
		Invalidf("invalid number of steps: %d", steps)
	}
	r.store.update(person, func(a *Account, now time.Time) {
		end := at.Unix() / 60 * 60
		day := a.DayNumber(time.Unix(end-60, 0)) // What ends at midnight belongs to the day before.
		b := walkBout(end, a.TimeOfDay(day, 0).Unix(), steps)
		a.addMotionEdit(day, motionEdit{Sync: later(at, now).Unix(), bout: b})
	})
}

// Sync uploads what watch and phone have counted.
func (r *Recorder) Sync(person string) {
	r.store.update(person, func(a *Account, now time.Time) {
		if !a.Owns.Watch && !a.Owns.Phone && len(a.Records.Changes) == 0 {
			Invalidf("%s has neither a watch nor a phone", a.Name)
		}
		a.sync(now.Unix())
	})
}

// Workout adds a workout of a category, known or unknown, between two moments
// of one day, and the movement that belongs to it.
func (r *Recorder) Workout(person string, category int, start, end time.Time) (id int64) {
	r.store.update(person, func(a *Account, now time.Time) {
		day, from, to := a.workoutMinutes(category, start, end)
		id = r.store.nextIDLocked(a, start)
		b := newBout(NewRand(a.Seed, a.UserID, "workout", id), sportOf(category), from, int(to-from)/60)
		created := later(end, now).Unix()
		a.addMotionEdit(day, motionEdit{Sync: created, bout: b})
		w := a.newWorkout(id, b)
		w.Start, w.End, w.Created, w.modified = start.Unix(), end.Unix(), created, created
		a.Records.Workouts = append(a.Records.Workouts, w)
	})
	return id
}

// workoutMinutes returns the day and the whole minutes of a workout.
func (a workouts) workoutMinutes(category int, start, end time.Time) (day, from, to int64) {
	day, from, to = a.DayNumber(start), (start.Unix()+59)/60*60, end.Unix()/60*60
	switch {
	case category <= 0:
		Invalidf("invalid workout category %d", category)
	case from >= to:
		Invalidf("invalid workout duration %v", end.Sub(start))
	case to > a.TimeOfDay(day+1, 0).Unix():
		Invalidf("workout crosses midnight")
	}
	return day, from, to
}

// EditWorkout changes a workout as the app does (attrib 7). A category of 0
// and zero times leave it as it is.
func (r *Recorder) EditWorkout(id int64, category int, start, end time.Time) {
	found := r.store.updateAny(func(a *Account, now time.Time) bool {
		for _, w := range a.Records.Workouts {
			if w.ID == id {
				a.editWorkout(w, category, start, end, now)
				return true
			}
		}
		return false
	})
	if !found {
		Invalidf("no workout %d", id)
	}
}

func (a workouts) editWorkout(w *Workout, category int, start, end, now time.Time) {
	if category == 0 {
		category = w.Category
	}
	if start.IsZero() {
		start = time.Unix(w.Start, 0)
	}
	if end.IsZero() {
		end = time.Unix(w.End, 0)
	}
	a.workoutMinutes(category, start, end)
	if start.Unix() != w.Start || end.Unix() != w.End {
		w.counted = nil
	}
	w.Category, w.Start, w.End = category, start.Unix(), end.Unix()
	w.modified, w.ConfirmedAt, w.Attrib = now.Unix(), 0, 7
}

// ECG adds an ECG of the person's watch or Body Scan with its class (0
// negative, 1 positive, 2 inconclusive, larger ones as in types 130 and 139)
// and beats per minute. It returns the id of the signal.
func (r *Recorder) ECG(person string, afib, pulse int, at time.Time) (id int64) {
	if afib < 0 || pulse <= 0 {
		Invalidf("invalid ECG: class %d, pulse %d", afib, pulse)
	}
	r.store.update(person, func(a *Account, now time.Time) {
		h := a.newHeartRecord(a.ecgProduct(), at, later(at, now))
		h.ECG, h.AFib, h.Pulse, h.Group = r.store.nextIDLocked(a, at), afib, pulse, r.store.nextIDLocked(a, at)
		a.storeHeartRecord(h)
		id = h.ECG
	})
	return id
}

// HeartSound adds heart sounds of a BeamO with their valvular class. It
// returns the id of the signal.
func (r *Recorder) HeartSound(person string, vhd int, at time.Time) (id int64) {
	if vhd < 0 {
		Invalidf("invalid heart sound class %d", vhd)
	}
	r.store.update(person, func(a *Account, now time.Time) {
		h := a.newHeartRecord(productOf(71), at, later(at, now))
		h.Stetho, h.vhd, h.Pulse = r.store.nextIDLocked(a, at), vhd, 64
		a.storeHeartRecord(h)
		id = h.Stetho
	})
	return id
}
