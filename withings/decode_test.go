// SPDX-License-Identifier: MIT

package withings

import (
	"math"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vitals2mqtt/internal/decimal"
)

func number(tb testing.TB, text string) Number {
	tb.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return Number{Decimal: d, OK: true}
}

// decodeAs decodes a value as a body would be.
func decodeAs[T any](tb testing.TB, text string) T {
	tb.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v, wireOptions()); err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestScalarsAreTolerant(t *testing.T) {
	t.Parallel()
	oddities := []string{`null`, `true`, `[]`, `{}`, `[1]`, `{"a":1}`, `"x"`, `""`}
	for text, want := range map[string]int64{
		"7": 7, "7.0": 7, `"7"`: 7, `"7.0"`: 7, "-3": -3, "1e3": 1000, "9223372036854775807": math.MaxInt64,
	} {
		if got := decodeAs[Int](t, text); got != (Int{N: want, OK: true}) {
			t.Errorf("Int from %s = %+v", text, got)
		}
	}
	for _, text := range append(oddities, "7.5", "1e400", "9223372036854775808") {
		if got := decodeAs[Int](t, text); got.OK {
			t.Errorf("Int from %s = %+v", text, got)
		}
	}
	for text, want := range map[string]string{"79300": "79300", "0.91": "0.91", `"0.910"`: "0.91", "-1e-3": "-0.001"} {
		if got := decodeAs[Number](t, text); got != number(t, want) {
			t.Errorf("Number from %s = %+v", text, got)
		}
	}
	for _, text := range append(oddities, "1e400", "123456789012345678901") {
		if got := decodeAs[Number](t, text); got.OK {
			t.Errorf("Number from %s = %+v", text, got)
		}
	}
	for text, want := range map[string]bool{
		"true": true, "false": false, "1": true, "0": false, "1234": true, `"1"`: true, `"0"`: false, `"true"`: true,
		`"false"`: false,
	} {
		if got := decodeAs[Flag](t, text); got != (Flag{True: want, OK: true}) {
			t.Errorf("Flag from %s = %+v", text, got)
		}
	}
	for _, text := range []string{"null", "[]", "{}", `"maybe"`, `""`} {
		if got := decodeAs[Flag](t, text); got.OK || got.True {
			t.Errorf("Flag from %s = %+v", text, got)
		}
	}
	for text, want := range map[string]Text{
		`"Europe\/Z\u00fcrich"`: "Europe/Zürich", `null`: "", `5`: "", `{}`: "", "\"a\xffb\"": "a\ufffdb",
	} {
		if got := decodeAs[Text](t, text); got != want {
			t.Errorf("Text from %s = %q", text, got)
		}
	}
	for text, want := range map[string]Ident{`"24680135"`: "24680135", `24680135`: "24680135", `null`: "", `[]`: ""} {
		if got := decodeAs[Ident](t, text); got != want {
			t.Errorf("Ident from %s = %q", text, got)
		}
	}
}

func TestContainersAreTolerant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`[]`: 0, `{}`: 0, `null`: 0, `7`: 0, `"x"`: 0, `[{"value":1}]`: 1, `[7,{"value":1},null,[],{"value":[]},"x"]`: 6,
	} {
		if got := decodeAs[List[Measure]](t, text); len(got) != want {
			t.Errorf("List from %s = %+v", text, got)
		}
	}
	signal := decodeAs[Ints](t, `[-20,null,"41",1.5]`)
	if want := (Ints{{-20, true}, {}, {41, true}, {}}); !cmp.Equal(signal, want) {
		t.Errorf("signal = %+v", signal)
	}
	for text, want := range map[string]bool{`[]`: false, `null`: false, `{}`: true, `{"steps":"8000"}`: true} {
		if got := decodeAs[Maybe[Goals]](t, text); got.OK != want {
			t.Errorf("Maybe from %s = %+v", text, got)
		}
	}
	goals := decodeAs[GoalsResponse](t, `{"goals":{"sleep":[],"steps":8000,"weight":[]}}`)
	if got := goals.Goals.Value; got.Steps.N != 8000 ||
		got.Weight.OK {
		t.Errorf("goals = %+v", got)
	}
}

