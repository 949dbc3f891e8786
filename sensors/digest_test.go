// SPDX-License-Identifier: MIT

package sensors_test

import (
	"hash/maphash"
	"reflect"
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

// digestBatch is a batch that fills every list.
func digestBatch() sensors.Batch {
	attribution := 0
	return sensors.Batch{
		Kind: sensors.KindMeasures,
		Records: []sensors.Record{{
			ID:          1,
			At:          1_700_000_000,
			Attribution: &attribution,
			Values:      map[string]sensors.Value{"weight_kg": sensors.Text("70")},
			Fields:      []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: sensors.Text("70")}},
			Raw:         []byte(`{"grpid":1}`),
		}},
		Listed:  []int64{1},
		Range:   &sensors.Range{From: time.Unix(1_699_000_000, 0), To: time.Unix(1_700_000_001, 0)},
		Unknown: []sensors.Unknown{{Number: 7}},
		LeftOut: []sensors.LeftOut{{ID: 3, Reason: sensors.LeftOutFuture}},
		Devices: []sensors.Device{{ID: "d1"}},
	}
}

// vary changes a value to another one of its type.
func vary(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Slice:
		v.Set(v.Slice(0, 0))
	case reflect.Pointer:
		v.SetZero()
	case reflect.Struct:
		if at, ok := reflect.TypeAssert[*time.Time](v.Addr()); ok {
			*at = time.Unix(1_700_000_001, 0)
			return
		}
		fallthrough
	default:
		t.Fatalf("no other value of %s", v.Type())
	}
}

// TestDigestReadsEveryField changes one field after the other, also of what is
// added later.
func TestDigestReadsEveryField(t *testing.T) {
	t.Parallel()
	seed := maphash.MakeSeed()
	want := digestBatch().Digest(seed)
	if digestBatch().Digest(seed) != want {
		t.Fatal("equal batches differ")
	}
	without := map[string]bool{
		"Record.Received": true, "LeftOut.Received": true, "Device.Received": true, // the time of the response
		"Record.Values": true, // made of the fields
	}
	for _, of := range []func(*sensors.Batch) any{
		func(b *sensors.Batch) any { return b },
		func(b *sensors.Batch) any { return &b.Records[0] },
		func(b *sensors.Batch) any { return &b.LeftOut[0] },
		func(b *sensors.Batch) any { return &b.Unknown[0] },
		func(b *sensors.Batch) any { return &b.Devices[0] },
	} {
		kind := reflect.TypeOf(of(new(digestBatch()))).Elem()
		for i := range kind.NumField() {
			batch := digestBatch()
			name := kind.Name() + "." + kind.Field(i).Name
			if name == "Record.Values" || !kind.Field(i).IsExported() {
				continue
			}
			vary(t, reflect.ValueOf(of(&batch)).Elem().Field(i))
			if got := batch.Digest(seed); (got == want) != without[name] {
				t.Errorf("another %s: the digest is the same: %v", name, got == want)
			}
		}
	}
	moved := digestBatch()
	moved.Range.To = moved.Range.To.Add(time.Minute)
	if moved.Digest(seed) != want {
		t.Error("another range has another digest")
	}
}

// TestConfirmedRange expects the range that a batch lists in full.
func TestConfirmedRange(t *testing.T) {
	t.Parallel()
	from, to := time.Unix(1_700_000_000, 0).UTC(), time.Unix(1_702_000_000, 0).UTC()
	record := func(id int64, at time.Time, change func(*sensors.Record)) sensors.Record {
		rec := sensors.Record{
			ID:     id,
			At:     at.Unix(),
			Fields: []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: sensors.Text("70")}},
			Values: map[string]sensors.Value{"weight_kg": sensors.Text("70")},
		}
		change(&rec)
		return rec
	}
	inside, unchanged := to.Add(-24*time.Hour), func(*sensors.Record) {}
	for _, test := range []struct {
		name      string
		third     sensors.Record
		listed    []int64
		confirmed bool
	}{
		{"all are listed", record(3, inside, unchanged), []int64{1, 2, 3}, true},
		{"one is not", record(3, inside, unchanged), []int64{1, 2}, false},
		{"an older one is not", record(3, from.Add(-time.Hour), unchanged), []int64{1, 2}, true},
		{"a newer one is not", record(3, to.Add(time.Hour), unchanged), []int64{1, 2}, true},
		{"a deleted one is not", record(3, inside, func(r *sensors.Record) { r.Deleted = to.Unix() }), []int64{1, 2}, true},
		{
			"an imported one is not",
			record(3, inside, func(r *sensors.Record) { r.Source = sensors.SourceImport }),
			[]int64{1, 2},
			true,
		},
	} {
		store, o := sensors.NewStore(), sensors.ApplyOptions{Now: to, RejectRemovals: true}
		known := []sensors.Record{
			record(1, to.Add(-72*time.Hour), unchanged), record(2, to.Add(-48*time.Hour), unchanged), test.third,
		}
		store.Load(sensors.KindMeasures, known, o)
		batch := sensors.Batch{Kind: sensors.KindMeasures, Listed: test.listed}.Covering(from, to)
		changes, err := sensors.Reconcile(batch, o, store)
		if err != nil {
			t.Fatal(err)
		}
		got := changes.Confirmed
		if (got != nil) != test.confirmed || got != nil && (!got.From.Equal(from) || !got.To.Equal(to)) {
			t.Errorf("%s: confirmed %v", test.name, got)
		}
	}
}
