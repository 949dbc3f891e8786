// SPDX-License-Identifier: MIT

package signin_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// fakeClient returns the token of the user that the code names: "code-1001" is
// 1001.
type fakeClient struct{ scopes []string }

func (fakeClient) ConsentURL(r withings.Consent) string {
	return "https://account.example/consent?" + url.Values{"state": {r.State}, "redirect_uri": {r.RedirectURL}}.Encode()
}

func (fakeClient) LogoutURL(consent string) string {
	return "https://account.example/logout?r=" + url.QueryEscape(consent)
}

func (v fakeClient) Exchange(_ context.Context, code, redirect string) (withings.Token, error) {
	user, ok := strings.CutPrefix(code, "code-")
	if !ok || redirect != "http://home.example/oauth/callback" {
		return withings.Token{}, &withings.Error{Class: withings.Params, Status: 503, Text: "Invalid Params: invalid code"}
	}
	return withings.Token{
		UserID:  user,
		Access:  secret.New("a" + user),
		Refresh: secret.New("r" + user),
		Scopes:  v.scopes,
	}, nil
}

func newService(v fakeClient) (*signin.Service, *tokenstore.Memory) {
	store := tokenstore.NewMemory()
	return signin.New(signin.Options{
		Client:      v,
		Store:       store,
		RedirectURL: "http://home.example/oauth/callback",
		Profiles:    []signin.Profile{{Slug: "alice", Name: "Alice"}, {Slug: "bob", Name: "Bob"}},
	}), store
}

func start(t *testing.T, d *signin.Service, profile string) (state string) {
	t.Helper()
	consent, logout, err := d.Start(profile)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(consent)
	if err != nil || !strings.Contains(logout, url.QueryEscape(consent)) {
		t.Fatalf("%q, %q, %v", consent, logout, err)
	}
	return address.Query().Get("state")
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	d, store := newService(fakeClient{scopes: withings.AllScopes()})
	state := start(t, d, "alice")
	if len(state) < 22 || state == start(t, d, "alice") {
		t.Errorf("state %q is guessable", state)
	}
	profile, err := d.Finish(t.Context(), state, "code-1001")
	if err != nil || profile != "alice" {
		t.Fatalf("%q, %v", profile, err)
	}
	if token, err := store.Load(t.Context(), "alice"); err != nil || token.UserID != "1001" {
		t.Errorf("stored %+v, %v", token, err)
	}
	if d.LastSignIn("alice").IsZero() || !d.LastSignIn("bob").IsZero() {
		t.Errorf("signed in: Alice %v, Bob %v", d.LastSignIn("alice"), d.LastSignIn("bob"))
	}
	if _, err := d.Finish(t.Context(), state, "code-1001"); !errors.Is(err, signin.ErrUnknownState) {
		t.Errorf("the state worked twice: %v", err)
	}
}

func TestFinishErrors(t *testing.T) {
	t.Parallel()
	d, store := newService(fakeClient{scopes: withings.AllScopes()})
	if _, _, err := d.Start("carol"); !errors.Is(err, signin.ErrUnknownProfile) {
		t.Errorf("unknown profile: %v", err)
	}
	if _, err := d.Finish(t.Context(), "made-up", "code-1"); !errors.Is(err, signin.ErrUnknownState) {
		t.Errorf("made-up state: %v", err)
	}
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), ""); !errors.Is(err, signin.ErrDenied) {
		t.Errorf("no code: %v", err)
	}
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "late"); !errors.Is(err, signin.ErrCodeRefused) {
		t.Errorf("invalid code: %v", err)
	}
	if _, err := store.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("something was stored: %v", err)
	}
}

func TestAccountOfAnotherProfileIsRejected(t *testing.T) {
	t.Parallel()
	d, store := newService(fakeClient{scopes: withings.AllScopes()})
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001"); err != nil {
		t.Fatal(err)
	}
	profile, err := d.Finish(t.Context(), start(t, d, "bob"), "code-1001")
	if !errors.Is(err, signin.ErrAccountInUse) || profile != "bob" ||
		!strings.Contains(err.Error(), "another profile, Alice: sign out") {
		t.Errorf("%q, %v", profile, err)
	}
	if _, err := store.Load(t.Context(), "bob"); !errors.Is(err, withings.ErrNoToken) {
		t.Error("the token of the wrong account was stored")
	}
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001"); err != nil {
		t.Errorf("signing in again for the same profile: %v", err)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	d, _ := newService(fakeClient{scopes: []string{"user.info"}})
	if _, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1"); !errors.Is(err, signin.ErrMissingScope) {
		t.Errorf("without any measurement: %v", err)
	}
	if missing := signin.MissingScopes([]string{"user.metrics", " user.info"}); len(missing) != 1 ||
		missing[0] != "user.activity" {
		t.Errorf("missing %v", missing)
	}
}

func TestLinksExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, _ := newService(fakeClient{scopes: withings.AllScopes()})
		old := start(t, d, "alice")
		<-time.After(9 * time.Minute)
		young := start(t, d, "alice")
		<-time.After(2 * time.Minute)
		if _, err := d.Finish(t.Context(), old, "code-1"); !errors.Is(err, signin.ErrExpiredState) {
			t.Errorf("after eleven minutes: %v", err)
		}
		if _, err := d.Finish(t.Context(), young, "code-1"); err != nil {
			t.Errorf("after two minutes: %v", err)
		}
	})
}

func TestManyStartsDropTheOldest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, _ := newService(fakeClient{scopes: withings.AllScopes()})
		first := start(t, d, "alice")
		last := ""
		for range 100 {
			<-time.After(time.Millisecond)
			last = start(t, d, "alice")
		}
		if _, err := d.Finish(t.Context(), first, "code-1"); !errors.Is(err, signin.ErrUnknownState) {
			t.Errorf("the first of a hundred is still kept: %v", err)
		}
		if _, err := d.Finish(t.Context(), last, "code-1"); err != nil {
			t.Errorf("the last: %v", err)
		}
	})
}
