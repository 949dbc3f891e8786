// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// harness is one account with its store and its cloud: data calls need the
// token that the fake accepts, and the test responds to token calls.
type harness struct {
	*fakeCloud
	account      *withings.Account
	store        *memoryStore
	validAccess  string // the access token that data calls need; "" takes any
	respondToken func(n int, v recordedRequest) *fakeResponse
}

// runHarness runs a test in a bubble, with a stored token of the given life.
func runHarness(t *testing.T, life time.Duration, test func(s *harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &harness{store: newMemoryStore(newToken(1, life))}
		s.respondToken = func(n int, _ recordedRequest) *fakeResponse { return tokenPairResponse(n + 1) }
		s.fakeCloud = &fakeCloud{respond: func(v recordedRequest) *fakeResponse {
			if v.hasAction("requesttoken") {
				return s.respondToken(len(s.requests("requesttoken")), v)
			}
			if s.validAccess != "" && v.bearer != s.validAccess {
				return errorResponse(401, "invalid_token")
			}
			return okResponse(oneGroup)
		}}
		s.account = newClient(t, s.fakeCloud).Account(profile, s.store)
		test(s)
	})
}

// fetch makes a data call.
func (s *harness) fetch(t *testing.T) error {
	t.Helper()
	_, err := firstPage(s.account.Measures(t.Context(), time.Time{}, 0))
	return err
}

// sentRefreshTokens lists the refresh tokens that were sent, in order.
func (s *harness) sentRefreshTokens() string {
	var sent []string
	for _, v := range s.requests("requesttoken") {
		sent = append(sent, strings.TrimPrefix(v.form.Get("refresh_token"), "refresh-"))
	}
	return strings.Join(sent, " ")
}

// sentAccessTokens lists the access tokens of the data calls, in order.
func (s *harness) sentAccessTokens() string {
	var sent []string
	for _, v := range s.requests("getmeas") {
		sent = append(sent, strings.TrimPrefix(v.bearer, "access-"))
	}
	return strings.Join(sent, " ")
}

func (s *harness) wantTokens(t *testing.T, spent, used string) {
	t.Helper()
	if s.sentRefreshTokens() != spent || s.sentAccessTokens() != used {
		t.Errorf("refresh tokens sent: %q, access tokens used: %q; want %q and %q", s.sentRefreshTokens(),
			s.sentAccessTokens(), spent, used)
	}
}

func TestFreshTokenIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	runHarness(t, 6*time.Minute, func(s *harness) {
		t := s.t
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "", "1")
		state := s.account.State()
		if !state.SignedIn || state.UserID != "24680135" || state.Unsaved || state.Refused ||
			!slices.Contains(state.Scopes, "user.activity") {
			t.Errorf("state %+v", state)
		}
		advance(time.Minute) // five minutes before its end it is replaced
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "1", "1 2")
		stored := s.store.stored()
		if stored.Refresh != secret.New("refresh-2") || stored.UserID != "24680135" ||
			!slices.Equal(stored.Scopes, []string{"user.info", "user.metrics"}) || time.Until(stored.Expiry) != 3*time.Hour {
			t.Errorf("stored %+v", stored)
		}
		request := s.requests("requesttoken")[0]
		if request.path != "/v2/oauth2" || request.form.Get("grant_type") != "refresh_token" ||
			request.form.Get("client_id") != clientID || request.form.Get("client_secret") != clientSecret ||
			request.bearer != "" {
			t.Errorf("request %+v", request)
		}
	})
}

func TestTokenIsStoredBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		response := s.respond
		s.respond = func(v recordedRequest) *fakeResponse {
			if v.hasAction("getmeas") && s.store.stored().Access.Reveal() != v.bearer {
				t.Errorf("%s was used before it was stored", v.bearer)
			}
			return response(v)
		}
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "1", "2")
	})
}

func TestNotSignedIn(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.store.empty = true
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || !errors.Is(err, withings.ErrNoToken) {
			t.Errorf("got %v", err)
		}
		s.wantTokens(t, "", "")
		if s.account.State().SignedIn {
			t.Error("signed in without a token")
		}
		_ = s.store.Save(t.Context(), profile, newToken(7, time.Hour)) // the user signs in
		if err := s.fetch(t); err != nil || !s.account.State().SignedIn {
			t.Errorf("after the sign-in: %v", err)
		}
		s.wantTokens(t, "", "7")
	})
}

func TestStoreErrorsDoNotRequireSignIn(t *testing.T) {
	t.Parallel()
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		s.store.set(func(s *memoryStore) { s.loadErr = errors.New("disk on fire") })
		if err := s.fetch(t); err == nil || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.store.set(func(s *memoryStore) { s.loadErr = nil })
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.store.set(func(s *memoryStore) { s.loadErr = errors.New("disk on fire") })
		if err := s.fetch(t); err != nil {
			t.Errorf("a fresh token in memory was not used: %v", err)
		}
		s.wantTokens(t, "", "1 1")
	})
}

func TestRefusedAccessTokenIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		s.validAccess = "access-2"
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "1", "1 2")
	})
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		s.validAccess = "none of ours"
		err := s.fetch(t)
		if withings.ClassOf(err) != withings.Auth || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.wantTokens(t, "1", "1 2")
	})
}

