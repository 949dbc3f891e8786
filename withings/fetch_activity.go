// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"iter"
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

// Activities fetches the totals of the days that were counted or changed since
// then, page by page from an offset; the zero time fetches all there are. A day
// can have one row for each source, and none.
func (a *Account) Activities(ctx context.Context, since time.Time, offset int64) iter.Seq2[Activities, error] {
	form := url.Values{"data_fields": {activityFields}}
	setSince(form, since)
	return fetchActivities(ctx, a, form, offset)
}

// ActivitiesBetween fetches the totals of every day between two days, both
// included: the calendar days of from and to in their own locations. What is
// known but absent from all pages was deleted, unless More is true in the last:
// then they are not complete. A range that ends before it begins is an error.
func (a *Account) ActivitiesBetween(ctx context.Context, from, to time.Time) iter.Seq2[Activities, error] {
	form := url.Values{"data_fields": {activityFields}}
	if err := setDateRange(form, from, to); err != nil {
		return failed[Activities](err)
	}
	return fetchActivities(ctx, a, form, 0)
}

func fetchActivities(ctx context.Context, a *Account, form url.Values, offset int64) iter.Seq2[Activities, error] {
	return fetchPages(ctx, a, "v2/measure", "getactivity", form, offset,
		func(r *Activities) page[Activity] { return page[Activity]{&r.Rows, &r.More, &r.Offset} })
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

// Workouts fetches the sessions that were created or modified since then, page
// by page from an offset; the zero time fetches all there are.
func (a *Account) Workouts(ctx context.Context, since time.Time, offset int64) iter.Seq2[Workouts, error] {
	form := url.Values{"data_fields": {workoutFields}}
	setSince(form, since)
	return fetchWorkouts(ctx, a, form, offset)
}

// WorkoutsBetween fetches the sessions between two days, both included: the
// calendar days of from and to in their own locations. What is known but absent
// from all pages was deleted, unless More is true in the last: then they are not
// complete. A range that ends before it begins is an error.
func (a *Account) WorkoutsBetween(ctx context.Context, from, to time.Time) iter.Seq2[Workouts, error] {
	form := url.Values{"data_fields": {workoutFields}}
	if err := setDateRange(form, from, to); err != nil {
		return failed[Workouts](err)
	}
	return fetchWorkouts(ctx, a, form, 0)
}

func fetchWorkouts(ctx context.Context, a *Account, form url.Values, offset int64) iter.Seq2[Workouts, error] {
	return fetchPages(ctx, a, "v2/measure", "getworkouts", form, offset,
		func(w *Workouts) page[Workout] { return page[Workout]{&w.Series, &w.More, &w.Offset} })
}
