// SPDX-License-Identifier: MIT

package history_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
)

// reading is a row of the view, with the value as SQLite prints it.
type reading struct{ key, time, value, kind, unit, device, attribution, source string }

// readView reads the whole view with a connection of its own.
func readView(t *testing.T, path string) (rows []reading) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	must(t, err)
	defer func() { _ = db.Close() }()
	found, err := db.QueryContext(t.Context(), `SELECT key, time, value, typeof(value), unit, device,
		coalesce(attribution, ''), source FROM reading WHERE profile = 'alice'`)
	must(t, err)
	defer func() { _ = found.Close() }()
	for found.Next() {
		var r reading
		must(t, found.Scan(&r.key, &r.time, &r.value, &r.kind, &r.unit, &r.device, &r.attribution, &r.source))
		rows = append(rows, r)
	}
	must(t, found.Err())
	slices.SortFunc(rows, compareReadings)
	return rows
}

func compareReadings(a, b reading) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

// wantView computes the view in the straightforward way.
func wantView(t *rapid.T, account *time.Location, series []storedSeries, records []storedRecord) (rows []reading) {
	for _, rec := range records {
		zone := account
		if rec.zone != "" {
			zone, _ = time.LoadLocation(rec.zone)
		}
		var keys []string
		for at := range rec.values {
			keys = append(keys, series[at].naming.Key)
		}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			value, naming, found := rec.value(series, key)
			if key == "" || !found || !rec.isShown(1) {
				continue
			}
			r := reading{
				key:    key,
				time:   time.Unix(rec.time(), 0).In(zone).Format("2006-01-02T15:04:05-07:00"),
				value:  value.shown(naming),
				kind:   "text",
				unit:   naming.Unit,
				device: []string{"", "Body Cardio", "d2"}[rec.device],
				source: "cloud",
			}
			if naming.Form == sensors.FormNumber {
				r.kind = "real"
				// What the driver prints of the float that is nearest.
				r.value = strconv.FormatFloat(value.number(t, naming.Shift).Float(), 'g', -1, 64)
			}
			if rec.attribution != nil {
				r.attribution = strconv.Itoa(*rec.attribution)
			}
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, compareReadings)
	return rows
}

// TestViewEqualsStraightforwardComputation compares the view with what Go
// computes of the same drawn records.
func TestViewEqualsStraightforwardComputation(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(drawnZones()).Draw(rt, "zone"))
		must(t, err)
		series := drawnSeries()
		var records []storedRecord
		for id := range rapid.IntRange(0, 25).Draw(rt, "records") {
			records = append(records, drawStored(rt, int64(id+1), zone, series))
		}
		archive, path := fill(t, folder, nil, zone.String(), series, records)
		must(t, archive.Close())
		if diff := gocmp.Diff(wantView(rt, zone, series, records), readView(t, path), gocmp.AllowUnexported(reading{})); diff != "" {
			rt.Fatalf("in %s: want(-) got(+)\n%s", zone, diff)
		}
	})
}

// TestViewFollowsThePolicy opens the archive again with another policy.
func TestViewFollowsThePolicy(t *testing.T) {
	t.Parallel()
	shared, other := 1, 2
	records := []storedRecord{
		{kind: sensors.KindMeasures, id: 1, at: hours(-1), values: map[int]storedValue{0: number(80)}, attribution: &shared},
		{kind: sensors.KindMeasures, id: 2, at: hours(-2), values: map[int]storedValue{0: number(81)}, attribution: &other},
	}
	for _, test := range []struct {
		policy sensors.Policy
		want   string
	}{
		{nil, "81"},
		{sensors.Policy{1: sensors.Publish, 2: sensors.Hold}, "80"},
	} {
		archive, path := fill(t, t.TempDir(), test.policy, "UTC", drawnSeries(), records)
		must(t, archive.Close())
		if rows := readView(t, path); len(rows) != 1 || rows[0].value != test.want {
			t.Errorf("%v: %v", test.policy, rows)
		}
	}
}

// TestOffsetsReachBeyondLeapYears is about a flaw of time.ZoneBounds on the
// last day of a leap year.
func TestOffsetsReachBeyondLeapYears(t *testing.T) {
	t.Parallel()
	summer := time.Date(2048, time.July, 1, 12, 0, 0, 0, time.UTC).Unix()
	records := []storedRecord{
		{kind: sensors.KindMeasures, id: 1, at: summer, values: map[int]storedValue{0: number(80)}},
	}
	archive, path := fill(t, t.TempDir(), nil, "Europe/Berlin", drawnSeries(), records)
	must(t, archive.Close())
	if rows := readView(t, path); len(rows) != 1 || rows[0].time != "2048-07-01T14:00:00+02:00" {
		t.Errorf("%v", rows)
	}
}
