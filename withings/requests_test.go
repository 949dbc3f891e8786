// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/withings"
)

// The two ends of the range of every request. In UTC, both are on other days:
// the 1st and the 10th.
func rangeStart() time.Time {
	return time.Date(2026, 1, 2, 0, 30, 0, 0, time.FixedZone("east", 13*3600))
}

func rangeEnd() time.Time { return time.Date(2026, 1, 9, 22, 0, 0, 0, time.FixedZone("west", -5*3600)) }

// outcome is what all responses have in common.
type outcome struct {
	rows int
	more bool
	err  error
}

// apiCall is one way to request data.
type apiCall struct {
	fetch func(ctx context.Context, a *withings.Account) outcome
	// path and form are those of the request.
	path, form string
	// list is the member that holds the rows, "" when the response is no list.
	list string
	// row writes the nth row of a service with paging, nil for one without.
	row func(n int) string
}

// numberedRow writes a row whose only content is a number.
func numberedRow(name string) func(int) string {
	return func(n int) string { return `{"` + name + `":` + strconv.Itoa(n) + `}` }
}

func dayRow(n int) string { return `{"date":"2026-01-0` + strconv.Itoa(n) + `","modelid":94}` }

func heartRow(n int) string {
	return `{"deviceid":"watch","timestamp":1767340000,"ecg":{"signalid":` + strconv.Itoa(n) + `}}`
}

func soundRow(n int) string {
	return `{"hash_deviceid":"cuff","timestamp":1767340000,"signalid":` + strconv.Itoa(n) + `}`
}

const (
	nightFields = "total_timeinbed,total_sleep_time,asleepduration,lightsleepduration,deepsleepduration," +
		"remsleepduration,sleep_efficiency,sleep_latency,wakeup_latency,durationtosleep,durationtowakeup,wakeupduration," +
		"wakeupcount,waso,nb_rem_episodes,out_of_bed_count,hr_average,hr_min,hr_max,rr_average,rr_min,rr_max," +
		"breathing_disturbances_intensity,breathing_quality_assessment,apnea_hypopnea_index,withings_index,snoring," +
		"snoringepisodecount,breathing_sounds,breathing_sounds_episode_count,sleep_score,night_events,mvt_score_avg," +
		"mvt_active_duration,rmssd_start_avg,rmssd_end_avg,chest_movement_rate_average,chest_movement_rate_min," +
		"chest_movement_rate_max,chest_movement_rate_wellness_average,chest_movement_rate_wellness_min," +
		"chest_movement_rate_wellness_max,core_body_temperature_avg,core_body_temperature_min,core_body_temperature_max," +
		"core_body_temperature_status"
	activityFields = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average,hr_min," +
		"hr_max,hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3"
	intradayFields = "steps,elevation,calories,distance,stroke,pool_lap,duration,heart_rate,spo2_auto,rmssd,sdnn1," +
		"hrv_quality,core_body_temperature,rr,chest_movement_rate"
	workoutFields = "calories,intensity,manual_intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max," +
		"hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3,pause_duration,algo_pause_duration,spo2_average," +
		"core_body_temperature_avg,core_body_temperature_min,core_body_temperature_max,core_body_temperature_status," +
		"steps,distance,elevation,pool_laps,strokes,pool_length"
	dateRangeForm = "&startdateymd=2026-01-02&enddateymd=2026-01-09"
)

