// SPDX-License-Identifier: MIT

package sensors_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// awkward are the forms in which a field can come.
func awkward(valid ...string) []string {
	return append(valid, "", "null", "0", "-5", "1772604000000", `"text"`, "1.5", "[]", "{}", "1873604000")
}

// drawRows draws the rows of a response: objects with awkward fields, and what
// is no object. Every object has its own id, if
// any; N in a value stands for it.
func drawRows(t *rapid.T, fields map[string][]string, idField string) []string {
	var rows []string
	for i := range rapid.IntRange(0, 6).Draw(t, "rows") {
		if rapid.IntRange(0, 5).Draw(t, "form") == 0 {
			rows = append(rows, rapid.SampledFrom([]string{"null", "7", `"x"`, "[]"}).Draw(t, "no object"))
			continue
		}
		var members []string
		if idField != "" && rapid.IntRange(0, 5).Draw(t, "id") > 0 {
			members = append(members, fmt.Sprintf("%q:%d", idField, i+1))
		}
		for _, name := range sortedKeys(fields) {
			if value := rapid.SampledFrom(fields[name]).Draw(t, name); value != "" {
				members = append(members, fmt.Sprintf("%q:%s", name, strings.ReplaceAll(value, "N", strconv.Itoa(i+1))))
			}
		}
		rows = append(rows, "{"+strings.Join(members, ",")+"}")
	}
	return rows
}

// rowsLeftOut counts the rows of a batch that no record or device stands for.
// A value that cannot be read does not cost the others of its row.
func rowsLeftOut(batch sensors.Batch) int {
	rows := 0
	for _, left := range batch.LeftOut {
		if left.Reason != sensors.LeftOutNoValue {
			rows++
		}
	}
	return rows
}

// decodeBody returns a function that decodes the body of a response.
func decodeBody[T any](
	decode func(T, sensors.DecodeOptions) sensors.Batch,
) func(*testing.T, string, sensors.DecodeOptions) sensors.Batch {
	return func(t *testing.T, body string, o sensors.DecodeOptions) sensors.Batch {
		t.Helper()
		return decode(decodeText[T](t, body), o)
	}
}

// TestEveryRowIsUsedOrCounted draws responses of every kind of record.
func TestEveryRowIsUsedOrCounted(t *testing.T) {
	t.Parallel()
	start, end := awkward("1772575200", "1772604000", `"1772575200"`), awkward("1772604000", "1772575200")
	span := map[string][]string{"startdate": start, "enddate": end, "modified": awkward("1772604000")}
	type options = sensors.DecodeOptions
	for name, kind := range map[string]struct {
		fields  map[string][]string
		idField string
		list    string
		decode  func(t *testing.T, body string, o options) sensors.Batch
	}{
		"nights":   {span, "id", "series", decodeBody(sensors.DecodeNights)},
		"workouts": {span, "id", "series", decodeBody(sensors.DecodeWorkouts)},
		"sounds": {
			map[string][]string{"timestamp": end, "vhd": {"0"}, "signalid": {"N"}},
			"", "series",
			decodeBody(sensors.DecodeSoundRecords),
		},
		"electrocardiograms": {
			map[string][]string{"timestamp": end, "ecg": {`{"afib":0,"signalid":N}`}},
			"", "series",
			decodeBody(sensors.DecodeHeartRecords),
		},
		"days": {
			map[string][]string{"date": awkward(`"2026-03-04"`, `"2026-03-03"`), "steps": awkward("7000")},
			"deviceid",
			"activities",
			decodeBody(sensors.DecodeDays),
		},
		"devices": {
			map[string][]string{"type": {`"Scale"`, `"HealthKit Apple"`, "null"}, "deviceid": {`"a"`, `"b"`, "null", "7"}},
			"",
			"devices", decodeBody(sensors.DecodeDevices),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(r *rapid.T) {
				rows := drawRows(r, kind.fields, kind.idField)
				body := fmt.Sprintf("{%q:[%s]}", kind.list, strings.Join(rows, ","))
				batch := kind.decode(t, body, decodeOptions(pollOptions()))
				used := len(batch.Records) + len(batch.Devices)
				if used+rowsLeftOut(batch) != len(rows) {
					r.Fatalf("%d rows: %d used, %d left out: %s\n%+v", len(rows), used, rowsLeftOut(batch), rows, batch.LeftOut)
				}
			})
		})
	}
}

// TestEveryMeasureIsUsedOrCounted draws groups of one measure each.
func TestEveryMeasureIsUsedOrCounted(t *testing.T) {
	t.Parallel()
	fields := map[string][]string{
		"type":     awkward("1", "91", "173", "18", "240", "130"),
		"value":    awkward("70", "71"),
		"unit":     awkward("0", "-3", "99"),
		"position": awkward("", "", "4", "7", "6", "12", "98", "100"),
	}
	rapid.Check(t, func(r *rapid.T) {
		rows := drawRows(r, fields, "")
		used := 0
		var groups []string
		for i, row := range rows {
			groups = append(groups, fmt.Sprintf(`{"grpid":%d,"date":1772604000,"category":1,"measures":[%s]}`, i+1, row))
		}
		batch := sensors.DecodeMeasures(decodeText[withings.Measures](t,
			`{"measuregrps":[`+strings.Join(groups, ",")+`]}`), decodeOptions(pollOptions()))
		for _, rec := range batch.Records {
			sensors.Interpret(batch.Kind, &rec, nil)
			used += len(rec.Values)
		}
		if used+len(batch.LeftOut) != len(rows) {
			r.Fatalf("%d measures: %d used, %d left out: %s", len(rows), used, len(batch.LeftOut), rows)
		}
	})
}

func sortedKeys(fields map[string][]string) []string { return slices.Sorted(maps.Keys(fields)) }
