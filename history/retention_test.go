// SPDX-License-Identifier: MIT

package history_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

func TestPruneKeepsWhatCurrentReadingsNeed(t *testing.T) {
	t.Parallel()
	archive := openFile(t, filepath.Join(t.TempDir(), "history.db"))
	year := int64(365 * 24)
	height := weighed(1, 71)
	height.Fields[0].Name = "4"
	ambiguous := weighed(2, 50)
	*ambiguous.Attribution = 1
	store(t, archive, height, ambiguous, weighed(3, 72), weighed(3*year, 73), weighed(3*year+1, 74))
	untold, err := archive.Untold(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range untold {
		if err := archive.Told(t.Context(), alice, sensors.Ref{Kind: rec.Kind, ID: rec.ID}); err != nil {
			t.Fatal(err)
		}
	}
	now := start().Add(time.Duration(3*year+2) * time.Hour)
	windows := []sensors.Window{{Kind: sensors.KindMeasures, PerField: 1}}
	for _, want := range []int{2, 0} {
		deleted, err := archive.Prune(t.Context(), now, now, windows...)
		if deleted != want || err != nil {
			t.Errorf("deleted %d, %v; want %d", deleted, err, want)
		}
	}
	expectIDs(t, archive, 1, 3*year, 3*year+1)
}

func TestPruneKeepsPendingEvents(t *testing.T) {
	t.Parallel()
	archive := openFile(t, filepath.Join(t.TempDir(), "history.db"))
	store(t, archive, weighed(1, 71))
	now := start().Add(365 * 24 * time.Hour)
	if deleted, err := archive.Prune(t.Context(), now, now); deleted != 0 || err != nil {
		t.Errorf("deleted %d, %v; want none", deleted, err)
	}
}

func TestForgottenAccountLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	const secret = "unmistakable"
	for id := range int64(600) {
		mine, others := weighed(id+1, 71), weighed(id+1, 55)
		mine.Device = secret + "-scale"
		mine.Fields = append(mine.Fields, sensors.Field{
			Name:     "9999",
			Position: sensors.NoPosition,
			Value:    sensors.Text(secret + "-value"),
		})
		others.Zone = "Asia/Tokyo"
		store(t, archive, mine)
		o := sensors.ApplyOptions{InitialSync: true}
		if _, err := archive.Apply(t.Context(), "2002", page(others), o, sensors.Progress{}); err != nil {
			t.Fatal(err)
		}
	}
	if !containsBytes(t, path, secret) {
		t.Fatal("nothing to be found before")
	}
	if err := archive.Forget(t.Context(), alice); err != nil {
		t.Fatal(err)
	}
	if containsBytes(t, path, secret) || containsBytes(t, path, "Berlin") {
		t.Error("there are traces")
	}
	expectIDs(t, archive)
	records, err := archive.Window(t.Context(), "2002", sensors.Window{Kind: sensors.KindMeasures, Newest: 9999}, nil)
	if len(records) != 600 || err != nil {
		t.Errorf("the other account has %d records, %v", len(records), err)
	}
	store(t, archive, weighed(1, 71))
	expectIDs(t, archive, 1)
}

// containsBytes looks into all files of the archive.
func containsBytes(t *testing.T, path, text string) bool {
	t.Helper()
	found := false
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		found = found || bytes.Contains(data, []byte(text))
	}
	return found
}
