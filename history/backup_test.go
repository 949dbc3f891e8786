// SPDX-License-Identifier: MIT

package history_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history"
)

func TestBackupIsACopyOfEverything(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	archive := openFile(t, filepath.Join(folder, "history.db"))
	store(t, archive, weighed(1, 71), weighed(2, 72))
	path := filepath.Join(folder, "copy.db")
	if err := archive.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	store(t, archive, weighed(3, 73))
	copied := openFile(t, path)
	expectIDs(t, copied, 1, 2)
	expectIDs(t, archive, 1, 2, 3)
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want mode 0600", info, err)
	}
	if err := archive.Checkpoint(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestBackupOverwritesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	archive := openFile(t, filepath.Join(folder, "history.db"))
	for _, path := range []string{filepath.Join(folder, "history.db"), filepath.Join(folder, "other")} {
		before, _ := os.ReadFile(path)
		if len(before) == 0 {
			if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := archive.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%v, want fs.ErrExist", err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(folder, "other")); string(data) != "mine" || err != nil {
		t.Errorf("the file is now %q, %v", data, err)
	}
	missing := filepath.Join(folder, "missing", "copy.db")
	if err := archive.Backup(t.Context(), missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want fs.ErrNotExist", err)
	}
	store(t, archive, weighed(1, 71))
	if changes := store(t, archive, weighed(1, 71)); len(changes.Put) > 0 {
		t.Error("the archive no longer works")
	}
	var _ bridge.Archive = archive
}

func TestBackupOfAnArchiveOpenedForReading(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	store(t, openFile(t, path), weighed(1, 71))
	reader, err := history.Open(t.Context(), history.Options{Path: path, ReadOnly: true})
	must(t, err)
	must(t, reader.Backup(t.Context(), path+".copy"))
	must(t, reader.Close())
	expectIDs(t, openFile(t, path+".copy"), 1)
}

// TestMissingArchiveIsTakenFromItsBackup is what happens after the backup of an
// add-on was restored.
func TestMissingArchiveIsTakenFromItsBackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	archive := openFile(t, filepath.Join(folder, "history.db"))
	store(t, archive, weighed(1, 71))
	restored := filepath.Join(folder, "restored.db")
	must(t, archive.Backup(t.Context(), restored+history.BackupSuffix))
	expectIDs(t, openFile(t, restored), 1)
	must(t, archive.Backup(t.Context(), filepath.Join(folder, "history.db"+history.BackupSuffix)))
	store(t, archive, weighed(2, 72))
	expectIDs(t, openFile(t, filepath.Join(folder, "history.db")), 1, 2)
}

// TestBackupIsNotMixedWithTheLogOfAnotherFile: a killed daemon leaves a log,
// which SQLite would apply to the copy.
func TestBackupIsNotMixedWithTheLogOfAnotherFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	store(t, archive, weighed(1, 71))
	must(t, archive.Backup(t.Context(), path+".old"))
	for id := range int64(50) {
		store(t, archive, weighed(id+2, 72))
	}
	killed := filepath.Join(t.TempDir(), "history.db")
	for from, to := range map[string]string{path + "-wal": killed + "-wal", path + ".old": killed + history.BackupSuffix} {
		data, err := os.ReadFile(from)
		must(t, err)
		must(t, os.WriteFile(to, data, 0o600))
	}
	restored := openFile(t, killed)
	expectIDs(t, restored, 1)
	if damage := restored.Damage(); damage != nil {
		t.Error(damage)
	}
}
