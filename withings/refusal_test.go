// SPDX-License-Identifier: MIT

package withings_test

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

func TestTokenEndpointErrorsDoNotRequireSignIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response func() *fakeResponse
		class    withings.Class
	}{
		"outage": {
			func() *fakeResponse { return newResponse(502, "text/html", "<html>bad gateway</html>") }, withings.Temporary,
		},
		"outage with 503": {
			func() *fakeResponse { return newResponse(503, "application/json", `{"status":503}`) }, withings.Temporary,
		},
		"time-out": {func() *fakeResponse { return errorResponse(522, "") }, withings.Temporary},
		"unknown":  {func() *fakeResponse { return errorResponse(2555, "") }, withings.Temporary},
		"silence":  {func() *fakeResponse { return nil }, withings.Temporary},
		"throttled": {
			func() *fakeResponse { return errorResponse(601, "Same arguments in less than 10 seconds") },
			withings.Limited,
		},
		"http throttled": {func() *fakeResponse { return newResponse(429, "text/html", "") }, withings.Limited},
		"firewall": {
			func() *fakeResponse { return newResponse(401, "text/html", "<html>no</html>") }, withings.Temporary,
		},
		"wrong parameters": {func() *fakeResponse { return errorResponse(293, "Wrong redirect_uri") }, withings.Params},
		"wrong client": {
			func() *fakeResponse { return errorResponse(503, "Invalid Params: invalid client_secret") },
			withings.Application,
		},
		"wrong address": {func() *fakeResponse { return newResponse(404, "text/html", "") }, withings.Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHarness(t, 0, func(s *harness) {
				t := s.t
				s.respondToken = func(int, recordedRequest) *fakeResponse { return row.response() }
				for range 5 * 12 { // five hours, every five minutes
					err := s.fetch(t)
					if errors.Is(err, withings.ErrSignIn) || withings.ClassOf(err) != row.class {
						t.Fatalf("got %v of class %v", err, withings.ClassOf(err))
					}
					advance(5 * time.Minute)
				}
				if state := s.account.State(); !state.SignedIn || state.Refused {
					t.Errorf("state %+v", state)
				}
				s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
				if err := s.fetch(t); err != nil {
					t.Errorf("after the trouble: %v", err)
				}
			})
		})
	}
}

func TestRefreshIsNotRetriedWithinTenSeconds(t *testing.T) {
	t.Parallel()
	for range 10 { // the pause must not be random
		runHarness(t, 0, func(s *harness) {
			t := s.t
			s.respondToken = func(n int, _ recordedRequest) *fakeResponse {
				if n == 1 {
					return newResponse(500, "text/html", "")
				}
				return tokenPairResponse(2)
			}
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
			calls := s.requests("requesttoken")
			if len(calls) != 2 || calls[1].at.Sub(calls[0].at) <= 10*time.Second {
				t.Errorf("%d token calls", len(calls))
			}
		})
	}
}

// refusedRefreshes are the ways to refuse a refresh token.
func refusedRefreshes() map[string]func() *fakeResponse {
	return map[string]func() *fakeResponse{
		"503":       func() *fakeResponse { return errorResponse(503, "Invalid Params: invalid refresh_token") },
		"100":       func() *fakeResponse { return errorResponse(100, "") },
		"102":       func() *fakeResponse { return errorResponse(102, "") },
		"200":       func() *fakeResponse { return errorResponse(200, "") },
		"401":       func() *fakeResponse { return errorResponse(401, "") },
		"HTTP 400":  func() *fakeResponse { return newResponse(400, "application/json", `{"error":"invalid_grant"}`) },
		"HTTP 401":  func() *fakeResponse { return newResponse(401, "application/json", `{"error":"invalid_token"}`) },
		"wrapped 4": func() *fakeResponse { return newResponse(400, "application/json", `{"status":503,"error":"x"}`) },
	}
}