// apiCalls lists all of them.
func apiCalls() map[string]apiCall {
	return map[string]apiCall{
		"Measures": {
			fetchMeasures, "/measure", "action=getmeas&category=1&lastupdate=1767267000", "measuregrps", numberedRow("grpid"),
		},
		"MeasuresBetween": {
			fetchMeasuresBetween, "/measure", "action=getmeas&category=1&startdate=1767267000&enddate=1768014000",
			"measuregrps", numberedRow("grpid"),
		},
		"Nights": {
			fetchNights, "/v2/sleep", "action=getsummary&lastupdate=1767267000&data_fields=" + nightFields, "series",
			numberedRow("id"),
		},
		"NightsBetween": {
			fetchNightsBetween, "/v2/sleep", "action=getsummary" + dateRangeForm + "&data_fields=" + nightFields, "series",
			numberedRow("id"),
		},
		"Stages, bare": {
			fetchStages(), "/v2/sleep", "action=get&startdate=1767267000&enddate=1767353400", "series", nil,
		},
		"Stages, HRV": {
			fetchStages("rmssd", "sdnn_1"), "/v2/sleep",
			"action=get&startdate=1767267000&enddate=1767353400&data_fields=rmssd,sdnn_1", "series", nil,
		},
		"Activities": {
			fetchActivities, "/v2/measure", "action=getactivity&lastupdate=1767267000&data_fields=" + activityFields,
			"activities", dayRow,
		},
		"ActivitiesBetween": {
			fetchActivitiesBetween, "/v2/measure", "action=getactivity" + dateRangeForm + "&data_fields=" + activityFields,
			"activities", dayRow,
		},
		"Intraday": {
			fetchIntraday, "/v2/measure",
			"action=getintradayactivity&startdate=1767267000&enddate=1767353400&data_fields=" + intradayFields, "series", nil,
		},
		"Workouts": {
			fetchWorkouts, "/v2/measure", "action=getworkouts&lastupdate=1767267000&data_fields=" + workoutFields, "series",
			numberedRow("id"),
		},
		"WorkoutsBetween": {
			fetchWorkoutsBetween, "/v2/measure", "action=getworkouts" + dateRangeForm + "&data_fields=" + workoutFields,
			"series", numberedRow("id"),
		},
		"HeartRecords": {fetchHeartRecords, "/v2/heart", "action=list&startdate=1767267000", "series", heartRow},
		"SoundRecords": {fetchSoundRecords, "/v2/stetho", "action=list&startdate=1767267000", "series", soundRow},
		"HeartSignal":  {fetchHeartSignal, "/v2/heart", "action=get&signalid=48123456", "signal", nil},
		"Devices":      {fetchDevices, "/v2/user", "action=getdevice", "devices", nil},
		"Goals":        {fetchGoals, "/v2/user", "action=getgoals", "goals", nil},
	}
}

// firstPage fetches one page.
func firstPage[A any](pages iter.Seq2[A, error]) (first A, err error) {
	for first, err = range pages {
		break
	}
	return first, err
}

// collect fetches all pages. An outcome with an error has the rows before it.
func collect[A any](pages iter.Seq2[A, error], read func(A) (rows int, more withings.Flag)) outcome {
	var all outcome
	for response, err := range pages {
		rows, more := read(response)
		all.rows, all.more, all.err = all.rows+rows, more.True, err
	}
	return all
}

func readMeasures(m withings.Measures) (int, withings.Flag)         { return len(m.Groups), m.More }
func readNights(n withings.Nights) (int, withings.Flag)             { return len(n.Series), n.More }
func readActivities(a withings.Activities) (int, withings.Flag)     { return len(a.Rows), a.More }
func readWorkouts(w withings.Workouts) (int, withings.Flag)         { return len(w.Series), w.More }
func readHeartRecords(h withings.HeartRecords) (int, withings.Flag) { return len(h.Series), h.More }
func readSoundRecords(s withings.SoundRecords) (int, withings.Flag) { return len(s.Series), s.More }

func fetchMeasures(ctx context.Context, a *withings.Account) outcome {
	return collect(a.Measures(ctx, rangeStart(), 0), readMeasures)
}

func fetchMeasuresBetween(ctx context.Context, a *withings.Account) outcome {
	return collect(a.MeasuresBetween(ctx, rangeStart(), rangeEnd()), readMeasures)
}

func fetchNights(ctx context.Context, a *withings.Account) outcome {
	return collect(a.Nights(ctx, rangeStart(), 0), readNights)
}

func fetchNightsBetween(ctx context.Context, a *withings.Account) outcome {
	return collect(a.NightsBetween(ctx, rangeStart(), rangeEnd()), readNights)
}

func fetchStages(fields ...string) func(context.Context, *withings.Account) outcome {
	return func(ctx context.Context, a *withings.Account) outcome {
		s, err := a.Stages(ctx, rangeStart(), rangeStart().Add(24*time.Hour), fields...)
		return outcome{rows: len(s.Series), err: err}
	}
}

func fetchActivities(ctx context.Context, a *withings.Account) outcome {
	return collect(a.Activities(ctx, rangeStart(), 0), readActivities)
}

func fetchActivitiesBetween(ctx context.Context, a *withings.Account) outcome {
	return collect(a.ActivitiesBetween(ctx, rangeStart(), rangeEnd()), readActivities)
}

