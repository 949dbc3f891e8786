// SPDX-License-Identifier: MIT

package tokenstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/tokenstore/storetest"
	"vitals2mqtt/withings"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("File", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store { t.Helper(); return open(t, t.TempDir()) })
	})
	t.Run("Memory", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store { t.Helper(); return tokenstore.NewMemory() })
	})
}

func open(t *testing.T, folder string) *tokenstore.File {
	t.Helper()
	store, err := tokenstore.New(folder)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	folder := t.TempDir()
	tokens := filepath.Join(folder, "tokens")
	if err := os.Mkdir(tokens, 0o777); err != nil {
		t.Fatal(err)
	}
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	path := filepath.Join(tokens, "alice.json")
	if mode(tokens) != 0o700 || mode(path) != 0o600 {
		t.Errorf("folder %o, file %o; want 700 and 600", mode(tokens), mode(path))
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	var warnings strings.Builder
	store, err := tokenstore.New(folder, tokenstore.WithLogger(zerolog.New(&warnings)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := store.Load(t.Context(), "alice"); err != nil || mode(path) != 0o600 {
			t.Errorf("loading a file that others can read: %v, mode %o", err, mode(path))
		}
	}
	if got := warnings.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "alice") ||
		!strings.Contains(got, "0644") {
		t.Errorf("warned %q, want once, with profile and mode", got)
	}
}

func TestDamagedFileIsQuarantined(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"truncated": `{"version": 1, "refresh_tok`, "empty": "", "binary": "\x00\xff", "no token": `{"version":1}`,
		"past": `{"version":0,"refresh_token":"hunter2hunter2"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			store := open(t, folder)
			path := filepath.Join(folder, "tokens", "alice.json")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Load(t.Context(), "alice")
			var damaged *tokenstore.DamagedError
			if !errors.As(err, &damaged) || !errors.Is(err, withings.ErrNoToken) {
				t.Fatalf("%v, want *Damaged that is ErrNoToken", err)
			}
			if !strings.Contains(err.Error(), "vitals2mqtt login alice") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("no remedy, or a secret: %v", err)
			}
			reason := err.Error()
			_, again := store.Load(t.Context(), "alice")
			_, afterRestart := open(t, folder).Load(t.Context(), "alice")
			_, _, peeked := tokenstore.Peek(folder, "alice")
			for when, err := range map[string]error{"again": again, "after a restart": afterRestart, "by Peek": peeked} {
				if err == nil || err.Error() != reason || !errors.Is(err, withings.ErrNoToken) {
					t.Errorf("read %s: %v, want %s", when, err, reason)
				}
			}
			if err := store.Save(t.Context(), "alice", storetest.Token("new")); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Load(t.Context(), "alice"); err != nil {
				t.Errorf("after a sign-in: %v", err)
			}
			if kept, err := os.ReadFile(damaged.RenamedTo); err != nil || string(kept) != content {
				t.Errorf("quarantined: %q, %v", kept, err)
			}
		})
	}
}

// Signing out forgets all tokens, also what remains of damaged ones.
func TestDeleteRemovesQuarantinedFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	path := filepath.Join(folder, "tokens", "alice.json")
	if err := os.WriteFile(path, []byte(`{"refresh_token":"hunter2`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context(), "alice"); err == nil {
		t.Fatal("the damaged file was accepted")
	}
	if err := store.Delete(t.Context(), "alice"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context(), "alice"); err != withings.ErrNoToken { //nolint:errorlint // no other cause
		t.Errorf("after signing out: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) > 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

// The file of a newer version is neither read nor changed, and is no reason to
// sign in again.
func TestNewerFileIsUntouched(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"same fields":  `{"version":99,"refresh_token":"hunter2hunter2"}`,
		"other fields": `{"version":2,"expiry":{"at":"hunter2"},"scopes":"hunter2"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			store := open(t, folder)
			path := filepath.Join(folder, "tokens", "alice.json")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, loaded := store.Load(t.Context(), "alice")
			_, _, peeked := tokenstore.Peek(folder, "alice")
			for action, err := range map[string]error{
				"load":     loaded,
				"peek":     peeked,
				"save":     store.Save(t.Context(), "alice", storetest.Token("new")),
				"delete":   store.Delete(t.Context(), "alice"),
				"writable": store.CheckWritable(t.Context(), "alice"),
			} {
				newer, ok := errors.AsType[*tokenstore.NewerError](err)
				if !ok || newer.File != path || errors.Is(err, withings.ErrNoToken) ||
					!strings.Contains(err.Error(), "update vitals2mqtt") || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s: %v, want the file and the remedy", action, err)
				}
			}
			if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
				t.Errorf("the file is now %q, %v", kept, err)
			}
		})
	}
}

func TestUnwritableStoreFails(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	// A file in the place of the folder fails for every user, root included.
	tokens := filepath.Join(folder, "tokens")
	if err := os.Remove(tokens); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tokens, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.CheckWritable(t.Context(), "alice"); err == nil {
		t.Error("CheckWritable succeeded")
	}
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err == nil {
		t.Error("Save succeeded")
	}
	if _, err := tokenstore.New(folder); err == nil {
		t.Error("New succeeded")
	}
}

func TestInvalidProfileNamesAreRejected(t *testing.T) {
	t.Parallel()
	store := open(t, t.TempDir())
	for _, name := range []string{"../alice", "", "a/b", `a\b`, "Alice", ".", "a.json"} {
		_, loading := store.Load(t.Context(), name)
		_, locking := store.Lock(t.Context(), name)
		for action, err := range map[string]error{
			"save": store.Save(t.Context(), name, storetest.Token("one")), "delete": store.Delete(t.Context(), name),
			"writable": store.CheckWritable(t.Context(), name), "load": loading, "lock": locking,
		} {
			if err == nil || errors.Is(err, withings.ErrNoToken) {
				t.Errorf("%s: %q was accepted as a profile: %v", action, name, err)
			}
		}
	}
}

func TestVersionAndProfiles(t *testing.T) {
	t.Parallel()
	store := open(t, t.TempDir())
	versions := map[string]bool{store.Version(t.Context(), "alice"): true}
	for _, name := range []string{"one", "two"} {
		if err := store.Save(t.Context(), "alice", storetest.Token(name)); err != nil {
			t.Fatal(err)
		}
		versions[store.Version(t.Context(), "alice")] = true
	}
	if len(versions) != 3 {
		t.Errorf("three states have the versions %v", versions)
	}
	refused := storetest.Token("two")
	refused.Refusals = withings.Refusals{Count: 1, First: refused.Expiry, Last: refused.Expiry, Status: 503}
	if err := store.Save(t.Context(), "alice", refused); err != nil {
		t.Fatal(err)
	}
	if !versions[store.Version(t.Context(), "alice")] {
		t.Error("a refusal changed the version")
	}
	if profiles, err := store.Profiles(t.Context()); err != nil || len(profiles) != 1 || profiles[0] != "alice" {
		t.Errorf("profiles %v, %v", profiles, err)
	}
}

func TestLockRemovesLeftovers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
		t.Fatal(err)
	}
	leftover := filepath.Join(folder, "tokens", "alice.json.tmp-123")
	busy := filepath.Join(folder, "tokens", "bob.json.tmp-123") // belongs to the holder of Bob's lock
	for _, path := range []string{leftover, busy} {
		if err := os.WriteFile(path, []byte("half a token"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := store.Lock(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := os.Stat(leftover); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover is still there: %v", err)
	}
	if _, err := os.Stat(busy); err != nil {
		t.Errorf("another profile's file was removed: %v", err)
	}
	if _, err := store.Load(t.Context(), "alice"); err != nil {
		t.Errorf("the token was removed too: %v", err)
	}
}
