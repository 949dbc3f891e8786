// SPDX-License-Identifier: MIT

package signin_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// newServiceWithAccount is a service whose profile Alice is, or was, signed in
// as user 1001.
func newServiceWithAccount(
	t *testing.T, signedIn bool, change func(*signin.Options),
) (*signin.Service, *tokenstore.Memory) {
	t.Helper()
	store := tokenstore.NewMemory()
	options := signin.Options{
		Client:      fakeClient{},
		Store:       store,
		RedirectURL: "http://home.example/oauth/callback",
		Profiles:    []signin.Profile{{Slug: "alice", Name: "Alice"}, {Slug: "bob", Name: "Bob"}},
	}
	if signedIn {
		token := withings.Token{UserID: "1001", Refresh: secret.New("r1001")}
		if err := store.Save(t.Context(), "alice", token); err != nil {
			t.Fatal(err)
		}
	} else {
		options.LastAccount = func(profile string) (string, error) {
			return map[string]string{"alice": "1001"}[profile], nil
		}
	}
	if change != nil {
		change(&options)
	}
	return signin.New(options), store
}

// storedAccount is the account of Alice's token, "" for none.
func storedAccount(t *testing.T, store *tokenstore.Memory) string {
	t.Helper()
	token, err := store.Load(t.Context(), "alice")
	if err != nil && !errors.Is(err, withings.ErrNoToken) {
		t.Fatal(err)
	}
	return token.UserID
}

// finish finishes a sign-in that needs a confirmation, and returns its id.
func finish(t *testing.T, d *signin.Service, code string) (confirmation string) {
	t.Helper()
	profile, err := d.Finish(t.Context(), start(t, d, "alice"), code)
	other, ok := errors.AsType[*signin.OtherAccountError](err)
	if profile != "alice" || !ok || other.Name != "Alice" || other.Slug != "alice" || len(other.ConfirmationID()) < 22 {
		t.Fatalf("%q, %v; want *OtherAccountError", profile, err)
	}
	if !d.LastSignIn("alice").IsZero() {
		t.Error("an unconfirmed sign-in counts as done")
	}
	return other.ConfirmationID()
}

func TestAnotherAccountMustBeConfirmed(t *testing.T) {
	t.Parallel()
	for name, signedIn := range map[string]bool{"signed in": true, "signed out": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, store := newServiceWithAccount(t, signedIn, nil)
			before := storedAccount(t, store)
			confirmation := finish(t, d, "code-1002")
			if got := storedAccount(t, store); got != before {
				t.Errorf("alice is %q before the confirmation", got)
			}
			if profile, err := d.Confirm(t.Context(), confirmation, true); profile != "alice" || err != nil {
				t.Errorf("%q, %v", profile, err)
			}
			if got := storedAccount(t, store); got != "1002" || d.LastSignIn("alice").IsZero() {
				t.Errorf("alice is %q after the confirmation, signed in at %v", got, d.LastSignIn("alice"))
			}
			if _, err := d.Confirm(t.Context(), confirmation, true); !errors.Is(err, signin.ErrUnknownConfirmation) {
				t.Errorf("the second confirmation: %v", err)
			}
			// The new account is now the previous one.
			if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1002"); err != nil {
				t.Errorf("the same account again: %v", err)
			}
		})
	}
}

func TestFormerAccountIsKept(t *testing.T) {
	t.Parallel()
	d, store := newServiceWithAccount(t, true, nil)
	confirmation := finish(t, d, "code-1002")
	if profile, err := d.Confirm(t.Context(), confirmation, false); profile != "alice" || err != nil {
		t.Errorf("%q, %v", profile, err)
	}
	if got := storedAccount(t, store); got != "1001" || !d.LastSignIn("alice").IsZero() {
		t.Errorf("alice is %q, signed in at %v", got, d.LastSignIn("alice"))
	}
	if _, err := d.Confirm(t.Context(), confirmation, true); !errors.Is(err, signin.ErrUnknownConfirmation) {
		t.Errorf("a second confirmation: %v", err)
	}
	if _, err := d.Confirm(t.Context(), "made-up", true); !errors.Is(err, signin.ErrUnknownConfirmation) {
		t.Errorf("an unknown confirmation: %v", err)
	}
}

func TestReplacementExpiresAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, store := newServiceWithAccount(t, true, nil)
		late := finish(t, d, "code-1002")
		<-time.After(2 * time.Minute)
		early := finish(t, d, "code-1003")
		<-time.After(3*time.Minute + time.Second)
		if _, err := d.Confirm(t.Context(), late, true); !errors.Is(err, signin.ErrUnknownConfirmation) {
			t.Errorf("after five minutes: %v", err)
		}
		if _, err := d.Confirm(t.Context(), early, true); err != nil || storedAccount(t, store) != "1003" {
			t.Errorf("after three minutes: %v, %q", err, storedAccount(t, store))
		}
	})
}

func TestReplaceSkipsConfirmation(t *testing.T) {
	t.Parallel()
	d, store := newServiceWithAccount(t, true, func(o *signin.Options) { o.Replace = true })
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1002"); err != nil ||
		storedAccount(t, store) != "1002" {
		t.Errorf("%v, %q", err, storedAccount(t, store))
	}
}

// A confirmation does not admit an account that another profile uses by then.
func TestConfirmationRejectsAccountOfAnotherProfile(t *testing.T) {
	t.Parallel()
	d, store := newServiceWithAccount(t, true, nil)
	confirmation := finish(t, d, "code-1002")
	if _, err := d.Finish(t.Context(), start(t, d, "bob"), "code-1002"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), confirmation, true); !errors.Is(err, signin.ErrAccountInUse) ||
		storedAccount(t, store) != "1001" {
		t.Errorf("%v, alice is %q", err, storedAccount(t, store))
	}
}

// An unreadable previous account is not replaced.
func TestFinishFailsWhenPreviousAccountIsUnreadable(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	d, store := newServiceWithAccount(t, false, func(o *signin.Options) {
		o.LastAccount = func(string) (string, error) { return "", broken }
	})
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1002"); !errors.Is(err, broken) ||
		storedAccount(t, store) != "" {
		t.Errorf("%v, alice is %q", err, storedAccount(t, store))
	}
}