func fetchIntraday(ctx context.Context, a *withings.Account) outcome {
	i, err := a.Intraday(ctx, rangeStart(), rangeStart().Add(24*time.Hour))
	return outcome{rows: len(i.Series), err: err}
}

func fetchWorkouts(ctx context.Context, a *withings.Account) outcome {
	return collect(a.Workouts(ctx, rangeStart(), 0), readWorkouts)
}

func fetchWorkoutsBetween(ctx context.Context, a *withings.Account) outcome {
	return collect(a.WorkoutsBetween(ctx, rangeStart(), rangeEnd()), readWorkouts)
}

func fetchHeartRecords(ctx context.Context, a *withings.Account) outcome {
	return collect(a.HeartRecords(ctx, rangeStart(), 0), readHeartRecords)
}

func fetchSoundRecords(ctx context.Context, a *withings.Account) outcome {
	return collect(a.SoundRecords(ctx, rangeStart(), 0), readSoundRecords)
}

func fetchHeartSignal(ctx context.Context, a *withings.Account) outcome {
	h, err := a.HeartSignal(ctx, 48123456)
	return outcome{rows: len(h.Signal), err: err}
}

func fetchDevices(ctx context.Context, a *withings.Account) outcome {
	d, err := a.Devices(ctx)
	return outcome{rows: len(d.Devices), err: err}
}

func fetchGoals(ctx context.Context, a *withings.Account) outcome {
	g, err := a.Goals(ctx)
	if g == (withings.Goals{}) {
		return outcome{err: err}
	}
	return outcome{rows: 1, err: err}
}

// apiCallsWhere returns the calls that a test is about.
func apiCallsWhere(about func(apiCall) bool) map[string]apiCall {
	some := apiCalls()
	maps.DeleteFunc(some, func(_ string, q apiCall) bool { return !about(q) })
	return some
}

func isAny(apiCall) bool       { return true }
func isPaged(q apiCall) bool   { return q.row != nil }
func isUnpaged(q apiCall) bool { return q.row == nil }

func TestRequestForms(t *testing.T) {
	t.Parallel()
	for name, q := range apiCallsWhere(isAny) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, always(func() *fakeResponse {
				return okResponse(`{"status":0,"body":{"` + q.list + `":[]}}`)
			}))
			if got := q.fetch(t.Context(), a); got != (outcome{}) {
				t.Errorf("the empty response is %+v", got)
			}
			want, err := url.ParseQuery(q.form)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.recorded) != 1 {
				t.Fatalf("%d requests", len(c.recorded))
			}
			if diff := cmp.Diff(want, c.recorded[0].form); diff != "" || c.recorded[0].path != q.path {
				t.Errorf("requested %s\n%s", c.recorded[0].path, diff)
			}
		})
	}
}

func TestZeroTimeFetchesEverything(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		call       func(a *withings.Account) outcome
		field, was string
	}{
		"Measures": {
			func(a *withings.Account) outcome {
				return collect(a.Measures(t.Context(), time.Time{}, 0), readMeasures)
			}, "lastupdate", "",
		},
		"Nights": {
			func(a *withings.Account) outcome { return collect(a.Nights(t.Context(), time.Time{}, 0), readNights) }, "lastupdate", "1",
		},
		"Activities": {
			func(a *withings.Account) outcome {
				return collect(a.Activities(t.Context(), time.Time{}, 0), readActivities)
			}, "lastupdate", "1",
		},
		"Workouts": {
			func(a *withings.Account) outcome {
				return collect(a.Workouts(t.Context(), time.Time{}, 0), readWorkouts)
			}, "lastupdate", "1",
		},
		"HeartRecords": {
			func(a *withings.Account) outcome {
				return collect(a.HeartRecords(t.Context(), time.Time{}, 0), readHeartRecords)
			}, "startdate", "",
		},
		"SoundRecords": {
			func(a *withings.Account) outcome {
				return collect(a.SoundRecords(t.Context(), time.Time{}, 0), readSoundRecords)
			}, "startdate", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := newAccount(t, always(func() *fakeResponse {
				return okResponse(`{"status":0,"body":{"measuregrps":[],"series":[],"activities":[]}}`)
			}))
			if got := row.call(a); got.err != nil {
				t.Fatal(got.err)
			}
			if form := c.recorded[0].form; form.Get(row.field) != row.was || form.Has(row.field) != (row.was != "") {
				t.Errorf("request %v", form)
			}
		})
	}
}
