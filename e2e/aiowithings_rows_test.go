// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reading is a call of aiowithings, the same request to the cloud, and the
// expected result of aiowithings for the cloud's answer.
type reading struct {
	call    string
	args    []any
	service string
	form    url.Values
	read    func(body object, enums map[string][]any) any
}

// kind is a kind of data, for any period.
func (r reading) kind() string {
	return strings.TrimSuffix(strings.TrimSuffix(r.call, "_since"), "_in_period")
}

// isTestedElsewhere are calls of other tests, and those without a request.
func isTestedElsewhere(call string) bool {
	return slices.Contains([]string{
		"close", "refresh_token",
		"subscribe_notification", "list_notification_configurations", "revoke_notification_configurations",
	}, call)
}

// unknownToAiowithings are the numbers of the vendor's tables that aiowithings
// does not know yet: the BeamO, and a kind of workout.
func unknownToAiowithings() []string { return []string{"71", "560"} }

// neverSent are fields that aiowithings reads and that the cloud has only for
// contract partners, nights of other apps, or pauses: the two people have none.
func neverSent() []string {
	return []string{"apnea_hypopnea_index", "external_time_asleep", "withings_index", "pause_duration"}
}

// readings are all calls that read, with and without each of their choices.
func readings(now time.Time) []reading {
	moment := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	at := func(days int) any { return object{"at": moment(days).Unix()} }
	day := func(days int) any { return object{"day": moment(days).Format(time.DateOnly)} }
	since := func(days int) url.Values { return url.Values{"lastupdate": {unixText(moment(days))}} }
	moments := func(from int) url.Values {
		return url.Values{"startdate": {unixText(moment(from))}, "enddate": {unixText(now)}}
	}
	dates := func(from int) url.Values {
		return url.Values{"startdateymd": {moment(from).Format(time.DateOnly)}, "enddateymd": {now.Format(time.DateOnly)}}
	}
	all := func(kind string) any { return object{"all": kind} }
	weight := object{"one": []any{"MeasurementType", "WEIGHT"}}
	return []reading{
		{"get_devices", nil, "v2/user", action("getdevice", nil), expectedDevices},
		{"get_goals", nil, "v2/user", action("getgoals", nil), expectedGoals},
		{"get_measurement_in_period", []any{at(60), at(0)}, "measure", action("getmeas", moments(60)), expectedMeasures},
		{
			"get_measurement_in_period",
			[]any{at(60), at(0), []any{weight}},
			"measure",
			action("getmeas", moments(60), "meastypes", "1"), expectedMeasures,
		},
		{"get_measurement_since", []any{at(30)}, "measure", action("getmeas", since(30)), expectedMeasures},
		// Only the first page.
		{"get_measurement_since", []any{at(2000)}, "measure", action("getmeas", since(2000)), expectedMeasures},
		{"get_sleep", []any{at(1), at(0)}, "v2/sleep", action("get", moments(1)), expectedSeries},
		{
			"get_sleep",
			[]any{at(1), at(0), all("SleepDataFields")},
			"v2/sleep",
			action("get", moments(1), "data_fields", sleepFields), expectedSeries,
		},
		{"get_sleep_summary_in_period", []any{day(60), day(0)}, "v2/sleep", action("getsummary", dates(60)), expectedNights},
		{
			"get_sleep_summary_in_period",
			[]any{day(60), day(0), all("SleepSummaryDataFields")},
			"v2/sleep",
			action("getsummary", dates(60), "data_fields", summaryFields), expectedNights,
		},
		{
			"get_sleep_summary_since",
			[]any{at(10), all("SleepSummaryDataFields")},
			"v2/sleep",
			action("getsummary", since(10), "data_fields", summaryFields), expectedNights,
		},
		{
			"get_activities_in_period",
			[]any{day(60), day(0)},
			"v2/measure",
			action("getactivity", dates(60)), expectedActivities,
		},
		{
			"get_activities_in_period",
			[]any{day(60), day(0), all("ActivityDataFields")},
			"v2/measure",
			action("getactivity", dates(60), "data_fields", activityFields), expectedActivities,
		},
		{
			"get_activities_since",
			[]any{at(10), all("ActivityDataFields")},
			"v2/measure",
			action("getactivity", since(10), "data_fields", activityFields), expectedActivities,
		},
		{"get_workouts_in_period", []any{day(90), day(0)}, "v2/measure", action("getworkouts", dates(90)), expectedWorkouts},
		{
			"get_workouts_in_period",
			[]any{day(90), day(0), all("WorkoutDataFields")},
			"v2/measure",
			action("getworkouts", dates(90), "data_fields", workoutFields), expectedWorkouts,
		},
		{
			"get_workouts_since",
			[]any{at(30), all("WorkoutDataFields")},
			"v2/measure",
			action("getworkouts", since(30), "data_fields", workoutFields), expectedWorkouts,
		},
	}
}

