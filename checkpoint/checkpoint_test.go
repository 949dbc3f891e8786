// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/checkpoint"
)

type testState struct {
	Weight string `json:"weight"`
}

func openFolder(t *testing.T, path string) *checkpoint.Folder {
	t.Helper()
	folder, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	return folder
}

func TestOpenRefusesSecondDaemon(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	first, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Open(path); !errors.Is(err, checkpoint.ErrInUse) ||
		!strings.Contains(err.Error(), "state_dir") {
		t.Errorf("second Open: %v, want ErrInUse with a remedy", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	openFolder(t, path)
}

func TestInstanceIDIsCreatedOnce(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	if _, err := checkpoint.OpenReadOnly(path).InstanceID(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading an id that does not exist: %v", err)
	}
	folder := openFolder(t, path)
	first, err := folder.InstanceID()
	if err != nil || len(first) != 8 {
		t.Fatalf("%q, %v", first, err)
	}
	for _, again := range []*checkpoint.Folder{folder, checkpoint.OpenReadOnly(path)} {
		if id, err := again.InstanceID(); err != nil || id != first {
			t.Errorf("then %q, %v; want %q", id, err, first)
		}
	}
	if err := os.WriteFile(filepath.Join(path, "instance"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if id, err := folder.InstanceID(); err != nil || id == "rubbish" || len(id) != 8 {
		t.Errorf("after damage: %q, %v", id, err)
	}
}

func TestSaveLoadRoundTrip(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	folder := openFolder(t, path)
	var got testState
	if found, err := folder.Load("alice", &got); found || err != nil {
		t.Errorf("nothing stored: %v, %v", found, err)
	}
	for _, name := range []string{"bob", "alice"} {
		if err := folder.Save(name, testState{Weight: name}); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := folder.Load("alice", &got); !found || err != nil || got.Weight != "alice" {
		t.Errorf("%v, %v, %+v", found, err, got)
	}
	if names, err := folder.Profiles(); err != nil || !slices.Equal(names, []string{"alice", "bob"}) {
		t.Errorf("profiles %v, %v", names, err)
	}
	info, err := os.Stat(filepath.Join(path, "profiles", "alice.json"))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the file is accessible to others: %v, %v", info.Mode(), err)
	}
	for _, name := range []string{"../alice", "", "Alice", "a/b"} {
		if err := folder.Save(name, testState{}); err == nil {
			t.Errorf("%q was accepted as a profile", name)
		}
	}
}

func TestDamagedStateIsRenamed(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	folder := openFolder(t, path)
	file := filepath.Join(path, "profiles", "alice.json")
	if err := os.WriteFile(file, []byte(`{"weight": "81`), 0o600); err != nil {
		t.Fatal(err)
	}
	var got testState
	var damaged *checkpoint.DamagedError
	if found, err := checkpoint.OpenReadOnly(path).Load("alice", &got); found || !errors.As(err, &damaged) {
		t.Errorf("reading only: %v, %v", found, err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("a reader moved the file: %v", err)
	}
	if found, err := folder.Load("alice", &got); found || !errors.As(err, &damaged) {
		t.Fatalf("%v, %v; want *Damaged", found, err)
	}
	if kept, err := os.ReadFile(damaged.RenamedTo); err != nil || string(kept) != `{"weight": "81` {
		t.Errorf("kept: %q, %v", kept, err)
	}
	if err := folder.Save("alice", testState{Weight: "82"}); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRemovesLeftoversOfKilledProcess(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	first, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	leftover := filepath.Join(path, "profiles", "alice.json.tmp-123")
	if err := os.WriteFile(leftover, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	openFolder(t, path)
	if _, err := os.Stat(leftover); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover is still there: %v", err)
	}
}

func TestOpenFailsWhenFolderCannotBeCreated(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Open(filepath.Join(file, "state")); err == nil {
		t.Error("a folder below a file was opened")
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	folder := openFolder(t, path)
	if err := folder.Save("alice", testState{Weight: "81"}); err != nil {
		t.Fatal(err)
	}
	reader := checkpoint.OpenReadOnly(path)
	if err := reader.Save("alice", testState{Weight: "82"}); !errors.Is(err, checkpoint.ErrReadOnly) {
		t.Errorf("a reader saved: %v", err)
	}
	if err := reader.Remove("alice"); !errors.Is(err, checkpoint.ErrReadOnly) {
		t.Errorf("a reader removed: %v", err)
	}
	var got testState
	if found, err := reader.Load("alice", &got); !found || err != nil || got.Weight != "81" {
		t.Errorf("after refused changes: %v, %v, %+v", found, err, got)
	}
	for range 2 {
		if err := folder.Remove("alice"); err != nil {
			t.Error(err)
		}
	}
	if found, err := folder.Load("alice", &got); found || err != nil {
		t.Errorf("after removing: %v, %v", found, err)
	}
	if err := folder.Remove("../instance"); err == nil {
		t.Error("a path was accepted as a profile")
	}
}

func TestOpenKeepsModeOfExistingFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	openFolder(t, path)
	for folder, want := range map[string]os.FileMode{path: 0o755, filepath.Join(path, "profiles"): 0o700} {
		if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", folder, info.Mode(), err, want)
		}
	}
}

// Open retries while IsInUse holds the lock for a moment.
func TestOpenWaitsForConcurrentIsInUse(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	first, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	released := make(chan error, 1)
	time.AfterFunc(60*time.Millisecond, func() { released <- first.Close() })
	second, err := checkpoint.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-released, second.Close()); err != nil {
		t.Error(err)
	}
}
