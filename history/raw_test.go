// SPDX-License-Identifier: MIT

package history_test

import (
	"path/filepath"
	"testing"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

func TestRowsOfResponsesAreKept(t *testing.T) {
	t.Parallel()
	archive := openFile(t, filepath.Join(t.TempDir(), "history.db"))
	first, second := group(1), group(2)
	store(t, archive, first, second)
	expectRaw(t, archive, 1, string(first.Raw))
	expectRaw(t, archive, 2, string(second.Raw))
	expectRaw(t, archive, 3, "")
	edited := weighed(1, 72) // a version whose row is unknown
	edited.Modified, edited.Raw = edited.Modified+1, nil
	store(t, archive, edited)
	expectRaw(t, archive, 1, string(first.Raw))
	edited.Modified, edited.Raw = edited.Modified+1, []byte("{}")
	store(t, archive, edited)
	expectRaw(t, archive, 1, "{}")
}

func expectRaw(t *testing.T, archive *history.Archive, id int64, want string) {
	t.Helper()
	row, err := archive.Raw(t.Context(), alice, sensors.Ref{Kind: sensors.KindMeasures, ID: id})
	if err != nil || string(row) != want {
		t.Errorf("the row of %d is %q, %v; want %q", id, row, err, want)
	}
}
