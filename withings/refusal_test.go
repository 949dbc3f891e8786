package withings_test

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

func TestTroubleAtTheTokenEndpointIsNeverASignIn(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer func() *told
		class  withings.Class
	}{
		"outage":           {func() *told { return reply(502, "text/html", "<html>bad gateway</html>") }, withings.Temporary},
		"outage with 503":  {func() *told { return reply(503, "application/json", `{"status":503}`) }, withings.Temporary},
		"time-out":         {func() *told { return failed(522, "") }, withings.Temporary},
		"unknown":          {func() *told { return failed(2555, "") }, withings.Temporary},
		"silence":          {func() *told { return nil }, withings.Temporary},
		"throttled":        {func() *told { return failed(601, "Same arguments in less than 10 seconds") }, withings.Limited},
		"http throttled":   {func() *told { return reply(429, "text/html", "") }, withings.Limited},
		"firewall":         {func() *told { return reply(401, "text/html", "<html>no</html>") }, withings.Temporary},
		"wrong parameters": {func() *told { return failed(293, "Wrong redirect_uri") }, withings.Params},
		"wrong client":     {func() *told { return failed(503, "Invalid Params: invalid client_secret") }, withings.Application},
		"wrong address":    {func() *told { return reply(404, "text/html", "") }, withings.Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, 0, func(s *scene) {
				t := s.t
				s.tokens = func(int, visit) *told { return row.answer() }
				for range 5 * 12 { // five hours, every five minutes
					err := s.fetch(t)
					if errors.Is(err, withings.ErrSignIn) || withings.ClassOf(err) != row.class {
						t.Fatalf("got %v of class %v", err, withings.ClassOf(err))
					}
					later(5 * time.Minute)
				}
				if state := s.account.State(); !state.SignedIn || state.Refused {
					t.Errorf("state %+v", state)
				}
				s.tokens = func(int, visit) *told { return pair(2) }
				if err := s.fetch(t); err != nil {
					t.Errorf("after the trouble: %v", err)
				}
			})
		})
	}
}

func TestSameQuestionIsNotRepeatedWithinTenSeconds(t *testing.T) {
	t.Parallel()
	for range 10 { // the pause must not be random
		play(t, 0, func(s *scene) {
			t := s.t
			s.tokens = func(n int, _ visit) *told {
				if n == 1 {
					return reply(500, "text/html", "")
				}
				return pair(2)
			}
			if err := s.fetch(t); err != nil {
				t.Fatal(err)
			}
			asked := s.seen("requesttoken")
			if len(asked) != 2 || asked[1].at.Sub(asked[0].at) <= 10*time.Second {
				t.Errorf("%d token calls", len(asked))
			}
		})
	}
}

// refusedRefreshes are the ways to refuse a refresh token.
func refusedRefreshes() map[string]func() *told {
	return map[string]func() *told{
		"503":       func() *told { return failed(503, "Invalid Params: invalid refresh_token") },
		"100":       func() *told { return failed(100, "") },
		"102":       func() *told { return failed(102, "") },
		"200":       func() *told { return failed(200, "") },
		"401":       func() *told { return failed(401, "") },
		"HTTP 400":  func() *told { return reply(400, "application/json", `{"error":"invalid_grant"}`) },
		"HTTP 401":  func() *told { return reply(401, "application/json", `{"error":"invalid_token"}`) },
		"wrapped 4": func() *told { return reply(400, "application/json", `{"status":503,"error":"x"}`) },
	}
}

// TestRefusalsAreBelievedAfterHours also counts: the pauses between two tries grow.
func TestRefusalsAreBelievedAfterHours(t *testing.T) {
	t.Parallel()
	for name, answer := range refusedRefreshes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, 0, func(s *scene) {
				t := s.t
				s.tokens = func(int, visit) *told { return answer() }
				start := time.Now()
				for tries := range 6 { // at 0, 1, 5, 21, 81 and 141 minutes
					err := s.fetch(t)
					wait := withings.RetryAfter(err)
					if !errors.Is(err, withings.ErrRefused) || errors.Is(err, withings.ErrSignIn) ||
						withings.ClassOf(err) != withings.Temporary || len(s.seen("requesttoken")) != tries+1 {
						t.Fatalf("after %v: %v, %d requests", time.Since(start), err, len(s.seen("requesttoken")))
					}
					later(wait - time.Second)
					if err := s.fetch(t); !errors.Is(err, withings.ErrRefused) || withings.RetryAfter(err) != time.Second ||
						len(s.seen("requesttoken")) != tries+1 {
						t.Fatalf("too early for another: %v", err)
					}
					if state := s.account.State(); !state.SignedIn || state.Refused {
						t.Fatalf("the sign-in ended after %v", time.Since(start))
					}
					later(time.Second)
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

// TestAMinuteAndAHalfOfRefusals is a wave that passed, as there are.
func TestAMinuteAndAHalfOfRefusals(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		wave := time.Now().Add(85 * time.Second)
		s.tokens = func(n int, _ visit) *told {
			if time.Now().Before(wave) {
				return failed(503, "Invalid Params: invalid refresh_token")
			}
			return pair(n + 1)
		}
		for range 3 {
			if err := s.fetch(t); errors.Is(err, withings.ErrSignIn) {
				t.Fatal(err)
			}
			later(time.Minute)
		}
		later(2 * time.Minute)
		if err := s.fetch(t); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		if state := s.account.State(); !state.SignedIn || s.store.stored().Refusals != (withings.Refusals{}) {
			t.Errorf("%+v, %+v", state, s.store.stored().Refusals)
		}
	})
}

func TestAWishIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told { return failed(503, "Invalid Params: invalid refresh_token") }
		for range 5 { // until it is final
			_ = s.fetch(t)
			later(time.Hour)
		}
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) {
			t.Fatal(err)
		}
		later(20 * time.Second)
		before := len(s.seen("requesttoken"))
		s.tokens = func(int, visit) *told { return pair(2) }
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || len(s.seen("requesttoken")) != before {
			t.Fatalf("a poll is to wait: %v", err)
		}
		_, err := s.account.Measures(withings.WithRound(t.Context(), true), time.Time{})
		if state := s.account.State(); err != nil || state.Refused || !state.SignedIn {
			t.Fatalf("%v, %+v", err, state)
		}
	})
}

