// SPDX-License-Identifier: MIT

package vendor_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// TestRowsOfOneSecondAreOneRecord reads a weighing that lies in four files.
func TestRowsOfOneSecondAreOneRecord(t *testing.T) {
	t.Parallel()
	items, report := readFolder(t, map[string]string{
		"weight.csv": weightHeader + "\"2030-05-04 07:12:33\",82.50,16.20,3.40,62.90,45.10,\n" +
			"\"2030-05-03 07:12:33\",82.25,,,,,\n",
		"bp.csv": "Date,\"Heart rate\",Systolic,Diastolic,Comments\n\"2030-05-04 07:12:33\",61,,,\n" +
			"\"2030-05-01 07:12:33\",60,,,\n",
		"pwv.csv": "date,value\n\"2030-05-04 07:12:33\",7.4\n",
		"other.csv": "type,date,value\nFAT_PERCENT,\"2030-05-04 07:12:33\",20\n" +
			"FAT_PERCENT,\"2030-05-03 07:12:33\",21\n" +
			"\"Valvular heart disease result\",\"2030-05-03 07:12:33\",0\n",
	})
	equal(t, "problems", problems(report), nil)
	equal(t, "records", lines(items), []string{
		"measures 2030-05-04T05:12:33 Europe/Zurich 11=61 91=7.4 1=82.5 8=16.2 88=3.4 76=62.9 77=45.1 6=19.636 5=66.3",
		"measures 2030-05-03T05:12:33 Europe/Zurich 1=82.25 6=21",
		"heart 2030-05-03T05:12:33 Europe/Zurich vhd=0",
		"measures 2030-05-01T05:12:33 Europe/Zurich 11=60",
	})
}

func TestFilesOfOneDayAreOneRecord(t *testing.T) {
	t.Parallel()
	items, _ := readFolder(t, map[string]string{
		"aggregates_steps.csv":            "date,value\n2030-05-04,2210\n2030-05-03,11874\n",
		"aggregates_distance.csv":         "date,value\n2030-05-04,1710.5\n2030-05-03,8400.125\n",
		"aggregates_elevation.csv":        "date,value\n2030-05-04,12.25\n",
		"aggregates_calories_earned.csv":  "date,value\n2030-05-04,120.5\n2030-05-03,410\n",
		"aggregates_calories_passive.csv": "date,value\n2030-05-04,1600.25\n",
		"aggregates_manual_spo2.csv":      "date,value\n2030-05-04,291\n",
	})
	equal(t, "records", lines(items), []string{
		"days 2030-05-03T22:00:00 2030-05-04T21:59:59 2030-05-04 Europe/Zurich calories=120.5 calories_passive=1600.25 " +
			"distance=1710.5 elevation_in_download=12.25 steps=2210 totalcalories=1720.75",
		"days 2030-05-02T22:00:00 2030-05-03T21:59:59 2030-05-03 Europe/Zurich calories=410 distance=8400.125 steps=11874",
	})
}

