// SPDX-License-Identifier: MIT

package history_test

import (
	"path/filepath"
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history"
	"vitals2mqtt/history/historytest"
)

func TestArchiveConforms(t *testing.T) {
	t.Parallel()
	historytest.Run(t, func(t *testing.T) bridge.Archive {
		t.Helper()
		return openFile(t, filepath.Join(t.TempDir(), "history.db"))
	})
}

// openFile opens an archive until the end of the test.
func openFile(t *testing.T, path string) *history.Archive {
	t.Helper()
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	return archive
}