// TestAConsentWithdrawnUpstream is seen sooner, because two services say so; unless
// others are refused too.
func TestAConsentWithdrawnUpstream(t *testing.T) {
	t.Parallel()
	for name, others := range map[string]bool{"alone": false, "together": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, 2*time.Hour, func(s *scene) {
				t := s.t
				s.valid = "none of ours"
				s.tokens = func(int, visit) *told { return failed(503, "Invalid Params: invalid refresh_token") }
				client := newClient(t, s.cloud)
				anna := client.Account(profile, s.store)
				if others {
					_, _ = client.Account("ben", newSafe(tokenOf(1, 0))).Measures(t.Context(), time.Time{})
				}
				start, signIn := time.Now(), time.Duration(-1)
				for time.Since(start) < 2*time.Hour && signIn < 0 {
					if _, err := anna.Measures(t.Context(), time.Time{}); errors.Is(err, withings.ErrSignIn) {
						signIn = time.Since(start)
					}
					later(time.Minute)
				}
				if others && signIn >= 0 || !others && (signIn < 15*time.Minute || signIn > 25*time.Minute) {
					t.Errorf("sign-in needed after %v", signIn)
				}
			})
		})
	}
}

// TestRefusalsOutliveTheProcess: a command that runs every hour counts like a daemon.
func TestRefusalsOutliveTheProcess(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told { return failed(503, "Invalid Params: invalid refresh_token") }
		var err error
		for range 5 {
			fresh := newClient(t, s.cloud).Account(profile, s.store)
			_, err = fresh.Measures(t.Context(), time.Time{})
			later(time.Hour)
		}
		if !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("after four hours: %v", err)
		}
		fresh := newClient(t, s.cloud).Account(profile, s.store)
		s.tokens = func(int, visit) *told { return reply(502, "text/html", "") }
		if _, err := fresh.Measures(t.Context(), time.Time{}); !errors.Is(err, withings.ErrSignIn) {
			t.Errorf("an outage has brought the consent back: %v", err)
		}
	})
}

func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	final := func(s *scene) {
		s.tokens = func(int, visit) *told { return failed(503, "") }
		for range 5 {
			_ = s.fetch(s.t)
			later(time.Hour)
		}
	}
	play(t, 0, func(s *scene) {
		t := s.t
		final(s)
		before := len(s.seen("requesttoken"))
		for hour := range 3 {
			for range 12 { // one call an hour
				if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || len(s.seen("requesttoken")) != before+hour+1 {
					t.Fatalf("%v after %d requests", err, len(s.seen("requesttoken"))-before)
				}
				later(5 * time.Minute)
			}
		}
		s.tokens = func(int, visit) *told { return pair(2) } // and should that work, all is well again
		if err := s.fetch(t); err != nil || s.account.State().Refused {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
	})
	play(t, 0, func(s *scene) {
		t := s.t
		final(s)
		// The person signs in anew: no waiting.
		s.store.set(func(s *safe) { s.token = tokenOf(9, time.Hour) })
		if err := s.fetch(t); err != nil || s.account.State().Refused || !s.account.State().SignedIn {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
		if used := s.used(); used != "9" {
			t.Errorf("used %q", used)
		}
	})
}

func TestAWaveOfRefusalsPasses(t *testing.T) {
	t.Parallel()
	play(t, 2*time.Minute, func(s *scene) {
		t := s.t
		s.tokens = func(n int, _ visit) *told {
			if n == 1 {
				return failed(401, "")
			}
			return pair(2)
		}
		if err := s.fetch(t); err != nil {
			t.Errorf("the access token still holds: %v", err)
		}
		later(time.Minute)
		if err := s.fetch(t); err != nil {
			t.Error(err)
		}
		s.check(t, "1 1", "1 2")
	})
	// A refusal of an access token counts nothing by itself.
	play(t, time.Hour, func(s *scene) {
		t := s.t
		s.valid = "none of ours"
		for range 5 {
			if err := s.fetch(t); errors.Is(err, withings.ErrSignIn) || withings.ClassOf(err) != withings.Auth {
				t.Fatal(err)
			}
			later(5 * time.Minute)
		}
	})
}
