// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// storeProfiles stores the tokens and the state of profiles that belong to
// accounts by slug.
func storeProfiles(t *testing.T, stateDir string, accounts map[string]string) {
	t.Helper()
	folder, tokens := openStores(t, stateDir)
	for slug, account := range accounts {
		token := withings.Token{UserID: account, Refresh: secret.New("refresh-" + account)}
		if err := tokens.Save(t.Context(), slug, token); err != nil {
			t.Fatal(err)
		}
		if err := folder.Save(slug, map[string]string{"user_id": account}); err != nil {
			t.Fatal(err)
		}
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
}

func openStores(t *testing.T, stateDir string) (*checkpoint.Folder, *tokenstore.File) {
	t.Helper()
	folder, err := checkpoint.Open(stateDir)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := tokenstore.New(stateDir)
	if err != nil {
		t.Fatal(err)
	}
	return folder, tokens
}

// adopt adopts the profiles of a configuration, names and slugs.
func adopt(t *testing.T, stateDir string, profiles ...config.Profile) {
	t.Helper()
	folder, tokens := openStores(t, stateDir)
	c := &config.Config{StateDir: stateDir}
	c.Withings.Profiles = profiles
	if err := AdoptProfiles(t.Context(), c, folder, tokens, zerolog.Nop()); err != nil {
		t.Fatal(err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
}

// expectAccounts checks the tokens and the state of all profiles.
func expectAccounts(t *testing.T, stateDir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, name := range []string{"tokens", "profiles"} {
		files, err := filepath.Glob(filepath.Join(stateDir, name, "*.json*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(want) {
			t.Errorf("files in %s: %v", name, files)
		}
	}
	for slug := range want {
		token, _, err := tokenstore.Peek(stateDir, slug)
		if err != nil {
			t.Errorf("token of %s: %v", slug, err)
		}
		var state struct {
			UserID string `json:"user_id"`
		}
		if _, err := checkpoint.OpenReadOnly(stateDir).Load(slug, &state); err != nil || state.UserID != token.UserID {
			t.Errorf("state of %s: account %q, %v; want that of the token, %q", slug, state.UserID, err, token.UserID)
		}
		got[slug] = token.UserID
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("accounts %v, want %v", got, want)
	}
}

// A process that is killed between any two steps is continued by the next
// start, also while two profiles exchange their slugs.
func TestKilledRenameIsContinued(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		stored        map[string]string
		before, after []config.Profile
		signIn        map[string]string // between the two
		want          map[string]string
	}{
		"exchanged slugs": {
			stored: map[string]string{"a": "1", "b": "2"},
			before: []config.Profile{{Name: "Alice", Slug: "a"}, {Name: "Bob", Slug: "b"}},
			after:  []config.Profile{{Name: "Alice", Slug: "b"}, {Name: "Bob", Slug: "a"}},
			want:   map[string]string{"a": "2", "b": "1"},
		},
		"a slug of a former one": {
			stored: map[string]string{"a": "1", "b": "2"},
			before: []config.Profile{{Name: "Bob", Slug: "b"}},
			after:  []config.Profile{{Name: "Carol", Slug: "a"}},
			want:   map[string]string{"a": "2", "a_2": "1"},
		},
		"in place": {
			stored: map[string]string{"alice": "1", "bob": "2"},
			before: []config.Profile{{Name: "Alice", Slug: "alice"}, {Name: "Bob", Slug: "bob"}},
			after:  []config.Profile{{Name: "Alicia", Slug: "alicia"}, {Name: "Bob", Slug: "bob"}},
			want:   map[string]string{"alicia": "1", "bob": "2"},
		},
		"a slug of one that has signed in again": {
			stored: map[string]string{"a": "1", "b": "2"},
			before: []config.Profile{{Name: "Alice", Slug: "a"}, {Name: "Bob", Slug: "b"}},
			signIn: map[string]string{"alice": "1"},
			after:  []config.Profile{{Name: "Bob", Slug: "a"}, {Name: "Alice", Slug: "alice"}},
			want:   map[string]string{"alice": "1", "a": "2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for steps := range maxSteps {
				stateDir := t.TempDir()
				storeProfiles(t, stateDir, row.stored)
				adopt(t, stateDir, row.before...)
				storeProfiles(t, stateDir, row.signIn)
				killAfter(t, stateDir, steps, row.after)
				for range 2 {
					adopt(t, stateDir, row.after...)
					expectAccounts(t, stateDir, row.want)
				}
				if t.Failed() {
					t.Fatalf("killed after %d steps", steps)
				}
			}
		})
	}
}

// maxSteps is more than any of these renames has.
const maxSteps = 15

// killAfter adopts a configuration until some steps are done.
func killAfter(t *testing.T, stateDir string, steps int, profiles []config.Profile) {
	t.Helper()
	folder, tokens := openStores(t, stateDir)
	roster, err := folder.Roster()
	if err != nil {
		t.Fatal(err)
	}
	c := &config.Config{StateDir: stateDir}
	c.Withings.Profiles = profiles
	plan := roster.Plan(configuredProfiles(c), storedProfiles{stateDir, folder}, nil)
	all := profileMover{folder, tokens}.steps(t.Context(), plan.Roster)
	for _, step := range all[:min(steps, len(all))] {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
}

// The tokens are locked by a command that does not end.
func TestRenameWaitsForTokens(t *testing.T) {
	t.Parallel()
	stateDir := t.TempDir()
	storeProfiles(t, stateDir, map[string]string{"alice": "1"})
	adopt(t, stateDir, config.Profile{Name: "Alice", Slug: "alice"})
	folder, tokens := openStores(t, stateDir)
	unlock, err := tokens.Lock(t.Context(), "alice")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := &config.Config{StateDir: stateDir}
	c.Withings.Profiles = []config.Profile{{Name: "Alicia", Slug: "alicia"}}
	if err := AdoptProfiles(ctx, c, folder, tokens, zerolog.Nop()); err == nil {
		t.Error("the token was moved while it was locked")
	}
	expectAccounts(t, stateDir, map[string]string{"alice": "1"})
	unlock()
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	adopt(t, stateDir, c.Withings.Profiles...)
	expectAccounts(t, stateDir, map[string]string{"alicia": "1"})
}

// Only the roster of an earlier start says who was renamed.
func TestDamagedRosterRenamesNobody(t *testing.T) {
	t.Parallel()
	stateDir := t.TempDir()
	storeProfiles(t, stateDir, map[string]string{"alice": "1"})
	adopt(t, stateDir, config.Profile{Name: "Alice", Slug: "alice"})
	if err := os.WriteFile(filepath.Join(stateDir, "profiles.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	adopt(t, stateDir, config.Profile{Name: "Alicia", Slug: "alicia"})
	expectAccounts(t, stateDir, map[string]string{"alice": "1"})
	adopt(t, stateDir, config.Profile{Name: "Alice", Slug: "alice"})
	expectAccounts(t, stateDir, map[string]string{"alice": "1"})
}
