// SPDX-License-Identifier: MIT

package withings_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// TestApplicationRefusalDetection lists what names the application, and what
// does not.
func TestApplicationRefusalDetection(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response    *fakeResponse
		application bool
	}{
		"503 secret": {errorResponse(503, "Invalid Params: invalid client_secret"), true},
		"503 id":     {errorResponse(503, "Invalid Params: invalid client_id"), true},
		"503 both":   {errorResponse(503, "Invalid Params: invalid client_id or client_secret"), true},
		"401 client": {
			errorResponse(401, "XRequestID: Not provided invalid_client: Client authentication failed"), true,
		},
		"no id":             {errorResponse(503, "Invalid_request: The client ID was not specified in the request"), true},
		"not allowed":       {errorResponse(403, "unauthorized_client"), true},
		"signature":         {errorResponse(342, "The signature (using Oauth) is invalid"), true},
		"plain OAuth, 401":  {newResponse(401, "application/json", `{"error":"invalid_client"}`), true},
		"plain OAuth, 400":  {newResponse(400, "application/json", `{"error":"unauthorized_client"}`), true},
		"refresh token":     {errorResponse(503, "Invalid Params: invalid refresh_token"), false},
		"another's token":   {errorResponse(503, "invalid_grant: the refresh token was issued to another client id"), false},
		"nothing said":      {errorResponse(503, ""), false},
		"outage":            {newResponse(503, "text/html", "invalid client_secret"), false},
		"throttled":         {errorResponse(601, "too many requests of this client id"), false},
		"unknown error":     {errorResponse(2555, "client_id"), false},
		"a wrong time zone": {errorResponse(503, "Invalid Params: invalid timezone"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHarness(t, 0, func(s *harness) {
				t := s.t
				s.respondToken = func(int, recordedRequest) *fakeResponse { return row.response }
				for range 5 * 12 {
					err := s.fetch(t)
					if errors.Is(err, withings.ErrApplication) != row.application ||
						(withings.ClassOf(err) == withings.Application) != row.application {
						t.Fatalf("%v of class %v", err, withings.ClassOf(err))
					}
					if row.application && (errors.Is(err, withings.ErrSignIn) || !s.account.State().SignedIn) {
						t.Fatal("it requires a new sign-in")
					}
					advance(5 * time.Minute)
				}
				if !row.application {
					return
				}
				s.respondToken = func(int, recordedRequest) *fakeResponse { return tokenPairResponse(2) }
				if err := s.fetch(t); err != nil {
					t.Errorf("accepted again: %v", err)
				}
			})
		})
	}
}

// TestDataCallApplicationRefusalDoesNotRefresh: a data call that the cloud
// refuses because of the application does not refresh the token.
func TestDataCallApplicationRefusalDoesNotRefresh(t *testing.T) {
	t.Parallel()
	a, c := newAccount(t, always(func() *fakeResponse { return errorResponse(401, "invalid_client") }))
	if _, err := a.Devices(t.Context()); !errors.Is(err, withings.ErrApplication) || len(c.recorded) != 1 {
		t.Errorf("%v after %d requests", err, len(c.recorded))
	}
}

// TestProbeRevealsApplicationRefusal: the cloud reports only an invalid refresh
// token, but the application's own check finds the cause.
func TestProbeRevealsApplicationRefusal(t *testing.T) {
	t.Parallel()
	runHarness(t, 0, func(s *harness) {
		t := s.t
		inner := s.respond
		s.respond = func(v recordedRequest) *fakeResponse {
			if v.hasAction("getnonce") {
				return errorResponse(342, "The signature (using Oauth) is invalid")
			}
			return inner(v)
		}
		s.respondToken = func(int, recordedRequest) *fakeResponse {
			return errorResponse(503, "Invalid Params: invalid refresh_token")
		}
		var err error
		for range 10 * 12 {
			if err = s.fetch(t); errors.Is(err, withings.ErrSignIn) {
				t.Fatal(err)
			}
			advance(5 * time.Minute)
		}
		if !s.account.State().SignedIn || len(s.requests("getnonce")) == 0 {
			t.Errorf("%v, %d checks", err, len(s.requests("getnonce")))
		}
	})
}

// TestApplicationErrorTextIsUniform: a sign-in, a check and a poll return the
// same text.
func TestApplicationErrorTextIsUniform(t *testing.T) {
	t.Parallel()
	c := &fakeCloud{respond: func(v recordedRequest) *fakeResponse {
		if v.hasAction("getnonce") {
			return errorResponse(342, "The signature (using Oauth) is invalid")
		}
		return errorResponse(503, "Invalid Params: invalid client_secret")
	}}
	client := newClient(t, c)
	_, exchange := client.Exchange(t.Context(), "code", "https://example.org/callback")
	_, poll := client.Account(profile, newMemoryStore(newToken(1, 0))).Goals(t.Context())
	for name, err := range map[string]error{
		"exchange": exchange, "poll": poll, "check": client.Probe(t.Context()), "revoke": client.Revoke(t.Context(), "1"),
	} {
		if !errors.Is(err, withings.ErrApplication) ||
			!strings.Contains(err.Error(), "does not accept this client id and secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, v := range c.recorded {
		if v.form.Get("client_secret") != "" &&
			strings.Contains(exchange.Error(), url.QueryEscape(v.form.Get("client_secret"))) {
			t.Error("the secret is in the error")
		}
	}
}
