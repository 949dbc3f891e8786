// SPDX-License-Identifier: MIT

package vendor_test

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// importRow is a row as the dashboard would take it.
type importRow struct {
	date  time.Time
	cells map[string]string
}

// importDashboard follows the vendor's guide to "Import your data" and nothing
// else: a header, commas, no quotes, periods, yyyy-mm-dd hh:mm:ss, at most 4,000
// rows, the mandatory columns first.
func importDashboard(text string, zone *time.Location) ([]importRow, error) {
	rows := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(rows) > 4000 {
		return nil, fmt.Errorf("%d rows", len(rows))
	}
	if strings.ContainsAny(text, "\"';\r\t") {
		return nil, errors.New("delimiters of fields, or other separators")
	}
	columns := strings.Split(rows[0], ",")
	mandatory, known := map[string]int{
		"Date,Weight":                      2,
		"Date,Weight,Fat mass":             2,
		"Date,Heart rate":                  2,
		"Date,Heart rate,Systole,Diastole": 2,
		"Date,Height":                      2,
	}[rows[0]]
	if !known {
		return nil, fmt.Errorf("header %q", rows[0])
	}
	number := regexp.MustCompile(`^\d+(\.\d+)?$`)
	var result []importRow
	for _, line := range rows[1:] {
		cells := strings.Split(line, ",")
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("row %q has not the columns of the header", line)
		}
		date, err := time.ParseInLocation("2006-01-02 15:04:05", cells[0], zone)
		if err != nil || len(cells[0]) != 19 {
			return nil, fmt.Errorf("date %q", cells[0])
		}
		row := importRow{date, map[string]string{}}
		for i, cell := range cells[1:] {
			switch {
			case cell == "" && i+1 >= mandatory:
				continue
			case !number.MatchString(cell):
				return nil, fmt.Errorf("value %q", cell)
			}
			row.cells[columns[i+1]] = cell
		}
		result = append(result, row)
	}
	return result, nil
}

// measure is a record of measures, with the values given as text.
func measure(tb failer, at int64, values ...string) transfer.Item {
	tb.Helper()
	item := transfer.Item{Kind: sensors.KindMeasures, Record: sensors.Record{At: at}}
	for i := 0; i < len(values); i += 2 {
		number, err := decimal.Parse(values[i+1])
		if err != nil {
			tb.Fatal(err)
		}
		item.Fields = append(item.Fields, sensors.Field{
			Name:     values[i],
			Position: sensors.NoPosition,
			Value:    sensors.Number(number),
		})
	}
	return item
}

func writeDashboard(tb failer, o vendor.DashboardOptions, items ...transfer.Item) (texts map[string]string, remarks []string) {
	tb.Helper()
	files := written{}
	w := vendor.NewDashboardWriter(files.create, o)
	for _, item := range items {
		if err := w.Write(item); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return files.texts(), w.Remarks()
}

func TestDashboardFiles(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 5, 4, 5, 12, 33, 0, time.UTC).Unix()
	items := []transfer.Item{
		measure(t, at, "1", "82.5", "8", "16.2", "11", "61"),
		measure(t, at-86400, "1", "82.754"),
		measure(t, at-90000, "11", "66", "10", "124", "9", "81"),
		measure(t, at-95000, "10", "124", "9", "81"),
		measure(t, at-99999, "4", "1.83"),
		{Kind: sensors.KindNights, Record: sensors.Record{At: at}},
	}
	files, remarks := writeDashboard(t, vendor.DashboardOptions{Zone: zone(t, "Europe/Zurich")}, items...)
	equal(t, "files", files, map[string]string{
		"weight-1.csv": "Date,Weight,Fat mass\n2030-05-03 07:12:33,82.75,\n2030-05-04 07:12:33,82.50,19.64\n",
		"blood-pressure-1.csv": "Date,Heart rate,Systole,Diastole\n2030-05-03 06:12:33,66,124,81\n" +
			"2030-05-04 07:12:33,61,,\n",
		"height-1.csv": "Date,Height\n2030-05-03 03:25:54,1.83\n",
	})
	equal(t, "remarks", remarks, []string{
		"1 blood pressures have no heart rate, which the dashboard requires",
		"1 records are neither weights, blood pressures nor heights",
		"1 values were rounded to the decimals of the layout",
	})
	files, remarks = writeDashboard(t, vendor.DashboardOptions{Pounds: true, MaxRows: 1}, items[0], items[1], items[4])
	equal(t, "files in pounds", files, map[string]string{
		"weight-1.csv":         "Date,Weight\n2030-05-03 05:12:33,182.44\n",
		"weight-2.csv":         "Date,Weight,Fat mass\n2030-05-04 05:12:33,181.88,19.64\n",
		"blood-pressure-1.csv": "Date,Heart rate\n2030-05-04 05:12:33,61\n",
	})
	equal(t, "remarks in pounds", remarks, []string{
		"1 heights are left out: how a dashboard in pounds takes them is not known",
	})
}

