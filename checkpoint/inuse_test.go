// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/checkpoint"
)

func TestInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	expect := func(want bool, when string) {
		t.Helper()
		if got, err := checkpoint.IsInUse(path); got != want || err != nil {
			t.Errorf("%s: %v, %v", when, got, err)
		}
	}
	expect(false, "without a folder")
	if _, err := os.Stat(path); err == nil {
		t.Error("the check created a folder")
	}
	folder, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	expect(true, "while a daemon runs")
	expect(true, "at a second check")
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	expect(false, "after its end")
	openFolder(t, path) // the check left no lock behind
}
