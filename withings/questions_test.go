package withings_test

import (
	"context"
	"maps"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/withings"
)

// The two ends of the range that every question is about. The calendar days of
// both are others in UTC: the 1st and the 10th.
func begin() time.Time { return time.Date(2026, 1, 2, 0, 30, 0, 0, time.FixedZone("east", 13*3600)) }

func end() time.Time { return time.Date(2026, 1, 9, 22, 0, 0, 0, time.FixedZone("west", -5*3600)) }

// outcome is what all answers have in common.
type outcome struct {
	rows int
	more bool
	err  error
}

// question is one way to ask for data.
type question struct {
	ask func(ctx context.Context, a *withings.Account) outcome
	// path and form are what the cloud sees of it.
	path, form string
	// list is the member that holds the rows, "" when the answer is no list.
	list string
	// row writes the nth row of a service with paging, nil for one without.
	row func(n int) string
}

// numbered writes a row whose only content is a number.
func numbered(name string) func(int) string {
	return func(n int) string { return `{"` + name + `":` + strconv.Itoa(n) + `}` }
}

func day(n int) string { return `{"date":"2026-01-0` + strconv.Itoa(n) + `","modelid":94}` }

func heartRecord(n int) string {
	return `{"deviceid":"watch","timestamp":1767340000,"ecg":{"signalid":` + strconv.Itoa(n) + `}}`
}

func soundRecord(n int) string {
	return `{"hash_deviceid":"cuff","timestamp":1767340000,"signalid":` + strconv.Itoa(n) + `}`
}

const (
	nightFields = "total_timeinbed,total_sleep_time,asleepduration,lightsleepduration,deepsleepduration,remsleepduration," +
		"sleep_efficiency,sleep_latency,wakeup_latency,durationtosleep,durationtowakeup,wakeupduration,wakeupcount,waso," +
		"nb_rem_episodes,out_of_bed_count,hr_average,hr_min,hr_max,rr_average,rr_min,rr_max,breathing_disturbances_intensity," +
		"breathing_quality_assessment,apnea_hypopnea_index,withings_index,snoring,snoringepisodecount,breathing_sounds," +
		"breathing_sounds_episode_count,sleep_score,night_events,mvt_score_avg,mvt_active_duration,rmssd_start_avg," +
		"rmssd_end_avg,chest_movement_rate_average,chest_movement_rate_min,chest_movement_rate_max," +
		"chest_movement_rate_wellness_average,chest_movement_rate_wellness_min,chest_movement_rate_wellness_max," +
		"core_body_temperature_avg,core_body_temperature_min,core_body_temperature_max,core_body_temperature_status"
	activityFields = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average,hr_min,hr_max," +
		"hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3"
	intradayFields = "steps,elevation,calories,distance,stroke,pool_lap,duration,heart_rate,spo2_auto,rmssd,sdnn1,hrv_quality," +
		"core_body_temperature,rr,chest_movement_rate"
	workoutFields = "calories,intensity,manual_intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max,hr_zone_0," +
		"hr_zone_1,hr_zone_2,hr_zone_3,pause_duration,algo_pause_duration,spo2_average,core_body_temperature_avg," +
		"core_body_temperature_min,core_body_temperature_max,core_body_temperature_status,steps,distance,elevation," +
		"pool_laps,strokes,pool_length"
	days = "&startdateymd=2026-01-02&enddateymd=2026-01-09"
)

// questions lists all of them.
func questions() map[string]question {
	return map[string]question{
		"Measures": {asksMeasures, "/measure", "action=getmeas&category=1&lastupdate=1767267000", "measuregrps", numbered("grpid")},
		"MeasuresBetween": {
			asksMeasuresBetween, "/measure", "action=getmeas&category=1&startdate=1767267000&enddate=1768014000",
			"measuregrps", numbered("grpid"),
		},
		"Nights": {
			asksNights, "/v2/sleep", "action=getsummary&lastupdate=1767267000&data_fields=" + nightFields, "series", numbered("id"),
		},
		"NightsBetween": {
			asksNightsBetween, "/v2/sleep", "action=getsummary" + days + "&data_fields=" + nightFields, "series", numbered("id"),
		},
		"Stages, bare": {
			asksStages(), "/v2/sleep", "action=get&startdate=1767267000&enddate=1767353400", "series", nil,
		},
		"Stages, HRV": {
			asksStages("rmssd", "sdnn_1"), "/v2/sleep",
			"action=get&startdate=1767267000&enddate=1767353400&data_fields=rmssd,sdnn_1", "series", nil,
		},
		"Activities": {
			asksActivities, "/v2/measure", "action=getactivity" + days + "&data_fields=" + activityFields, "activities", day,
		},
		"Intraday": {
			asksIntraday, "/v2/measure",
			"action=getintradayactivity&startdate=1767267000&enddate=1767353400&data_fields=" + intradayFields, "series", nil,
		},
		"Workouts": {
			asksWorkouts, "/v2/measure", "action=getworkouts&lastupdate=1767267000&data_fields=" + workoutFields, "series", numbered("id"),
		},
		"WorkoutsBetween": {
			asksWorkoutsBetween, "/v2/measure", "action=getworkouts" + days + "&data_fields=" + workoutFields, "series", numbered("id"),
		},
		"HeartRecords": {asksHeartRecords, "/v2/heart", "action=list&startdate=1767267000", "series", heartRecord},
		"SoundRecords": {asksSoundRecords, "/v2/stetho", "action=list&startdate=1767267000", "series", soundRecord},
		"HeartSignal":  {asksHeartSignal, "/v2/heart", "action=get&signalid=48123456", "signal", nil},
		"Devices":      {asksDevices, "/v2/user", "action=getdevice", "devices", nil},
		"Goals":        {asksGoals, "/v2/user", "action=getgoals", "goals", nil},
	}
}

