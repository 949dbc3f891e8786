// SPDX-License-Identifier: MIT

package history_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// TestUnknownZoneIsLookedUpAtEveryStart stores a record of a zone that the
// program does not know; a later program may.
func TestUnknownZoneIsLookedUpAtEveryStart(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "history.db")
	archive, err := history.Open(ctx, history.Options{Path: path})
	must(t, err)
	rec := weighed(1, 70)
	rec.Zone = "Mars/Olympus"
	_, err = archive.Apply(ctx, alice, page(rec), sensors.ApplyOptions{}, sensors.Progress{})
	must(t, err)
	must(t, archive.Close())

	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer db.Close() //nolint:errcheck // only read
	offset := func() (suffix string) {
		must(t, db.QueryRowContext(ctx, `SELECT suffix FROM zone_offset WHERE zone = ?`, rec.Zone).Scan(&suffix))
		return suffix
	}
	if got := offset(); got != "+00:00" {
		t.Fatalf("offset %q, want that of UTC", got)
	}
	// What an older program stored is written anew.
	_, err = db.ExecContext(ctx, `UPDATE zone_offset SET suffix = '+09:00', seconds = 32400 WHERE zone = ?`, rec.Zone)
	must(t, err)
	archive, err = history.Open(ctx, history.Options{Path: path})
	must(t, err)
	must(t, archive.Close())
	if got := offset(); got != "+00:00" {
		t.Errorf("offset %q after a start, want that of UTC", got)
	}
}
