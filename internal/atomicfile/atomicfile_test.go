package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/internal/atomicfile"
)

func TestReaderNeverSeesATornFile(t *testing.T) {
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

func TestFailureLeavesTheOldFileAndNoRubbish(t *testing.T) {
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
	if err := atomicfile.Writable(path + "/missing"); err == nil {
		t.Error("a missing folder is called writable")
	}
}

func TestKeepAside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if _, err := atomicfile.KeepAside(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to keep: %v", err)
	}
	if err := atomicfile.Write(path, []byte("rubbish")); err != nil {
		t.Fatal(err)
	}
	aside, err := atomicfile.KeepAside(path)
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
