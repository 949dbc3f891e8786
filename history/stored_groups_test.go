// SPDX-License-Identifier: MIT

package history_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// alice is an invented account.
const alice = "1001"

// start is a fixed moment.
func start() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// weighed is an invented measure group, an hour after the one with the id
// before.
func weighed(id, kilograms int64) sensors.Record {
	at := start().Add(time.Duration(id) * time.Hour).Unix()
	attribution := 0
	return sensors.Record{
		ID:          id,
		At:          at,
		Created:     at,
		Modified:    at,
		Received:    at,
		Device:      "scale-1",
		Model:       "Body+",
		Zone:        "Europe/Berlin",
		Attribution: &attribution,
		Raw:         []byte(`{"category":1,"measures":[]}`),
		Fields: []sensors.Field{{
			Name:     "1",
			Position: sensors.NoPosition,
			Value:    sensors.Number(decimal.FromInt(kilograms)),
		}},
	}
}

// page is a page of measure groups, interpreted as a decoder does.
func page(records ...sensors.Record) sensors.Batch {
	b := sensors.Batch{Kind: sensors.KindMeasures}
	for _, rec := range records {
		sensors.Interpret(b.Kind, &rec, nil)
		b.Records, b.Listed = append(b.Records, rec), append(b.Listed, rec.ID)
	}
	return b
}

// store applies a page of measure groups.
func store(t *testing.T, archive *history.Archive, records ...sensors.Record) sensors.Changes {
	t.Helper()
	o := sensors.ApplyOptions{Now: start().Add(1000 * time.Hour), Since: start()}
	changes, err := archive.Apply(t.Context(), alice, page(records...), o, sensors.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// expectIDs compares the ids of all measure groups.
func expectIDs(t *testing.T, archive *history.Archive, want ...int64) {
	t.Helper()
	records, err := archive.Window(t.Context(), alice, sensors.Window{Kind: sensors.KindMeasures, Newest: 1 << 30}, nil)
	var ids []int64
	for _, rec := range records {
		ids = append(ids, rec.ID)
	}
	if err != nil || !slices.Equal(ids, want) {
		t.Errorf("groups %v, %v; want %v", ids, err, want)
	}
}

// group is a measure group with seven values and a row of usual length.
func group(id int64) sensors.Record {
	rec := weighed(id, 70)
	raw := fmt.Appendf(nil, `{"grpid":%d,"attrib":0,"date":%d,"created":%d,"modified":%d,"category":1,"deviceid":"scale-1",`+
		`"hash_deviceid":"scale-1","model":"Body+","modelid":5,"comment":null,"timezone":"Europe/Berlin","measures":[`,
		id, rec.At, rec.At, rec.At)
	for i, name := range []string{"5", "6", "8", "76", "77", "88"} {
		value, _ := decimal.New(7000+id%1000+int64(i), -2)
		rec.Fields = append(rec.Fields, sensors.Field{
			Name:     name,
			Position: sensors.NoPosition,
			Value:    sensors.Number(value),
		})
		raw = fmt.Appendf(raw, `{"value":%d,"type":%s,"unit":-2,"algo":0,"fm":131},`, 7000+id%1000+int64(i), name)
	}
	rec.Raw = fmt.Appendf(raw, "]}")
	return rec
}

// night is a night with forty values and a row of usual length.
func night(id int64) sensors.Record {
	begin := start().Unix() + id*24*60*60
	rec := sensors.Record{
		ID:       id,
		At:       begin + 8*60*60,
		Start:    begin,
		Created:  begin,
		Modified: begin,
		Class:    32,
		Model:    "Sleep Analyzer",
		Zone:     "Europe/Berlin",
		Date:     start().AddDate(0, 0, int(id)).Format("2006-01-02"),
	}
	raw := fmt.Appendf(nil, `{"id":%d,"timezone":"Europe/Berlin","model":32,"model_id":63,"startdate":%d,"data":{`, id, begin)
	for i := range int64(40) {
		name := "field_" + strconv.FormatInt(i, 10)
		rec.Fields = append(rec.Fields, sensors.Field{
			Name:     name,
			Position: sensors.NoPosition,
			Value:    sensors.Number(decimal.FromInt(1 + id*i%1000)),
		})
		raw = fmt.Appendf(raw, `%q:%d,`, name, 1+id*i%1000)
	}
	rec.Raw = fmt.Appendf(raw, "}}")
	return rec
}
