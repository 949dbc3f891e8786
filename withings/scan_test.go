// SPDX-License-Identifier: MIT

package withings

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// sameAsDecoder decodes a response in both ways, and reports whether the scanner
// accepts it. What it accepts must mean the same to the decoder of everything.
func sameAsDecoder[T any](t *testing.T, raw []byte) (accepted bool) {
	t.Helper()
	var got envelope[T]
	if accepted = scanResponse(raw, &got); !accepted {
		return false
	}
	want, err := decodeAnything[T](raw)
	if err != nil {
		t.Fatalf("the scanner accepts what is no JSON (%v):\n%.1000s", err, raw)
	}
	if got.complete {
		if err := checkComplete(&want.Body.Value, raw); err != nil {
			t.Errorf("the scanner does not notice: %v\n%.1000s", err, raw)
		}
	}
	want.complete = got.complete
	readAll(&got.Body.Value)
	if !reflect.DeepEqual(want, got) { //nolint:forbidigo // also what is unexported, in every fuzzed response
		t.Errorf("the scanner reads\n%+v\ninstead of\n%+v\nin\n%.1000s", got, want, raw)
	}
	return true
}

// readAll reads the fields that the scanner left unread.
func readAll(response any) {
	switch r := response.(type) {
	case *Nights:
		for i := range r.Series {
			r.Series[i].Data.Fields = FieldsOf(r.Series[i].Data.Fields.All()...)
		}
	case *Activities:
		for i := range r.Rows {
			r.Rows[i].Data = FieldsOf(r.Rows[i].Data.All()...)
		}
	}
}

// sameAsDecoderForAll does that for every model, and counts those whose scanner
// accepts it.
func sameAsDecoderForAll(t *testing.T, raw []byte) (accepted int) {
	t.Helper()
	for _, same := range []func(*testing.T, []byte) bool{
		sameAsDecoder[Measures], sameAsDecoder[Nights], sameAsDecoder[Activities], sameAsDecoder[Stages],
	} {
		if same(t, raw) {
			accepted++
		}
	}
	return accepted
}

// scannedRows holds rows of each model in many spellings.
func scannedRows() []string {
	return []string{
		`{"measuregrps":[{"grpid":7,"attrib":"0","date":1.0,"created":1e3,"modified":-0,"category":null,"modelid":null,` +
			`"model_id":18,"deviceid":"a\\/b","hash_deviceid":"a\\/b","model":"\u00fc","timezone":"Europe\\/Zurich","new":[{},[]],` +
			`"measures":[{"value":"79300","type":1,"unit":-3,"position":7},7,{},{"value":0.910,"value":null},` +
			`{"value":12345678901234567890},{"value":-1E-2}]},null,{"grpid":9,"grpid":"x","measures":{}}],"more":1,"offset":"2"}`,
		`{"series":[{"id":3,"model":32,"completed":"1","date":"2026-01-02","data":{"hr_average":55,"snoring":null,"rr_min":"11",` +
			`"status":"usual","odd":[1],"":2,"hr_average":"x","night_events":{"1":[0],"2":["900",null],"x":[7],"4":[1,2.0]}}},` +
			`{"data":[]},{"data":{"night_events":[]}},{"data":{"a":1},"data":{"b":2}}],"more":false}`,
		`{"series":[{"startdate":1767305400,"enddate":1767306000,"state":1,"hr":{"1767305400":66,"1767305460":null,"x":1,` +
			`"1767305400":67,"7":8},"rr":[],"rr":{"1":"2"},"flag":true},{"hr":{"2":1,"1":2}}],"model":16}`,
		`{"activities":[{"date":"2026-01-02","is_tracker":false,"brand":1,"steps":"7","distance":1.50,"a":"b","a":3},{"steps":7,` +
			`"is_tracker":"true"},[]]}`,
		`{"series":[],"activities":[],"measuregrps":[]}`,
		`{"series":[1],"activities":[[]],"measuregrps":[null]}`,
		`{"series":{},"activities":null,"measuregrps":7}`,
	}
}

func scannedResponses() []string {
	responses := []string{
		"", "{}", "[]", `{"status":0}`, `{"status":0,"body":null}`, `{"status":0,"body":{},"body":{}}`, `{"status":0,"body":{}} x`,
		`{"status":0,"error":"\ud800","body":{}}`, `{"status":00,"body":{}}`, `{"status":-,"body":{}}`, `{"status":1.,"body":{}}`,
		`{"status":.5,"body":{}}`, `{"status":1e,"body":{}}`, `{"status":nul,"body":{}}`, `{"status":0,"body":{},}`, `{"a\":1`,
		"{\"status\":0,\"body\":{\"a\x01\":1}}", "{\"status\":0,\"x\":\"a\x91\",\"body\":{}}", `{"x":"\x","body":{}}`,
		`{"x":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `,"body":{}}`, `{"status" : 0 , "body" : { } }` + "\n",
		"\v{\"body\":{}}", "{\"body\":{}\f}", `{"status":0,"body":{"series":[],"series":[]}}`, `{,}`, `{"a":1 "b":2}`, `{"a"}`,
	}
	for _, row := range scannedRows() {
		responses = append(responses, `{"status":0,"body":`+row+`}`, `{"body":`+row+`,"error":"x","status":"601"}`)
	}
	return responses
}

func TestScannerReadsAsTheDecoder(t *testing.T) {
	t.Parallel()
	accepted := 0
	for _, text := range scannedResponses() {
		accepted += sameAsDecoderForAll(t, []byte(text))
		for cut := range len(text) {
			sameAsDecoderForAll(t, []byte(text[:cut]))
			sameAsDecoderForAll(t, []byte(text[:cut]+text[cut+1:]))
		}
	}
	if accepted < 30 { // of which the others are decoded in the slow way
		t.Errorf("the scanner accepts %d", accepted)
	}
}

// TestScannerReadsRecordings: ordinary responses are read in the fast way.
func TestScannerReadsRecordings(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(fixturesVariable)
	if folder == "" {
		t.Skipf("%s does not name the folder of recorded responses", fixturesVariable)
	}
	for file, wrap := range map[string]func(*testing.T, []byte) []byte{
		"aiowithings/measurement_list_part1.json":       wrapUnder("measuregrps"),
		"aiowithings/measurement_positions.json":        wrapUnder("measuregrps"),
		"aiowithings/sleep_summary_no_datafields.json":  unchanged,
		"aiowithings/sleep.json":                        unchanged,
		"aiowithings/activity.json":                     unchanged,
		"home-assistant/activity.json":                  wrapUnder("activities"),
		"home-assistant/sleep_summaries.json":           wrapUnder("series"),
		"python_withings_api/measure_get_activity.json": unchanged,
		"withings-go/sample_measure.json":               unchanged,
	} {
		raw, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		if sameAsDecoderForAll(t, wrap(t, raw)) != 4 { // what is of another model is skipped
			t.Errorf("%s is decoded in the slow way", file)
		}
	}
}

func FuzzScanner(f *testing.F) {
	addSeeds(f)
	for _, text := range scannedResponses() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { sameAsDecoderForAll(t, raw) })
}