// weighings are records of weight, fat and heart rate, one a day.
func weighings(tb failer, count int, grams int64) (items []transfer.Item, want map[int64]*big.Rat) {
	tb.Helper()
	want = map[int64]*big.Rat{}
	for i := range count {
		at := 1900000000 + int64(i)*86400
		weight := big.NewRat(grams+int64(i), 1000)
		want[at] = weight
		items = append(items, measure(tb, at, "1", weight.FloatString(3), "6", strconv.Itoa(10+i%30), "11", "61"))
	}
	return items, want
}

// checkImport imports files by the rules of the vendor's guide, and compares
// what arrives with what there was.
func checkImport(tb failer, files map[string]string, want map[int64]*big.Rat, pounds bool) {
	tb.Helper()
	pulses, count := 0, len(want)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		rows, err := importDashboard(files[name], time.UTC)
		if err != nil {
			tb.Errorf("%s: %v", name, err)
		}
		for _, row := range rows {
			if row.cells["Heart rate"] == "61" {
				pulses++
			}
			if !strings.HasPrefix(name, "weight") {
				continue
			}
			got, ok := new(big.Rat).SetString(row.cells["Weight"])
			weight, expected := want[row.date.Unix()]
			if !ok || !expected || row.cells["Fat mass"] == "" {
				tb.Errorf("%s: %v", name, row)
				continue
			}
			if pounds {
				got.Mul(got, big.NewRat(45359237, 100000000))
			}
			if off := got.Sub(got, weight); off.Abs(off).Cmp(big.NewRat(1, 200)) > 0 {
				tb.Errorf("%s: %v is off by %s kg", name, row, off.FloatString(6))
			}
			delete(want, row.date.Unix())
		}
	}
	if len(want) > 0 || pulses != count {
		tb.Errorf("%d weights are missing, %d of %d heart rates there", len(want), pulses, count)
	}
}

// TestDashboardFilesAreImported writes drawn records in any order, and imports
// them.
func TestDashboardFilesAreImported(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items, want := weighings(t, rapid.IntRange(1, 40).Draw(t, "count"), rapid.Int64Range(1000, 200000).Draw(t, "grams"))
		o := vendor.DashboardOptions{Pounds: rapid.Bool().Draw(t, "pounds"), MaxRows: rapid.IntRange(1, 50).Draw(t, "rows")}
		files, _ := writeDashboard(t, o, rapid.Permutation(items).Draw(t, "order")...)
		checkImport(t, files, want, o.Pounds)
	})
}

// TestDashboardFilesAreShort writes more records than a file takes.
func TestDashboardFilesAreShort(t *testing.T) {
	t.Parallel()
	for count, parts := range map[int]int{3999: 1, 4000: 2, 8100: 3} {
		items, want := weighings(t, count, 70000)
		files, _ := writeDashboard(t, vendor.DashboardOptions{}, items...)
		equal(t, "files", len(files), 2*parts)
		checkImport(t, files, want, false)
	}
}
