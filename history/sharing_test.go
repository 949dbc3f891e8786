// SPDX-License-Identifier: MIT

package history_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

func TestReplacedFileIsOpened(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let a file be replaced that is open")
	}
	folder := t.TempDir()
	path, copied := filepath.Join(folder, "history.db"), filepath.Join(folder, "copy.db")
	archive := openFile(t, path)
	store(t, archive, weighed(1, 71))
	must(t, archive.Backup(t.Context(), copied))
	store(t, archive, weighed(2, 72))
	before := revision(t, archive)
	must(t, os.Rename(copied, path)) // the log of the former file stays
	expectIDs(t, archive, 1)
	if after := revision(t, archive); after == before {
		t.Error("the revision is the same")
	}
	store(t, archive, weighed(3, 73))
	expectIDs(t, archive, 1, 3)
	expectIDs(t, openFile(t, path), 1, 3)

	must(t, errors.Join(os.Remove(path), os.Remove(path+"-wal"), os.Remove(path+"-shm")))
	store(t, archive, weighed(4, 74))
	expectIDs(t, openFile(t, path), 4)
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	folder := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(folder, "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	store(t, archive, weighed(1, 71))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		must(t, os.Chmod(path+suffix, 0o644)) // #nosec G302 -- that is the test
	}
	second := openFile(t, path)
	store(t, second, weighed(2, 72))
	for name, want := range map[string]os.FileMode{
		folder:        0o700,
		path:          0o600,
		path + "-wal": 0o600,
		path + "-shm": 0o600,
	} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want mode %o", name, info, err, want)
		}
	}
	must(t, archive.Close())
}

func TestClosedArchiveIsOneFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: path})
	must(t, err)
	store(t, archive, weighed(1, 71))
	if history.Size(path) == 0 {
		t.Error("no size")
	}
	must(t, archive.Close())
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v; want the archive alone", entries, err)
	}
	_, err = archive.Zone(t.Context(), alice)
	if err == nil {
		t.Error("a closed archive answers")
	}
}

// TestTwoProcessesWrite stands for a daemon and a command: both have the file
// open with connections of their own.
func TestTwoProcessesWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	one, two := openFile(t, path), openFile(t, path)
	before := revision(t, one)
	const pages = 100
	var writers sync.WaitGroup
	for i, archive := range []*history.Archive{one, two} {
		writers.Go(func() {
			for n := range int64(pages) {
				b := page(weighed(2*n+int64(i)+1, 71))
				if _, err := archive.Apply(t.Context(), alice, b, sensors.ApplyOptions{}, sensors.Progress{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	want := make([]int64, 2*pages)
	for i := range want {
		want[i] = int64(i) + 1
	}
	expectIDs(t, one, want...)
	expectIDs(t, two, want...)
	if after := revision(t, one); after-before != pages {
		t.Errorf("the revision grew by %d, want %d: the changes of the other", after-before, pages)
	}
	must(t, two.SetProfile(t.Context(), alice, "alice"))
	must(t, two.Forget(t.Context(), alice))
	store(t, one, weighed(1, 71))
	expectIDs(t, two, 1)
}

func TestBatchWithoutChangesWritesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Since: start()}}
	size := int64(0)
	for i := range 3 {
		if _, err := archive.Apply(t.Context(), alice, page(weighed(1, 71)), sensors.ApplyOptions{}, at); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path + "-wal")
		must(t, err)
		if i > 0 && info.Size() != size {
			t.Errorf("the log grew from %d to %d bytes", size, info.Size())
		}
		size = info.Size()
	}
}

func revision(t *testing.T, archive *history.Archive) int64 {
	t.Helper()
	revision, err := archive.Revision(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	return revision
}
