// SPDX-License-Identifier: MIT

package historytest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// user is an invented account.
const user = "1001"

// noon is a fixed moment.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// day is the length of a day.
const day = 24 * time.Hour

// since are options with which records that were created now are news.
func since() sensors.ApplyOptions {
	return sensors.ApplyOptions{Now: noon(), Since: noon().Add(-day)}
}

// number is an exact number.
func number(text string) sensors.Value {
	d, err := decimal.Parse(text)
	if err != nil {
		return sensors.Text(err.Error())
	}
	return sensors.Number(d)
}

// weighIn is an invented measure group with a weight.
func weighIn(id int64, at time.Time, kilograms string) sensors.Record {
	attribution := 0
	return sensors.Record{
		ID:          id,
		At:          at.Unix(),
		Created:     at.Unix(),
		Modified:    at.Unix(),
		Received:    at.Unix() + 5,
		Device:      "scale-1",
		Model:       "Body+",
		Zone:        "Europe/Berlin",
		Attribution: &attribution,
		Fields:      []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: number(kilograms)}},
	}
}

// samples has one record of many kinds, each with all that it can have.
func samples() map[sensors.Kind]sensors.Record {
	at := noon().Unix()
	group := weighIn(1, noon(), "71.325")
	group.Raw = []byte(`{"grpid":1}`)
	group.Fields = append(group.Fields,
		sensors.Field{Name: "174", Position: 2, Value: number("9223372036854775807")},
		sensors.Field{Name: "174", Position: 3, Value: number("-0.000001")},
		sensors.Field{Name: "4711", Position: sensors.NoPosition, Value: sensors.Text("92233720368547758079")})
	night := sensors.Record{
		ID:       2,
		At:       at,
		Created:  at,
		Modified: at + 1,
		Received: at + 2,
		Model:    "Sleep Analyzer",
		Zone:     "Europe/Berlin",
		Date:     "2026-03-01",
		Start:    at - 8*60*60,
		Class:    32,
		Fields: []sensors.Field{
			{Name: sensors.FieldStart, Position: sensors.NoPosition, Value: number(strconv.FormatInt(at-8*60*60, 10))},
			{Name: "hr_average", Position: sensors.NoPosition, Value: number("51")},
		},
	}
	total := sensors.Record{
		ID:      -20260301,
		At:      at,
		Start:   at - 11*60*60,
		Date:    "2026-03-01",
		Tracker: true,
		Brand:   18,
		Fields:  []sensors.Field{{Name: "steps", Position: sensors.NoPosition, Value: number("8123")}},
	}
	return map[sensors.Kind]sensors.Record{
		sensors.KindMeasures: group,
		sensors.KindNights:   night,
		sensors.KindDays:     total,
		sensors.KindBeds:     {ID: -5, At: at},
	}
}

// batch is a page of measure groups.
func batch(records ...sensors.Record) sensors.Batch { return batchOf(sensors.KindMeasures, records...) }

// batchOf is a page of records, interpreted as a decoder does.
func batchOf(kind sensors.Kind, records ...sensors.Record) sensors.Batch {
	b := sensors.Batch{Kind: kind}
	for _, rec := range records {
		rec = clone(rec)
		sensors.Interpret(kind, &rec, nil)
		b.Records, b.Listed = append(b.Records, rec), append(b.Listed, rec.ID)
	}
	return b
}

// trusting are options with which what a complete batch lacks is gone.
func trusting() sensors.ApplyOptions {
	o := since()
	o.TrustAbsence = true
	return o
}

// covering is the batch as complete for the last year.
func covering(b sensors.Batch) sensors.Batch {
	return b.Covering(noon().Add(-365*day), noon().Add(day))
}

func apply(t *testing.T, a bridge.Archive, b sensors.Batch, o sensors.ApplyOptions) sensors.Changes {
	t.Helper()
	changes, err := a.Apply(t.Context(), user, b, o, sensors.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func window(t *testing.T, a bridge.Archive, w sensors.Window) []sensors.Record {
	t.Helper()
	records, err := a.Window(t.Context(), user, w, nil)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// expectWindow compares a window with the ids and the first fields of its
// records.
func expectWindow(t *testing.T, a bridge.Archive, w sensors.Window, want ...string) {
	t.Helper()
	var got []string
	for _, rec := range window(t, a, w) {
		line := strconv.FormatInt(rec.ID, 10)
		if len(rec.Fields) > 0 {
			line = fmt.Sprintf("%d = %s", rec.ID, rec.Fields[0].Value)
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		t.Errorf("window %+v has %q, want %q", w, got, want)
	}
}

// diffRecords compares two records, whatever the order of their fields.
func diffRecords(got, want sensors.Record) string {
	for _, rec := range []*sensors.Record{&got, &want} {
		rec.Fields = slices.SortedFunc(slices.Values(rec.ReadFields()), func(a, b sensors.Field) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Position, b.Position))
		})
	}
	return gocmp.Diff(got, want, cmpopts.IgnoreUnexported(sensors.Record{}),
		gocmp.Comparer(func(a, b sensors.Value) bool { return a == b }))
}
