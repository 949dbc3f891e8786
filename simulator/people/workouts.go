// SPDX-License-Identifier: MIT

package people

import (
	"time"
)

// Workout is a stored workout.
type Workout struct {
	ID, Start, End    int64
	Category          int
	Created, modified int64
	ConfirmedAt       int64 // when its detection is confirmed; 0 = never
	intensity         int
	Attrib            int
	model             int
	device            *string
	counted           *totals // nil = not counted yet
}

// workouts makes workouts of movement.
type workouts struct{ movement }

// workoutsDay is a day's workouts, stored with the next upload.
func (a workouts) workoutsDay(day int64) []*Workout {
	var list []*Workout
	r := NewRand(a.Seed, a.UserID, "workouts", day)
	for i, b := range a.plannedWorkouts(day) {
		w := a.newWorkout(a.rowID(day, 300+int64(i)), b)
		w.Created = a.FirstSync(a.MainCounter(), w.End)
		w.modified = w.Created
		if chance := r.IntN(6); w.intensity == 30 && chance == 0 {
			w.ConfirmedAt = w.Created + 600 + r.Int64N(10_000)
		} else if chance == 1 {
			w.intensity = 10 * (1 + r.IntN(10))
		}
		list = append(list, w)
	}
	return list
}

// newWorkout is a bout as the counter reports it: a phone names no device.
func (a workouts) newWorkout(id int64, b bout) *Workout {
	product := a.counterProduct(a.MainCounter())
	w := &Workout{ID: id, Start: b.start, End: b.end(), Category: b.sport.category, model: product.id}
	if a.MainCounter() == Watch {
		w.device = &a.device(product.name, product.id).id
	}
	if b.sport.category == sportWalk {
		w.intensity = 30
	}
	return w
}

// Changed is the time of the last change as of now.
func (w *Workout) Changed(now int64) int64 {
	if w.ConfirmedAt != 0 && now >= w.ConfirmedAt {
		return max(w.ConfirmedAt, w.modified)
	}
	return w.modified
}

// WorkoutDate is a workout's day in the person's zone.
func (a workouts) WorkoutDate(w *Workout) string {
	return time.Unix(w.Start, 0).In(a.zone).Format(time.DateOnly)
}

// WorkoutRow is a workout as it is sent.
func (a workouts) WorkoutRow(w *Workout, now int64, fields []string) map[string]any {
	row := map[string]any{
		"id": w.ID, "category": w.Category, "timezone": a.Timezone, "model": w.model, "attrib": w.Attrib,
		"startdate": w.Start, "enddate": w.End, "date": a.WorkoutDate(w), "deviceid": w.device,
		"modified": w.Changed(now), "data": emptyMap(),
	}
	if w.ConfirmedAt != 0 && now >= w.ConfirmedAt {
		row["attrib"] = 7
	}
	all, data := a.workoutData(w), map[string]any{}
	for _, name := range a.AllowedFields(fields) {
		if value, ok := all[name]; ok {
			data[name] = value
		}
	}
	if len(data) > 0 {
		row["data"] = data
	}
	return row
}

// workoutData is every member of data. What was not measured is zero, null or
// absent, depending on the member.
func (a workouts) workoutData(w *Workout) map[string]any {
	if w.counted == nil {
		w.counted = a.countWorkout(w)
	}
	t, kind := *w.counted, sportOf(w.Category)
	all := map[string]any{
		"calories": 0, "intensity": w.intensity, "manual_intensity": 0, "manual_distance": 0, "manual_calories": 0,
		"pause_duration": 0, "algo_pause_duration": nil, "spo2_average": nil,
	}
	totals{}.addHeart(all)
	all["calories"] = t.millikcal / 1000
	if kind.countsSteps() {
		all["steps"], all["distance"], all["elevation"] = t.steps, t.millimetres/1000, t.floors
	}
	if kind.swims {
		all["pool_laps"], all["strokes"], all["pool_length"] = t.laps, t.strokes, 25
		all["algo_pause_duration"] = (w.End - w.Start) / 600 * 15
	}
	if w.device == nil {
		return all
	}
	can := productOf(w.model).sensors
	if can.heart {
		t.addHeart(all)
	}
	if can.oxygen && w.Category == 3 { // Measured on hikes only.
		all["spo2_average"] = 93 + t.hr.low%5
	}
	if can.core {
		low := 3690 + t.hr.low%20 // hundredths of a degree
		all["core_body_temperature_min"], all["core_body_temperature_max"] = float64(low)/100, float64(low+t.hr.high/4)/100
		all["core_body_temperature_avg"], all["core_body_temperature_status"] = float64(low+t.hr.average/8)/100, "usual"
	}
	return all
}

// countWorkout adds up the minutes of a workout as they were at its upload.
func (a workouts) countWorkout(w *Workout) *totals {
	m := a.motion(a.DayNumber(time.Unix(w.Start, 0)), w.Created)
	t := a.sumMinutes(m.minutes[m.index(w.Start):m.index(w.End)])
	return &t
}

// DefaultWorkoutFields are sent when data_fields is empty.
func DefaultWorkoutFields() []string {
	return []string{
		"calories", "intensity", "manual_distance", "manual_calories", "pause_duration", "steps", "distance", "elevation",
	}
}

// WorkoutFields are all members of data.
func WorkoutFields() []string {
	return append(DefaultWorkoutFields(), "manual_intensity", "hr_average",
		"hr_min", "hr_max", "hr_zone_0", "hr_zone_1", "hr_zone_2",
		"hr_zone_3", "algo_pause_duration", "spo2_average", "core_body_temperature_avg", "core_body_temperature_min",
		"core_body_temperature_max", "core_body_temperature_status", "pool_laps", "strokes", "pool_length")
}
