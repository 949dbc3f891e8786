// SPDX-License-Identifier: MIT

package sensors_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// ownedBatches decodes responses of all kinds that a scanner reads; first is the
// first number in them.
func ownedBatches(t *testing.T, first int) []sensors.Batch {
	t.Helper()
	const rows = 40
	list := func(name, row string) string {
		var all []string
		for i := range rows {
			begin := at(-rows*24) + int64(i)*7200
			all = append(all, strings.NewReplacer("#", strconv.Itoa(first+i), "@", strconv.FormatInt(begin, 10), "~",
				strconv.FormatInt(begin+3600, 10)).Replace(row))
		}
		return `{"status":0,"body":{"` + name + `":[` + strings.Join(all, ",") + `]}}`
	}
	o := decodeOptions(initialOptions())
	return []sensors.Batch{
		batchOf(t, list("measuregrps", `{"grpid":#,"date":@,"modified":@,"category":1,"deviceid":"scale #","model":"Scale",`+
			`"measures":[{"value":#,"type":1,"unit":-1},{"value":#,"type":6,"unit":-1}]}`), o, sensors.DecodeMeasures),
		batchOf(t, list("series", `{"id":#,"startdate":@,"enddate":~,"modified":@,"hash_deviceid":"mat #","data":{"hr_average":#,`+
			`"sleep_score":#,"night_events":{"2":[#],"3":[#,7]}}}`), o, sensors.DecodeNights),
		batchOf(t, list("activities", `{"date":"2025-01-02","modified":@,"deviceid":"watch #","steps":#,"note":"text #"}`), o,
			sensors.DecodeDays),
		batchOf(t, list("series", `{"startdate":@,"enddate":~,"state":1,"hash_deviceid":"mat #","hr":{"@":#},"rmssd":{"@":#.5}}`), o,
			sensors.DecodeMinutes),
	}
}

func batchOf[T any](
	t *testing.T, response string, o sensors.DecodeOptions, decode func(T, sensors.DecodeOptions) sensors.Batch,
) sensors.Batch {
	t.Helper()
	body, err := withings.Decode[T]([]byte(response))
	if err != nil {
		t.Fatal(err)
	}
	return decode(body, o)
}

// shownRecords is all that records say.
func shownRecords(records []sensors.Record) string {
	var shown strings.Builder
	for _, rec := range records {
		fmt.Fprintln(&shown, rec.ID, rec.At, rec.Modified, rec.Device, rec.Model, rec.Date, rec.ReadFields(), string(rec.Raw))
	}
	return shown.String()
}

// TestDecodingChangesNoOtherRecords decodes two responses before any field of
// either is read.
func TestDecodingChangesNoOtherRecords(t *testing.T) {
	t.Parallel()
	var want []string
	for _, b := range ownedBatches(t, 100) {
		want = append(want, shownRecords(b.Records))
	}
	first, second := ownedBatches(t, 100), ownedBatches(t, 500)
	for i, b := range second {
		if shown := shownRecords(b.Records); shown == want[i] || len(b.Records) == 0 {
			t.Errorf("%s: the second response is no other one:\n%s", b.Kind, shown)
		}
		if got := shownRecords(first[i].Records); got != want[i] {
			t.Errorf("%s: after a second response\n%s\nwant\n%s", b.Kind, got, want[i])
		}
	}
}

// TestBatchCanBeAppliedAgain applies batches twice, as when a transaction is
// repeated: the changes of the first time can have its records.
func TestBatchCanBeAppliedAgain(t *testing.T) {
	t.Parallel()
	o := initialOptions()
	apply := func(b sensors.Batch) string {
		s := newStore()
		changes, err := sensors.Reconcile(b, o, s)
		if err != nil {
			t.Fatal(err)
		}
		put := shownRecords(changes.Put)
		if _, err := s.Update(changes, o, nil); err != nil {
			t.Fatal(err)
		}
		if shown := shownRecords(changes.Put); shown != put {
			t.Errorf("%s: changes are\n%s\nafter the update, before it\n%s", b.Kind, shown, put)
		}
		return put + readingsJSON(t, s)
	}
	for _, b := range ownedBatches(t, 100) {
		before := shownRecords(b.Records)
		if first, again := apply(b), apply(b); first != again {
			t.Errorf("%s: first\n%s\nthen\n%s", b.Kind, first, again)
		}
		if after := shownRecords(b.Records); after != before {
			t.Errorf("%s: records are\n%s\nafterwards, before\n%s", b.Kind, after, before)
		}
	}
}
