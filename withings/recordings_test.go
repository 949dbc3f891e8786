// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	stdjson "encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/internal/decimal"
)

// fixturesVariable names the folder of recorded responses. They are kept
// outside of the repository.
const fixturesVariable = "V2M_FIXTURES"

// ignoredFields are the only members that the models drop on purpose.
var ignoredFields = map[string]string{
	"algo":        "deprecated, without meaning for us",
	"fm":          "deprecated, without meaning for us",
	"apppfmid":    "the app that entered a value by hand",
	"appliver":    "the version of that app",
	"algo_params": "internals of one scale",
	"comment":     "deprecated in measure groups; subscriptions keep theirs",
	"csrf_token":  "for browsers",
}

// recording is how a file is read: wrapped into an envelope, then decoded.
type recording struct {
	wrap  func(t *testing.T, raw []byte) []byte
	model func([]byte) ([]byte, error)
}

// roundTrip decodes with a model and writes again what it kept.
func roundTrip[T any](raw []byte) ([]byte, error) {
	env, err := decode[T](raw)
	if err != nil {
		return nil, err
	}
	return json.Marshal(env)
}

func unchanged(_ *testing.T, raw []byte) []byte { return raw }

// wrapUnder puts a bare list or object under a key of the body.
func wrapUnder(key string) func(*testing.T, []byte) []byte {
	return func(_ *testing.T, raw []byte) []byte {
		return []byte(`{"status":0,"body":{"` + key + `":` + string(raw) + `}}`)
	}
}

// oneGroup reads a file that holds a single group besides its time zone.
func oneGroup(t *testing.T, raw []byte) []byte {
	t.Helper()
	var file struct {
		Timezone stdjson.RawMessage `json:"timezone"`
		Group    stdjson.RawMessage `json:"measuregrp"`
	}
	if err := stdjson.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return []byte(`{"status":0,"body":{"timezone":` + string(file.Timezone) + `,"measuregrps":[` + string(file.Group) +
		`]}}`)
}

// slotMap turns a list of slots into the map that the cloud sends.
func slotMap(t *testing.T, raw []byte) []byte {
	t.Helper()
	var file struct {
		Entries []map[string]stdjson.RawMessage `json:"entries"`
	}
	if err := stdjson.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	series := make(map[string]map[string]stdjson.RawMessage)
	for _, entry := range file.Entries {
		at := string(entry["timestamp"])
		delete(entry, "timestamp")
		series[at] = entry
	}
	inner, err := stdjson.Marshal(series)
	if err != nil {
		t.Fatal(err)
	}
	return wrapUnder("series")(t, inner)
}

// recordings lists the services by the end of a file's path; the longest match
// counts.
var recordings = map[string]recording{
	"activity.json":                         {unchanged, roundTrip[Activities]},
	"home-assistant/activity.json":          {wrapUnder("activities"), roundTrip[Activities]},
	"measure_get_activity.json":             {unchanged, roundTrip[Activities]},
	"sample_activity.json":                  {unchanged, roundTrip[Activities]},
	"withings-activity-measures.json":       {unchanged, roundTrip[Activities]},
	"device.json":                           {unchanged, roundTrip[Devices]},
	"devices.json":                          {wrapUnder("devices"), roundTrip[Devices]},
	"user_get_device.json":                  {unchanged, roundTrip[Devices]},
	"goals.json":                            {unchanged, roundTrip[GoalsResponse]},
	"goals_1.json":                          {unchanged, roundTrip[GoalsResponse]},
	"goals_2.json":                          {unchanged, roundTrip[GoalsResponse]},
	"home-assistant/goals.json":             {wrapUnder("goals"), roundTrip[GoalsResponse]},
	"measurement.json":                      {unchanged, roundTrip[Measures]},
	"measurement_list_part1.json":           {wrapUnder("measuregrps"), roundTrip[Measures]},
	"measurement_positions.json":            {wrapUnder("measuregrps"), roundTrip[Measures]},
	"measurements.json":                     {wrapUnder("measuregrps"), roundTrip[Measures]},
	"measurements_1.json":                   {wrapUnder("measuregrps"), roundTrip[Measures]},
	"sample_measure.json":                   {unchanged, roundTrip[Measures]},
	"withings-body-measures-only-goal.json": {unchanged, roundTrip[Measures]},
	"measure_getmeas.json":                  {unchanged, roundTrip[Measures]},
	"getmeas_nothing_new.json":              {unchanged, roundTrip[Measures]},
	"getmeas_two_pages_1.json":              {unchanged, roundTrip[Measures]},
	"getmeas_two_pages_2.json":              {unchanged, roundTrip[Measures]},
	"ecg.json":                              {oneGroup, roundTrip[Measures]},
	"objective.json":                        {oneGroup, roundTrip[Measures]},
	"sleep_analyzer.json":                   {oneGroup, roundTrip[Measures]},
	"thermometer.json":                      {oneGroup, roundTrip[Measures]},
	"intraday_hour.json":                    {slotMap, roundTrip[Intraday]},
	"notify_list.json":                      {unchanged, roundTrip[Subscriptions]},
	"notify_get.json":                       {unchanged, roundTrip[Subscription]},
	"notify_revoke.json":                    {unchanged, roundTrip[noData]},
	"notify_subscribe.json":                 {unchanged, roundTrip[noData]},
	"sleep.json":                            {unchanged, roundTrip[Stages]},
	"sleep_no_datafields.json":              {unchanged, roundTrip[Stages]},
	"sleep_get.json":                        {unchanged, roundTrip[Stages]},
	"sample_sleep.json":                     {unchanged, roundTrip[Stages]},
	"withings-sleep-measures.json":          {unchanged, roundTrip[Stages]},
	"sleep_summary_no_datafields.json":      {unchanged, roundTrip[Nights]},
	"sleep_summaries.json":                  {wrapUnder("series"), roundTrip[Nights]},
	"workouts.json":                         {unchanged, roundTrip[Workouts]},
	"heart_get.json":                        {unchanged, roundTrip[HeartSignal]},
	"token_response.json":                   {unchanged, roundTrip[tokenResponse]},
	"error_401_invalid_token.json":          {unchanged, roundTrip[noData]},
	"error_403_insufficient_scope.json":     {unchanged, roundTrip[noData]},
	"error_503_invalid_code.json":           {unchanged, roundTrip[noData]},
	"error_601_same_arguments.json":         {unchanged, roundTrip[throttledBody]},
	"error_no_body.json":                    {unchanged, roundTrip[noData]},
}

