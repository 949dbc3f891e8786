package withings_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// TestRefusalsOfTheApplication lists what names the application, and what does not.
func TestRefusalsOfTheApplication(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		answer      *told
		application bool
	}{
		"503 secret":        {failed(503, "Invalid Params: invalid client_secret"), true},
		"503 id":            {failed(503, "Invalid Params: invalid client_id"), true},
		"503 both":          {failed(503, "Invalid Params: invalid client_id or client_secret"), true},
		"401 client":        {failed(401, "XRequestID: Not provided invalid_client: Client authentication failed"), true},
		"no id":             {failed(503, "Invalid_request: The client ID was not specified in the request"), true},
		"not allowed":       {failed(403, "unauthorized_client"), true},
		"signature":         {failed(342, "The signature (using Oauth) is invalid"), true},
		"plain OAuth, 401":  {reply(401, "application/json", `{"error":"invalid_client"}`), true},
		"plain OAuth, 400":  {reply(400, "application/json", `{"error":"unauthorized_client"}`), true},
		"refresh token":     {failed(503, "Invalid Params: invalid refresh_token"), false},
		"another's token":   {failed(503, "invalid_grant: the refresh token was issued to another client id"), false},
		"nothing said":      {failed(503, ""), false},
		"outage":            {reply(503, "text/html", "invalid client_secret"), false},
		"throttled":         {failed(601, "too many requests of this client id"), false},
		"unknown error":     {failed(2555, "client_id"), false},
		"a wrong time zone": {failed(503, "Invalid Params: invalid timezone"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, 0, func(s *scene) {
				t := s.t
				s.tokens = func(int, visit) *told { return row.answer }
				for range 5 * 12 {
					err := s.fetch(t)
					if errors.Is(err, withings.ErrApplication) != row.application ||
						(withings.ClassOf(err) == withings.Application) != row.application {
						t.Fatalf("%v of class %v", err, withings.ClassOf(err))
					}
					if row.application && (errors.Is(err, withings.ErrSignIn) || !s.account.State().SignedIn) {
						t.Fatal("a person is to sign in for it")
					}
					later(5 * time.Minute)
				}
				if !row.application {
					return
				}
				s.tokens = func(int, visit) *told { return pair(2) }
				if err := s.fetch(t); err != nil {
					t.Errorf("accepted again: %v", err)
				}
			})
		})
	}
}

// TestDataCallsThatNameTheApplication refresh nothing.
func TestDataCallsThatNameTheApplication(t *testing.T) {
	t.Parallel()
	a, c := account(t, always(func() *told { return failed(401, "invalid_client") }))
	if _, err := a.Devices(t.Context()); !errors.Is(err, withings.ErrApplication) || len(c.visits) != 1 {
		t.Errorf("%v after %d requests", err, len(c.visits))
	}
}

// TestARefusalThatHidesTheApplication: the cloud says only that the refresh token is
// invalid, but the application's own check tells the truth.
func TestARefusalThatHidesTheApplication(t *testing.T) {
	t.Parallel()
	play(t, 0, func(s *scene) {
		t := s.t
		inner := s.answer
		s.answer = func(v visit) *told {
			if v.is("getnonce") {
				return failed(342, "The signature (using Oauth) is invalid")
			}
			return inner(v)
		}
		s.tokens = func(int, visit) *told { return failed(503, "Invalid Params: invalid refresh_token") }
		var err error
		for range 10 * 12 {
			if err = s.fetch(t); errors.Is(err, withings.ErrSignIn) {
				t.Fatal(err)
			}
			later(5 * time.Minute)
		}
		if !s.account.State().SignedIn || len(s.seen("getnonce")) == 0 {
			t.Errorf("%v, %d checks", err, len(s.seen("getnonce")))
		}
	})
}

// TestTheSameWordsEverywhere: a sign-in, a check and a poll name the application alike.
func TestTheSameWordsEverywhere(t *testing.T) {
	t.Parallel()
	c := &cloud{answer: func(v visit) *told {
		if v.is("getnonce") {
			return failed(342, "The signature (using Oauth) is invalid")
		}
		return failed(503, "Invalid Params: invalid client_secret")
	}}
	client := newClient(t, c)
	_, exchange := client.Exchange(t.Context(), "code", "https://example.org/callback")
	_, poll := client.Account(profile, newSafe(tokenOf(1, 0))).Goals(t.Context())
	for name, err := range map[string]error{
		"exchange": exchange, "poll": poll, "check": client.Probe(t.Context()), "revoke": client.Revoke(t.Context(), "1"),
	} {
		if !errors.Is(err, withings.ErrApplication) || !strings.Contains(err.Error(), "does not accept this client id and secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, v := range c.visits {
		if v.form.Get("client_secret") != "" && strings.Contains(exchange.Error(), url.QueryEscape(v.form.Get("client_secret"))) {
			t.Error("the secret is in the error")
		}
	}
}
