package sensors_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// allocationsOf counts the allocations from a response in bytes to the current
// readings.
func allocationsOf[T any](
	t *testing.T, response string, decode func(T, sensors.DecodeOptions) sensors.Batch,
) float64 {
	t.Helper()
	raw, o := []byte(response), initialOptions()
	return testing.AllocsPerRun(3, func() {
		body, err := withings.Decode[T](raw)
		if err != nil {
			t.Fatal(err)
		}
		s := sensors.NewStore()
		changes, err := sensors.Reconcile(decode(body, decodeOptions(o)), o, s)
		if err == nil {
			_, err = s.Update(changes, o, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// wantAllocations compares allocations with a bound for each value.
func wantAllocations(t *testing.T, what string, allocations float64, values int, most float64) {
	t.Helper()
	if values == 0 {
		t.Fatalf("%s: no values", what)
	}
	each := allocations / float64(values)
	t.Logf("%s: %.2f allocations a value", what, each)
	if each > most {
		t.Errorf("%s: %.2f allocations a value, want %v at most", what, each, most)
	}
}

// TestAllocationsPerMeasure has a page of 1,000 groups of seven measures.
//
//nolint:paralleltest // allocations of others would count
func TestAllocationsPerMeasure(t *testing.T) {
	const groups, measures = 1000, 7
	var rows []string
	for g := range groups {
		at := strconv.FormatInt(at(-10000)+int64(g)*3600, 10)
		row := `{"grpid":` + strconv.Itoa(g+1) + `,"attrib":0,"date":` + at + `,"created":` + at + `,"modified":` + at +
			`,"category":1,"deviceid":"scale","model":"Body Scan","measures":[`
		var list []string
		for _, kind := range []string{"1", "5", "6", "8", "76", "77", "88"} {
			list = append(list, `{"value":`+strconv.Itoa(70000+g)+`,"type":`+kind+`,"unit":-3}`)
		}
		rows = append(rows, row+strings.Join(list, ",")+"]}")
	}
	response := `{"status":0,"body":{"measuregrps":[` + strings.Join(rows, ",") + `]}}`
	wantAllocations(t, "weighings", allocationsOf(t, response, sensors.DecodeMeasures), groups*measures, 0.5)
}

// TestAllocationsOfRecordings has long responses of the cloud.
//
//nolint:paralleltest // allocations of others would count
func TestAllocationsOfRecordings(t *testing.T) {
	read := func(path string) string {
		raw, err := os.ReadFile(recording(t, path))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	groups := read("aiowithings/measurement_list_part1.json")
	response := `{"status":0,"body":{"measuregrps":` + groups + `}}`
	wantAllocations(t, "measures", allocationsOf(t, response, sensors.DecodeMeasures), strings.Count(groups, `"unit"`), 0.5)
	nights := read("aiowithings/sleep_summary_no_datafields.json")
	wantAllocations(t, "nights", allocationsOf(t, nights, sensors.DecodeNights), 15*strings.Count(nights, `"data"`), 0.5)
	days := read("home-assistant/activity.json")
	response = `{"status":0,"body":{"activities":` + days + `}}`
	wantAllocations(t, "days", allocationsOf(t, response, sensors.DecodeDays), 9*strings.Count(days, `"date"`), 2)
	stages := read("aiowithings/sleep.json")
	wantAllocations(t, "minutes", allocationsOf(t, stages, sensors.DecodeMinutes), strings.Count(stages, `"16`), 0.5)
	wantAllocations(t, "stages", allocationsOf(t, stages, sensors.DecodeStages), strings.Count(stages, `"state"`), 1)
}
