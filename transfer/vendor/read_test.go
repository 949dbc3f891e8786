// SPDX-License-Identifier: MIT

package vendor_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// zone loads a time zone.
func zone(tb failer, name string) *time.Location {
	tb.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return location
}

// folder is an unpacked download.
func folder(files map[string]string) fstest.MapFS {
	system := fstest.MapFS{}
	for name, text := range files {
		system[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return system
}

// readFolder reads an unpacked download of somebody in Zurich.
func readFolder(tb failer, files map[string]string) ([]transfer.Item, transfer.Report) {
	tb.Helper()
	d, err := vendor.OpenFolder(folder(files), vendor.Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	return readAll(tb, d, vendor.Options{Zone: zone(tb, "Europe/Zurich")})
}

func readAll(tb failer, d *vendor.Download, o vendor.Options) (items []transfer.Item, report transfer.Report) {
	tb.Helper()
	for item, err := range d.Read(o, &report) {
		if err != nil {
			tb.Fatal(err)
		}
		items = append(items, item)
	}
	return items, report
}

// lines writes records as text: kind, times, zone and fields.
func lines(items []transfer.Item) (lines []string) {
	for _, item := range items {
		words := []string{string(item.Kind)}
		if item.Start != 0 {
			words = append(words, utc(item.Start))
		}
		words = append(words, utc(item.At))
		for _, word := range []string{item.Date, item.Zone} {
			if word != "" {
				words = append(words, word)
			}
		}
		for _, f := range item.Fields {
			words = append(words, fmt.Sprintf("%s=%s", f.Name, f.Value))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}

func utc(unix int64) string { return time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05") }

// problems writes problems as text.
func problems(report transfer.Report) (lines []string) {
	for _, p := range report.Problems {
		lines = append(lines, p.Error())
	}
	return lines
}

func equal[T any](tb failer, what string, got, want T) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestEachLayoutIsRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file, text string
		want             []string
	}{
		{
			"weight", "weight.csv",
			"Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\"," +
				"Comments\n" +
				"\"2030-05-04 07:12:33\",82.50,16.20,3.40,62.90,45.10,\n" +
				"\"2030-01-03 07:09:01\",82.75,,,,,\"after the \"\"long\"\" run, no breakfast\"\n",
			[]string{
				"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.5 8=16.2 88=3.4 76=62.9 77=45.1 6=19.636 5=66.3",
				"measures 2030-01-03T06:09:01 Europe/Zurich 1=82.75",
			},
		},
		{
			"weight in German", "weight.csv",
			"Date,\"Gewicht (kg)\",\"Fettmasse (kg)\",\"Knochenmasse (kg)\",\"Muskelmasse (kg)\",\"Wasseranteil (kg)\",Kommentare\n" +
				"\"2020-05-04 07:12:33\",82.50,,,,,\n",
			[]string{"measures 2020-05-04T05:12:33 Europe/Zurich 1=82.5"},
		},
		{
			"weight in pounds", "weight.csv",
			"Date,\"Weight (lb)\",\"Fat mass (lb)\",\"Bone mass (lb)\",\"Muscle mass (lb)\",\"Hydration (lb)\"," +
				"Comments\n" +
				"\"2030-05-04 07:12:33\",181.88,,,,,\n",
			[]string{"measures 2030-05-04T05:12:33 Europe/Zurich 1=82.4993802556"},
		},
		{
			"blood pressure", "bp.csv",
			"Date,\"Heart rate\",Systolic,Diastolic,Comments\n" +
				"\"2030-05-04 07:12:33\",61,,,\n\"2030-05-02 20:40:10\",66,124,81,\"left arm\"\n",
			[]string{
				"measures 2030-05-04T05:12:33 Europe/Zurich 11=61",
				"measures 2030-05-02T18:40:10 Europe/Zurich 11=66 10=124 9=81",
			},
		},
		{
			"blood pressure in German", "bp.csv",
			"Date,Herzfrequenz,Systole,Diastole,Kommentare\n\"2030-05-02 20:40:10\",66,124,81,\n",
			[]string{"measures 2030-05-02T18:40:10 Europe/Zurich 11=66 10=124 9=81"},
		},
		{
			"height", "height.csv", "Date,\"Height (m)\",Comments\n\"2030-01-01 12:00:00\",1.83,\n",
			[]string{"measures 2030-01-01T11:00:00 Europe/Zurich 4=1.83"},
		},
		{
			"height in German", "height.csv", "Datum,\"Grösse (m)\",Kommentare\n\"2030-01-01 12:00:00\",1.8,\n",
			[]string{"measures 2030-01-01T11:00:00 Europe/Zurich 4=1.8"},
		},
		{
			"height in feet and inches", "height.csv",
			"Date,\"Height (in)\",Comments\n\"2030-01-01 12:00:00\",\"5' 10.0''\",\n",
			[]string{"measures 2030-01-01T11:00:00 Europe/Zurich 4=1.778"},
		},
		{
			"temperature", "body_temperature.csv",
			"date,\"value (°C)\"\n\"2030-02-11 21:05:40\",37.8\n\"2030-02-11 07:30:02\",36.0\n",
			[]string{"measures 2030-02-11T20:05:40 Europe/Zurich 71=37.8", "measures 2030-02-11T06:30:02 Europe/Zurich 71=36"},
		},
		{
			"oxygen", "manual_spo2.csv", "date,value\n\"2030-02-11 21:05:40\",97\n",
			[]string{"measures 2030-02-11T20:05:40 Europe/Zurich 54=97"},
		},
		{
			"oxygen of 2020", "oxy.csv", "Date,\"Sauerstoffsättigung (%)\",Kommentare\n\"2020-02-11 21:05:40\",97,\n",
			[]string{"measures 2020-02-11T20:05:40 Europe/Zurich 54=97"},
		},
		{
			"pulse wave velocity", "pwv.csv", "date,value\n\"2030-02-11 21:05:40\",7.4\n",
			[]string{"measures 2030-02-11T20:05:40 Europe/Zurich 91=7.4"},
		},
		{
			"other, with fewer cells than its header", "other.csv",
			"type,date,value,unit,position\nFAT_PERCENT,\"2030-05-04 07:12:33\",20,\n" +
				"\"Fat Free Percent\",\"2030-05-04 07:12:33\",80,\n" +
				"\"Basal Metabolic Rate (BMR)\",\"2030-05-04 07:12:33\",\"1,712\",\n" +
				"\"QT interval duration\",\"2030-05-01 09:00:00\",402,\n" +
				"\"Atrial fibrillation result\",\"2030-05-01 09:00:00\",0,\n",
			[]string{
				"measures 2030-05-04T05:12:33 Europe/Zurich 226=1712 6=20",
				"measures 2030-05-01T07:00:00 Europe/Zurich 137=0.402 130=0",
			},
		},
		{
			"other of 2023", "other.csv", "type,date,value\n\"Vascular age\",\"2023-05-04 07:12:33\",44\n",
			[]string{"measures 2023-05-04T05:12:33 Europe/Zurich 155=44"},
		},
		{
			"sleep", "sleep.csv",
			"from,to,\"light (s)\",\"deep (s)\",\"rem (s)\",\"awake (s)\",\"wake up\",\"Duration to sleep (s)\"," +
				"\"Duration to wake up (s)\",\"Snoring (s)\",\"Snoring episodes\",\"Average heart rate\",\"Heart rate (min)\"," +
				"\"Heart rate (max)\",\"Night events\",Notes\n" +
				"2030-05-03T23:10:00+02:00,2030-05-04T07:10:00+02:00,14400,6000,6000,2100,1,900,600,300,1,56,48,71," +
				"\"{\"\"1\"\":[0,18300],\"\"2\"\":[900,17700],\"\"3\"\":[17700,10500],\"\"4\"\":[18000,10800]}\",\n" +
				"2030-05-04T14:00:00+02:00,2030-05-04T14:40:00+02:00,1800,0,0,600,0,600,0,0,0,0,0,0,,\n",
			[]string{
				"nights 2030-05-03T21:10:00 2030-05-04T05:10:00 2030-05-04 Europe/Zurich startdate=1904073000 enddate=1904101800 " +
					"date=2030-05-04 lightsleepduration=14400 deepsleepduration=6000 remsleepduration=6000 wakeupduration=2100 " +
					"wakeupcount=1 sleep_latency=900 wakeup_latency=600 snoring=300 snoringepisodecount=1 hr_average=56 hr_min=48 " +
					"hr_max=71 fell_asleep=1904073900 woke_up=1904101200 total_sleep_time=26400 out_of_bed_count=1 " +
					"total_timeinbed=28500 sleep_efficiency=0.93",
				"nights 2030-05-04T12:00:00 2030-05-04T12:40:00 2030-05-04 Europe/Zurich startdate=1904126400 enddate=1904128800 " +
					"date=2030-05-04 lightsleepduration=1800 deepsleepduration=0 remsleepduration=0 wakeupduration=600 " +
					"wakeupcount=0 sleep_latency=600 wakeup_latency=0 snoring=0 snoringepisodecount=0 total_sleep_time=1800 " +
					"total_timeinbed=2400 sleep_efficiency=0.75",
			},
		},
		{
			"sleep of 2020 in German, in another zone", "sleep.csv",
			"von,bis,\"leicht (s)\",\"tief (s)\",\"rem (s)\",\"wach (s)\",Aufwachen,\"Duration to sleep (s)\"," +
				"\"Duration to wake up (s)\",\"Snoring (s)\",\"Snoring episodes\",\"Average heart rate\",\"Heart rate (min)\"," +
				"\"Heart rate (max)\"\n2020-05-03T23:00:00-04:00,2020-05-04T07:00:00-04:00,20000,8800,0,0,0,0,0," +
				"0,0,0,0,0\n",
			[]string{
				"nights 2020-05-04T03:00:00 2020-05-04T11:00:00 2020-05-04 startdate=1588561200 enddate=1588590000 date=2020-05-04 " +
					"end_hour=7 lightsleepduration=20000 deepsleepduration=8800 remsleepduration=0 wakeupduration=0 wakeupcount=0 " +
					"sleep_latency=0 wakeup_latency=0 snoring=0 snoringepisodecount=0 total_sleep_time=28800 total_timeinbed=28800 " +
					"sleep_efficiency=1",
			},
		},
		{
			"workouts", "activities.csv",
			"from,to,\"from (manual)\",\"to (manual)\",Timezone,\"Activity type\",Data,GPS,Modified\n" +
				"2030-04-20T10:00:00+02:00,2030-04-20T10:45:00+02:00,,,Europe/Paris,Walking," +
				"\"{\"\"calories\"\":150,\"\"hr_average\"\":0,\"\"steps\"\":4300,\"\"distance\"\":3200,\"\"elevation\"\":4}\"," +
				"\"{\"\"start_coordinate_latitude\"\":47.1}\",2030-04-20T11:02:10+02:00\n",
			[]string{
				"workouts 2030-04-20T08:00:00 2030-04-20T08:45:00 2030-04-20 Europe/Paris startdate=1902902400 enddate=1902905100 " +
					"duration=2700 calories=150 distance=3200 elevation_in_download=4 steps=4300 category=1",
			},
		},
		{
			"a workout that the user has corrected, of a kind without a name", "activities.csv",
			"from,to,\"from (manual)\",\"to (manual)\",Timezone,\"Activity type\",Data,GPS,Modified\n" +
				"2030-04-20T10:00:00+02:00,2030-04-20T10:45:00+02:00,2030-04-20T09:50:00+02:00,2030-04-20T10:50:00+02:00," +
				"Europe/Zurich,\"Gym class\",{},,\n",
			[]string{
				"workouts 2030-04-20T07:50:00 2030-04-20T08:50:00 2030-04-20 Europe/Zurich startdate=1902901800 " +
					"enddate=1902905400 duration=3600",
			},
		},
		{
			"steps of days", "aggregates_steps.csv", "date,value\n2030-05-04,2210\n2030-05-03,11874\n",
			[]string{
				"days 2030-05-03T22:00:00 2030-05-04T21:59:59 2030-05-04 Europe/Zurich steps=2210",
				"days 2030-05-02T22:00:00 2030-05-03T21:59:59 2030-05-03 Europe/Zurich steps=11874",
			},
		},
		{
			"steps of minutes, of which a row is listed twice", "raw_tracker_steps.csv",
			"start,duration,value\n2030-05-04T10:00:00+02:00,\"[60,60,61]\",\"[12,88,40]\"\n" +
				"2030-05-04T10:05:00+02:00,[60],[7]\n" +
				"2030-05-04T10:00:00+02:00,\"[60,60,61]\",\"[12,88,40]\"\n",
			[]string{
				"slots 2030-05-04T08:00:00 Europe/Zurich steps=12 duration=60",
				"slots 2030-05-04T08:01:00 Europe/Zurich steps=88 duration=60",
				"slots 2030-05-04T08:02:00 Europe/Zurich steps=40 duration=61",
				"slots 2030-05-04T08:05:00 Europe/Zurich steps=7 duration=60",
			},
		},
		{
			"heart rate of minutes of 2020", "raw_tracker_hr.csv",
			"start,duration,value\n2020-05-04T10:00:00+02:00,\"[60,60]\",\"[61,0]\"\n",
			[]string{"slots 2020-05-04T08:00:00 Europe/Zurich heart_rate=61"},
		},
		{
			"snoring of a mat", "raw_bed_snoring.csv", "start,duration,value\n" +
				"2030-05-04T02:00:00+02:00,\"[60,60]\",\"[0,100]\"\n",
			[]string{
				"slots 2030-05-04T00:00:00 Europe/Zurich sleep_snoring=0",
				"slots 2030-05-04T00:01:00 Europe/Zurich sleep_snoring=1",
			},
		},
		{
			"stages", "raw_sleep-monitor_sleep-state.csv",
			"start,duration,value\n2020-05-04T02:00:00+02:00,\"[60,60,60]\",\"[1,1,2]\"\n",
			[]string{
				"stage 2020-05-04T00:00:00 2020-05-04T00:02:00 Europe/Zurich state=1",
				"stage 2020-05-04T00:02:00 2020-05-04T00:03:00 Europe/Zurich state=2",
			},
		},
		{
			"blood glucose", "raw_blood_glucose_Blood Glucose.csv", "start,duration,value\n" +
				"2030-05-04T02:00:00+02:00,[60],[96]\n",
			[]string{"measures 2030-05-04T00:00:00 Europe/Zurich 119=96"},
		},
		{
			"electrocardiograms of 2020", "signal.csv",
			"date,type,format,frequency,size,duration,totalsize,wearposition,signal\n" +
				"2020-05-04T02:00:00+02:00,Electrocardiogram,1,300,2,30,4,0,\"12,-8,40\"\n",
			[]string{"heart 2020-05-04T00:00:00 Europe/Zurich ecg=1588550400"},
		},
		{
			"electrocardiograms", "signal.csv",
			"date,type,frequency,duration,wearposition,signal,doctor_assessment,doctor_name,checkup_date\n" +
				"2030-05-04T02:00:00+02:00,Electrocardiogram,300,30,0,\"" + strings.Repeat("12,"+
				"-8,", 20000) + "1\",,,\n",
			[]string{"heart 2030-05-04T00:00:00 Europe/Zurich ecg=1904083200"},
		},
		{
			"dashboard of 2014 in English", "Withings - Weight Anna.csv",
			"\"Date\",\"Weight (kg)\",\"Fat mass (kg)\",\"Lean mass (kg)\",\"Comments\"\n" +
				"\"2014-03-02 9:05 PM\",\"82.5\",\"16.2\",\"66.3\",\"\"\n" +
				"\"2014-03-01 9:05 AM\",\"82.5\",\"\",\"\",\"\"\n",
			[]string{
				"measures 2014-03-02T20:05:00 Europe/Zurich 1=82.5 8=16.2 5=66.3 6=19.636",
				"measures 2014-03-01T08:05:00 Europe/Zurich 1=82.5",
			},
		},
		{
			"dashboard of 2014 in German", "Withings - Weight Anna.csv",
			"\"Date\",\"Gewicht (kg)\",\"Fettmasse (kg)\",\"Fettfreier Anteil (kg)\",\"Kommentare\"\n" +
				"\"2014-03-02 21:05 Uhr\",\"82.5\",\"16.2\",\"66.3\",\"\"\n",
			[]string{"measures 2014-03-02T20:05:00 Europe/Zurich 1=82.5 8=16.2 5=66.3 6=19.636"},
		},
		{
			"days of the dashboard of 2016", "Withings - Activity Anna.csv",
			"\"Date\",\"Steps\",\"Distance (km)\",\"Elevation (m)\",\"Calories\"\n" +
				"\"2016-03-02\",\"4300\",\"3.2\",\"12\",\"150\"\n",
			[]string{"days 2016-03-01T23:00:00 2016-03-02T22:59:59 2016-03-02 Europe/Zurich steps=4300 distance=3200 calories=150"},
		},
		{
			"nights of the dashboard of 2016", "Withings - Sleep Anna.csv",
			"\" from\",\"to\",\"light (s)\",\"deep (s)\"\n" +
				"\"2016-03-02 11:05 PM\",\"2016-03-03 7:05 AM\",\"20000\",\"8800\"\n",
			[]string{
				"nights 2016-03-02T22:05:00 2016-03-03T06:05:00 2016-03-03 Europe/Zurich startdate=1456956300 enddate=1456985100 " +
					"date=2016-03-03 lightsleepduration=20000 deepsleepduration=8800 total_sleep_time=28800",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			items, report := readFolder(t, map[string]string{test.file: test.text})
			equal(t, "records", lines(items), test.want)
			equal(t, "problems", problems(report), nil)
			for _, item := range items {
				if item.Source != sensors.SourceImport || item.ID >= 0 || item.ID != sensors.NaturalID(item.Kind, item.Record) {
					t.Errorf("source %q, id %d", item.Source, item.ID)
				}
				if len(item.Values) == 0 && item.Kind != sensors.KindSlots {
					t.Errorf("%s has no values", item.Kind)
				}
			}
			// Saved again by other programs, with other ends of lines and encodings.
			for name, again := range map[string]string{
				"CRLF":     strings.ReplaceAll(test.text, "\n", "\r\n"),
				"CR":       strings.ReplaceAll(test.text, "\n", "\r"),
				"BOM":      "\ufeff" + test.text,
				"UTF-16LE": utf16Text(test.text, false),
				"UTF-16BE": utf16Text(test.text, true),
				"Latin-1":  latin1(test.text),
			} {
				items, _ := readFolder(t, map[string]string{test.file: again})
				equal(t, "records as "+name, lines(items), test.want)
			}
		})
	}
}

func TestOneFileIsRead(t *testing.T) {
	t.Parallel()
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("date,value\n\"2030-02-11 21:05:40\",97\n")), nil
	}
	d := vendor.OpenFile("manual_spo2 (1).csv", open, vendor.Limits{})
	items, _ := readAll(t, d, vendor.Options{Zone: time.UTC})
	equal(t, "records", lines(items), []string{"measures 2030-02-11T21:05:40 UTC 54=97"})
	for name, want := range map[string]bool{
		"weight.csv": true, "x/WEIGHT (2).csv": true, "raw_bed_hr.csv": true, "Withings - Weight A B.csv": true,
		"account.csv": false, "raw_location_latitude.csv": false, "weights.csv": false, "weight.txt": false,
	} {
		if got := vendor.Recognizes(name); got != want {
			t.Errorf("Recognizes(%q) = %t, want %t", name, got, want)
		}
	}
}

// failer is what a test or a property fails by.
type failer interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}
