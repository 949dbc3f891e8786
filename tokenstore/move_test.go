// SPDX-License-Identifier: MIT

package tokenstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/tokenstore/storetest"
	"vitals2mqtt/withings"
)

// Two profiles exchange their slugs. The damaged file of one of them follows,
// so that its reason does. Each step is repeated, as after a crash.
func TestTokensExchangeSlugs(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	damaged := filepath.Join(folder, "tokens", "alice.json")
	if err := os.WriteFile(damaged, []byte("half a tok"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context(), "alice"); err == nil {
		t.Fatal("the damaged file was accepted")
	}
	if err := store.Save(t.Context(), "bob", storetest.Token("bob")); err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { return store.Stage("alice", "bob") },
		func() error { return store.Stage("bob", "alice") },
		func() error { return store.Unstage("bob") },
		func() error { return store.Unstage("alice") },
	} {
		for range 2 {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, err := store.Load(t.Context(), "alice"); err != nil || !storetest.Equal(got, storetest.Token("bob")) {
		t.Errorf("alice has %+v, %v; want what was bob's", got, err)
	}
	_, err := store.Load(t.Context(), "bob")
	if found, ok := errors.AsType[*tokenstore.DamagedError](err); !ok || !errors.Is(err, withings.ErrNoToken) ||
		filepath.Dir(found.RenamedTo) != filepath.Join(folder, "tokens") {
		t.Errorf("bob has %v, want the damage that was alice's", err)
	}
	if slugs, err := tokenstore.List(folder); err != nil || len(slugs) != 1 || slugs[0] != "alice" {
		t.Errorf("profiles with a token: %v, %v", slugs, err)
	}
}

func TestListOfMissingFolder(t *testing.T) {
	t.Parallel()
	if slugs, err := tokenstore.List(filepath.Join(t.TempDir(), "none")); err != nil || len(slugs) > 0 {
		t.Errorf("%v, %v", slugs, err)
	}
}
