// SPDX-License-Identifier: MIT

package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/internal/atomicfile"
)

func TestReaderNeverSeesPartialFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	contents := map[string]bool{strings.Repeat("a", 10000): true, strings.Repeat("b", 20000): true}
	var group sync.WaitGroup
	for content := range contents {
		if err := atomicfile.Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for range 50 {
				if err := atomicfile.Write(path, []byte(content)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 200 {
		if data, err := atomicfile.Read(path); err != nil || !contents[string(data)] {
			t.Fatalf("read %d bytes, %v", len(data), err)
		}
	}
	group.Wait()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestFailedWriteKeepsOldFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "taken")
	if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil { // a folder cannot be replaced by a file
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, []byte("x")); err == nil {
		t.Error("a folder was overwritten")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := atomicfile.CheckWritable(path + "/missing"); err == nil {
		t.Error("a missing folder counts as writable")
	}
}

func TestQuarantine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if _, err := atomicfile.Quarantine(path, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := atomicfile.Write(path, []byte("rubbish")); err != nil {
		t.Fatal(err)
	}
	if _, err := atomicfile.Quarantine(path, []byte("previous content")); !errors.Is(err, atomicfile.ErrChanged) {
		t.Errorf("a newer file: %v, want ErrChanged", err)
	}
	if data, err := atomicfile.Read(path); err != nil || string(data) != "rubbish" || countFiles(t, path) != 1 {
		t.Fatalf("the newer file was moved: %q, %v, %d files", data, err, countFiles(t, path))
	}
	aside, err := atomicfile.Quarantine(path, []byte("rubbish"))
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(aside); err != nil || string(data) != "rubbish" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := atomicfile.Read(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// countFiles counts the files in the folder of path.
func countFiles(t *testing.T, path string) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestConcurrentProbes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				if err := atomicfile.CheckWritable(folder); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if n := countFiles(t, filepath.Join(folder, "any")); n != 0 {
		t.Errorf("%d files left behind", n)
	}
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "alice.json")
	for _, name := range []string{"alice.json", "alice.json.tmp-1", "bob.json.tmp-1", "alice.json.broken-1"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := atomicfile.RemoveLeftoversOf(path); err != nil || countFiles(t, path) != 3 {
		t.Errorf("%d of 3 files after removing Alice's, %v", countFiles(t, path), err)
	}
	if err := atomicfile.RemoveLeftovers(folder); err != nil || countFiles(t, path) != 2 {
		t.Errorf("%d of 2 files after removing all, %v", countFiles(t, path), err)
	}
	if err := atomicfile.RemoveLeftovers(filepath.Join(folder, "missing")); err != nil {
		t.Errorf("a missing folder: %v", err)
	}
}

func TestRestrictModeAndRemove(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	path := filepath.Join(t.TempDir(), "file")
	if _, err := atomicfile.RestrictMode(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := atomicfile.Write(path, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if former, err := atomicfile.RestrictMode(path); former != 0 || err != nil {
		t.Errorf("a private file had mode %o, %v", former, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if former, err := atomicfile.RestrictMode(path); former != 0o640 || err != nil {
		t.Errorf("a file for the group had mode %o, %v", former, err)
	}
	for range 2 {
		if err := atomicfile.Remove(path); err != nil || countFiles(t, path) != 0 {
			t.Errorf("removing: %v, %d files", err, countFiles(t, path))
		}
	}
}
