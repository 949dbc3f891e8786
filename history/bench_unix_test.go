//go:build unix

package history_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// BenchmarkFirstFill stores ten years: 20,000 measure groups with seven values
// and 3,650 nights with forty, in pages of 300.
func BenchmarkFirstFill(b *testing.B) {
	var pages []sensors.Batch
	for first := int64(1); first < 20000; first += 300 {
		var groups []sensors.Record
		for id := first; id < first+300; id++ {
			groups = append(groups, group(id))
		}
		pages = append(pages, page(groups...))
	}
	for first := int64(1); first < 3650; first += 300 {
		nights := sensors.Batch{Kind: sensors.KindNights}
		for id := first; id < first+300; id++ {
			nights.Records = append(nights.Records, night(id))
		}
		pages = append(pages, nights)
	}
	b.ReportAllocs()
	before := processorTime(b)
	defer func() { b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "cpu-s/op") }()
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "history.db")
		archive, err := history.Open(b.Context(), history.Options{Path: path})
		if err != nil {
			b.Fatal(err)
		}
		for i, p := range pages {
			at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Offset: int64(i)}}
			if _, err := archive.Apply(b.Context(), alice, p, sensors.ApplyOptions{InitialSync: true}, at); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(history.Size(path))/1e6, "MB")
		if err := archive.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// processorTime is the time that this process has used of all processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
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
