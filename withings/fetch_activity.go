package withings

import (
	"context"
	"maps"
	"net/url"
	"strconv"
	"time"
)

// The fields are named: the default of the API leaves out the heart rate.
const (
	activityFields = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories," +
		"hr_average,hr_min,hr_max,hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3"
	intradayFields = "steps,elevation,calories,distance,stroke,pool_lap,duration,heart_rate,spo2_auto,rmssd,sdnn1," +
		"hrv_quality,core_body_temperature,rr,chest_movement_rate"
	workoutFields = "calories,intensity,manual_intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max," +
		"hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3,pause_duration,algo_pause_duration,spo2_average," +
		"core_body_temperature_avg,core_body_temperature_min,core_body_temperature_max,core_body_temperature_status," +
		"steps,distance,elevation,pool_laps,strokes,pool_length"
)

// Activities fetches the totals of every day between two days, both included:
// the calendar days of from and to in their own locations. A day can have one
// row for each source, and none. More is true in the response when it is not
// complete. A range that ends before it begins is an error.
func (a *Account) Activities(ctx context.Context, from, to time.Time) (Activities, error) {
	form := url.Values{"data_fields": {activityFields}}
	if err := setDateRange(form, from, to); err != nil {
		return Activities{}, err
	}
	return collectPages(ctx, a, "v2/measure", "getactivity", form,
		func(r *Activities) page[Activity] { return page[Activity]{&r.Rows, &r.More, &r.Offset} },
		Activity.identity)
}

// activityKey names a day of one source: these rows have no id.
type activityKey struct {
	date, device, hash, model Text
	modelID, brand            Int
	tracker                   Flag
}

func (a Activity) identity() identity[activityKey] {
	return identity[activityKey]{
		key:    activityKey{a.Date, a.DeviceID, a.HashDeviceID, a.Model, a.ModelID, a.Brand, a.Tracker},
		hasKey: a.Date != "", modified: a.Modified.N,
	}
}

// Intraday fetches the slots between two moments. Every day of the range is a
// request, because the cloud cuts off what is later than 24 hours after the
// start.
func (a *Account) Intraday(ctx context.Context, from, to time.Time) (Intraday, error) {
	var all Intraday
	for start, end := range splitRange(from, to) {
		part, err := call[Intraday](ctx, a, "v2/measure", "getintradayactivity", url.Values{
			"startdate": {strconv.FormatInt(start.Unix(), 10)}, "enddate": {strconv.FormatInt(end.Unix(), 10)},
			"data_fields": {intradayFields},
		})
		if err != nil {
			return Intraday{}, err
		}
		if all.Series == nil {
			all.Series = part.Series
		} else {
			maps.Copy(all.Series, part.Series)
		}
	}
	return all, nil
}

// Workouts fetches the sessions that were created or modified since then; the
// zero time fetches all there are. More is true in the response when it is not
// complete.
func (a *Account) Workouts(ctx context.Context, since time.Time) (Workouts, error) {
	form := url.Values{"data_fields": {workoutFields}}
	setSince(form, since)
	return fetchWorkouts(ctx, a, form)
}

// WorkoutsBetween fetches the sessions between two days, both included: the
// calendar days of from and to in their own locations. What is known but absent
// from it was deleted, provided that More is not true in the response: then it
// is not complete. A range that ends before it begins is an error.
func (a *Account) WorkoutsBetween(ctx context.Context, from, to time.Time) (Workouts, error) {
	form := url.Values{"data_fields": {workoutFields}}
	if err := setDateRange(form, from, to); err != nil {
		return Workouts{}, err
	}
	return fetchWorkouts(ctx, a, form)
}

func fetchWorkouts(ctx context.Context, a *Account, form url.Values) (Workouts, error) {
	return collectPages(ctx, a, "v2/measure", "getworkouts", form,
		func(w *Workouts) page[Workout] { return page[Workout]{&w.Series, &w.More, &w.Offset} },
		func(w Workout) identity[int64] { return byID(w.ID, w.Modified) })
}
