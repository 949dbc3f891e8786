// SPDX-License-Identifier: MIT

package main

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// How much a year has, and how much the pages of the cloud hold.
const (
	groupsPerYear = 2000
	nightsPerYear = 365
	groupsPerPage = 1000
	nightsPerPage = 300
)

// addPage adds the page that was requested of as many rows, the newest first: all
// of them without a range or a time of change, those of a range, or none.
func addPage(body map[string]any, name string, count, size int, r *http.Request, row func(age int) (any, time.Time)) {
	from, to := requestedRange(r)
	offset, _ := strconv.Atoi(r.PostFormValue("offset"))
	rows := []any{}
	for age := range count {
		made, at := row(age)
		if at.Before(from) || at.After(to) {
			continue
		}
		if offset--; offset >= 0 {
			continue
		}
		if len(rows) == size {
			next, _ := strconv.Atoi(r.PostFormValue("offset"))
			body["more"], body["offset"] = true, next+size
			break
		}
		rows = append(rows, made)
	}
	body[name] = rows
}

// requestedRange is the range that a request asks for: everything when it names
// none.
func requestedRange(r *http.Request) (from, to time.Time) {
	to = time.Now().Add(24 * time.Hour)
	unix := func(name string) (t time.Time, ok bool) {
		seconds, err := strconv.ParseInt(r.PostFormValue(name), 10, 64)
		return time.Unix(seconds, 0), err == nil
	}
	// The newest change of a row is when it was measured, in this cloud.
	for _, name := range []string{"startdate", "lastupdate"} {
		if t, ok := unix(name); ok {
			from = t
		}
	}
	if t, ok := unix("enddate"); ok {
		to = t
	}
	if t, err := time.Parse(time.DateOnly, r.PostFormValue("startdateymd")); err == nil {
		from = t
	}
	if t, err := time.Parse(time.DateOnly, r.PostFormValue("enddateymd")); err == nil {
		to = t.AddDate(0, 0, 2)
	}
	return from, to
}

// bulkGroup is a group; age counts from the newest one. Every fifth is a weighing
// with seven measures, the others are blood pressures.
func bulkGroup(age int) (any, time.Time) {
	at := time.Now().Truncate(24 * time.Hour).Add(-time.Duration(age) * 365 * 24 * time.Hour / groupsPerYear)
	random := rand.New(rand.NewPCG(1, uint64(age))) //nolint:gosec // the same in every response
	measures := []any{}
	kinds := []int{9, 10, 11}
	if age%5 == 0 {
		kinds = []int{1, 5, 6, 8, 76, 77, 88}
	}
	for _, kind := range kinds {
		measures = append(measures, map[string]any{"type": kind, "unit": -3, "value": 60000 + random.IntN(5000), "algo": 0, "fm": 131})
	}
	return map[string]any{
		"grpid": at.Unix(), "attrib": 0, "category": 1, "date": at.Unix(), "created": at.Unix() + 30,
		"modified": at.Unix() + 30, "deviceid": "scale", "hash_deviceid": "scale", "model": "Body Cardio", "modelid": 6,
		"comment": nil, "timezone": "Europe/Berlin", "measures": measures,
	}, at
}

// bulkNight is a night with all values of a sleep mat.
func bulkNight(age int) (any, time.Time) {
	end := time.Now().Truncate(24*time.Hour).Add(6*time.Hour).AddDate(0, 0, -1-age)
	random := rand.New(rand.NewPCG(2, uint64(age))) //nolint:gosec // the same in every response
	data := map[string]any{}
	for _, field := range nightDataFields() {
		data[field] = 100 + random.IntN(900)
	}
	return map[string]any{
		"id": end.Unix(), "model": 32, "model_id": 63, "startdate": end.Unix() - 8*60*60, "enddate": end.Unix(),
		"date": end.Format(time.DateOnly), "created": end.Unix() + 600, "modified": end.Unix() + 600, "completed": true,
		"timezone": "Europe/Berlin", "hash_deviceid": "mat", "data": data,
	}, end
}

// nightDataFields are the values of a night.
func nightDataFields() []string {
	return []string{
		"total_timeinbed", "total_sleep_time", "asleepduration", "lightsleepduration", "deepsleepduration",
		"remsleepduration", "sleep_efficiency", "sleep_latency", "wakeup_latency", "durationtosleep", "durationtowakeup",
		"wakeupduration", "wakeupcount", "waso", "nb_rem_episodes", "out_of_bed_count", "hr_average", "hr_min", "hr_max",
		"rr_average", "rr_min", "rr_max", "breathing_disturbances_intensity", "apnea_hypopnea_index", "snoring",
		"snoringepisodecount", "sleep_score", "mvt_score_avg", "mvt_active_duration",
	}
}
