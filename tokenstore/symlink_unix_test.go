// SPDX-License-Identifier: MIT

//go:build unix

package tokenstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/tokenstore/storetest"
)

// A symbolic link in the place of a token, of its lock or of a file that is
// about to be written: nothing is written where it leads, and nothing there gets
// another mode.
func TestSymbolicLinksAreNotWrittenThrough(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	tokens := filepath.Join(folder, "tokens")
	store := open(t, folder)
	const content = "not ours"
	victims := map[string]string{}
	for _, name := range []string{"alice.json", "alice.lock", "bob.json"} {
		victim := filepath.Join(folder, "victim of "+name)
		if err := os.WriteFile(victim, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(victim, filepath.Join(tokens, name)); err != nil {
			t.Fatal(err)
		}
		victims[name] = victim
	}
	unlock, err := store.Lock(t.Context(), "alice")
	if err == nil {
		if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
			t.Errorf("saving: %v", err)
		}
		unlock()
	}
	if token, err := store.Load(t.Context(), "bob"); err == nil {
		t.Errorf("read a token: %v", token)
	}
	if err := store.Delete(t.Context(), "bob"); err != nil {
		t.Errorf("deleting: %v", err)
	}
	for name, victim := range victims {
		text, err := os.ReadFile(victim)
		if err != nil || string(text) != content {
			t.Errorf("%s: the file now has %q, %v", name, text, err)
		}
		if info, err := os.Stat(victim); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: the file now has mode %v, %v", name, info.Mode(), err)
		}
	}
	info, err := os.Lstat(filepath.Join(tokens, "alice.json"))
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
		t.Errorf("the token: %v, %v", info, err)
	}
}