// TestRefusalsBecomeFinalAfterHours also checks that the pauses between
// attempts grow.
func TestRefusalsBecomeFinalAfterHours(t *testing.T) {
	t.Parallel()
	for name, response := range refusedRefreshes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHarness(t, 0, func(s *harness) {
				t := s.t
				s.respondToken = func(int, recordedRequest) *fakeResponse { return response() }
				start := time.Now()
				for tries := range 6 { // at 0, 1, 5, 21, 81 and 141 minutes
					err := s.fetch(t)
					wait := withings.RetryAfter(err)
					if !errors.Is(err, withings.ErrRefused) || errors.Is(err, withings.ErrSignIn) ||
						withings.ClassOf(err) != withings.Temporary || len(s.requests("requesttoken")) != tries+1 {
						t.Fatalf("after %v: %v, %d requests", time.Since(start), err, len(s.requests("requesttoken")))
					}
					advance(wait - time.Second)
					if err := s.fetch(t); !errors.Is(err, withings.ErrRefused) || withings.RetryAfter(err) != time.Second ||
						len(s.requests("requesttoken")) != tries+1 {
						t.Fatalf("too early for another: %v", err)
					}
					if state := s.account.State(); !state.SignedIn || state.Refused {
						t.Fatalf("the sign-in ended after %v", time.Since(start))
					}
					advance(time.Second)
				}
				if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || time.Since(start) != 201*time.Minute {
					t.Fatalf("after %v: %v", time.Since(start), err)
				}
				if state := s.account.State(); state.SignedIn || !state.Refused {
					t.Errorf("state %+v", state)
				}
				if token := s.store.stored(); token.Refresh != secret.New("refresh-1") || token.Access != secret.New("access-1") {
					t.Error("the stored token was touched")
				}
			})
		})
	}
}

// TestShortRefusalWaveDoesNotRequireSignIn: such waves occur and pass.
func TestShortRefusalWaveDoesNotRequireSignIn(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		wave := time.Now().Add(85 * time.Second)
		s.respondToken = func(n int, _ recordedRequest) *fakeResponse {
			if time.Now().Before(wave) {
				return errorResponse(503, "Invalid Params: invalid refresh_token")
			}
			return tokenPairResponse(n + 1)
		}
		for range 3 {
			if err := s.fetch(t); errors.Is(err, withings.ErrSignIn) {
				t.Fatal(err)
			}
			advance(time.Minute)
		}
		advance(2 * time.Minute)
		if err := s.fetch(t); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if state := s.account.State(); !state.SignedIn || s.store.stored().Refusals != (withings.Refusals{}) {
			t.Errorf("%+v, %+v", state, s.store.stored().Refusals)
		}
	})
}

func TestForcedRefreshIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return errorResponse(503, "Invalid Params: invalid refresh_token")
		}
		for range 5 { // until it is final
			_ = s.fetch(t)
			advance(time.Hour)
		}
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) {
			t.Fatal(err)
		}
		advance(20 * time.Second)
		before := len(s.requests("requesttoken"))
		s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || len(s.requests("requesttoken")) != before {
			t.Fatalf("a poll is to wait: %v", err)
		}
		_, err := firstPage(s.account.Measures(withings.WithSharedRefresh(t.Context(), true), time.Time{}, 0))
		if state := s.account.State(); err != nil || state.Refused || !state.SignedIn {
			t.Fatalf("%v, %+v", err, state)
		}
	})
}

// TestWithdrawnConsentBecomesFinalSooner: it is final sooner, because two
// services refuse it, unless others are refused too.
func TestWithdrawnConsentBecomesFinalSooner(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]bool{"alone": false, "together": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHarness(t, 2*time.Hour, func(s *harness) {
				t := s.t
				s.validAccess = "none of ours"
				s.respondToken = func(int, recordedRequest) *fakeResponse {
					return errorResponse(503, "Invalid Params: invalid refresh_token")
				}
				client := newClient(t, s.fakeCloud)
				anna := client.Account(profile, s.store)
				if others {
					_, _ = firstPage(client.Account("ben", newMemoryStore(newToken(1, 0))).Measures(t.Context(), time.Time{}, 0))
				}
				start, signIn := time.Now(), time.Duration(-1)
				for time.Since(start) < 2*time.Hour && signIn < 0 {
					if _, err := firstPage(anna.Measures(t.Context(), time.Time{}, 0)); errors.Is(err, withings.ErrSignIn) {
						signIn = time.Since(start)
					}
					advance(time.Minute)
				}
				if others && signIn >= 0 || !others && (signIn < 15*time.Minute || signIn > 25*time.Minute) {
					t.Errorf("sign-in needed after %v", signIn)
				}
			})
		})
	}
}