func TestOneRefreshForConcurrentCalls(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{0, time.Hour} {
		runHarness(t, life, func(s *harness) {
			t := s.t
			s.validAccess = "access-2"
			tokens := s.respondToken
			s.respondToken = func(n int, v recordedRequest) *fakeResponse {
				advance(3 * time.Second)
				return tokens(n, v)
			}
			var group sync.WaitGroup
			for range 8 {
				group.Go(func() {
					if err := s.fetch(t); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if s.sentRefreshTokens() != "1" {
				t.Errorf("refresh tokens sent: %q", s.sentRefreshTokens())
			}
		})
	}
}

func TestAnotherProcessRefreshed(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.store.onLock = func() { s.store.set(func(s *memoryStore) { s.token = newToken(9, time.Hour) }) }
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "", "9")
	})
	runHarness(t, 0, func(s *harness) {
		t := s.t
		// It refreshed long ago: its refresh token counts, not ours.
		s.store.onLock = func() { s.store.set(func(s *memoryStore) { s.token = newToken(9, 0) }) }
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "9", "2")
	})
}

func TestReadOnlyStorePreventsRefresh(t *testing.T) {
	t.Parallel()
	runHarness(t, 2*time.Minute, func(s *harness) {
		t := s.t
		s.store.readOnly = errors.New("read-only file system")
		if err := s.fetch(t); err != nil {
			t.Errorf("the access token still holds: %v", err)
		}
		advance(3 * time.Minute)
		if err := s.fetch(t); !errors.Is(err, s.store.readOnly) || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.wantTokens(t, "", "1")
		s.store.readOnly = nil
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.wantTokens(t, "1", "1 2")
	})
}

func TestUnsavedTokenIsKeptAndSavedLater(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.store.set(func(s *memoryStore) { s.saveErr = errors.New("disk full") })
		for range 2 {
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
		}
		if !s.account.State().Unsaved || s.account.Flush(t.Context()) == nil {
			t.Error("the unsaved token is not reported")
		}
		s.wantTokens(t, "1", "2 2")
		s.store.set(func(s *memoryStore) { s.saveErr = nil })
		if err := s.fetch(t); err != nil || s.account.State().Unsaved || s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("%v; state %+v", err, s.account.State())
		}
	})
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.store.set(func(s *memoryStore) { s.saveErr = errors.New("disk full") })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.store.set(func(s *memoryStore) { s.saveErr = nil })
		if err := s.account.Flush(t.Context()); err != nil || s.account.State().Unsaved ||
			s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("flush: %v; state %+v", err, s.account.State())
		}
		if err := s.account.Flush(t.Context()); err != nil || s.store.saves != 1 {
			t.Errorf("a second flush: %v, %d saves", err, s.store.saves)
		}
	})
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.store.set(func(s *memoryStore) { s.saveErr = errors.New("disk full") })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		// The user signs in again, which works: that token counts.
		s.store.set(func(s *memoryStore) { s.saveErr, s.token = nil, newToken(9, time.Hour) })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.wantTokens(t, "1", "2 9")
		if s.store.saves != 0 || s.account.State().Unsaved {
			t.Error("the new sign-in was overwritten")
		}
	})
}

func TestRefreshResponseSurvivesCancellation(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		ctx, cancel := context.WithCancel(t.Context())
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			cancel() // the program stops while the cloud is answering
			advance(2 * time.Second)
			return tokenPairResponse(2)
		}
		_, err := firstPage(s.account.Measures(ctx, time.Time{}, 0))
		if err == nil || s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("stored %+v after %v", s.store.stored(), err)
		}
	})
}

func TestIncompleteRefreshResponses(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no body":          `{"status":0}`,
		"body array":       `{"status":0,"body":[]}`,
		"no refresh token": `{"status":0,"body":{"userid":"1","access_token":"access-2","expires_in":10800}}`,
		"no access token":  `{"status":0,"body":{"refresh_token":"refresh-2","expires_in":10800}}`,
		"null tokens":      `{"status":0,"body":{"access_token":null,"refresh_token":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHarness(t, 0, func(s *harness) {
				t := s.t
				s.respondToken = func(int, recordedRequest) *fakeResponse { return okResponse(body) }
				err := s.fetch(t)
				if withings.ClassOf(err) != withings.Temporary || errors.Is(err, withings.ErrSignIn) {
					t.Errorf("got %v", err)
				}
				if s.store.saves != 0 || s.store.stored().Refresh != secret.New("refresh-1") {
					t.Error("the stored token was overwritten")
				}
				s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
				advance(11 * time.Second) // the cloud refuses the same call sooner
				if err := s.fetch(t); err != nil {
					t.Error(err)
				}
			})
		})
	}
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return okResponse(`{"status":0,"body":{"access_token":"access-2","refresh_token":"refresh-2"}}`)
		}
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		stored := s.store.stored()
		if stored.UserID != "24680135" || !slices.Equal(stored.Scopes, []string{"user.metrics", "user.activity"}) ||
			time.Until(stored.Expiry) != 3*time.Hour {
			t.Errorf("user id, scopes or life were lost: %+v", stored)
		}
	})
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return okResponse(`{"status":0,"body":{"access_token":"access-2","refresh_token":"refresh-2","expires_in":"60"}}`)
		}
		for range 3 {
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
		}
		s.wantTokens(t, "1", "2 2 2") // a token of a minute is not refreshed at every call
	})
}