func unixText(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// action is a form with the action and more pairs.
func action(name string, form url.Values, pairs ...string) url.Values {
	if form == nil {
		form = url.Values{}
	}
	form.Set("action", name)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// The fields that aiowithings has names for.
const (
	sleepFields   = "hr,rr,snoring,sdnn_1,rmssd,mvt_score"
	summaryFields = "nb_rem_episodes,sleep_efficiency,sleep_latency,total_sleep_time,total_timeinbed," +
		"wakeup_latency,waso," +
		"apnea_hypopnea_index,breathing_disturbances_intensity,asleepduration,deepsleepduration,hr_average,hr_min,hr_max," +
		"lightsleepduration,mvt_active_duration,mvt_score_avg,night_events,out_of_bed_count,remsleepduration," +
		"rr_average,rr_min," +
		"rr_max,sleep_score,snoring,snoringepisodecount,wakeupcount,wakeupduration,withings_index"
	activityFields = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories," +
		"hr_average,hr_min,hr_max," +
		"hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3"
	workoutFields = "calories,intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max," +
		"hr_zone_0,hr_zone_1,hr_zone_2," +
		"hr_zone_3,pause_duration,algo_pause_duration,spo2_average,steps,distance,elevation,pool_laps,strokes,pool_length"
)

// renameFields renames the fields of a row as aiowithings calls them:
// "theirs=ours", or one name for both; a dot selects a member. What is absent
// is null.
func renameFields(row object, names string) object {
	picked := object{}
	for name := range strings.FieldsSeq(names) {
		theirs, ours, renamed := strings.Cut(name, "=")
		if !renamed {
			ours = theirs
		}
		from := row
		if outer, inner, nested := strings.Cut(ours, "."); nested {
			from, _ = row[outer].(object)
			ours = inner
		}
		picked[theirs] = from[ours]
	}
	return picked
}

// mapRows turns every element of a list of the body into what aiowithings makes
// of it.
func mapRows(body object, name string, turn func(row object) object) any {
	turned := []any{}
	for _, row := range listOf(body[name]) {
		fields, _ := row.(object)
		turned = append(turned, turn(fields))
	}
	return turned
}

// substituteUnknown replaces a number that aiowithings has no name for by its
// substitute.
func substituteUnknown(row object, field string, members []any, substitute any) {
	if !slices.Contains(members, row[field]) {
		row[field] = substitute
	}
}

// expectedDevices omits the mat that aiowithings omits as a duplicate of the
// newer one, by its name.
func expectedDevices(body object, enums map[string][]any) any {
	kept := slices.DeleteFunc(slices.Clone(listOf(body["devices"])), func(row any) bool {
		fields, _ := row.(object)
		return fields["model"] == "Aura Sensor V2"
	})
	return mapRows(object{"devices": kept}, "devices", func(raw object) object {
		row := renameFields(raw, `device_type=type battery raw_model=model model=model_id first_session_date last_session_date
			device_id=deviceid hashed_device_id=hash_deviceid`)
		if row["battery"] == "unknown" {
			row["battery"] = nil
		}
		substituteUnknown(row, "model", enums["DeviceModel"], 0.0)
		substituteUnknown(row, "device_type", enums["DeviceType"], "unknown")
		return row
	})
}

func expectedGoals(body object, _ map[string][]any) any {
	raw, _ := body["goals"].(object)
	row := renameFields(raw, "steps sleep weight")
	if weight, ok := raw["weight"].(object); ok {
		row["weight"] = scaled(weight)
	}
	return row
}

// scaled is value × 10^unit.
func scaled(measure object) float64 {
	return numberOf(measure["value"]) * math.Pow(10, numberOf(measure["unit"]))
}

// numberOf is what a decoder made of a number, and listOf of an array; else
// nothing.
func numberOf(v any) float64 {
	n, _ := v.(float64)
	return n
}

func listOf(v any) []any {
	elements, _ := v.([]any)
	return elements
}

func expectedMeasures(body object, enums map[string][]any) any {
	return mapRows(body, "measuregrps", func(raw object) object {
		row := renameFields(raw, `group_id=grpid attribution=attrib
taken_at=date stored_at=created updated_at=modified category
			device_id=deviceid hashed_device_id=hash_deviceid`)
		switch row["attribution"] { // aiowithings maps these two to others
		case 8.0:
			row["attribution"] = 0.0
		case 17.0:
			row["attribution"] = 15.0
		}
		substituteUnknown(row, "attribution", enums["MeasurementAttribution"], -1.0)
		row["measurements"] = mapRows(raw, "measures", func(measure object) object {
			m := renameFields(measure, "measurement_type=type position")
			m["value"] = scaled(measure)
			substituteUnknown(m, "measurement_type", enums["MeasurementType"], 0.0)
			substituteUnknown(m, "position", enums["MeasurementPosition"], nil)
			return m
		})
		return row
	})
}

// expectedSeries has a list of moments where the cloud has a map.
func expectedSeries(body object, _ map[string][]any) any {
	return mapRows(body, "series", func(raw object) object {
		row := renameFields(raw, `start_date=startdate end_date=enddate state hashed_device_id=hash_deviceid heart_rate=hr
			respiration_rate=rr snoring heart_rate_variability=sdnn_1 heart_rate_variability_2=rmssd movement_score=mvt_score`)
		for field, value := range row {
			if byTime, ok := value.(object); ok {
				row[field] = timeSeries(byTime)
			}
		}
		return row
	})
}

func timeSeries(byTime object) any {
	times := make([]float64, 0, len(byTime))
	for text := range byTime {
		at, _ := strconv.ParseFloat(text, 64)
		times = append(times, at)
	}
	slices.Sort(times)
	ordered := []any{}
	for _, at := range times {
		ordered = append(ordered, object{"time": at, "value": byTime[strconv.FormatFloat(at, 'f', 0, 64)]})
	}
	return ordered
}

func expectedNights(body object, _ map[string][]any) any {
	return mapRows(body, "series", func(raw object) object {
		return renameFields(raw, `start_date=startdate end_date=enddate date hashed_device_id=hash_deviceid
			apnea_hypopnea_index=data.apnea_hypopnea_index external_time_asleep=data.asleepduration
			breathing_disturbances_intensity=data.breathing_disturbances_intensity deep_sleep_duration=data.deepsleepduration
			average_heart_rate=data.hr_average min_heart_rate=data.hr_min max_heart_rate=data.hr_max
			light_sleep_duration=data.lightsleepduration active_movement_duration=data.mvt_active_duration
			average_movement_score=data.mvt_score_avg rem_sleep_phase_count=data.nb_rem_episodes
			out_of_bed_count=data.out_of_bed_count rem_sleep_duration=data.remsleepduration
			average_respiration_rate=data.rr_average min_respiration_rate=data.rr_min max_respiration_rate=data.rr_max
			sleep_efficiency=data.sleep_efficiency sleep_latency=data.sleep_latency sleep_score=data.sleep_score
			snoring=data.snoring snoring_count=data.snoringepisodecount total_sleep_time=data.total_sleep_time
			total_time_in_bed=data.total_timeinbed wake_up_latency=data.wakeup_latency wake_up_count=data.wakeupcount
			total_time_awake=data.wakeupduration time_awake_during_sleep=data.waso withings_index=data.withings_index`)
	})
}

// heartFields are the fields about the heart rate, in activities and workouts.
const heartFields = `average_heart_rate=hr_average min_heart_rate=hr_min max_heart_rate=hr_max
	duration_heart_rate_light_zone=hr_zone_0 duration_heart_rate_moderate_zone=hr_zone_1
	duration_heart_rate_intense_zone=hr_zone_2 duration_heart_rate_maximal_zone=hr_zone_3`

func expectedActivities(body object, enums map[string][]any) any {
	return mapRows(body, "activities", func(raw object) object {
		row := renameFields(raw, `steps distance elevation
soft_activity=soft moderate_activity=moderate intense_activity=intense
			total_time_active=active active_calories_burnt=calories total_calories_burnt=totalcalories date modified
			is_withings_tracker=is_tracker origin=brand `+heartFields)
		if row["average_heart_rate"] == nil || row["average_heart_rate"] == 0.0 {
			for field := range renameFields(nil, heartFields) {
				row[field] = nil
			}
		}
		substituteUnknown(row, "origin", enums["ActivityDataOrigin"], -1.0)
		return row
	})
}

// expectedWorkouts has null for every 0, as aiowithings does.
func expectedWorkouts(body object, enums map[string][]any) any {
	return mapRows(body, "series", func(raw object) object {
		data, _ := raw["data"].(object)
		row := renameFields(data,
			"active_calories_burnt=calories distance elevation intensity pause_duration spo2_average steps "+
				heartFields)
		for field, value := range row {
			if value == 0.0 {
				row[field] = nil
			}
		}
		maps.Copy(row, renameFields(raw,
			"workout_id=id category attribution=attrib start_date=startdate end_date=enddate date"))
		substituteUnknown(row, "category", enums["WorkoutCategory"], 36.0)
		substituteUnknown(row, "attribution", enums["MeasurementAttribution"], -1.0)
		return row
	})
}
