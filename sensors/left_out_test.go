// SPDX-License-Identifier: MIT

package sensors_test

import (
	"encoding/json"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// decodeText decodes the body of a response.
func decodeText[T any](t *testing.T, body string) T {
	t.Helper()
	var into T
	if err := jsonv2.Unmarshal([]byte(body), &into); err != nil {
		t.Fatal(err)
	}
	return into
}

// counts are the counts of one kind.
type counts map[sensors.LeftOutReason]int

func wantLeftOut(t *testing.T, what string, s *store, kind sensors.Kind, want counts) {
	t.Helper()
	if diff := cmp.Diff(map[sensors.LeftOutReason]int(want), s.LeftOut()[kind]); diff != "" {
		t.Errorf("%s: left out of %s (-want +got):\n%s", what, kind, diff)
	}
}

// TestLeftOutByReason decodes responses with a usable record and others that
// are not, of every kind.
func TestLeftOutByReason(t *testing.T) {
	t.Parallel()
	options := decodeOptions(pollOptions())
	from, to := lastMonth()
	for name, test := range map[string]struct {
		batch  sensors.Batch
		usable int
		want   counts
	}{
		"sleep summaries": {
			sensors.DecodeNights(decodeText[withings.Nights](t, `{"series":[
				{"id":1,"startdate":1772575200,"enddate":1772604000,"date":"2026-03-04"},
				{"id":2,"startdate":null,"enddate":1772604000,"date":"2026-03-04"},
				{"id":3,"enddate":1772604000},
				{"id":4,"startdate":0,"enddate":1772604000},
				{"id":5,"startdate":1772575200000,"enddate":1772604000000},
				{"id":6,"startdate":"yesterday","enddate":"today"},
				{"id":7,"startdate":1772604000,"enddate":1772575200},
				{"id":8,"startdate":1772475200,"enddate":1772504000,"date":"","data":{"hr_average":"fast",
					"night_events":{"2":[-60],"3":[100000]}}},
				{"id":10}, null, null, 7, {"startdate":1772575200,"enddate":1772604000},
				{"id":11,"startdate":1873575200,"enddate":1873604000}
			]}`), options), 2,
			counts{"no_time": 6, "end_before_start": 1, "invalid": 4, "future": 1, "no_value": 3},
		},
		"measures": {
			sensors.DecodeMeasures(decodeText[withings.Measures](t, `{"measuregrps":[
				{"grpid":1,"date":1772604000,"category":1,"measures":[{"value":70,"type":1,"unit":0},
					{"value":71,"type":1,"unit":0,"position":7}, {"value":1,"type":18,"unit":0}, {"value":1,"type":8}, null,
					{"value":"x","type":8,"unit":0}, {"value":3,"type":8,"unit":0,"position":-4}]},
				{"grpid":2,"category":1,"measures":[{"value":70,"type":1,"unit":0}]},
				{"grpid":3,"date":1772604000,"category":2,"measures":[{"value":70,"type":1,"unit":0}]},
				{"date":1772604000,"category":1,"measures":[{"value":70,"type":1,"unit":0}]}
			]}`), options), 3, // those without values replace what they held before
			counts{
				"superseded": 1, "meaningless": 1, "no_value": 3, "unknown_position": 1, "no_time": 1, "target": 1, "invalid": 1,
			},
		},
		"workouts": {
			sensors.DecodeWorkouts(decodeText[withings.Workouts](t, `{"series":[
				{"id":1,"category":1,"startdate":1772600000,"enddate":1772604000}, {"id":2,"category":1}, 7,
				{"id":3,"category":1,"startdate":1772604000,"enddate":1772600000}
			]}`), options), 1, counts{"no_time": 1, "invalid": 1, "end_before_start": 1},
		},
		"electrocardiograms": {
			sensors.DecodeHeartRecords(decodeText[withings.HeartRecords](t, `{"series":[
				{"timestamp":1772604000,"ecg":{"signalid":1,"afib":0}}, {"ecg":{"signalid":2,"afib":0}}, {"timestamp":1772604001},
				{"timestamp":1772604002,"bloodpressure":{"systole":120,"diastole":80}}
			]}`), options), 1, counts{"no_time": 1, "no_value": 1},
		},
		"heart sounds": {
			sensors.DecodeSoundRecords(decodeText[withings.SoundRecords](t, `{"series":[
				{"timestamp":1772604000,"signalid":1,"vhd":0}, {"signalid":2,"vhd":0}
			]}`), options), 1, counts{"no_time": 1},
		},
		"days": {
			sensors.DecodeDays(decodeText[withings.Activities](t, `{"activities":[
				{"date":"2026-03-04","steps":7000,"modified":1772604000}, {"date":"2026-03-04","steps":6000,"modified":1772603000},
				{"date":"","steps":1}, {"date":"4 March"}, {"date":"2027-03-04","steps":1}, {"date":"2026-03-03","steps":"many"}, null
			]}`), options).Covering(from, to), 2, counts{"superseded": 1, "no_date": 3, "future": 1, "no_value": 1},
		},
		"minutes": {
			sensors.DecodeIntraday(decodeText[withings.Intraday](t, `{"series":{
				"1772604000":{"heart_rate":60}, "noon":{"heart_rate":60}, "1772604001":null, "1772604002":{"duration":60}
			}}`), options), 2, counts{"no_time": 1, "invalid": 1},
		},
		"sleep states": {
			sensors.DecodeStages(decodeText[withings.Stages](t, `{"series":[
				{"startdate":1772600000,"enddate":1772604000,"state":1}, {"startdate":1772600000,"state":1},
				{"startdate":1772604000,"enddate":1772600000,"state":1}
			]}`), options), 1, counts{"no_time": 1, "end_before_start": 1},
		},
		"devices": {
			sensors.DecodeDevices(decodeText[withings.Devices](t, `{"devices":[
				{"deviceid":"a","type":"Scale","battery":"high"}, {"type":"Scale"}, {"deviceid":"b","type":"HealthKit Apple"}, null,
				{"deviceid":"d","type":"Scale","battery":"unknown"},
				{"deviceid":"c","type":"Scale","battery":"empty","last_session_date":1873575200}
			]}`), options), 0, counts{"invalid": 2, "app": 1, "no_value": 1, "future": 1},
		},
		"goals": {
			sensors.DecodeGoals(decodeText[withings.Goals](t, `{"steps":8000,"weight":{"value":70}}`), options), 1,
			counts{"no_value": 1},
		},
		"bed events": {
			sensors.DecodeBedEvent(sensors.BedEvent{Device: "mat", In: true}, options), 0, counts{"no_time": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(test.batch.Records) != test.usable {
				t.Errorf("%d usable records, want %d", len(test.batch.Records), test.usable)
			}
			s := newStore()
			if u := s.Apply(test.batch, pollOptions()); !u.LeftOutChanged {
				t.Error("the update does not say that more is left out")
			}
			wantLeftOut(t, "once", s, test.batch.Kind, test.want)
			if u := s.Apply(test.batch, pollOptions()); u.LeftOutChanged {
				t.Error("the update says that more is left out by the same response")
			}
			wantLeftOut(t, "the same again", s, test.batch.Kind, test.want)
			wantLeftOut(t, "stored and read", s.restarted(pollOptions()), test.batch.Kind, test.want)
		})
	}
}

func nightsBatch(t *testing.T, now time.Time, series string) sensors.Batch {
	t.Helper()
	return sensors.DecodeNights(decodeText[withings.Nights](t, `{"series":[`+series+`]}`),
		sensors.DecodeOptions{Now: now})
}

// TestLeftOutEndsWithTheCause counts no longer what comes right, is deleted, or
// was not repeated for months.
func TestLeftOutEndsWithTheCause(t *testing.T) {
	t.Parallel()
	const unusable = `{"id":1}, {"id":2,"startdate":1772604000,"enddate":1772575200}, null`
	from, to := lastMonth()
	for name, test := range map[string]struct {
		now    time.Time
		series string
		reread bool
		want   counts
	}{
		"nothing new": {noon(), "", false, counts{"no_time": 1, "end_before_start": 1, "invalid": 1}},
		"corrected": {
			noon(), `{"id":1,"startdate":1772575200,"enddate":1772604000}`, false, counts{"end_before_start": 1, "invalid": 1},
		},
		"wrong in another way":      {noon(), `{"id":2}`, false, counts{"no_time": 2, "invalid": 1}},
		"not in the range any more": {noon(), "", true, counts{"no_time": 1, "invalid": 1}},
		"months later":              {noon().Add(91 * 24 * time.Hour), "", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore()
			s.Apply(nightsBatch(t, noon(), unusable), pollOptions())
			options := pollOptions()
			options.Now = test.now
			batch := nightsBatch(t, test.now, test.series)
			if test.reread {
				batch = batch.Covering(from, to)
			}
			s.Apply(batch, options)
			wantLeftOut(t, "then", s, sensors.KindNights, test.want)
		})
	}
}