func TestInvalidFieldIsSkipped(t *testing.T) {
	t.Parallel()
	got := decodeAs[Measures](t, `{"updatetime":"1767340810","timezone":[],"measuregrps":[
		{"grpid":7,"attrib":{},"date":"1767337200","created":1767337236.0,"modified":null,"category":1,"deviceid":[1],
		 "hash_deviceid":"ab","model":6,"modelid":null,"model_id":18,"new":{"deep":[1,{"x":2}]},
		 "measures":[{"value":"79300","type":1.0,"unit":"-3","position":null},"odd",{"value":{},"type":6}]},
		{"grpid":8,"model_id":5,"modelid":null,"measures":{}}, 9
	],"more":1,"offset":"2"}`)
	want := Measures{
		UpdateTime: Int{1767340810, true}, More: Flag{true, true}, Offset: Int{2, true},
		Groups: List[Group]{
			{
				ID: Int{7, true}, Date: Int{1767337200, true}, Created: Int{1767337236, true}, Category: Int{1, true},
				HashDeviceID: "ab", ModelID: Int{18, true},
				Measures: List[Measure]{
					{Value: number(t, "79300"), Type: Int{1, true}, Unit: Int{-3, true}}, {}, {Type: Int{6, true}},
				},
			},
			{ID: Int{8, true}, ModelID: Int{5, true}},
			{}, // the 9: so that it can be counted
		},
	}
	sameNumber := cmp.Comparer(func(a, b decimal.Decimal) bool { return a == b })
	if diff := cmp.Diff(want, got, sameNumber, cmpopts.IgnoreUnexported(Group{})); diff != "" {
		t.Error(diff)
	}
	if got.Groups[0].Device() != "ab" || got.Groups[1].Device() != "" {
		t.Error("the device's id is wrong")
	}
}

func TestNightKeepsFieldsTextsAndEvents(t *testing.T) {
	t.Parallel()
	night := decodeAs[Night](t, `{"id":3,"model":32,"model_id":63,"completed":"1","date":"2026-01-02","data":{
		"hr_average":55,"sleep_efficiency":0.91,"snoring":null,"rr_min":"11","core_body_temperature_status":"usual","odd":[1],
		"night_events":{"1":[0],"2":["900",null],"3":[],"x":[7],"4":[14000,27000.0]}}}`)
	want := NightData{
		Fields: FieldsOf(
			Field{Name: "hr_average", Number: number(t, "55")},
			Field{Name: "sleep_efficiency", Number: number(t, "0.91")},
			Field{Name: "rr_min", Number: number(t, "11")},
			Field{Name: "core_body_temperature_status", Text: "usual"},
		),
		Events: []NightEvent{{1, 0}, {2, 900}, {4, 14000}, {4, 27000}},
	}
	if diff := cmp.Diff(want, night.Data, cmp.Comparer(func(a, b Fields) bool { return slices.Equal(a.All(), b.All()) })); diff != "" {
		t.Error(diff)
	}
	if !night.Completed.True || night.Date != "2026-01-02" || night.ModelID.N != 63 {
		t.Errorf("night = %+v", night)
	}
	for _, empty := range []string{`[]`, `null`, `{}`, `{"night_events":[]}`, `7`} {
		if got := decodeAs[Night](t, `{"data":`+empty+`}`); len(got.Data.Fields.All())+len(got.Data.Events) != 0 {
			t.Errorf("data %s = %+v", empty, got.Data)
		}
	}
}

func TestStageReadsEveryObjectAsSeries(t *testing.T) {
	t.Parallel()
	stage := decodeAs[Stage](t, `{"startdate":1767305400,"enddate":1767306000,"state":1234567,"model":"Mat",
		"model_id":null,"hash_deviceid":"ab","hr":{"1767305400":66,"1767305460":null,"x":1},"rr":[],
		"future":{"1767305400":0.5},"flag":true}`)
	if stage.State.N != 1234567 || stage.Model != "Mat" || stage.ModelID.OK || len(stage.Series) != 2 {
		t.Errorf("stage = %+v", stage)
	}
	want := []Samples{
		{"hr", []Sample{{1767305400, number(t, "66").Decimal}}}, {"future", []Sample{{1767305400, number(t, "0.5").Decimal}}},
	}
	if diff := cmp.Diff(want, stage.Series, cmp.Comparer(func(a, b decimal.Decimal) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// TestDuplicateAndInvalidNames has names of open fields that JSON does not
// allow twice, or not at all.
func TestDuplicateAndInvalidNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":1,"a":"x"}`: `{"a":"x"}`, `{"a":"x","a":1}`: `{"a":1}`, `{"a":1,"a":null}`: `{"a":1}`,
		`{"":2,"":"y"}`: `{}`, "{\"\x91\":0}": "{\"\ufffd\":0}",
	} {
		got, err := json.Marshal(decodeAs[NightData](t, text))
		if err != nil || string(got) != want {
			t.Errorf("%s was kept as %s (%v), want %s", text, got, err, want)
		}
	}
}
