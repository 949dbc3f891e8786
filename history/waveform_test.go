// SPDX-License-Identifier: MIT

package history_test

import (
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// ecg is an invented electrocardiogram of so many hours after the start.
func ecg(id, hours int64) sensors.Record {
	at := start().Add(time.Duration(hours) * time.Hour).Unix()
	field := func(name string, n int64) sensors.Field {
		return sensors.Field{Name: name, Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(n))}
	}
	return sensors.Record{
		ID:       id,
		At:       at,
		Modified: at,
		Model:    "ScanWatch",
		Fields:   []sensors.Field{field(sensors.FieldECG, at), field(sensors.FieldAFib, 1), field(sensors.FieldHeartRate, 63)},
	}
}

// storeECGs stores electrocardiograms of Alice.
func storeECGs(t *testing.T, archive *history.Archive, records ...sensors.Record) {
	t.Helper()
	batch := sensors.Batch{Kind: sensors.KindHeart}
	for _, rec := range records {
		sensors.Interpret(sensors.KindHeart, &rec, nil)
		batch.Records = append(batch.Records, rec)
	}
	_, err := archive.Apply(t.Context(), alice, batch, sensors.ApplyOptions{InitialSync: true}, sensors.Progress{})
	must(t, err)
}

// beats is an invented waveform of half a minute.
func beats() sensors.Waveform {
	w := sensors.Waveform{Frequency: 300, HeartRate: 63, Position: 1}
	for i := range 9000 {
		w.Samples = append(w.Samples, int(300*math.Sin(float64(i)/40))+i*7919%31)
	}
	return w
}

func storeWaveform(t *testing.T, archive *history.Archive, id int64, w sensors.Waveform) {
	t.Helper()
	stored, err := archive.StoreWaveform(t.Context(), alice, id, w)
	if err != nil || !stored {
		t.Fatalf("waveform %d: stored %t, %v", id, stored, err)
	}
}

func TestECGsAreListed(t *testing.T) {
	t.Parallel()
	archive := openFile(t, filepath.Join(t.TempDir(), "history.db"))
	sound := sensors.Record{ID: -9, At: start().Unix(), Fields: []sensors.Field{
		{Name: sensors.FieldValves, Position: sensors.NoPosition, Value: sensors.Number(decimal.FromInt(0))},
	}}
	storeECGs(t, archive, ecg(11, 1), ecg(12, 2), ecg(-5, 3), ecg(14, 4), sound)
	storeWaveform(t, archive, 12, beats())
	unworn := beats()
	unworn.Position = sensors.NoPosition
	storeWaveform(t, archive, 14, unworn)
	must(t, archive.MarkWaveformTried(t.Context(), alice, 11, start()))
	type shown struct {
		id       int64
		curve    bool
		position int
	}
	for _, test := range []struct {
		from, to time.Time
		want     []shown
	}{
		{want: []shown{{11, false, -1}, {12, true, 1}, {-5, false, -1}, {14, true, -1}}},
		{
			from: start().Add(2 * time.Hour),
			to:   start().Add(3 * time.Hour),
			want: []shown{{12, true, 1}},
		},
		{from: start().Add(99 * time.Hour)},
	} {
		found, err := archive.ECGs(t.Context(), alice, test.from, test.to)
		must(t, err)
		var got []shown
		for _, e := range found {
			got = append(got, shown{e.ID, e.HasWaveform, e.Position})
			if e.Values["ecg_afib"].String() != "positive" || e.Values["ecg_heart_rate_bpm"].String() != "63" {
				t.Errorf("values %v", e.Values)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("from %v to %v: %v, want %v", test.from, test.to, got, test.want)
		}
	}
}

// TestWaveformGoesWithItsRecord deletes by age, and by account.
func TestWaveformGoesWithItsRecord(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	year := int64(365 * 24)
	storeECGs(t, archive, ecg(11, 1), ecg(12, year))
	storeWaveform(t, archive, 11, beats())
	storeWaveform(t, archive, 12, beats())
	count := func(want int) {
		t.Helper()
		var rows int
		must(t, openSQL(t, path).QueryRowContext(t.Context(), "SELECT count(*) FROM waveform").Scan(&rows))
		if rows != want {
			t.Errorf("%d waveforms, want %d", rows, want)
		}
	}
	count(2)
	now := start().Add(time.Duration(year+1) * time.Hour)
	deleted, err := archive.Prune(t.Context(), start().Add(48*time.Hour), now)
	if deleted != 1 || err != nil {
		t.Errorf("deleted %d, %v", deleted, err)
	}
	count(1)
	must(t, archive.Forget(t.Context(), alice))
	count(0)
}

func TestBackupHasTheWaveforms(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	archive := openFile(t, filepath.Join(folder, "history.db"))
	storeECGs(t, archive, ecg(11, 1))
	storeWaveform(t, archive, 11, beats())
	path := filepath.Join(folder, "copy.db")
	must(t, archive.Backup(t.Context(), path))
	expectBeats(t, openFile(t, path))
}

func expectBeats(t *testing.T, archive *history.Archive) {
	t.Helper()
	got, found, err := archive.Waveform(t.Context(), alice, 11)
	if diff := gocmp.Diff(got, beats()); diff != "" || !found || err != nil {
		t.Errorf("found %t, %v: got (-), want (+)\n%s", found, err, diff)
	}
}

// TestWaveformIsSmall: half a minute takes much less than its samples in JSON.
func TestWaveformIsSmall(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	storeECGs(t, archive, ecg(11, 1))
	storeWaveform(t, archive, 11, beats())
	var bytes int
	must(t, openSQL(t, path).QueryRowContext(t.Context(), "SELECT length(data) FROM waveform").Scan(&bytes))
	if bytes > 9000 {
		t.Errorf("%d bytes for 9000 samples", bytes)
	}
}

func TestWaveformsOfAnySamples(t *testing.T) {
	t.Parallel()
	archive, id := openFile(t, filepath.Join(t.TempDir(), "history.db")), int64(0)
	rapid.Check(t, func(r *rapid.T) {
		id++
		storeECGs(t, archive, ecg(id, id))
		want := sensors.Waveform{
			Frequency: rapid.IntRange(1, sensors.MaxWaveformFrequency).Draw(r, "frequency"),
			Samples: rapid.SliceOfN(
				rapid.IntRange(-sensors.MaxWaveformVoltage, sensors.MaxWaveformVoltage), 1, 50).Draw(r, "samples"),
			HeartRate: rapid.IntRange(0, 300).Draw(r, "rate"),
			Position:  rapid.IntRange(sensors.NoPosition, 40).Draw(r, "position"),
		}
		storeWaveform(t, archive, id, want)
		got, found, err := archive.Waveform(t.Context(), alice, id)
		if diff := gocmp.Diff(got, want); diff != "" || !found || err != nil {
			r.Errorf("found %t, %v: got (-), want (+)\n%s", found, err, diff)
		}
	})
}