// TestDistancesWithoutUnitMustBeMetres reads the same days in metres, kilometres
// and miles.
func TestDistancesWithoutUnitMustBeMetres(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ distance, minutes, unit, want, wantMinutes string }{
		{"8400", "84", "", "8400", "84"},
		{"8.4", "0.084", "", "", ""},
		{"5.2195", "0.052195", "", "", ""},
		{"9186", "91.86", "m", "9186", "91.86"},
		{"8.4", "0.084", "km", "8400", "84"},
		{"5.2195", "0.052195", "mi", "8399.971008", "83.99971008"},
	} {
		d, err := vendor.OpenFolder(folder(map[string]string{
			"aggregates_steps.csv":    "date,value\n2030-05-03,12000\n",
			"aggregates_distance.csv": "date,value\n2030-05-03," + test.distance + "\n2030-05-02,700000\n",
			"raw_tracker_steps.csv": "start,duration,value\n" +
				"2030-05-03T10:00:00+02:00,\"[60,60,60,60,60,60]\",\"[120,120,120,120,120,120]\"\n",
			"raw_tracker_distance.csv": "start,duration,value\n" +
				"2030-05-03T10:00:00+02:00,\"[60,60,60,60,60," +
				"60]\",\"[" + strings.Repeat(test.minutes+",", 5) + test.minutes + "]\"\n",
		}), vendor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		items, report := readAll(t, d, vendor.Options{Zone: time.UTC, DistanceUnit: test.unit})
		day, minute := "", ""
		for _, item := range items {
			for _, f := range item.Fields {
				switch {
				case f.Name != "distance":
				case item.Date == "2030-05-03":
					day = f.Value.String()
				case item.Date == "":
					minute = f.Value.String()
				}
			}
		}
		equal(t, test.distance+" a day", day, test.want)
		equal(t, test.minutes+" a minute", minute, test.wantMinutes)
		if skipped := report.File("aggregates_distance.csv").Skipped; (skipped != "") != (test.want == "") {
			t.Errorf("skipped: %q", skipped)
		}
	}
	d, err := vendor.OpenFolder(folder(nil), vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range d.Read(vendor.Options{Zone: time.UTC, DistanceUnit: "furlong"}, new(transfer.Report)) {
		if err == nil || !strings.Contains(err.Error(), "furlong") {
			t.Errorf("error %v", err)
		}
	}
}

// TestChangesOfTheClock reads local times in the hours that a zone repeats or
// skips, and around them.
func TestChangesOfTheClock(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		zone, wall, want string
		changes          int
	}{
		{"Europe/Zurich", "2030-10-27 01:59:59", "2030-10-26T23:59:59", 0},
		{"Europe/Zurich", "2030-10-27 02:00:00", "2030-10-27T00:00:00", 1},
		{"Europe/Zurich", "2030-10-27 02:59:59", "2030-10-27T00:59:59", 1},
		{"Europe/Zurich", "2030-10-27 03:00:00", "2030-10-27T02:00:00", 0},
		{"Europe/Zurich", "2030-03-31 01:59:59", "2030-03-31T00:59:59", 0},
		{"Europe/Zurich", "2030-03-31 02:00:00", "2030-03-31T01:00:00", 1},
		{"Europe/Zurich", "2030-03-31 02:30:00", "2030-03-31T01:30:00", 1},
		{"Europe/Zurich", "2030-03-31 03:00:00", "2030-03-31T01:00:00", 0},
		{"America/New_York", "2024-11-03 01:30:00", "2024-11-03T05:30:00", 1},
		{"America/New_York", "2024-03-10 02:30:00", "2024-03-10T07:30:00", 1},
		{"Australia/Lord_Howe", "2024-04-07 01:45:00", "2024-04-06T14:45:00", 1}, // half an hour
		{"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30T22:00:00", 1},        // a day that was left out
		{"UTC", "2030-03-31 02:30:00", "2030-03-31T02:30:00", 0},
	} {
		d, err := vendor.OpenFolder(folder(map[string]string{"pwv.csv": "date,value\n" +
			"\"" + test.wall + "\",7.4\n"}), vendor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		items, report := readAll(t, d, vendor.Options{Zone: zone(t, test.zone)})
		equal(t, test.wall+" in "+test.zone, utc(items[0].At), test.want)
		equal(t, test.wall+" in "+test.zone+": changes", report.ClockChanges, test.changes)
		equal(t, "remarks", len(report.Remarks), test.changes)
	}
}

// TestZoneOfDevices reads a download without being told the time zone.
func TestZoneOfDevices(t *testing.T) {
	t.Parallel()
	const header = "mac,serial,latitude,longitude,battery_level,last_used_date,manual_geoloc,timezone," +
		"association_date\n"
	for devices, want := range map[string]string{
		header + "x,y,1,1,1,1,1,America/New_York,1\nx,y,1,1,1,1,1,America/New_York,1\n": "2030-02-12T02:05:40",
		header + "x,y,1,1,1,1,1,America/New_York,1\nx,y,1,1,1,1,1,Europe/Zurich,1\n":    "",
		header + "x,y,1,1,1,1,1,Nowhere,1\n":                                            "",
		header:                                                                          "",
	} {
		d, err := vendor.OpenFolder(folder(map[string]string{"devices.csv": devices, "manual_spo2.csv": oxygen}), vendor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var report transfer.Report
		for item, err := range d.Read(vendor.Options{}, &report) {
			switch {
			case want == "" && !errors.Is(err, vendor.ErrNoZone):
				t.Errorf("error %v", err)
			case want != "" && err != nil:
				t.Error(err)
			case want != "":
				equal(t, "time", utc(item.At), want)
			}
		}
	}
}

func TestNothingIsLaterThanNow(t *testing.T) {
	t.Parallel()
	d, err := vendor.OpenFolder(folder(map[string]string{
		"manual_spo2.csv":      oxygen,
		"aggregates_steps.csv": "date,value\n2030-02-10,1\n2030-02-11,2\n2030-02-14,3\n",
		"raw_hr_hr.csv":        "start,duration,value\n2030-02-11T11:58:00+00:00,\"[60,60,60]\",\"[61,62,63]\"\n",
	}), vendor.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2030, 2, 10, 12, 0, 0, 0, time.UTC)
	items, report := readAll(t, d, vendor.Options{Zone: time.UTC, Now: now})
	equal(t, "records", lines(items), []string{
		"days 2030-02-10T00:00:00 2030-02-10T23:59:59 2030-02-10 UTC steps=1",
		"days 2030-02-11T00:00:00 2030-02-11T23:59:59 2030-02-11 UTC steps=2",
		"slots 2030-02-11T11:58:00 UTC heart_rate=61",
		"slots 2030-02-11T11:59:00 UTC heart_rate=62",
	})
	equal(t, "problems", problems(report), []string{
		"manual_spo2.csv:2:1: the time is in the future", "aggregates_steps.csv:4:1: the time is in the future",
		"raw_hr_hr.csv:2:1: the time is in the future",
	})
	equal(t, "received", items[0].Received, now.Unix())
}

// minutesOf is an endless series of rows, as a file.
type minutesOf struct {
	rows int
	rest string
}

func (m *minutesOf) Read(p []byte) (int, error) {
	if m.rest == "" {
		if m.rows == 0 {
			return 0, io.EOF
		}
		m.rows--
		at := time.Unix(1900000000-int64(m.rows)*7200, 0).UTC().Format("2006-01-02T15:04:05+00:00")
		m.rest = fmt.Sprintf("%s,\"[%s60]\",\"[%s61]\"\n", at, strings.Repeat("60,", 119), strings.Repeat("62,", 119))
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// TestMemoryIsFlat reads minutes of more than a year and looks at the memory in
// use at every 100,000th. It does not run beside other tests: they use memory.
//
//nolint:paralleltest // see above
func TestMemoryIsFlat(t *testing.T) {
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("start,duration,value\n"), &minutesOf{rows: 5000})), nil
	}
	d := vendor.OpenFile("raw_hr_hr.csv", open, vendor.Limits{})
	var report transfer.Report
	count, live := 0, []uint64{}
	for _, err := range d.Read(vendor.Options{}, &report) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%100000 == 0 {
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			live = append(live, stats.HeapAlloc)
		}
	}
	equal(t, "records", count, 600000)
	if grown := int64(live[len(live)-1]) - int64(live[0]); grown > 4<<20 {
		t.Errorf("%d bytes more at the end than at the beginning: %v", grown, live)
	}
}
