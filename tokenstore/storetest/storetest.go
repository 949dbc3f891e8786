// SPDX-License-Identifier: MIT

// Package storetest is the conformance suite that every token store passes. It
// is only for tests.
package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// Store is a token store that can delete.
type Store interface {
	withings.TokenStore
	Delete(ctx context.Context, profile string) error
}

// Token is an invented token with distinguishable parts.
func Token(name string) withings.Token {
	return withings.Token{
		UserID:  "user-" + name,
		Access:  secret.New("access-" + name),
		Refresh: secret.New("refresh-" + name),
		Expiry:  time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC),
		Scopes:  []string{"user.info", "user.metrics"},
	}
}

// Equal reports whether two tokens are the same in every part.
func Equal(a, b withings.Token) bool {
	return a.UserID == b.UserID && a.Access == b.Access && a.Refresh == b.Refresh && a.Expiry.Equal(b.Expiry) &&
		slices.Equal(a.Scopes, b.Scopes) && a.Refusals == b.Refusals
}

// Run checks a store; open returns a new, empty one.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	t.Run("NothingStored", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		if _, err := store.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
			t.Errorf("%v, want ErrNoToken", err)
		}
		if err := store.Delete(t.Context(), "alice"); err != nil {
			t.Errorf("deleting nothing: %v", err)
		}
	})
	t.Run("WhatIsSavedIsLoaded", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		for _, name := range []string{"one", "two"} {
			save(t, store, "alice", Token(name))
			save(t, store, "bob", Token("bob-"+name))
			expectStored(t, store, "alice", Token(name))
		}
		expectStored(t, store, "bob", Token("bob-two"))
		if err := store.Delete(t.Context(), "alice"); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
			t.Errorf("after deleting: %v", err)
		}
		expectStored(t, store, "bob", Token("bob-two"))
	})
	t.Run("RefusalsAreKept", func(t *testing.T) {
		t.Parallel()
		store, refused := open(t), Token("one")
		refused.Refusals = withings.Refusals{
			Count:     3,
			First:     refused.Expiry,
			Last:      refused.Expiry.Add(time.Hour),
			Withdrawn: true,
			Final:     true,
			Status:    503,
			Text:      "Invalid Params: invalid refresh_token",
		}
		save(t, store, "alice", refused)
		expectStored(t, store, "alice", refused)
		save(t, store, "alice", Token("two"))
		expectStored(t, store, "alice", Token("two"))
	})
	t.Run("CheckWritable", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		save(t, store, "alice", Token("one"))
		if err := store.CheckWritable(t.Context(), "alice"); err != nil {
			t.Error(err)
		}
		expectStored(t, store, "alice", Token("one"))
	})
	t.Run("ProfilesProbeSideBySide", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		var group sync.WaitGroup
		for _, profile := range []string{"alice", "bob", "carol"} {
			group.Go(func() {
				for range 50 {
					if err := store.CheckWritable(t.Context(), profile); err != nil {
						t.Errorf("%s: %v", profile, err)
						return
					}
				}
			})
		}
		group.Wait()
	})
	t.Run("LockExcludes", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		inside, runs := 0, 0
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				unlock, err := store.Lock(context.WithoutCancel(t.Context()), "alice")
				if err != nil {
					t.Error(err)
					return
				}
				defer unlock()
				if inside++; inside != 1 { // the race detector watches this as well
					t.Errorf("%d inside the lock", inside)
				}
				inside--
				runs++
			})
		}
		group.Wait()
		if runs != 50 {
			t.Errorf("%d of 50 got the lock", runs)
		}
	})
	t.Run("LockObeysTheContext", func(t *testing.T) {
		t.Parallel()
		store := open(t)
		unlock, err := store.Lock(t.Context(), "alice")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := store.Lock(ctx, "alice"); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the context's end", err)
		}
		other, err := store.Lock(t.Context(), "bob")
		if err != nil {
			t.Fatalf("another profile's lock: %v", err)
		}
		other()
		unlock()
		unlock() // must not release a lock that another caller holds by now
		again, err := store.Lock(t.Context(), "alice")
		if err != nil {
			t.Fatalf("after unlocking: %v", err)
		}
		again()
		for range 20 { // often enough to notice a random choice
			if _, err := store.Lock(ctx, "alice"); !errors.Is(err, context.Canceled) {
				t.Fatalf("an ended context got the free lock: %v", err)
			}
		}
	})
}

func save(t *testing.T, store Store, profile string, token withings.Token) {
	t.Helper()
	if err := store.Save(t.Context(), profile, token); err != nil {
		t.Fatal(err)
	}
}

func expectStored(t *testing.T, store Store, profile string, want withings.Token) {
	t.Helper()
	if got, err := store.Load(t.Context(), profile); err != nil || !Equal(got, want) {
		t.Errorf("%s: %+v, %v; want %+v", profile, got, err, want)
	}
}
