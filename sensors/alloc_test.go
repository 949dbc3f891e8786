// SPDX-License-Identifier: MIT

package sensors_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

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

// bytesOf measures the memory that is allocated on the way from a response in
// bytes to the current readings.
func bytesOf[T any](t *testing.T, response string, decode func(T, sensors.DecodeOptions) sensors.Batch) float64 {
	t.Helper()
	var before, after runtime.MemStats
	allocationsOf(t, response, decode) // so that all tables are built
	runtime.ReadMemStats(&before)
	allocationsOf(t, response, decode)
	runtime.ReadMemStats(&after)
	const runs = 4 // of testing.AllocsPerRun, with the one before it
	return float64(after.TotalAlloc-before.TotalAlloc) / runs
}

// wantBytes compares the memory that a page takes with a bound for each row.
func wantBytes[T any](
	t *testing.T, what, response string, decode func(T, sensors.DecodeOptions) sensors.Batch, rows int, most float64,
) {
	t.Helper()
	each := bytesOf(t, response, decode) / float64(rows)
	t.Logf("%s: %.0f bytes a row", what, each)
	if each > most {
		t.Errorf("%s: %.0f bytes a row, want %.0f at most", what, each, most)
	}
}

// TestBytesOfRows has pages of nights and of days, of which no current reading
// depends on most, and the minutes of a night. The fields of a night or day alone
// would take more than is allowed, and so would two more copies of its record.
//
//nolint:paralleltest // what others allocate would count
func TestBytesOfRows(t *testing.T) {
	const rows, fields = 300, 30
	page := func(list string, row func(i int, fields string) string) string {
		var all []string
		for i := range rows {
			var values []string
			for f := range fields {
				values = append(values, `"field_`+strconv.Itoa(f)+`":`+strconv.Itoa(100*i+f))
			}
			all = append(all, row(i, strings.Join(values, ",")))
		}
		return `{"status":0,"body":{"` + list + `":[` + strings.Join(all, ",") + `]}}`
	}
	nights := page("series", func(i int, fields string) string {
		end := at(-24*rows) + int64(i)*86400
		return `{"id":` + strconv.Itoa(i+1) + `,"startdate":` + strconv.FormatInt(end-28800, 10) +
			`,"enddate":` + strconv.FormatInt(end, 10) + `,"timezone":"Europe/Zurich","data":{` + fields +
			`,"night_events":{"1":[0],"2":[300],"3":[28000],"4":[28800]}}}`
	})
	wantBytes(t, "nights", nights, sensors.DecodeNights, rows, 1450)
	days := page("activities", func(i int, fields string) string {
		date := noon().AddDate(0, 0, i-rows)
		return `{"date":"` + date.Format(time.DateOnly) + `","timezone":"Europe/Zurich","modified":` +
			strconv.FormatInt(date.Unix(), 10) + `,"steps":7,` + fields + `}`
	})
	wantBytes(t, "days", days, sensors.DecodeDays, rows, 1010)
	const minutes, series = 480, 5
	var all []string
	for s := range series {
		var samples []string
		for m := range minutes {
			samples = append(samples, `"`+strconv.FormatInt(at(-9)+int64(60*m), 10)+`":`+strconv.Itoa(20+s+m%7))
		}
		all = append(all, `"series_`+strconv.Itoa(s)+`":{`+strings.Join(samples, ",")+`}`)
	}
	night := `{"status":0,"body":{"series":[{"startdate":1,"enddate":2,` + strings.Join(all, ",") + `}]}}`
	wantBytes(t, "minutes", night, sensors.DecodeMinutes, minutes, 930)
}

// TestAllocationsOfMeans has the series of a night, of which means are computed.
//
//nolint:paralleltest // allocations of others would count
func TestAllocationsOfMeans(t *testing.T) {
	const minutes = 480
	var samples []string
	for m := range minutes {
		samples = append(samples, `"`+strconv.Itoa(1767305400+60*m)+`":`+strconv.Itoa(20+m%7))
	}
	response := `{"status":0,"body":{"series":[{"startdate":1767305400,"enddate":1767334200,"state":1,"rmssd":{` +
		strings.Join(samples, ",") + `}}]}}`
	night := sensors.Record{ID: 1, Start: 1767305400, At: 1767334200, Modified: 1}
	decode := func(g withings.Stages, o sensors.DecodeOptions) sensors.Batch {
		return sensors.DecodeSeries(g, night, o)
	}
	wantAllocations(t, "means", allocationsOf(t, response, decode), minutes, 0.35)
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
	wantAllocations(t, "weighings", allocationsOf(t, response, sensors.DecodeMeasures), groups*measures, 0.15)
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
	wantAllocations(t, "measures", allocationsOf(t, response, sensors.DecodeMeasures), strings.Count(groups, `"unit"`), 0.35)
	nights := read("aiowithings/sleep_summary_no_datafields.json")
	wantAllocations(t, "nights", allocationsOf(t, nights, sensors.DecodeNights), 15*strings.Count(nights, `"data"`), 0.3)
	days := read("home-assistant/activity.json")
	response = `{"status":0,"body":{"activities":` + days + `}}`
	wantAllocations(t, "days", allocationsOf(t, response, sensors.DecodeDays), 9*strings.Count(days, `"date"`), 1.5)
	stages := read("aiowithings/sleep.json")
	wantAllocations(t, "minutes", allocationsOf(t, stages, sensors.DecodeMinutes), strings.Count(stages, `"16`), 0.05)
	wantAllocations(t, "stages", allocationsOf(t, stages, sensors.DecodeStages), strings.Count(stages, `"state"`), 0.3)
}