// TestLeftOutOfWholeResponses counts what the last response left out, where
// every response holds all there is.
func TestLeftOutOfWholeResponses(t *testing.T) {
	t.Parallel()
	s := newStore()
	for response, want := range map[string]counts{
		`{"devices":[null,{"type":"Scale"},{"deviceid":"a"}]}`: {"invalid": 2},
		`{"devices":[{"type":"Scale"},{"deviceid":"a"}]}`:      {"invalid": 1},
		`{"devices":[{"deviceid":"a"}]}`:                       nil,
	} {
		s.Apply(sensors.DecodeDevices(decodeText[withings.Devices](t, response), decodeOptions(pollOptions())), pollOptions())
		wantLeftOut(t, response, s, sensors.KindDevices, want)
	}
}

// TestLeftOutCountsWhatIsHeldBack has one ambiguous group and one that the
// policy hides.
func TestLeftOutCountsWhatIsHeldBack(t *testing.T) {
	t.Parallel()
	ambiguous, hidden := group(1, at(-2), measure(1, 70, 0)), group(2, at(-1), measure(1, 71, 0))
	ambiguous.Attribution, hidden.Attribution = wireInt(1), wireInt(2)
	s := newStore()
	options := pollOptions()
	options.Policy = sensors.Policy{2: sensors.Hold}
	applyMeasures(s, measuresOf(ambiguous, hidden), options)
	wantLeftOut(t, "two", s, sensors.KindMeasures, counts{"held_back_ambiguous": 1, "held_back_policy": 1})
}

