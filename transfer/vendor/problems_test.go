// SPDX-License-Identifier: MIT

package vendor_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer/vendor"
)

const weightHeader = "Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\",Comments\n"

// TestBadCellsCostThemselves reads files with mistakes: the rest is read, and
// each mistake has its place.
func TestBadCellsCostThemselves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file, text string
		want, problems   []string
	}{
		{
			"a cell", "bp.csv",
			"Date,\"Heart rate\",Systolic,Diastolic,Comments\n\"2030-05-02 20:40:10\",66,Anna,81,\n",
			[]string{"measures 2030-05-02T18:40:10 Europe/Zurich 11=66 9=81"},
			[]string{"bp.csv:2:26: not a number"},
		},
		{
			"a date", "manual_spo2.csv", "date,value\nAnna,97\n\"2030-02-30 21:05:40\",97\n" +
				"2030-02-11T21:05:40+01:00,97\n\"2030-02-11 21:05:40\",98\n",
			[]string{"measures 2030-02-11T20:05:40 Europe/Zurich 54=98"},
			[]string{
				`manual_spo2.csv:2:1: the time is not in the form "2030-05-04 07:12:33"`,
				`manual_spo2.csv:3:1: the time is not in the form "2030-05-04 07:12:33"`,
				`manual_spo2.csv:4:1: the time is not in the form "2030-05-04 07:12:33"`,
			},
		},
		{
			"a time without seconds", "manual_spo2.csv", "date,value\n\"2030-02-11 21:05\",97\n", nil,
			[]string{`manual_spo2.csv:2:1: the time is not in the form "2030-05-04 07:12:33"`},
		},
		{
			"what is too much", "body_temperature.csv", "date,\"value (°C)\"\n\"2030-02-11 21:05:40\",98.6\n", nil,
			[]string{"body_temperature.csv:2:23: the number is too large for what the column measures"},
		},
		{
			"a decimal comma among commas", "weight.csv",
			weightHeader + "2030-05-04 07:12:33,82,50,16,20,3,40\n" +
				"2030-05-03 07:12:33,82,50,16,20,3,40,62,90,45,10,\n", nil,
			[]string{
				"weight.csv:2: two whole numbers could be one with a decimal comma: use the original file",
				"weight.csv:3: the row has more cells than the header",
			},
		},
		{
			"a decimal comma in a height", "height.csv", "Date,\"Height (m)\",Comments\n" +
				"2030-05-04 07:12:33,1,83\n", nil,
			[]string{"height.csv:2: two whole numbers could be one with a decimal comma: use the original file"},
		},
		{
			"parts that are not those of the whole", "weight.csv", weightHeader + "\"2030-05-04 07:12:33\"," +
				"82.50,50.00,16.10,20.00,3.00,\n", nil,
			[]string{"weight.csv:2: the parts weigh more than the whole"},
		},
		{
			"a short row", "weight.csv", weightHeader + "\"2030-05-04 07:12:33\",82,50\n", nil,
			[]string{"weight.csv:2: the row has fewer cells than the header"},
		},
		{
			"two values of a second", "weight.csv",
			weightHeader + "\"2030-05-04 07:12:33\",82.50,,,,,\n\"2030-05-04 07:12:33\",82.50,,,,,\n" +
				"\"2030-05-04 07:12:33\",90.00,,,,,\n",
			[]string{"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.5"},
			[]string{"weight.csv:4: there is another value for the same time: the first one is kept"},
		},
		{
			"a quote after a backslash", "weight.csv",
			weightHeader + "\"2030-05-04 07:12:33\",82.50,,,,,\"a \\\" b\"\n\"2030-05-03 07:12:33\",82.25,,,,,\n",
			[]string{"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.5", "measures 2030-05-03T05:12:33 Europe/Zurich 1=82.25"},
			nil,
		},
		{
			"rows of minutes", "raw_tracker_steps.csv",
			"start,duration,value\n2030-05-04T10:00:00+02:00,\"[60,60]\",[12]\n" +
				"2030-05-04T11:00:00+02:00,\"[60,0,60]\",\"[1,2,3]\"\n" +
				"2030-05-04T12:00:00+02:00,\"[60,60]\",\"[x,3]\"\n2030-05-04T13:00:00+02:00,60,3\n",
			[]string{
				"slots 2030-05-04T09:00:00 Europe/Zurich steps=1 duration=60",
				"slots 2030-05-04T10:01:00 Europe/Zurich steps=3 duration=60",
			},
			[]string{
				"raw_tracker_steps.csv:2: the row has 2 durations and 1 values",
				"raw_tracker_steps.csv:3:27: a duration is not a number of seconds above 0",
				"raw_tracker_steps.csv:4:37: a value is not a number",
				"raw_tracker_steps.csv:5: the row has 0 durations and 0 values",
			},
		},
		{
			"a night that ends before it begins", "sleep.csv",
			"from,to,\"light (s)\",\"deep (s)\",\"rem (s)\",\"awake (s)\",\"wake up\",\"Duration to sleep (s)\"," +
				"\"Duration to wake up (s)\",\"Snoring (s)\",\"Snoring episodes\",\"Average heart rate\",\"Heart rate (min)\"," +
				"\"Heart rate (max)\",\"Night events\"\n" +
				"2030-05-04T07:10:00+02:00,2030-05-03T23:10:00+02:00,1,1,1,1,1,1,1,1,1,1,1,1,\n" +
				"2030-05-03T23:10:00+02:00,2030-05-04T07:10:00+02:00,1,,,,,,,,,,,,{\n",
			[]string{
				"nights 2030-05-03T21:10:00 2030-05-04T05:10:00 2030-05-04 Europe/Zurich startdate=1904073000 enddate=1904101800 " +
					"date=2030-05-04 lightsleepduration=1 total_sleep_time=1",
			},
			[]string{
				"sleep.csv:2:27: it ends before it begins",
				"sleep.csv:3:66: the events of the night are not in the form that is known",
			},
		},
		{
			"a line after ends of lines of Windows", "manual_spo2.csv",
			"date,value\r\n\"2030-02-11 21:05:40\",97\r\n\"2030-02-11 21:05:41\",x\r\n",
			[]string{"measures 2030-02-11T20:05:40 Europe/Zurich 54=97"},
			[]string{"manual_spo2.csv:3:23: not a number"},
		},
		{
			"a unit in other.csv", "other.csv",
			"type,date,value,unit,position\n\"Vascular age\",\"2030-05-04 07:12:33\",44,months,\n" +
				"\"Vascular age\",\"2030-05-04 07:12:34\",44,years,3\n" +
				"\"Vascular age\",\"2030-05-04 07:12:35\",44,years,\n",
			[]string{"measures 2030-05-04T05:12:35 Europe/Zurich 155=44"},
			[]string{"other.csv:2:41: the unit is not known", "other.csv:3:47: the position is not known"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, report := readFolder(t, map[string]string{test.file: test.text})
			equal(t, "records", lines(items), test.want)
			equal(t, "problems", problems(report), test.problems)
		})
	}
}

