// SPDX-License-Identifier: MIT

package sensors_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// fieldTexts are the fields of a record as texts, those at a position with it.
func fieldTexts(rec sensors.Record) map[string]string {
	texts := map[string]string{}
	for _, f := range rec.Fields {
		name := f.Name
		if f.Position != sensors.NoPosition {
			name += "@" + decimal.FromInt(int64(f.Position)).String()
		}
		texts[name] = f.Value.String()
	}
	return texts
}

// TestFieldsAreKept has values that no row of the catalogue names: they must be
// in the record all the same, as the cloud sent them.
func TestFieldsAreKept(t *testing.T) {
	t.Parallel()
	o := decodeOptions(pollOptions())
	for name, test := range map[string]struct {
		batch sensors.Batch
		want  map[string]string
	}{
		"measures": {
			sensors.DecodeMeasures(decodeText[withings.Measures](t, `{"measuregrps":[{"grpid":1,"date":1772604000,
				"category":1,"measures":[{"type":1,"value":79300,"unit":-3},{"type":18,"value":-1000,"unit":0},
				{"type":240,"value":5,"unit":-1},{"type":174,"value":91,"unit":-1,"position":12},
				{"type":91,"value":7,"unit":0,"position":150},{"type":135,"value":95,"unit":-3},
				{"type":1,"value":5,"unit":0}]}]}`), o),
			map[string]string{
				"1":      "79.3",
				"18":     "-1000",
				"240":    "0.5",
				"174@12": "9.1",
				"91@150": "7",
				"135":    "0.095",
			},
		},
		"nights": {
			sensors.DecodeNights(decodeText[withings.Nights](t, `{"series":[{"id":1,"startdate":1772575200,
				"enddate":1772604000,"date":"2026-03-04","timezone":"Europe/Zurich","data":{"sleep_score":-1,
				"core_body_temperature_status":"low","total_sleep_time":20000,"waso":0,"later":7,
				"night_events":{"2":[600],"3":[28000]}}}]}`), o),
			map[string]string{
				"startdate":                    "1772575200",
				"enddate":                      "1772604000",
				"end_hour":                     "7",
				"date":                         "2026-03-04",
				"fell_asleep":                  "1772575800",
				"woke_up":                      "1772603200",
				"sleep_score":                  "-1",
				"core_body_temperature_status": "low",
				"total_sleep_time":             "20000",
				"waso":                         "0",
				"later":                        "7",
			},
		},
		"workouts": {
			sensors.DecodeWorkouts(decodeText[withings.Workouts](t, `{"series":[{"id":1,"startdate":1772600400,
				"enddate":1772604000,"category":9999,"data":{"calories":0,"later":2}}]}`), o),
			map[string]string{
				"startdate": "1772600400",
				"enddate":   "1772604000",
				"duration":  "3600",
				"category":  "9999",
				"calories":  "0",
				"later":     "2",
			},
		},
		"electrocardiograms": {
			sensors.DecodeHeartRecords(decodeText[withings.HeartRecords](t, `{"series":[{"timestamp":1772604000,
				"heart_rate":61,"ecg":{"signalid":7,"afib":99},"bloodpressure":{"diastole":80,"systole":120}}]}`), o),
			map[string]string{
				"ecg":        "1772604000",
				"afib":       "99",
				"heart_rate": "61",
				"diastole":   "80",
				"systole":    "120",
			},
		},
		"minutes of a night": {
			sensors.DecodeMinutes(decodeText[withings.Stages](t, `{"series":[{"startdate":1772600400,
				"enddate":1772604000,"state":1,"hr":{"1772600400":52},"rr":{"1772600400":14}}]}`), o),
			map[string]string{"sleep_hr": "52", "sleep_rr": "14"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(test.batch.Records) != 1 {
				t.Fatalf("%d records", len(test.batch.Records))
			}
			if diff := cmp.Diff(test.want, fieldTexts(test.batch.Records[0])); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNamedLater interprets a record that is older than the row that names its
// measure type.
func TestNamedLater(t *testing.T) {
	t.Parallel()
	rec := sensors.DecodeMeasures(measuresOf(group(1, at(-1), measure(240, 51, -1))), decodeOptions(pollOptions())).Records[0]
	extra := []sensors.Sensor{{Key: "my_value", Name: "My value", Measure: 240, Unit: "mm", Shift: 1}}
	sensors.Interpret(sensors.KindMeasures, &rec, extra)
	if got := rec.Values["my_value"].String(); got != "51" || len(rec.Values) != 1 {
		t.Errorf("values %v", rec.Values)
	}
}

// examples are values that the field of a key can have.
func examples(row sensors.Sensor) []sensors.Value {
	tenths, _ := decimal.New(715, -1)
	switch {
	case len(row.Options) > 0:
		var values []sensors.Value
		for _, option := range row.Options {
			if option != sensors.Other {
				values = append(values, sensors.Text(option))
			}
		}
		if row.NumberPrefix != "" {
			values = append(values, sensors.Text(row.NumberPrefix+"9999"))
		}
		return values
	case row.DeviceClass == "timestamp":
		return []sensors.Value{sensors.Text("2026-03-04T06:00:00Z")}
	case row.DeviceClass == "date":
		return []sensors.Value{sensors.Text("2026-03-04")}
	case row.Platform == "binary_sensor":
		return []sensors.Value{sensors.Text(on), sensors.Text(off)}
	}
	return []sensors.Value{sensors.Number(tenths)}
}

// TestFieldForIsTheInverse puts values of every key into fields and reads them
// back.
func TestFieldForIsTheInverse(t *testing.T) {
	t.Parallel()
	without := map[string]bool{}
	keys := slices.Concat(sensors.Keys(), []string{"type_240", "pulse_wave_velocity_position_0", "type_173_position_4"})
	for _, key := range keys {
		row, _ := sensors.Lookup(key)
		for _, value := range examples(row) {
			kind, field, ok := sensors.FieldFor(key, value, nil)
			if !ok {
				without[key] = true
				continue
			}
			rec := sensors.Record{At: at(-1), Fields: append(needed(field), field)}
			sensors.Interpret(kind, &rec, nil)
			if rec.Values[key] != value {
				t.Errorf("%s: %s is kept as %+v of %s and read as %s", key, value, field, kind, rec.Values[key])
			}
		}
	}
	// These are computed, or of devices.
	for _, key := range []string{
		"bmi", "last_measured", "sleep_nap_count", "muscle_ratio_pct", "weight_trend_kg", "battery", "in_bed",
	} {
		if !without[key] {
			t.Errorf("%s has a field", key)
		}
		delete(without, key)
	}
	for _, key := range slices.Sorted(maps.Keys(without)) {
		if row, _ := sensors.Lookup(key); len(row.Fields) > 0 || row.Measure != 0 {
			t.Errorf("%s has no field", key)
		}
	}
}

// needed are fields that others mean nothing without.
func needed(beside sensors.Field) []sensors.Field {
	var fields []sensors.Field
	for _, name := range []string{"hr_average", sensors.FieldECG} {
		if name != beside.Name {
			one := sensors.Number(decimal.FromInt(at(-1)))
			fields = append(fields, sensors.Field{Name: name, Position: sensors.NoPosition, Value: one})
		}
	}
	return fields
}

func TestPlacesOf(t *testing.T) {
	t.Parallel()
	type places = []sensors.Place
	none := sensors.NoPosition
	for key, want := range map[string]places{
		"weight_kg": {
			{sensors.KindMeasures, "1", none}, {sensors.KindMeasures, "1", 7}, {sensors.KindMeasures, "1", 6},
		},
		"fat_mass_for_segments_torso": {{sensors.KindMeasures, "174", 12}},
		"type_173_position_4":         {{sensors.KindMeasures, "173", 4}},
		"sleep_total_duration_seconds": {
			{sensors.KindNights, "total_sleep_time", none},
			{sensors.KindNights, "asleepduration", none},
		},
		"vhd_result": {{sensors.KindHeart, "vhd", none}, {sensors.KindSounds, "vhd", none}},
		"step_goal":  {{sensors.KindGoals, "steps", none}},
		"bmi":        nil,
		"nonsense":   nil,
	} {
		if diff := cmp.Diff(want, sensors.PlacesOf(key, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}

func TestNaturalIDs(t *testing.T) {
	t.Parallel()
	mine := sensors.Record{At: at(-1), Start: at(-2), Device: "watch", Date: "2026-03-04"}
	other := mine
	other.Device = "mat"
	for _, kind := range []sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindSlots, sensors.KindStage, sensors.KindBeds,
	} {
		first, second := sensors.NaturalID(kind, mine), sensors.NaturalID(kind, other)
		if first >= 0 || second >= 0 || first == second || first != sensors.NaturalID(kind, mine) {
			t.Errorf("%s: %d and %d", kind, first, second)
		}
	}
	if id := sensors.NaturalID(sensors.KindDays, mine); id != -20260304 || id != sensors.NaturalID(sensors.KindDays, other) {
		t.Errorf("day %d", id)
	}
	if id := sensors.NaturalID(sensors.KindMeasures, sensors.Record{At: maxTime, Device: "x"}); id >= 0 {
		t.Errorf("the last second: %d", id)
	}
}