// TestRecordings decodes every recorded response and looks for each of its
// values in what the models kept.
func TestRecordings(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(fixturesVariable)
	if folder == "" {
		t.Skipf("%s is not set: no recorded responses to read", fixturesVariable)
	}
	files := 0
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".json" {
			return err
		}
		files++
		name, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkRecording(t, filepath.ToSlash(name), raw)
		})
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%d recordings found: %v", files, err)
	}
}

func checkRecording(t *testing.T, name string, raw []byte) {
	t.Helper()
	r, ok := recordings[path.Join(path.Base(path.Dir(name)), path.Base(name))]
	if !ok {
		r, ok = recordings[path.Base(name)]
	}
	if !ok {
		t.Fatal("no model is known for this recording")
	}
	raw = r.wrap(t, raw)
	kept, err := r.model(raw)
	if err != nil {
		t.Fatal(err)
	}
	lost, total := lostValues(t, raw, kept)
	if total == 0 {
		t.Error("nothing was compared")
	}
	for i, leaf := range lost {
		if i == 20 {
			t.Errorf("… and %d more", len(lost)-i)
			break
		}
		t.Error("lost: " + leaf)
	}
}

// lostValues compares every value of a recording with what was kept.
func lostValues(t *testing.T, recorded, kept []byte) (lost []string, total int) {
	t.Helper()
	want, have := flatten(t, recorded), flatten(t, kept)
	for at, value := range want {
		total++
		if got, ok := have[at]; !ok || !isSameValue(value, got) {
			lost = append(lost, at+" = "+value+", kept "+got)
		}
	}
	return lost, total
}

// flatten lists all values by their path. Null, "", {} and [] all mean that
// there is no value, and the two names of a model's id count as one.
func flatten(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	decoder := stdjson.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	var walk func(at string, node any)
	walk = func(at string, node any) {
		switch node := node.(type) {
		case map[string]any:
			for name, child := range node {
				if _, ignored := ignoredFields[name]; ignored && (name != "comment" || strings.Contains(at, "measuregrps")) {
					continue
				}
				if name == "modelid" {
					name = "model_id"
				}
				walk(at+"/"+name, child)
			}
		case []any:
			for i, child := range node {
				walk(at+"/"+strconv.Itoa(i), child)
			}
		case stdjson.Number:
			found[at] = node.String()
		case string:
			if node != "" {
				found[at] = node
			}
		case bool:
			found[at] = strconv.FormatBool(node)
		}
	}
	walk("", tree)
	return found
}

func isSameValue(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := decimal.Parse(a)
	y, errY := decimal.Parse(b)
	if errX == nil && errY == nil {
		return x == y
	}
	// "more" is a number in some services and a truth value in others.
	return errX == nil && b == strconv.FormatBool(x.Sign() != 0)
}