func asksMeasures(ctx context.Context, a *withings.Account) outcome {
	m, err := a.Measures(ctx, begin())
	return outcome{len(m.Groups), m.More.True, err}
}

func asksMeasuresBetween(ctx context.Context, a *withings.Account) outcome {
	m, err := a.MeasuresBetween(ctx, begin(), end())
	return outcome{len(m.Groups), m.More.True, err}
}

func asksNights(ctx context.Context, a *withings.Account) outcome {
	n, err := a.Nights(ctx, begin())
	return outcome{len(n.Series), n.More.True, err}
}

func asksNightsBetween(ctx context.Context, a *withings.Account) outcome {
	n, err := a.NightsBetween(ctx, begin(), end())
	return outcome{len(n.Series), n.More.True, err}
}

func asksStages(fields ...string) func(context.Context, *withings.Account) outcome {
	return func(ctx context.Context, a *withings.Account) outcome {
		s, err := a.Stages(ctx, begin(), begin().Add(24*time.Hour), fields...)
		return outcome{rows: len(s.Series), err: err}
	}
}

func asksActivities(ctx context.Context, a *withings.Account) outcome {
	r, err := a.Activities(ctx, begin(), end())
	return outcome{len(r.Rows), r.More.True, err}
}

func asksIntraday(ctx context.Context, a *withings.Account) outcome {
	i, err := a.Intraday(ctx, begin(), begin().Add(24*time.Hour))
	return outcome{rows: len(i.Series), err: err}
}

func asksWorkouts(ctx context.Context, a *withings.Account) outcome {
	w, err := a.Workouts(ctx, begin())
	return outcome{len(w.Series), w.More.True, err}
}

func asksWorkoutsBetween(ctx context.Context, a *withings.Account) outcome {
	w, err := a.WorkoutsBetween(ctx, begin(), end())
	return outcome{len(w.Series), w.More.True, err}
}

func asksHeartRecords(ctx context.Context, a *withings.Account) outcome {
	h, err := a.HeartRecords(ctx, begin())
	return outcome{len(h.Series), h.More.True, err}
}

func asksSoundRecords(ctx context.Context, a *withings.Account) outcome {
	s, err := a.SoundRecords(ctx, begin())
	return outcome{len(s.Series), s.More.True, err}
}

func asksHeartSignal(ctx context.Context, a *withings.Account) outcome {
	h, err := a.HeartSignal(ctx, 48123456)
	return outcome{rows: len(h.Signal), err: err}
}

func asksDevices(ctx context.Context, a *withings.Account) outcome {
	d, err := a.Devices(ctx)
	return outcome{rows: len(d.Devices), err: err}
}

func asksGoals(ctx context.Context, a *withings.Account) outcome {
	g, err := a.Goals(ctx)
	if g == (withings.Goals{}) {
		return outcome{err: err}
	}
	return outcome{rows: 1, err: err}
}

// those are the questions that a test is about.
func those(about func(question) bool) map[string]question {
	some := questions()
	maps.DeleteFunc(some, func(_ string, q question) bool { return !about(q) })
	return some
}

func every(question) bool     { return true }
func paged(q question) bool   { return q.row != nil }
func unpaged(q question) bool { return q.row == nil }

func TestQuestionsAsTheCloudSeesThem(t *testing.T) {
	t.Parallel()
	for name, q := range those(every) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := account(t, always(func() *told { return answered(`{"status":0,"body":{"` + q.list + `":[]}}`) }))
			if got := q.ask(t.Context(), a); got != (outcome{}) {
				t.Errorf("the answer to nothing is %+v", got)
			}
			want, err := url.ParseQuery(q.form)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.visits) != 1 {
				t.Fatalf("%d requests", len(c.visits))
			}
			if diff := cmp.Diff(want, c.visits[0].form); diff != "" || c.visits[0].path != q.path {
				t.Errorf("asked %s\n%s", c.visits[0].path, diff)
			}
		})
	}
}

func TestEverythingThereIs(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ask        func(a *withings.Account) error
		field, was string
	}{
		"Measures": {func(a *withings.Account) error { _, err := a.Measures(t.Context(), time.Time{}); return err }, "lastupdate", ""},
		"Nights":   {func(a *withings.Account) error { _, err := a.Nights(t.Context(), time.Time{}); return err }, "lastupdate", "1"},
		"Workouts": {func(a *withings.Account) error { _, err := a.Workouts(t.Context(), time.Time{}); return err }, "lastupdate", "1"},
		"HeartRecords": {
			func(a *withings.Account) error { _, err := a.HeartRecords(t.Context(), time.Time{}); return err }, "startdate", "",
		},
		"SoundRecords": {
			func(a *withings.Account) error { _, err := a.SoundRecords(t.Context(), time.Time{}); return err }, "startdate", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, c := account(t, always(func() *told { return answered(`{"status":0,"body":{"measuregrps":[],"series":[]}}`) }))
			if err := row.ask(a); err != nil {
				t.Fatal(err)
			}
			if form := c.visits[0].form; form.Get(row.field) != row.was || form.Has(row.field) != (row.was != "") {
				t.Errorf("asked %v", form)
			}
		})
	}
}
