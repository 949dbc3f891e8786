// SPDX-License-Identifier: MIT

package sensors_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// What a store promises to keep, and other numbers of the contract.
const (
	maxGroupsPerKey = 4
	maxNightDates   = 7
	maxWorkouts     = 10
	maxBeds         = 20
	minAbsenceAge   = 10 * time.Minute
	maxTime         = 253402300799 // the end of the year 9999
	on              = "ON"
	off             = "OFF"
)

func unixTime(second int64) time.Time { return time.Unix(second, 0).UTC() }

// recordsOf returns the records of a kind that a store keeps with their values.
func recordsOf(t *testing.T, s *store, kind sensors.Kind) []sensors.Record {
	t.Helper()
	records, err := s.Within(kind, sensors.Range{To: unixTime(maxTime)})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(records, func(rec sensors.Record) bool { return len(rec.Values) == 0 })
}

// noon is the present of the tests.
func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

// at is a second so many hours before (negative) or after noon.
func at(hours float64) int64 { return noon().Unix() + int64(hours*3600) }

// pollOptions are the rules of an ordinary poll: the previous one was six hours
// ago.
func pollOptions() sensors.ApplyOptions {
	return sensors.ApplyOptions{Now: noon(), Since: noon().Add(-6 * time.Hour)}
}

func wireInt(n int64) withings.Int { return withings.Int{N: n, OK: true} }

func wireNumber(text string) withings.Number {
	d, err := decimal.Parse(text)
	return withings.Number{Decimal: d, OK: err == nil}
}

// setField gives a row a field.
func setField(fields *withings.Fields, name, text string) {
	field := withings.Field{Name: name, Number: wireNumber(text)}
	list := fields.All()
	if i := slices.IndexFunc(list, func(f withings.Field) bool { return f.Name == name }); i >= 0 {
		list[i] = field
		return
	}
	*fields = withings.FieldsOf(append(list, field)...)
}

// wireFields are fields with numbers.
func wireFields(numbers map[string]string) (fields withings.Fields) {
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		setField(&fields, name, numbers[name])
	}
	return fields
}

// measure is value × 10^unit of a type, at a position when there is one.
func measure(kind, value, unit int64, position ...int64) withings.Measure {
	m := withings.Measure{
		Type: wireInt(kind), Value: withings.Number{Decimal: decimal.FromInt(value), OK: true}, Unit: wireInt(unit),
	}
	if len(position) > 0 {
		m.Position = wireInt(position[0])
	}
	return m
}

// group is a real group that was measured, created and modified in one second.
func group(id, date int64, measures ...withings.Measure) withings.Group {
	return withings.Group{
		ID: wireInt(id), Attribution: wireInt(0), Date: wireInt(date), Created: wireInt(date), Modified: wireInt(date),
		Category: wireInt(1), DeviceID: "scale", Model: "Body Scan", Timezone: "Europe/Zurich", Measures: measures,
	}
}

func measuresOf(groups ...withings.Group) withings.Measures {
	return withings.Measures{Timezone: "Europe/Zurich", Groups: groups}
}

// matNight is a row of the mat that was scored half an hour after its end.
func matNight(id, start, end int64, fields map[string]string) withings.Night {
	n := withings.Night{
		ID: wireInt(id), Model: wireInt(32), ModelID: wireInt(63), Start: wireInt(start), End: wireInt(end),
		Created: wireInt(end + 1800), Modified: wireInt(end + 1800), Timezone: "Europe/Zurich", HashDeviceID: "mat",
		Data: withings.NightData{Fields: wireFields(fields)},
	}
	return n
}

func nightsOf(series ...withings.Night) withings.Nights { return withings.Nights{Series: series} }

// wantReadings compares current readings with texts by key; "" is no reading.
func wantReadings(t *testing.T, s *store, readings map[string]string) {
	t.Helper()
	got := map[string]string{}
	for key := range readings {
		reading, _ := s.Current(key)
		got[key] = reading.Value.String()
	}
	if diff := cmp.Diff(readings, got); diff != "" {
		t.Errorf("current readings (-want +got):\n%s", diff)
	}
}

// readingsJSON are the current readings as JSON, without the times of
// reception.
func readingsJSON(t *testing.T, s *store) string {
	t.Helper()
	readings := s.Readings()
	for i := range readings {
		readings[i].ReceivedAt = time.Time{}
	}
	text, err := json.MarshalIndent(readings, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func changedKeys(u sensors.Update) []string {
	var keys []string
	for _, r := range u.Changed {
		keys = append(keys, r.Key)
	}
	return keys
}

func wantKeys(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// decodeOptions are those of a response that is judged by the options.
func decodeOptions(o sensors.ApplyOptions) sensors.DecodeOptions {
	return sensors.DecodeOptions{Now: o.Now, Zone: o.Zone}
}

// applier returns a function that decodes a response and applies it.
func applier[T any](
	decode func(T, sensors.DecodeOptions) sensors.Batch,
) func(*store, T, sensors.ApplyOptions) sensors.Update {
	return func(s *store, reply T, o sensors.ApplyOptions) sensors.Update {
		return s.Apply(decode(reply, decodeOptions(o)), o)
	}
}

// rangeApplier does the same with a response that covers a range.
func rangeApplier[T any](
	decode func(T, sensors.DecodeOptions) sensors.Batch,
) func(*store, T, time.Time, time.Time, sensors.ApplyOptions) sensors.Update {
	return func(s *store, reply T, from, to time.Time, o sensors.ApplyOptions) sensors.Update {
		return s.Apply(decode(reply, decodeOptions(o)).Covering(from, to), o)
	}
}

var (
	applyMeasures          = applier(sensors.DecodeMeasures)
	applyMeasuresRange     = rangeApplier(sensors.DecodeMeasures)
	applyNights            = applier(sensors.DecodeNights)
	applyNightsRange       = rangeApplier(sensors.DecodeNights)
	applyStages            = applier(sensors.DecodeStages)
	applyIntraday          = applier(sensors.DecodeIntraday)
	applyWorkouts          = applier(sensors.DecodeWorkouts)
	applyWorkoutsRange     = rangeApplier(sensors.DecodeWorkouts)
	applyHeartRecords      = applier(sensors.DecodeHeartRecords)
	applyHeartRecordsRange = rangeApplier(sensors.DecodeHeartRecords)
	applySoundRecords      = applier(sensors.DecodeSoundRecords)
	applySoundRecordsRange = rangeApplier(sensors.DecodeSoundRecords)
	applyGoals             = applier(sensors.DecodeGoals)
	applyBedEvent          = applier(sensors.DecodeBedEvent)
)

func applySeries(s *store, g withings.Stages, o sensors.ApplyOptions) sensors.Update {
	night, _ := s.NextSeries()
	return s.Apply(sensors.DecodeSeries(g, night, decodeOptions(o)), o)
}

func applyActivities(
	s *store, a withings.Activities, from, to time.Time, o sensors.ApplyOptions,
) sensors.Update {
	return s.Apply(sensors.DecodeDays(a, decodeOptions(o)).Covering(from, to), o)
}

// future counts what an update left out because it lies in the future.
func future(u sensors.Update) int { return sensors.CountLeftOut(u.LeftOut, sensors.LeftOutFuture) }
