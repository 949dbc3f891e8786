// SPDX-License-Identifier: MIT

package vendor_test

import (
	"bytes"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// written collects files in memory.
type written map[string]*bytes.Buffer

func (w written) create(name string) (io.WriteCloser, error) {
	w[name] = new(bytes.Buffer)
	return closing{w[name]}, nil
}

func (w written) texts() map[string]string {
	texts := map[string]string{}
	for name, text := range w {
		texts[name] = text.String()
	}
	return texts
}

type closing struct{ io.Writer }

func (closing) Close() error { return nil }

// download is one in the newest layout, with nothing that a layout cannot
// carry.
func download() map[string]string {
	return map[string]string{
		"weight.csv": "Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\",Comments\n" +
			"\"2030-05-04 07:12:33\",82.50,16.20,3.40,62.90,45.10,\n\"2030-01-03 07:09:01\",82.75,,,,,\n",
		"bp.csv": "Date,\"Heart rate\",Systolic,Diastolic,Comments\n" +
			"\"2030-05-04 07:12:33\",61,,,\n\"2030-05-02 20:40:10\",66,124,81,\n",
		"height.csv":           "Date,\"Height (m)\",Comments\n\"2030-01-01 12:00:00\",1.8,\n",
		"body_temperature.csv": "date,\"value (°C)\"\n\"2030-02-11 21:05:40\",37.8\n\"2030-02-11 07:30:02\",36.0\n",
		"manual_spo2.csv":      "date,value\n\"2030-02-11 21:05:40\",97\n",
		"pwv.csv":              "date,value\n\"2030-05-04 07:12:33\",7.4\n",
		"other.csv": "type,date,value,unit,position\nFAT_PERCENT,\"2030-05-04 07:12:33\",20,\n" +
			"\"Basal Metabolic Rate (BMR)\",\"2030-05-04 07:12:33\",\"1,712\",\n" +
			"\"QT interval duration\",\"2030-05-01 09:00:00\",402,\n",
		"sleep.csv": "from,to,\"light (s)\",\"deep (s)\",\"rem (s)\",\"awake (s)\",\"wake up\",\"Duration to sleep (s)\"," +
			"\"Duration to wake up (s)\",\"Snoring (s)\",\"Snoring episodes\",\"Average heart rate\",\"Heart rate (min)\"," +
			"\"Heart rate (max)\",\"Night events\",Notes\n" +
			"2030-05-03T23:10:00+02:00,2030-05-04T07:10:00+02:00,14400,6000,6000,2100,1,900,600,300,1,56,48,71," +
			"\"{\"\"2\"\":[900],\"\"3\"\":[28200]}\",\n",
		"activities.csv": "from,to,\"from (manual)\",\"to (manual)\",Timezone,\"Activity type\",Data,GPS,Modified\n" +
			"2030-04-20T10:00:00+02:00,2030-04-20T10:45:00+02:00,,,Europe/Zurich,Walking," +
			"\"{\"\"calories\"\":150,\"\"steps\"\":4300,\"\"distance\"\":3200,\"\"elevation\"\":4}\",," +
			"2030-04-20T11:02:10+02:00\n" +
			"2030-04-21T10:00:00+02:00,2030-04-21T10:45:00+02:00,,,Europe/Zurich,\"Ping Pong\",{},,\n",
		"aggregates_steps.csv":            "date,value\n2030-05-04,2210\n2030-05-03,11874\n",
		"aggregates_distance.csv":         "date,value\n2030-05-04,1710.5\n2030-05-03,8400.125\n",
		"aggregates_calories_earned.csv":  "date,value\n2030-05-04,120.5\n",
		"aggregates_calories_passive.csv": "date,value\n2030-05-04,1600.25\n",
		"raw_tracker_steps.csv": "start,duration,value\n" +
			"2030-05-04T10:00:00+02:00,\"[60,60,61]\",\"[212,288,240]\"\n2030-05-04T10:05:00+02:00,[60],[7]\n",
		"raw_tracker_distance.csv": "start,duration,value\n" +
			"2030-05-04T10:00:00+02:00,\"[60,60,61]\",\"[160.25,230,180]\"\n",
		"raw_hr_hr.csv": "start,duration,value\n" +
			"2030-05-04T10:00:00+02:00,\"[5,600,60]\",\"[61,62,60]\"\n",
		"raw_bed_snoring.csv": "start,duration,value\n" +
			"2030-05-04T02:00:00+02:00,\"[60,60]\",\"[0,100]\"\n",
		"raw_bed_sleep-state.csv": "start,duration,value\n" +
			"2030-05-04T02:00:00+02:00,\"[120,60]\",\"[1,2]\"\n",
		"raw_blood_glucose_Blood Glucose.csv": "start,duration,value\n2030-05-04T02:00:00+02:00,[60],[96]\n",
	}
}

// TestDownloadIsWrittenAsTheVendorDoes reads a download and writes it again: every
// byte is the same, but for what other.csv gives rounded.
func TestDownloadIsWrittenAsTheVendorDoes(t *testing.T) {
	t.Parallel()
	items, report := readFolder(t, download())
	equal(t, "problems", problems(report), nil)
	files := written{}
	w := vendor.NewDownloadWriter(files.create, vendor.WriteOptions{Zone: zone(t, "Europe/Zurich")})
	for _, item := range items {
		if err := w.Write(item); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "files", files.texts(), download())
	equal(t, "remarks", w.Remarks(), nil)
}

// drawRecord draws a record of which the layout carries every value.
func drawRecord(t *rapid.T, at int64) transfer.Item {
	value := func(most int64, places int) decimal.Decimal {
		number, err := decimal.New(rapid.Int64Range(1, most).Draw(t, "value"), -places)
		if err != nil {
			t.Fatal(err)
		}
		return number
	}
	item := transfer.Item{Record: sensors.Record{At: at, Zone: "Europe/Zurich"}}
	add := func(name string, number decimal.Decimal) {
		item.Fields = append(item.Fields, sensors.Field{
			Name:     name,
			Position: sensors.NoPosition,
			Value:    sensors.Number(number),
		})
	}
	kind := rapid.SampledFrom([]sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindDays, sensors.KindSlots, sensors.KindWorkouts,
	}).Draw(t, "kind")
	item.Kind = kind
	switch kind {
	case sensors.KindMeasures:
		add("1", value(20000, 2))
		if rapid.Bool().Draw(t, "pressure") {
			add("11", value(200, 0))
			add("10", value(200, 0))
			add("9", value(200, 0))
		}
		if rapid.Bool().Draw(t, "oxygen") {
			add("54", value(100, 0))
			add("91", value(200, 1))
			add("71", value(450, 1))
			add("4", value(250, 2))
			add("226", value(4000, 0))
			add("137", value(900, 3))
		}
	case sensors.KindNights:
		item.Start = at - value(40000, 0).Rat().Num().Int64()
		for _, name := range []string{"lightsleepduration", "deepsleepduration", "wakeupcount", "hr_average"} {
			add(name, value(20000, 0))
		}
	case sensors.KindDays:
		item.Date = time.Unix(at, 0).UTC().Format(time.DateOnly)
		active, resting := value(20000000, 3), value(20000000, 3)
		total, err := decimal.FromRat(new(big.Rat).Add(active.Rat(), resting.Rat()), 3)
		if err != nil {
			t.Fatal(err)
		}
		add("steps", value(20000000, 3))
		add("calories", active)
		add("totalcalories", total)
	case sensors.KindSlots:
		add(rapid.SampledFrom([]string{"heart_rate", "rmssd", "sleep_rr", "spo2_auto"}).Draw(t, "series"), value(200000, 3))
	case sensors.KindWorkouts:
		item.Start, item.Modified = at-1000, at+3
		add("category", decimal.FromInt(rapid.SampledFrom([]int64{1, 2, 13, 36, 272, 524, 568}).Draw(t, "category")))
		add("calories", value(20000, 0))
	default:
	}
	return item
}