// TestForcedRefreshesDelayNoSignIn: whoever tries again a few times is not told
// later that the consent is gone.
func TestForcedRefreshesDelayNoSignIn(t *testing.T) {
	t.Parallel()
	runHarness(t, 2*time.Hour, func(s *harness) {
		t := s.t
		s.validAccess = "none of ours"
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return errorResponse(503, "Invalid Params: invalid refresh_token")
		}
		start := time.Now()
		for time.Since(start) < 12*time.Minute {
			_, err := firstPage(s.account.Measures(withings.WithSharedRefresh(t.Context(), true), time.Time{}, 0))
			if errors.Is(err, withings.ErrSignIn) {
				t.Fatalf("sign-in needed after %v", time.Since(start))
			}
			advance(2 * time.Minute)
		}
		for {
			err := s.fetch(t)
			if errors.Is(err, withings.ErrSignIn) {
				break
			}
			if time.Since(start) > 20*time.Minute {
				t.Fatalf("no sign-in needed after %v: %v", time.Since(start), err)
			}
			advance(time.Minute)
		}
	})
}

// TestRefusalsSurviveRestart: a command that runs every hour counts like a
// daemon.
func TestRefusalsSurviveRestart(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return errorResponse(503, "Invalid Params: invalid refresh_token")
		}
		var err error
		for range 5 {
			fresh := newClient(t, s.fakeCloud).Account(profile, s.store)
			_, err = firstPage(fresh.Measures(t.Context(), time.Time{}, 0))
			advance(time.Hour)
		}
		if !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("after four hours: %v", err)
		}
		fresh := newClient(t, s.fakeCloud).Account(profile, s.store)
		s.respondToken = func(int, recordedRequest) *fakeResponse { return newResponse(502, "text/html", "") }
		if _, err := firstPage(fresh.Measures(t.Context(), time.Time{}, 0)); !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("an outage restored the consent: %v", err)
		}
	})
}

func TestFinalRefusal(t *testing.T) {
	t.Parallel()
	final := func(s *harness) {
		s.respondToken = func(int, recordedRequest) *fakeResponse { return errorResponse(503, "") }
		for range 5 {
			_ = s.fetch(s.t)
			advance(time.Hour)
		}
	}
	runHarness(t, 0, func(s *harness) {
		t := s.t
		final(s)
		before := len(s.requests("requesttoken"))
		for hour := range 3 {
			for range 12 { // one call an hour
				if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || len(s.requests("requesttoken")) != before+hour+1 {
					t.Fatalf("%v after %d requests", err, len(s.requests("requesttoken"))-before)
				}
				advance(5 * time.Minute)
			}
		}
		// if that works, everything works again
		s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
		if err := s.fetch(t); err != nil || s.account.State().Refused {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
	})
	runHarness(t, 0, func(s *harness) {
		t := s.t
		final(s)
		// The user signs in again: no waiting.
		s.store.set(func(s *memoryStore) { s.token = newToken(9, time.Hour) })
		if err := s.fetch(t); err != nil || s.account.State().Refused || !s.account.State().SignedIn {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
		if used := s.sentAccessTokens(); used != "9" {
			t.Errorf("used %q", used)
		}
	})
}

func TestRefusalWaveRecovers(t *testing.T) {
	t.Parallel()
	runHarness(t, 2*time.Minute, func(s *harness) {
		t := s.t
		s.respondToken = func(n int, _ recordedRequest) *fakeResponse {
			if n == 1 {
				return errorResponse(401, "")
			}
			return tokenPairResponse(2)
		}
		if err := s.fetch(t); err != nil {
			t.Errorf("the access token still holds: %v", err)
		}
		advance(time.Minute)
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.wantTokens(t, "1 1", "1 2")
	})
	// A refusal of an access token counts nothing by itself.
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		s.validAccess = "none of ours"
		for range 5 {
			if err := s.fetch(t); errors.Is(err, withings.ErrSignIn) || withings.ClassOf(err) != withings.Auth {
				t.Fatal(err)
			}
			advance(5 * time.Minute)
		}
	})
}
