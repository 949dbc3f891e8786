// SPDX-License-Identifier: MIT

package history_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"vitals2mqtt/history"
)

// readAbroad reads the archive as another program does that keeps its
// transaction open, such as a database browser, until it is ended.
func readAbroad(t *testing.T, path string) (end func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	conn, err := db.Conn(t.Context())
	must(t, err)
	var records int
	_, err = conn.ExecContext(context.WithoutCancel(t.Context()), "BEGIN")
	must(t, err)
	must(t, conn.QueryRowContext(t.Context(), "SELECT count(*) FROM record").Scan(&records))
	end = sync.OnceFunc(func() { must(t, errors.Join(conn.Close(), db.Close())) })
	t.Cleanup(end)
	return end
}

// A program that reads an old state for long keeps nobody from writing. Only
// the log cannot be emptied meanwhile, which is reported.
func TestForeignReaderDelaysOnlyTheLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	execute(t, archive, "PRAGMA busy_timeout = 1")
	store(t, archive, weighed(1, 71))
	end := readAbroad(t, path)
	store(t, archive, weighed(2, 72))
	expectIDs(t, archive, 1, 2)
	expectFault(t, archive.Checkpoint(t.Context()), history.FaultLocked)
	store(t, archive, weighed(3, 73))
	end()
	must(t, archive.Checkpoint(t.Context()))
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() > 0 {
		t.Errorf("the log is %+v, %v", info, err)
	}
	expectIDs(t, archive, 1, 2, 3)
}

// Only a file without a log can be locked by a reader, as a restored copy that
// was not opened yet. The daemon starts, and opens it later.
func TestRestoredCopyThatIsBeingRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "history.db")
	archive := openFile(t, filepath.Join(folder, "former.db"))
	store(t, archive, weighed(1, 71))
	must(t, archive.Backup(t.Context(), path))
	end := readAbroad(t, path)
	restored, err := history.Open(t.Context(), history.Options{Path: path, Patient: true}) // after busy_timeout
	must(t, err)
	end()
	store(t, restored, weighed(2, 72))
	expectIDs(t, restored, 1, 2)
	must(t, restored.Close())
}

// The log of a killed daemon has the newest changes: nothing of it is lost.
func TestOwnLogIsApplied(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, killed := filepath.Join(folder, "history.db"), filepath.Join(folder, "killed.db")
	archive := openFile(t, path)
	store(t, archive, weighed(1, 71))
	store(t, archive, weighed(2, 72))
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		must(t, err)
		if suffix != "" && len(data) == 0 {
			t.Fatal("the log is empty")
		}
		must(t, os.WriteFile(killed+suffix, data, 0o600))
	}
	expectIDs(t, openFile(t, killed), 1, 2)
}

// The daemon was killed, and a copy was restored without deleting the log that
// was left behind. Applied to the copy, it would damage it.
func TestLogOfTheFormerFileIsNotApplied(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, copied := filepath.Join(folder, "history.db"), filepath.Join(folder, "copy.db")
	archive := openFile(t, path)
	store(t, archive, weighed(1, 71))
	must(t, archive.Backup(t.Context(), copied))
	for id := range int64(50) {
		store(t, archive, group(id+2))
	}
	left, err := os.ReadFile(path + "-wal")
	must(t, err)
	must(t, archive.Close())
	must(t, os.Rename(copied, path))
	must(t, os.WriteFile(path+"-wal", left, 0o600)) // as if it had been killed
	restored := openFile(t, path)
	expectIDs(t, restored, 1)
	store(t, restored, weighed(2, 72))
	expectIDs(t, restored, 1, 2)
	if damage := restored.Damage(); damage != nil {
		t.Error(damage)
	}
}