// TestWhatIsWrittenIsRead writes drawn records and reads them: every value comes
// back. What the reader adds follows from others.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	zurich := zone(t, "Europe/Zurich")
	rapid.Check(t, func(t *rapid.T) {
		at, records := int64(1893456000), []transfer.Item{}
		for range rapid.IntRange(1, 30).Draw(t, "records") {
			at += rapid.Int64Range(90000, 200000).Draw(t, "pause") // at most one a day
			records = append(records, drawRecord(t, at))
		}
		files := written{}
		w := vendor.NewDownloadWriter(files.create, vendor.WriteOptions{Zone: zurich})
		for _, item := range records {
			if err := w.Write(item); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		lost := slices.ContainsFunc(w.Remarks(), func(remark string) bool { return strings.Contains(remark, "equal hours") })
		if lost {
			t.Skip("a time in the repeated hour")
		}
		d, err := vendor.OpenFolder(folder(files.texts()), vendor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		back, report := readAll(t, d, vendor.Options{Zone: zurich})
		if len(report.Problems) > 0 {
			t.Fatal(problems(report))
		}
		found := map[string]bool{}
		for _, item := range back {
			for _, f := range item.Fields {
				found[fieldID(item, f)] = true
			}
		}
		for _, item := range records {
			for _, f := range item.Fields {
				if !found[fieldID(item, f)] {
					t.Errorf("%s was not read; files %v", fieldID(item, f), slices.Sorted(maps.Keys(files)))
				}
			}
		}
	})
}

// fieldID names a value of a record, so that it can be found again.
func fieldID(item transfer.Item, f sensors.Field) string {
	when := utc(item.Start) + " " + utc(item.At)
	if item.Kind == sensors.KindDays {
		when = item.Date
	}
	return strings.Join([]string{string(item.Kind), when, f.Name, f.Value.String()}, " ")
}

func TestWritingSaysWhatItCannotCarry(t *testing.T) {
	t.Parallel()
	attribution := 2
	files := written{}
	w := vendor.NewDownloadWriter(files.create, vendor.WriteOptions{Zone: zone(t, "Europe/Zurich")})
	number := func(name string, position int, text string) sensors.Field {
		value, err := decimal.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return sensors.Field{Name: name, Position: position, Value: sensors.Number(value)}
	}
	hour := time.Date(2030, 10, 27, 1, 30, 0, 0, time.UTC).Unix() // 2:30 for the second time
	for _, item := range []transfer.Item{
		{Kind: sensors.KindMeasures, Record: sensors.Record{
			ID:          7,
			At:          hour,
			Attribution: &attribution,
			Fields:      []sensors.Field{number("1", -1, "82.345"), number("8", 3, "4.1"), number("170", -1, "3")},
		}},
		{Kind: sensors.KindMeasures, Record: sensors.Record{At: hour + 9, Deleted: 1, Fields: []sensors.Field{number("1", -1, "90")}}},
		{Kind: sensors.KindGoals, Record: sensors.Record{At: hour}},
	} {
		if err := w.Write(item); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "remarks", w.Remarks(), []string{
		"1 records have no place in the layout",
		"1 records lose their device, attribution or id",
		"1 times lie in the second of two equal hours: without an offset they read as the first",
		"2 values have no place in the layout",
		"1 values were rounded to the decimals of the layout",
	})
	want := "Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\"," +
		"Comments\n" +
		"\"2030-10-27 02:30:00\",82.35,,,,,\n"
	equal(t, "files", files.texts(), map[string]string{"weight.csv": want})
}
