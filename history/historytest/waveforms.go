// SPDX-License-Identifier: MIT

package historytest

import (
	"context"
	"errors"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
)

// waveforms is what an archive beside bridge.Archive must have.
type waveforms interface {
	bridge.Archive
	Waveform(ctx context.Context, user string, id int64) (w sensors.Waveform, found bool, err error)
}

// ecg is an invented electrocardiogram.
func ecg(id int64, at time.Time) sensors.Record {
	return sensors.Record{
		ID:       id,
		At:       at.Unix(),
		Modified: at.Unix(),
		Fields: []sensors.Field{
			{Name: sensors.FieldECG, Position: sensors.NoPosition, Value: number("1772366400")},
			{Name: sensors.FieldAFib, Position: sensors.NoPosition, Value: number("0")},
		},
	}
}

// curve is an invented waveform.
func curve() sensors.Waveform {
	return sensors.Waveform{
		Frequency:  300,
		Samples:    []int{-20, 3, 950, 0, -sensors.MaxWaveformVoltage, sensors.MaxWaveformVoltage, 7},
		Unreadable: 1,
		HeartRate:  63,
		Position:   1,
	}
}

func testMissingWaveforms(t *testing.T, a bridge.Archive) {
	t.Helper()
	withoutSignal := ecg(-5, noon())
	apply(t, a, batchOf(sensors.KindHeart, ecg(11, noon().Add(-2*day)), ecg(12, noon()), withoutSignal), since())
	apply(t, a, batchOf(sensors.KindSounds, sensors.Record{ID: 13, At: noon().Unix()}), since())
	tried := noon().Add(time.Hour)
	for range 2 {
		if err := a.MarkWaveformTried(t.Context(), user, 11, tried); err != nil {
			t.Fatal(err)
		}
	}
	for _, unknown := range []int64{-5, 13, 99} {
		if err := a.MarkWaveformTried(t.Context(), user, unknown, tried); err != nil {
			t.Errorf("signal %d: %v", unknown, err)
		}
	}
	second := sensors.MissingWaveform{ID: 11, Attempts: 2, TriedAt: tried}
	expectMissing(t, a, 3, sensors.MissingWaveform{ID: 12}, second)
	expectMissing(t, a, 2, sensors.MissingWaveform{ID: 12})
	other, err := a.MissingWaveforms(t.Context(), "2002", 9)
	if len(other) > 0 || err != nil {
		t.Errorf("the other account lacks %v, %v", other, err)
	}
}

func testStoreWaveform(t *testing.T, a bridge.Archive) {
	t.Helper()
	apply(t, a, batchOf(sensors.KindHeart, ecg(11, noon()), ecg(12, noon())), since())
	if err := a.MarkWaveformTried(t.Context(), user, 11, noon()); err != nil {
		t.Fatal(err)
	}
	minimal := sensors.Waveform{Frequency: 500, Samples: []int{0}, Position: sensors.NoPosition}
	for _, step := range []struct {
		id     int64
		curve  sensors.Waveform
		stored bool
	}{{11, curve(), true}, {11, minimal, false}, {12, minimal, true}, {99, minimal, false}} {
		stored, err := a.StoreWaveform(t.Context(), user, step.id, step.curve)
		if stored != step.stored || err != nil {
			t.Errorf("signal %d: stored %t, %v", step.id, stored, err)
		}
	}
	expectWaveform(t, a, 11, curve())
	expectWaveform(t, a, 12, minimal)
	expectMissing(t, a, 9)
	if _, err := a.StoreWaveform(t.Context(), user, 11, sensors.Waveform{}); !errors.Is(err, sensors.ErrNoWaveform) {
		t.Errorf("an empty waveform: %v", err)
	}
	changed := ecg(11, noon())
	changed.Modified++
	changed.Fields[1].Value = number("1")
	apply(t, a, batchOf(sensors.KindHeart, changed), since())
	expectWaveform(t, a, 11, curve())
}

func testRemovedWaveform(t *testing.T, a bridge.Archive) {
	t.Helper()
	both := batchOf(sensors.KindHeart, ecg(11, noon()), ecg(12, noon().Add(-day)))
	both.Listed = []int64{noon().Unix(), noon().Add(-day).Unix()} // of this kind, times
	apply(t, a, both, since())
	if _, err := a.StoreWaveform(t.Context(), user, 11, curve()); err != nil {
		t.Fatal(err)
	}
	apply(t, a, covering(sensors.Batch{Kind: sensors.KindHeart}), trusting())
	archive, ok := a.(waveforms)
	if !ok {
		t.Fatal("the archive cannot return waveforms")
	}
	if _, found, err := archive.Waveform(t.Context(), user, 11); found || err != nil {
		t.Errorf("waveform of a removed electrocardiogram: %t, %v", found, err)
	}
	expectMissing(t, a, 9)
	if stored, err := a.StoreWaveform(t.Context(), user, 12, curve()); stored || err != nil {
		t.Errorf("stored for a removed electrocardiogram: %t, %v", stored, err)
	}
}

func expectMissing(t *testing.T, a bridge.Archive, maxAttempts int, want ...sensors.MissingWaveform) {
	t.Helper()
	got, err := a.MissingWaveforms(t.Context(), user, maxAttempts)
	if diff := gocmp.Diff(got, want); diff != "" || err != nil {
		t.Errorf("missing waveforms (-), want (+): %v\n%s", err, diff)
	}
}

func expectWaveform(t *testing.T, a bridge.Archive, id int64, want sensors.Waveform) {
	t.Helper()
	archive, ok := a.(waveforms)
	if !ok {
		t.Fatal("the archive cannot return waveforms")
	}
	got, found, err := archive.Waveform(t.Context(), user, id)
	if diff := gocmp.Diff(got, want); diff != "" || !found || err != nil {
		t.Errorf("waveform %d (-), want (+): found %t, %v\n%s", id, found, err, diff)
	}
	if _, found, err := archive.Waveform(t.Context(), "2002", id); found || err != nil {
		t.Errorf("another account has the waveform: %t, %v", found, err)
	}
}
