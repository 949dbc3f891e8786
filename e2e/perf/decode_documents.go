// SPDX-License-Identifier: MIT

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"vitals2mqtt/sensors"
)

// document is a response of the cloud.
type document struct {
	kind, name string
	body       []byte
	rows       int
	values     int            // in all rows
	night      sensors.Record // of a series
}

// documentTime is the present of the documents; all are older.
func documentTime() time.Time { return time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC) }

// object is an object in JSON.
type object = map[string]any

// decodeDocuments are the responses to compare with: recorded ones when there is
// a folder with them, and long invented ones.
func decodeDocuments(fixtures string) ([]document, error) {
	invented := []document{
		newDocument("measures", "1,000 weighings", "measuregrps", 1000, weighing),
		newDocument("nights", "300 with all fields", "series", 300, fullNight),
		newDocument("days", "365 of a watch", "activities", 365, fullDay),
		newDocument("series", "one night", "series", 16, stageOfNight),
	}
	all, err := recordedDocuments(fixtures)
	if err != nil {
		return nil, err
	}
	for _, d := range invented {
		made, err := d.counted()
		if err != nil {
			return nil, err
		}
		all = append(all, made)
	}
	return all, nil
}

// recordedDocuments are the responses in a folder, none without a folder.
func recordedDocuments(folder string) ([]document, error) {
	if folder == "" {
		return nil, nil
	}
	var all []document
	for _, d := range []struct{ kind, name, path, list string }{
		{"measures", "1,400 recorded groups", "aiowithings/measurement_list_part1.json", "measuregrps"},
		{"measures", "3 recorded groups", "home-assistant/measurements.json", "measuregrps"},
		{"nights", "300 recorded", "aiowithings/sleep_summary_no_datafields.json", ""},
		{"nights", "5 recorded", "home-assistant/sleep_summaries.json", "series"},
		{"days", "14 recorded", "home-assistant/activity.json", "activities"},
		{"series", "613 recorded stages", "aiowithings/sleep.json", ""},
	} {
		raw, err := os.ReadFile(filepath.Join(folder, d.path)) //nolint:gosec // names of our own
		if err != nil {
			return nil, err
		}
		if d.list != "" { // what was recorded is the bare list
			raw = fmt.Appendf(nil, `{"status":0,"body":{%q:%s}}`, d.list, raw)
		}
		made, err := document{kind: d.kind, name: d.name, body: raw}.compact().counted()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.path, err)
		}
		all = append(all, made)
	}
	return all, nil
}

// newDocument is a response of so many rows.
func newDocument(kind, name, list string, count int, row func(int) object) document {
	rows := make([]object, count)
	for i := range rows {
		rows[i] = row(i)
	}
	body, _ := json.Marshal(object{"status": 0, "body": object{list: rows, "more": false, "offset": 0}}) // maps of numbers and texts
	return document{kind: kind, name: name, body: body}
}

// compact writes a document as the cloud sends it, without space.
func (d document) compact() document {
	var all any
	if json.Unmarshal(d.body, &all) == nil {
		if short, err := json.Marshal(all); err == nil {
			d.body = short
		}
	}
	return d
}