// TestFilesThatAreSomethingElseAreRefused gives files with headers that do not
// belong there.
func TestFilesThatAreSomethingElseAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, text, want string }{
		"no unit": {"weight.csv", "Date,Weight,\"Fat mass\"\n" +
			"\"2030-05-04 07:12:33\",82.50,19.6\n", "names no unit"},
		"stone": {"weight.csv", "Date,\"Weight (st)\"\n" +
			"\"2030-05-04 07:12:33\",12.5\n", "unit of a column is not known"},
		"fat in percent": {"weight.csv", "Date,\"Weight (kg)\",\"Fat mass (%)\"\n" +
			"\"2030-05-04 07:12:33\",82.50,19.6\n", "unit of a column is not known"},
		"Fahrenheit": {"body_temperature.csv", "date,\"value (°F)\"\n" +
			"\"2030-05-04 07:12:33\",98.6\n", "unit of a column is not known"},
		"centimetres": {"height.csv", "Date,\"Height (cm)\",Comments\n" +
			"\"2030-05-04 07:12:33\",183,\n", "unit of a column is not known"},
		"columns exchanged": {"bp.csv", "Date,Systolic,Diastolic,\"Heart rate\",Comments\n" +
			"\"2030-05-04 07:12:33\",124,81,66,\n", "where another one is expected"},
		"another file":       {"bp.csv", weightHeader, "where another one is expected"},
		"no header":          {"bp.csv", "\"2030-05-04 07:12:33\",66,124,81,\n", "no header that is known"},
		"too few columns":    {"bp.csv", "Date,\"Heart rate\"\n\"2030-05-04 07:12:33\",66\n", "lacks columns"},
		"empty":              {"bp.csv", "", "it is empty"},
		"UTF-32":             {"bp.csv", "\xff\xfe\x00\x00D\x00\x00\x00", "UTF-32"},
		"no text":            {"bp.csv", "PK\x03\x04\x00\x00", "no text"},
		"a series of places": {"raw_tracker_latitude.csv", "start,duration,value\n", "where the user was"},
		"an unknown series":  {"raw_tracker_mood.csv", "start,duration,value\n", "no counterpart"},
		"an unknown file":    {"diary.csv", "date,text\n", "not known"},
		"personal data":      {"account.csv", "email,last_ip\nanna@example.org,192.0.2.1\n", "personal"},
		"no CSV":             {"photo.jpg", "x", "no CSV"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			items, report := readFolder(t, map[string]string{test.file: test.text})
			equal(t, "records", lines(items), nil)
			if got := report.File(test.file).Skipped; !strings.Contains(got, test.want) {
				t.Errorf("skipped because %q, want %q", got, test.want)
			}
		})
	}
}

