// SPDX-License-Identifier: MIT

//go:build unix

package tokenstore_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// A named pipe in the place of a token would block every poll for ever. It is
// not a missing sign-in: nothing is moved or overwritten.
func TestNamedPipeIsNoToken(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store, err := tokenstore.New(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(folder, "tokens", "alice.json"), 0o600); err != nil {
		t.Skip("named pipes are not supported here: ", err)
	}
	_, loaded := store.Load(t.Context(), "alice")
	_, _, peeked := tokenstore.Peek(folder, "alice")
	for _, err := range []error{loaded, peeked} {
		if !errors.Is(err, fileaccess.ErrNotRegular) || errors.Is(err, withings.ErrNoToken) {
			t.Errorf("got %v", err)
		}
	}
	if got := store.Version(t.Context(), "alice"); got != "" {
		t.Errorf("version %q", got)
	}
}

// So would one in the place of its lock.
func TestNamedPipeAsLock(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store, err := tokenstore.New(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(folder, "tokens", "alice.lock"), 0o600); err != nil {
		t.Skip("named pipes are not supported here: ", err)
	}
	unlock, err := store.Lock(t.Context(), "alice")
	if err == nil {
		unlock()
	}
}
