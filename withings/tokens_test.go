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

// scene is one account with its store and its cloud: data calls need the token
// that the fake believes in, token calls are answered by the test.
type scene struct {
	*cloud
	account *withings.Account
	store   *safe
	valid   string // the access token that data calls need; "" takes any
	tokens  func(n int, v visit) *told
}

// play runs a test in a bubble, with a stored token of the given life.
func play(t *testing.T, life time.Duration, test func(s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{store: newSafe(tokenOf(1, life))}
		s.tokens = func(n int, _ visit) *told { return pair(n + 1) }
		s.cloud = &cloud{answer: func(v visit) *told {
			if v.is("requesttoken") {
				return s.tokens(len(s.seen("requesttoken")), v)
			}
			if s.valid != "" && v.bearer != s.valid {
				return failed(401, "invalid_token")
			}
			return answered(oneGroup)
		}}
		s.account = newClient(t, s.cloud).Account(profile, s.store)
		test(s)
	})
}

// fetch makes a data call.
func (s *scene) fetch(t *testing.T) error {
	t.Helper()
	_, err := s.account.Measures(t.Context(), time.Time{})
	return err
}

// spent lists the refresh tokens that were sent, in order.
func (s *scene) spent() string {
	var sent []string
	for _, v := range s.seen("requesttoken") {
		sent = append(sent, strings.TrimPrefix(v.form.Get("refresh_token"), "refresh-"))
	}
	return strings.Join(sent, " ")
}

// used lists the access tokens of the data calls, in order.
func (s *scene) used() string {
	var sent []string
	for _, v := range s.seen("getmeas") {
		sent = append(sent, strings.TrimPrefix(v.bearer, "access-"))
	}
	return strings.Join(sent, " ")
}

func (s *scene) check(t *testing.T, spent, used string) {
	t.Helper()
	if s.spent() != spent || s.used() != used {
		t.Errorf("refresh tokens sent: %q, access tokens used: %q; want %q and %q", s.spent(), s.used(), spent, used)
	}
}

func TestFreshTokenIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	play(t, 6*time.Minute, func(s *scene) {
		t := s.t
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "", "1")
		state := s.account.State()
		if !state.SignedIn || state.UserID != "24680135" || state.Unsaved || state.Refused ||
			!slices.Contains(state.Scopes, "user.activity") {
			t.Errorf("state %+v", state)
		}
		later(time.Minute) // five minutes before its end it is replaced
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "1", "1 2")
		stored := s.store.stored()
		if stored.Refresh != secret.New("refresh-2") || stored.UserID != "24680135" ||
			!slices.Equal(stored.Scopes, []string{"user.info", "user.metrics"}) || time.Until(stored.Expiry) != 3*time.Hour {
			t.Errorf("stored %+v", stored)
		}
		asked := s.seen("requesttoken")[0]
		if asked.path != "/v2/oauth2" || asked.form.Get("grant_type") != "refresh_token" || asked.form.Get("client_id") != clientID ||
			asked.form.Get("client_secret") != clientSecret || asked.bearer != "" {
			t.Errorf("asked %+v", asked)
		}
	})
}

func TestTokenIsStoredBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		answer := s.answer
		s.answer = func(v visit) *told {
			if v.is("getmeas") && s.store.stored().Access.Reveal() != v.bearer {
				t.Errorf("%s was used before it was stored", v.bearer)
			}
			return answer(v)
		}
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "1", "2")
	})
}

func TestNobodySignedIn(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.store.none = true
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || !errors.Is(err, withings.ErrNoToken) {
			t.Errorf("got %v", err)
		}
		s.check(t, "", "")
		if s.account.State().SignedIn {
			t.Error("signed in without a token")
		}
		_ = s.store.Save(t.Context(), profile, tokenOf(7, time.Hour)) // the person signs in
		if err := s.fetch(t); err != nil || !s.account.State().SignedIn {
			t.Errorf("after the sign-in: %v", err)
		}
		s.check(t, "", "7")
	})
}

func TestBrokenStoreIsNoSignIn(t *testing.T) {
	t.Parallel()
	play(t, time.Hour, func(s *scene) {
		t := s.t
		s.store.set(func(s *safe) { s.loadErr = errors.New("disk on fire") })
		if err := s.fetch(t); err == nil || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.store.set(func(s *safe) { s.loadErr = nil })
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.store.set(func(s *safe) { s.loadErr = errors.New("disk on fire") })
		if err := s.fetch(t); err != nil {
			t.Errorf("a fresh token in memory was not used: %v", err)
		}
		s.check(t, "", "1 1")
	})
}

func TestRefusedAccessTokenIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	play(t, time.Hour, func(s *scene) {
		t := s.t
		s.valid = "access-2"
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "1", "1 2")
	})
	play(t, time.Hour, func(s *scene) {
		t := s.t
		s.valid = "none of ours"
		err := s.fetch(t)
		if withings.ClassOf(err) != withings.Auth || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.check(t, "1", "1 2")
	})
}