// TestUnknownLanguagesAreReadByPlace reads a header with words that nobody has
// seen, and says so.
func TestUnknownLanguagesAreReadByPlace(t *testing.T) {
	t.Parallel()
	items, report := readFolder(t, map[string]string{
		"weight.csv": "Date,\"Paino (kg)\",\"Rasva (kg)\",\"Luu (kg)\",\"Lihas (kg)\",\"Vesi (kg)\",Huomio\n" +
			"\"2030-05-04 07:12:33\",82.50,16.20,,,,\n",
	})
	equal(t, "records", lines(items), []string{"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.5 8=16.2 6=19.636 5=66.3"})
	if len(report.Remarks) != 1 || !strings.Contains(report.Remarks[0], "by their place") {
		t.Errorf("remarks %q", report.Remarks)
	}
}

// TestNeverWrongByAFactor writes one weight in every combination of unit,
// separator, decimal mark, thousands and quotes: it is read as it is or not at
// all.
func TestNeverWrongByAFactor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hundredths := rapid.Int64Range(100, 99999).Draw(t, "hundredths")
		unit := rapid.SampledFrom([]string{"(kg)", "(lb)", "(lbs)", "(st)", "", "(g)", "(KG)", "[kg]"}).Draw(t, "unit")
		separator := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "separator")
		mark := rapid.SampledFrom([]string{".", ","}).Draw(t, "decimal mark")
		places := rapid.IntRange(0, 4).Draw(t, "places")
		group := rapid.SampledFrom([]string{"", ".", ",", "'", " "}).Draw(t, "group of thousands")
		quote := rapid.SampledFrom([]string{"", `"`}).Draw(t, "quote")
		fill := rapid.IntRange(0, 5).Draw(t, "empty cells")

		// The number, in thousandths, with as many places as drawn.
		thousandths := hundredths * 10
		if places == 0 {
			thousandths -= thousandths % 1000
		}
		whole := strconv.FormatInt(thousandths/1000, 10)
		if group != "" && len(whole) > 3 {
			whole = whole[:len(whole)-3] + group + whole[len(whole)-3:]
		}
		cell := whole
		if places > 0 {
			fraction := fmt.Sprintf("%04d", thousandths%1000*10)
			if places == 1 {
				thousandths -= thousandths % 100
			}
			if places == 2 || places == 1 {
				thousandths -= thousandths % 10
			}
			cell += mark + fraction[:places]
		}
		header := strings.ReplaceAll("Date,Weight "+unit+",Fat mass "+unit+",Bone mass "+unit+",Muscle mass "+unit+
			",Hydration "+unit+",Comments\n", ",", separator)
		row := "2030-05-04 07:12:33" + separator + quote + cell + quote + strings.Repeat(separator, fill) + "\n"
		d, err := vendor.OpenFolder(folder(map[string]string{"weight.csv": header + row}), vendor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		items, report := readAll(t, d, vendor.Options{Zone: time.UTC})
		if len(items) == 0 {
			if report.ProblemCount == 0 && report.File("weight.csv").Skipped == "" {
				t.Error("refused without a word")
			}
			return
		}
		kilograms := map[string]float64{"(kg)": 1, "(lb)": 0.45359237, "(lbs)": 0.45359237}[unit]
		got, _ := items[0].Fields[0].Value.Decimal()
		want := float64(thousandths) / 1000 * kilograms
		if off := got.Float() - want; off > 1e-6 || off < -1e-6 {
			t.Errorf("%q in %q was read as %s kg, not %f", row, header, got, want)
		}
	})
}

// TestSavedAgainBySpreadsheets reads semicolons and decimal commas with a remark,
// and refuses what can be read in two ways.
func TestSavedAgainBySpreadsheets(t *testing.T) {
	t.Parallel()
	items, report := readFolder(t, map[string]string{
		"weight.csv": "\ufeff" + strings.ReplaceAll(weightHeader, ",", ";") +
			"2030-05-04 07:12:33;82,50;16,20;;;;\n2030-05-03 07:12:33;82.25;;;;;\n2030-05-02 07:12:33;1.234;;;;;\n",
		"other.csv": "type;date;value;unit;position\nBasal Metabolic Rate (BMR);2030-05-01 07:12:33;1,712;;\n" +
			"Basal Metabolic Rate (BMR);2030-05-01 07:12:34;1712;;\n",
	})
	equal(t, "records", lines(items), []string{
		"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.5 8=16.2 6=19.636 5=66.3",
		"measures 2030-05-03T05:12:33 Europe/Zurich 1=82.25",
		"measures 2030-05-01T05:12:34 Europe/Zurich 226=1712",
	})
	equal(t, "problems", problems(report), []string{
		"other.csv:2:48: 1,712 can be read in two ways: use the original file, not one that was saved again",
		"weight.csv:4:21: 1.234 can be read in two ways: use the original file, not one that was saved again",
	})
	equal(t, "remarks", len(report.Remarks), 3)
}

