// SPDX-License-Identifier: MIT

package history

import (
	"path/filepath"
	"testing"
)

// TestConnectionsAreKept has reads at the same time, again and again. A second
// connection that is opened for each would prepare all its statements anew.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	a, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "history.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	h, err := a.db.handle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		busy, err := h.reader.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Revision(t.Context(), "1"); err != nil {
			t.Error(err)
		}
		if err := busy.Close(); err != nil {
			t.Error(err)
		}
	}
	if closed := h.reader.Stats().MaxIdleClosed; closed != 0 {
		t.Errorf("%d connections were closed after reading", closed)
	}
}