func TestOneRefreshForConcurrentCalls(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{0, time.Hour} {
		play(t, life, func(s *scene) {
			t := s.t
			s.valid = "access-2"
			tokens := s.tokens
			s.tokens = func(n int, v visit) *told {
				later(3 * time.Second)
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
			if s.spent() != "1" {
				t.Errorf("refresh tokens sent: %q", s.spent())
			}
		})
	}
}

func TestAnotherProcessRefreshed(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.store.locked = func() { s.store.set(func(s *safe) { s.token = tokenOf(9, time.Hour) }) }
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "", "9")
	})
	play(t, 0, func(s *scene) {
		t := s.t
		// It refreshed long ago: its refresh token counts, not ours.
		s.store.locked = func() { s.store.set(func(s *safe) { s.token = tokenOf(9, 0) }) }
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "9", "2")
	})
}

func TestReadOnlyStoreSavesTheRefreshToken(t *testing.T) {
	t.Parallel()
	play(t, 2*time.Minute, func(s *scene) {
		t := s.t
		s.store.readOnly = errors.New("read-only file system")
		if err := s.fetch(t); err != nil {
			t.Errorf("the access token still holds: %v", err)
		}
		later(3 * time.Minute)
		if err := s.fetch(t); !errors.Is(err, s.store.readOnly) || errors.Is(err, withings.ErrSignIn) {
			t.Errorf("got %v", err)
		}
		s.check(t, "", "1")
		s.store.readOnly = nil
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.check(t, "1", "1 2")
	})
}

func TestUnsavedTokenIsKeptAndSavedLater(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.store.set(func(s *safe) { s.saveErr = errors.New("disk full") })
		for range 2 {
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
		}
		if !s.account.State().Unsaved || s.account.Flush(t.Context()) == nil {
			t.Error("nobody is told that the token is not stored")
		}
		s.check(t, "1", "2 2")
		s.store.set(func(s *safe) { s.saveErr = nil })
		if err := s.fetch(t); err != nil || s.account.State().Unsaved || s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("%v; state %+v", err, s.account.State())
		}
	})
	play(t, 0, func(s *scene) {
		t := s.t
		s.store.set(func(s *safe) { s.saveErr = errors.New("disk full") })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.store.set(func(s *safe) { s.saveErr = nil })
		if err := s.account.Flush(t.Context()); err != nil || s.account.State().Unsaved ||
			s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("flush: %v; state %+v", err, s.account.State())
		}
		if err := s.account.Flush(t.Context()); err != nil || s.store.saves != 1 {
			t.Errorf("a second flush: %v, %d saves", err, s.store.saves)
		}
	})
	play(t, 0, func(s *scene) {
		t := s.t
		s.store.set(func(s *safe) { s.saveErr = errors.New("disk full") })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		// The person signs in anew, which works: that token counts.
		s.store.set(func(s *safe) { s.saveErr, s.token = nil, tokenOf(9, time.Hour) })
		if err := s.fetch(t); err != nil {
			t.Fatal(err)
		}
		s.check(t, "1", "2 9")
		if s.store.saves != 0 || s.account.State().Unsaved {
			t.Error("the new sign-in was overwritten")
		}
	})
}

func TestAnswerOfARefreshIsNotLost(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		ctx, cancel := context.WithCancel(t.Context())
		s.tokens = func(int, visit) *told {
			cancel() // the program stops while the cloud is answering
			later(2 * time.Second)
			return pair(2)
		}
		_, err := s.account.Measures(ctx, time.Time{})
		if err == nil || s.store.stored().Refresh != secret.New("refresh-2") {
			t.Errorf("stored %+v after %v", s.store.stored(), err)
		}
	})
}

func TestRefreshAnswersThatLackSomething(t *testing.T) {
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
			play(t, 0, func(s *scene) {
				t := s.t
				s.tokens = func(int, visit) *told { return answered(body) }
				err := s.fetch(t)
				if withings.ClassOf(err) != withings.Temporary || errors.Is(err, withings.ErrSignIn) {
					t.Errorf("got %v", err)
				}
				if s.store.saves != 0 || s.store.stored().Refresh != secret.New("refresh-1") {
					t.Error("the stored token was overwritten")
				}
				s.tokens = func(int, visit) *told { return pair(2) }
				later(11 * time.Second) // the cloud wants not to be asked the same sooner
				if err := s.fetch(t); err != nil {
					t.Error(err)
				}
			})
		})
	}
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told {
			return answered(`{"status":0,"body":{"access_token":"access-2","refresh_token":"refresh-2"}}`)
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
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told {
			return answered(`{"status":0,"body":{"access_token":"access-2","refresh_token":"refresh-2","expires_in":"60"}}`)
		}
		for range 3 {
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
		}
		s.check(t, "1", "2 2 2") // a token of a minute is not refreshed at every call
	})
}
