// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"vitals2mqtt/checkpoint"
)

func TestSecretIsCreatedOnceAndRotated(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	made := 0
	fresh := func() string { made++; return "secret" + string(rune('0'+made)) }
	if _, err := checkpoint.OpenReadOnly(folder).Secret(fresh); !errors.Is(err, fs.ErrNotExist) || made != 0 {
		t.Errorf("made %d, %v", made, err)
	}
	f := openFolder(t, folder)
	for range 2 {
		if got, err := f.Secret(fresh); err != nil || got != "secret1" {
			t.Errorf("%q, %v", got, err)
		}
	}
	if got, err := f.RotateSecret(fresh); err != nil || got != "secret2" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := checkpoint.OpenReadOnly(folder).Secret(fresh); err != nil || got != "secret2" {
		t.Errorf("%q, %v", got, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || runtime.GOOS != "windows" && entry.Type().IsRegular() && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", entry.Name(), info.Mode(), err)
		}
	}
}

func TestFormerSecretsAreKeptUntilRemoved(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	f, made := openFolder(t, folder), 0
	fresh := func() string { made++; return "secret" + string(rune('0'+made)) }
	formers := func(want ...string) {
		t.Helper()
		if got, err := checkpoint.OpenReadOnly(folder).FormerSecrets(); err != nil || !slices.Equal(got, want) {
			t.Errorf("former %q (%v), want %q", got, err, want)
		}
	}
	rotate := func() {
		t.Helper()
		if _, err := checkpoint.OpenReadOnly(folder).RotateSecret(fresh); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Secret(fresh); err != nil {
		t.Fatal(err)
	}
	formers()
	rotate()
	formers("secret1")
	rotate() // before any daemon took the second one over
	formers("secret2", "secret1")
	if err := f.RemoveFormerSecrets([]string{"secret1"}); err != nil {
		t.Error(err)
	}
	formers("secret2")
	for range 5 {
		rotate()
	}
	formers("secret7", "secret6", "secret5", "secret4")
	if err := f.RemoveFormerSecrets([]string{"secret7", "secret6", "secret5", "secret4"}); err != nil {
		t.Error(err)
	}
	formers()
	if _, err := os.Stat(filepath.Join(folder, "notify.former")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is left behind: %v", err)
	}
	if got, err := f.Secret(fresh); err != nil || got != "secret8" {
		t.Errorf("%q, %v", got, err)
	}
}

// A folder that is opened for reading is not changed, not even a wrong file
// mode.
func TestOpenReadOnlyKeepsModes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // has no modes
	}
	path := t.TempDir()
	for name, content := range map[string]string{"instance": "0123abcd\n", "notify.secret": "stored\n"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(path, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder := checkpoint.OpenReadOnly(path)
	if id, err := folder.InstanceID(); err != nil || id != "0123abcd" {
		t.Errorf("%q, %v", id, err)
	}
	if got, err := folder.Secret(nil); err != nil || got != "stored" {
		t.Errorf("%q, %v", got, err)
	}
	for _, name := range []string{"instance", "notify.secret"} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestCalendarSecretIsCreatedOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	f, err := checkpoint.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for range 2 {
		if got, err := f.CalendarSecret(func() string { return "first" }); err != nil || got != "first" {
			t.Errorf("%q, %v", got, err)
		}
	}
	path := filepath.Join(folder, "calendar.secret")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got, err := f.CalendarSecret(func() string { return "second" }); err != nil || got != "second" {
		t.Errorf("after its removal: %q, %v", got, err)
	}
}
