package simulator

import (
	"time"
)

// workout is a workout as it is stored.
type workout struct {
	id, start, end    int64
	category          int
	created, modified int64
	confirmedAt       int64 // when somebody says that it was detected rightly; 0 = never
	intensity         int
	attrib            int
	model             int
	device            *string
	counted           *totals // made when somebody asks
}

// workoutsDay is what was done on a day, as soon as the watch tells of it.
func (a *account) workoutsDay(day int64) []*workout {
	var list []*workout
	r := newRand(a.seed, a.UserID, "workouts", day)
	for i, b := range a.plannedWorkouts(day) {
		w := a.newWorkout(a.rowID(day, 300+int64(i)), b)
		w.created = a.firstSync(a.mainCounter(), w.end)
		w.modified = w.created
		if chance := r.IntN(6); w.intensity == 30 && chance == 0 {
			w.confirmedAt = w.created + 600 + r.Int64N(10_000)
		} else if chance == 1 {
			w.intensity = 10 * (1 + r.IntN(10))
		}
		list = append(list, w)
	}
	return list
}

// newWorkout is a bout as the counter reports it: a phone names no device.
func (a *account) newWorkout(id int64, b bout) *workout {
	product := a.counterProduct(a.mainCounter())
	w := &workout{id: id, start: b.start, end: b.end(), category: b.sport.category, model: product.id}
	if a.mainCounter() == watch {
		w.device = &a.device(product.name, product.id).id
	}
	if b.sport.category == sportWalk {
		w.intensity = 30
	}
	return w
}

// changed is the time of the last change as of now.
func (w *workout) changed(now int64) int64 {
	if w.confirmedAt != 0 && now >= w.confirmedAt {
		return max(w.confirmedAt, w.modified)
	}
	return w.modified
}

func (a *account) workoutDate(w *workout) string {
	return time.Unix(w.start, 0).In(a.zone).Format(time.DateOnly)
}

// workout is a row as it is sent.
func (a *account) workout(w *workout, now int64, fields []string) map[string]any {
	row := map[string]any{
		"id": w.id, "category": w.category, "timezone": a.Timezone, "model": w.model, "attrib": w.attrib,
		"startdate": w.start, "enddate": w.end, "date": a.workoutDate(w), "deviceid": w.device,
		"modified": w.changed(now), "data": emptyMap(),
	}
	if w.confirmedAt != 0 && now >= w.confirmedAt {
		row["attrib"] = 7
	}
	all, data := a.workoutData(w), map[string]any{}
	for _, name := range a.allowedFields(fields) {
		if value, ok := all[name]; ok {
			data[name] = value
		}
	}
	if len(data) > 0 {
		row["data"] = data
	}
	return row
}

// workoutData is every member of data. What nobody measured is zero, null, or not there at all, as its kind has it.
func (a *account) workoutData(w *workout) map[string]any {
	if w.counted == nil {
		w.counted = a.countWorkout(w)
	}
	t, kind := *w.counted, sportOf(w.category)
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
		all["algo_pause_duration"] = (w.end - w.start) / 600 * 15
	}
	if w.device == nil {
		return all
	}
	can := productOf(w.model).sensors
	if can.heart {
		t.addHeart(all)
	}
	if can.oxygen && w.category == 3 { // Only on a mountain does anybody look.
		all["spo2_average"] = 93 + t.hr.low%5
	}
	if can.core {
		low := 3690 + t.hr.low%20 // hundredths of a degree
		all["core_body_temperature_min"], all["core_body_temperature_max"] = float64(low)/100, float64(low+t.hr.high/4)/100
		all["core_body_temperature_avg"], all["core_body_temperature_status"] = float64(low+t.hr.average/8)/100, "usual"
	}
	return all
}

// countWorkout adds up the minutes of a workout as they were when the cloud heard of it.
func (a *account) countWorkout(w *workout) *totals {
	m := a.motion(a.dayNumber(time.Unix(w.start, 0)), w.created)
	t := a.sumMinutes(m.minutes[m.index(w.start):m.index(w.end)])
	return &t
}

// defaultWorkoutFields is what comes without data_fields.
func defaultWorkoutFields() []string {
	return []string{
		"calories", "intensity", "manual_distance", "manual_calories", "pause_duration", "steps", "distance", "elevation",
	}
}

func workoutFields() []string {
	return append(defaultWorkoutFields(), "manual_intensity", "hr_average", "hr_min", "hr_max", "hr_zone_0", "hr_zone_1", "hr_zone_2",
		"hr_zone_3", "algo_pause_duration", "spo2_average", "core_body_temperature_avg", "core_body_temperature_min",
		"core_body_temperature_max", "core_body_temperature_status", "pool_laps", "strokes", "pool_length")
}
