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
		"wrong parameters": {func() *told { return failed(342, "signature") }, withings.Params},
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

func TestOnlyTheSecondRefusalCounts(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func() *told{
		"503":       func() *told { return failed(503, "Invalid Params: invalid refresh_token") },
		"100":       func() *told { return failed(100, "") },
		"102":       func() *told { return failed(102, "") },
		"200":       func() *told { return failed(200, "") },
		"401":       func() *told { return failed(401, "") },
		"HTTP 400":  func() *told { return reply(400, "application/json", `{"error":"invalid_grant"}`) },
		"HTTP 401":  func() *told { return reply(401, "application/json", `{"error":"invalid_client"}`) },
		"wrapped 4": func() *told { return reply(400, "application/json", `{"status":503,"error":"x"}`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, 0, func(s *scene) {
				t := s.t
				s.tokens = func(int, visit) *told { return answer() }
				err := s.fetch(t)
				if errors.Is(err, withings.ErrSignIn) || withings.ClassOf(err) != withings.Temporary ||
					withings.RetryAfter(err) != time.Minute {
					t.Fatalf("the first refusal: %v", err)
				}
				later(59 * time.Second)
				if err = s.fetch(t); errors.Is(err, withings.ErrSignIn) || withings.RetryAfter(err) != time.Second || s.spent() != "1" {
					t.Fatalf("too early for a second: %v after %q", err, s.spent())
				}
				if !s.account.State().SignedIn {
					t.Error("one refusal ended the sign-in")
				}
				later(time.Second)
				if err = s.fetch(t); !errors.Is(err, withings.ErrSignIn) {
					t.Fatalf("the second refusal: %v", err)
				}
				if state := s.account.State(); state.SignedIn || !state.Refused {
					t.Errorf("state %+v", state)
				}
				if s.store.saves != 0 || s.store.stored().Refresh != secret.New("refresh-1") {
					t.Error("the stored token was touched")
				}
			})
		})
	}
}

func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told { return failed(503, "") }
		_ = s.fetch(t)
		later(time.Minute)
		_ = s.fetch(t)
		for range 11 { // no calls for an hour
			later(5 * time.Minute)
			if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || s.spent() != "1 1" {
				t.Fatalf("%v after %q", err, s.spent())
			}
		}
		later(5 * time.Minute) // then one
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || s.spent() != "1 1 1" {
			t.Fatalf("%v after %q", err, s.spent())
		}
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || s.spent() != "1 1 1" {
			t.Fatalf("%v after %q", err, s.spent())
		}
		later(time.Hour) // and should that work, all is well again
		s.tokens = func(int, visit) *told { return pair(2) }
		if err := s.fetch(t); err != nil || s.account.State().Refused {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
		s.check(t, "1 1 1 1", "2")
	})
	play(t, 0, func(s *scene) {
		t := s.t
		s.tokens = func(int, visit) *told { return failed(503, "") }
		_ = s.fetch(t)
		later(time.Minute)
		_ = s.fetch(t)
		// The person signs in anew: no waiting.
		s.store.set(func(s *safe) { s.token = tokenOf(9, time.Hour) })
		if err := s.fetch(t); err != nil || s.account.State().Refused || !s.account.State().SignedIn {
			t.Fatalf("%v, %+v", err, s.account.State())
		}
		s.check(t, "1 1", "9")
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