// TestNothingPersonalIsRead puts a mark into every personal cell and looks for
// it in the records and in the report.
func TestNothingPersonalIsRead(t *testing.T) {
	t.Parallel()
	const mark = "Xq7"
	files := map[string]string{
		"account.csv": "email,last_ip\n" + mark + "@example.org," + mark + "\n",
		"user.csv":    "firstname,lastname,birthdate,gender,creation_date\n" + mark + "," + mark + ",1,1,1\n",
		"devices.csv": "mac,serial,latitude,longitude,battery_level,last_used_date,manual_geoloc,timezone," +
			"association_date\n" + mark + "," + mark + ",47.1,8.1,1,1,1,Europe/Zurich,1\n",
		"user_survey.csv": "date,property,value\n1," + mark + "," + mark + "\n",
		"note.csv":        "date,medicines,symptoms,texts\n1," + mark + "," + mark + "," + mark + "\n",
		"weight.csv": weightHeader + "\"2030-05-04 07:12:33\",82.50,,,,,\"" + mark + "\"\n" +
			"\"2030-05-04 07:12:34\"," + mark + ",,,,,\n" + mark + ",1,,,,,\n",
		"sleep.csv": "from,to,\"light (s)\",\"deep (s)\",\"rem (s)\",\"awake (s)\",\"wake up\",\"Duration to sleep (s)\"," +
			"\"Duration to wake up (s)\",\"Snoring (s)\",\"Snoring episodes\",\"Average heart rate\",\"Heart rate (min)\"," +
			"\"Heart rate (max)\",\"Night events\",Notes\n" +
			"2030-05-03T23:10:00+02:00,2030-05-04T07:10:00+02:00,1,,,,,,,,,,,," + mark + "," + mark + "\n",
		"activities.csv": "from,to,\"from (manual)\",\"to (manual)\",Timezone,\"Activity type\",Data,GPS,Modified\n" +
			"2030-04-20T10:00:00+02:00,2030-04-20T10:45:00+02:00,," +
			"," + mark + "," + mark + ",\"{\"\"place\"\":\"\"" + mark + "\"\",\"\"steps\"\":\"\"" + mark +
			"\"\"}\",\"{\"\"start_coordinate_latitude\"\":" + mark + "}\",2030-04-20T11:02:10+02:00\n",
		"other.csv": "type,date,value\n" + mark + ",\"2023-05-04 07:12:33\",44\n" +
			"\"Menstruation flow\",\"2023-05-04 07:12:33\",2\n",
		"raw_location_latitude.csv": "start,duration,value\n2030-05-04T10:00:00+02:00,[60],[47.1]\n",
		"raw_tracker_steps.csv": "start,duration,value\n" +
			"2030-05-04T10:00:00+02:00,[60],[" + mark + "]\n" + mark + ",[60],[1]\n",
		"Withings - Weight Anna.csv": "\"Date\",\"Weight (kg)\",\"Fat mass (kg)\",\"Lean mass (kg)\",\"Comments\"\n" +
			"\"2014-03-02 9:05 PM\",\"82.5\",\"\",\"\",\"" + mark + "\"\n",
		"signal.csv": "date,type,frequency,duration,wearposition,signal,doctor_assessment,doctor_name," +
			"checkup_date\n" +
			"2030-05-04T02:00:00+02:00,Electrocardiogram,300,30,0,\"1\"," + mark + "," + mark + ",\n" +
			"2030-05-04T02:00:00+02:00," + mark + ",1,1,1,1,,,\n",
	}
	items, report := readFolder(t, files)
	all := fmt.Sprintf("%+v %+v %+v", items, report, problems(report))
	if strings.Contains(all, mark) || strings.Contains(all, "47.1") {
		t.Errorf("found in %s", all)
	}
	for _, file := range report.Files {
		if strings.Contains(file.Skipped, mark) {
			t.Errorf("found in %q", file.Skipped)
		}
	}
	if len(items) != 5 {
		t.Errorf("%d records, want 5: %v", len(items), lines(items))
	}
	for _, item := range items {
		for _, f := range item.Fields {
			if f.Name == "latitude" || item.Kind == sensors.KindMeasures && f.Value.String() == "2" {
				t.Errorf("read %s", f.Name)
			}
		}
	}
}
