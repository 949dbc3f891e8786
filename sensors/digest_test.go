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
	record := func(id int64, at time.Time) sensors.Record {
		return sensors.Record{
			ID:     id,
			At:     at.Unix(),
			Fields: []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: sensors.Text("70")}},
			Values: map[string]sensors.Value{"weight_kg": sensors.Text("70")},
		}
	}
	store := sensors.NewStore()
	known := []sensors.Record{record(1, to.Add(-72*time.Hour)), record(2, to.Add(-48*time.Hour))}
	store.Load(sensors.KindMeasures, known, sensors.ApplyOptions{Now: to})
	confirmed := func(listed ...int64) *sensors.Range {
		batch := sensors.Batch{Kind: sensors.KindMeasures, Listed: listed}.Covering(from, to)
		changes, err := sensors.Reconcile(batch, sensors.ApplyOptions{Now: to, RejectRemovals: true}, store)
		if err != nil {
			t.Fatal(err)
		}
		return changes.Confirmed
	}
	if got := confirmed(1, 2); got == nil || !got.From.Equal(from) || !got.To.Equal(to) {
		t.Errorf("a response with all records confirms %v", got)
	}
	if got := confirmed(2); got != nil {
		t.Errorf("a response without one of them confirms %v", got)
	}
}
