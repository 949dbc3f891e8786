// SPDX-License-Identifier: MIT

package tokenstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/tokenstore/storetest"
	"vitals2mqtt/withings"
)

func TestPeekChangesNothing(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	if _, _, err := tokenstore.Peek(folder, "alice"); !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("without a token: %v", err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("Peek created a folder")
	}
	if _, _, err := tokenstore.Peek(folder, "../alice"); err == nil || errors.Is(err, withings.ErrNoToken) {
		t.Errorf("invalid profile name: %v", err)
	}
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "tokens", "alice.json")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	written := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	if err := os.Chtimes(path, time.Time{}, written); err != nil {
		t.Fatal(err)
	}
	got, stored, err := tokenstore.Peek(folder, "alice")
	if err != nil || !storetest.Equal(got, storetest.Token("one")) || !stored.Equal(written) {
		t.Errorf("%+v, %v, %v", got, stored, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the mode was changed: %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = tokenstore.Peek(folder, "alice")
	if _, damaged := errors.AsType[*tokenstore.DamagedError](err); !damaged || !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("invalid file: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "hunter2" {
		t.Errorf("the invalid file was changed: %q, %v", data, err)
	}
}
