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

// fixturesVariable names the folder of recorded answers. They are kept outside
// of the repository.
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

// recording says how a file is read: wrapped into an envelope, then decoded.
type recording struct {
	wrap  func(t *testing.T, raw []byte) []byte
	model func([]byte) ([]byte, error)
}

// back decodes with a model and writes again what it kept.
func back[T any](raw []byte) ([]byte, error) {
	env, err := decode[T](raw)
	if err != nil {
		return nil, err
	}
	return json.Marshal(env)
}

func whole(_ *testing.T, raw []byte) []byte { return raw }

// under puts a bare list or object under a key of the body.
func under(key string) func(*testing.T, []byte) []byte {
	return func(_ *testing.T, raw []byte) []byte {
		return []byte(`{"status":0,"body":{"` + key + `":` + string(raw) + `}}`)
	}
}

// oneGroup takes a file that holds a single group beside its time zone.
func oneGroup(t *testing.T, raw []byte) []byte {
	t.Helper()
	var file struct {
		Timezone stdjson.RawMessage `json:"timezone"`
		Group    stdjson.RawMessage `json:"measuregrp"`
	}
	if err := stdjson.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return []byte(`{"status":0,"body":{"timezone":` + string(file.Timezone) + `,"measuregrps":[` + string(file.Group) + `]}}`)
}

// slots turns a list of slots into the map that the cloud sends.
func slots(t *testing.T, raw []byte) []byte {
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
	return under("series")(t, inner)
}

// recordings lists the services by the end of a file's path; the longest match
// counts.
var recordings = map[string]recording{
	"activity.json":                         {whole, back[Activities]},
	"home-assistant/activity.json":          {under("activities"), back[Activities]},
	"measure_get_activity.json":             {whole, back[Activities]},
	"sample_activity.json":                  {whole, back[Activities]},
	"withings-activity-measures.json":       {whole, back[Activities]},
	"device.json":                           {whole, back[Devices]},
	"devices.json":                          {under("devices"), back[Devices]},
	"user_get_device.json":                  {whole, back[Devices]},
	"goals.json":                            {whole, back[GoalsAnswer]},
	"goals_1.json":                          {whole, back[GoalsAnswer]},
	"goals_2.json":                          {whole, back[GoalsAnswer]},
	"home-assistant/goals.json":             {under("goals"), back[GoalsAnswer]},
	"measurement.json":                      {whole, back[Measures]},
	"measurement_list_part1.json":           {under("measuregrps"), back[Measures]},
	"measurement_positions.json":            {under("measuregrps"), back[Measures]},
	"measurements.json":                     {under("measuregrps"), back[Measures]},
	"measurements_1.json":                   {under("measuregrps"), back[Measures]},
	"sample_measure.json":                   {whole, back[Measures]},
	"withings-body-measures-only-goal.json": {whole, back[Measures]},
	"measure_getmeas.json":                  {whole, back[Measures]},
	"getmeas_nothing_new.json":              {whole, back[Measures]},
	"getmeas_two_pages_1.json":              {whole, back[Measures]},
	"getmeas_two_pages_2.json":              {whole, back[Measures]},
	"ecg.json":                              {oneGroup, back[Measures]},
	"objective.json":                        {oneGroup, back[Measures]},
	"sleep_analyzer.json":                   {oneGroup, back[Measures]},
	"thermometer.json":                      {oneGroup, back[Measures]},
	"intraday_hour.json":                    {slots, back[Intraday]},
	"notify_list.json":                      {whole, back[Subscriptions]},
	"notify_get.json":                       {whole, back[Subscription]},
	"notify_revoke.json":                    {whole, back[nothing]},
	"notify_subscribe.json":                 {whole, back[nothing]},
	"sleep.json":                            {whole, back[Stages]},
	"sleep_no_datafields.json":              {whole, back[Stages]},
	"sleep_get.json":                        {whole, back[Stages]},
	"sample_sleep.json":                     {whole, back[Stages]},
	"withings-sleep-measures.json":          {whole, back[Stages]},
	"sleep_summary_no_datafields.json":      {whole, back[Nights]},
	"sleep_summaries.json":                  {under("series"), back[Nights]},
	"workouts.json":                         {whole, back[Workouts]},
	"heart_get.json":                        {whole, back[HeartSignal]},
	"token_response.json":                   {whole, back[tokenAnswer]},
	"error_401_invalid_token.json":          {whole, back[nothing]},
	"error_403_insufficient_scope.json":     {whole, back[nothing]},
	"error_503_invalid_code.json":           {whole, back[nothing]},
	"error_601_same_arguments.json":         {whole, back[waiting]},
	"error_no_body.json":                    {whole, back[nothing]},
}

// TestRecordings decodes every recorded answer and looks for each of its values
// in what the models kept.
func TestRecordings(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(fixturesVariable)
	if folder == "" {
		t.Skipf("%s is not set: there are no recorded answers to read", fixturesVariable)
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
	lost, total := lostLeaves(t, raw, kept)
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

// lostLeaves compares every value of a recording with what was kept.
func lostLeaves(t *testing.T, recorded, kept []byte) (lost []string, total int) {
	t.Helper()
	want, have := leaves(t, recorded), leaves(t, kept)
	for at, value := range want {
		total++
		if got, ok := have[at]; !ok || !sameLeaf(value, got) {
			lost = append(lost, at+" = "+value+", kept "+got)
		}
	}
	return lost, total
}

// leaves lists all values by their path. Null, "", {} and [] are all ways to say
// nothing, and the two names of a model's id are one.
func leaves(t *testing.T, raw []byte) map[string]string {
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

func sameLeaf(a, b string) bool {
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