// TestLeftOutIsBounded keeps a response of thousands of unusable rows from
// filling the state.
func TestLeftOutIsBounded(t *testing.T) {
	t.Parallel()
	var nights withings.Nights
	for id := range int64(5000) {
		nights.Series = append(nights.Series, withings.Night{ID: wireInt(id + 1)})
	}
	s := newStore()
	s.Apply(sensors.DecodeNights(nights, decodeOptions(pollOptions())), pollOptions())
	wantLeftOut(t, "of 5,000", s, sensors.KindNights, counts{"no_time": 1000})
}

// TestLeftOutRevealsNothing looks for the content of an unusable row in the
// state.
func TestLeftOutRevealsNothing(t *testing.T) {
	t.Parallel()
	s := newStore()
	s.Apply(nightsBatch(t, noon(), `{"hash_deviceid":"0123abcd","data":{"hr_average":61}}`), pollOptions())
	text, err := json.Marshal(s.LeftOutList())
	if err != nil {
		t.Fatal(err)
	}
	var list map[string][]map[string]any
	if err := json.Unmarshal(text, &list); err != nil || len(list["nights"]) != 1 {
		t.Fatalf("%s, %v", text, err)
	}
	for member := range list["nights"][0] {
		if member != "id" && member != "reason" && member != "received" {
			t.Errorf("%s in %s", member, text)
		}
	}
}

// TestLateBedEventIsCounted gets up, and then receives that the user got into
// bed before.
func TestLateBedEventIsCounted(t *testing.T) {
	t.Parallel()
	s := newStore()
	for _, event := range []sensors.BedEvent{
		bedEvent("mat", false, -1), bedEvent("mat", true, -8), bedEvent("mat", true, -8), bedEvent("mat", false, -1),
	} {
		applyBedEvent(s, event, pollOptions())
	}
	wantInBed(t, s, "OFF", -1)
	wantLeftOut(t, "of four", s, sensors.KindBeds, counts{"superseded": 1})
}
