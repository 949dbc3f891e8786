// SPDX-License-Identifier: MIT

package history_test

import (
	"path/filepath"
	"testing"

	"vitals2mqtt/history"
)

func TestMirrorCursorSurvivesReopening(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "archive.db")
	open := func() *history.Archive {
		a, err := history.Open(t.Context(), history.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	expect := func(a *history.Archive, user, target string, want int64) {
		t.Helper()
		if got, err := a.Mirrored(t.Context(), user, target); got != want || err != nil {
			t.Errorf("%s at %s: %d, %v, want %d", user, target, got, err, want)
		}
	}
	a := open()
	for _, user := range []string{"1", "2"} {
		if err := a.SetProfile(t.Context(), user, "profile"+user); err != nil {
			t.Fatal(err)
		}
	}
	expect(a, "1", "influx", 0)
	for _, sequence := range []int64{7, 1 << 60} {
		if err := a.SetMirrored(t.Context(), "1", "influx", sequence); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.SetMirrored(t.Context(), "nobody", "influx", 5); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open()
	defer func() { _ = a.Close() }()
	expect(a, "1", "influx", 1<<60)
	expect(a, "1", "victoria", 0)
	expect(a, "2", "influx", 0)
	expect(a, "nobody", "influx", 0)
}