// counted returns the document with the number of its rows and values, and with
// the night that a series belongs to.
func (d document) counted() (document, error) {
	var response struct {
		Body map[string]json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(d.body, &response); err != nil {
		return d, err
	}
	for _, name := range []string{"measuregrps", "series", "activities"} {
		var rows []object
		if json.Unmarshal(response.Body[name], &rows) == nil {
			d.rows += len(rows)
			for _, row := range rows {
				d.values += valuesOf(row)
			}
			if d.kind == "series" {
				d.night = nightOf(rows)
			}
		}
	}
	if d.values == 0 {
		return d, errors.New("no values")
	}
	return d, nil
}

// valuesOf counts the measures of a group, the samples of a stage, else the
// fields.
func valuesOf(row object) int {
	if measures, ok := row["measures"].([]any); ok {
		return len(measures)
	}
	count, nested := len(row), 0
	for _, member := range row {
		if inner, ok := member.(object); ok {
			nested += len(inner)
		}
	}
	if nested > 0 {
		return nested
	}
	return count
}

// nightOf is the night of all stages.
func nightOf(rows []object) sensors.Record {
	night := sensors.Record{ID: 1, Modified: 1}
	for _, row := range rows {
		start, _ := row["startdate"].(float64)
		end, _ := row["enddate"].(float64)
		if night.Start == 0 || int64(start) < night.Start {
			night.Start = int64(start)
		}
		night.At = max(night.At, int64(end))
	}
	night.Date = time.Unix(night.At, 0).UTC().Format(time.DateOnly)
	night.Values = map[string]sensors.Value{"sleep_date": sensors.Text(night.Date)}
	return night
}

const (
	documentDevice = "0f2a6d1c9b8e7f3041526374859607a8b9cadbec"
	documentBegin  = 1735689600 // the beginning of 2025
)

func weighing(i int) object {
	at := documentBegin + i*7200
	var measures []object
	for m, kind := range []int{1, 5, 6, 8, 76, 77, 88} {
		measures = append(measures, object{"value": 70000 + i*7 + m, "type": kind, "unit": -3, "algo": 0, "fm": 131})
	}
	return object{
		"grpid": 7412345678 + i, "attrib": 0, "date": at, "created": at, "modified": at, "category": 1, "deviceid": documentDevice,
		"hash_deviceid": documentDevice, "modelid": 18, "model": "Body Comp", "comment": nil, "timezone": "Europe/Zurich",
		"measures": measures,
	}
}

func fullNight(i int) object {
	end := documentBegin + (i+1)*86400 + 6*3600
	return object{
		"id": 2081804182 + i, "timezone": "Europe/Zurich", "model": 32, "model_id": 63, "hash_deviceid": documentDevice,
		"startdate": end - 8*3600, "enddate": end, "date": time.Unix(int64(end), 0).UTC().Format(time.DateOnly),
		"created": end + 1800, "modified": end + 1800, "completed": true,
		"data": object{
			"total_timeinbed": 28800, "total_sleep_time": 25000 + i, "asleepduration": 25000 + i, "lightsleepduration": 14000,
			"deepsleepduration": 6000, "remsleepduration": 5000 + i, "sleep_efficiency": 0.87, "sleep_latency": 300,
			"wakeup_latency": 120, "durationtosleep": 300, "durationtowakeup": 120, "wakeupduration": 1800, "wakeupcount": 2,
			"waso": 900, "nb_rem_episodes": 4, "out_of_bed_count": 1, "hr_average": 55, "hr_min": 48, "hr_max": 80, "rr_average": 14,
			"rr_min": 11, "rr_max": 19, "breathing_disturbances_intensity": 12, "apnea_hypopnea_index": 3.5, "withings_index": 4,
			"snoring": 600, "snoringepisodecount": 7, "sleep_score": 80 + i%15, "mvt_score_avg": 12, "mvt_active_duration": 400,
			"night_events": object{"1": []int{0}, "2": []int{300}, "3": []int{28000}, "4": []int{28800}},
		},
	}
}

func fullDay(i int) object {
	begin := documentBegin + i*86400
	return object{
		"date": time.Unix(int64(begin), 0).UTC().Format(time.DateOnly), "timezone": "Europe/Zurich", "deviceid": documentDevice,
		"hash_deviceid": documentDevice, "brand": 1, "is_tracker": true, "model": "ScanWatch 2", "modelid": 94,
		"modified": begin + 86000, "steps": 8000 + i, "distance": 6200.25 + float64(i), "elevation": 31.5, "soft": 4800,
		"moderate": 1200, "intense": 300, "active": 1500, "calories": 412.125, "totalcalories": 2354.481, "hr_average": 68,
		"hr_min": 49,
		"hr_max": 141, "hr_zone_0": 60000, "hr_zone_1": 3000, "hr_zone_2": 600, "hr_zone_3": 60,
	}
}

// stageOfNight is half an hour of sleep with five samples a minute.
func stageOfNight(i int) object {
	const minutes = 30
	start := documentBegin + i*minutes*60
	stage := object{
		"startdate": start, "enddate": start + minutes*60, "state": i % 4, "hash_deviceid": documentDevice, "model": "ScanWatch 2",
		"model_id": 94,
	}
	for s, name := range []string{"hr", "rr", "snoring", "sdnn_1", "rmssd"} {
		samples := object{}
		for m := range minutes {
			samples[strconv.Itoa(start+m*60)] = 20 + 10*s + (i+m)%7
		}
		stage[name] = samples
	}
	return stage
}
